"""Two editions of an act side by side: every field of an act by its title, in Russian, and where they differ."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from calendar_rules.act_words import said
from calendar_rules.contradictions import IMPORTANCE
from calendar_rules.regulation import Act, Audience, Limit, LimitName, Regulation
from calendar_rules.regulation_report import HOLDERS, TO, length, offices, questions
from calendar_rules.terms import Term, Unit
from calendar_rules.titles import LIMITS

OF_THE_ACT = "Сведения об акте"
OF_READINGS = "Вопросы, не урегулированные актом"
OF_NAMES = "Должности и пункты"
SILENT = "не указано"

_STARTS: Mapping[str, str] = {
    "detection": "выявление сообщения",
    "routing": "направление органу",
    "return": "возврат сообщения",
    "receipt": "поступление органу",
    "draft": "представление проекта",
    "rework": "возвращение на доработку",
    "approval": "согласование проекта",
    "interim": "размещение промежуточного ответа",
}

_TOLD: Mapping[Audience, str] = {
    Audience.HOLDER: "тот, кто соблюдает срок",
    Audience.EXECUTORS: "исполнители органа",
    Audience.RESPONSIBLE: "ответственное должностное лицо органа",
    Audience.CURATOR: "куратор",
    Audience.DEPUTY: "заместитель Председателя Правительства, курирующий орган",
    Audience.DEPUTY_POLICY: "заместитель Председателя Правительства по внутренней политике",
    Audience.HEAD: "начальник Департамента",
    Audience.GOVERNOR: "Губернатор",
}


class Aspect(NamedTuple):
    """One field of two editions: its title, and how each has it."""

    title: str
    first: str
    second: str

    @property
    def is_same(self) -> bool:
        return self.first == self.second


class Section(NamedTuple):
    """Fields that belong together: the act itself, a limit, or the readings."""

    title: str
    aspects: tuple[Aspect, ...]

    @property
    def differences(self) -> tuple[Aspect, ...]:
        return tuple(aspect for aspect in self.aspects if not aspect.is_same)

    @property
    def same(self) -> tuple[Aspect, ...]:
        return tuple(aspect for aspect in self.aspects if aspect.is_same)


def compare(first: Regulation, second: Regulation) -> list[Section]:
    """Every field of the two: the act, its limits in the order of the clauses, its readings, its names."""
    sections = [_section(OF_THE_ACT, dict(_act(first.act)), dict(_act(second.act)))]
    for name in LimitName:
        sections.append(_section(LIMITS[name], dict(_limit(first, name)), dict(_limit(second, name))))
    of_readings = [
        {title: said(answer) for title, answer in questions(act.readings, act.limits.routing.unit)}
        for act in (first, second)
    ]
    named = [{**dict(offices(act.offices)), **dict(_clauses(act))} for act in (first, second)]
    return [*sections, _section(OF_READINGS, *of_readings), _section(OF_NAMES, *named)]


def changed_terms(first: Regulation, second: Regulation) -> list[str]:
    """The limits of another length: «Срок ответа: 9 рабочих часов → 4 рабочих часа»."""
    found = []
    for name in LimitName:
        before, after = length(first, name), length(second, name)
        terms = [str(act.limits[name].term) for act in (first, second)]
        if before.removeprefix(terms[0]) == after.removeprefix(terms[1]):
            before, after = terms  # what both count from or to
        if before != after:
            found.append(f"{LIMITS[name]}: {before} → {after}")
    return found


def _section(title: str, first: Mapping[str, str], second: Mapping[str, str]) -> Section:
    titles = dict.fromkeys((*first, *second))
    return Section(
        title, tuple(Aspect(name, first.get(name, SILENT), second.get(name, SILENT)) for name in titles)
    )


def _act(act: Act) -> Iterator[tuple[str, str]]:
    yield "Обозначение в программе", act.key
    yield "Название", act.title
    yield "Краткое название", act.short_title or SILENT
    yield "Редакция", f"от {act.edition:%d.%m.%Y}"
    yield "Действует с", f"{act.in_force_from:%d.%m.%Y}"
    yield "Действует по", f"{act.in_force_to:%d.%m.%Y}" if act.in_force_to else "без ограничения"
    yield "Источник", act.source
    yield "Допущения", "; ".join(act.assumed) or "нет"


def _clauses(act: Regulation) -> Iterator[tuple[str, str]]:
    """Clauses beside those of the limits, by what they are about."""
    of = act.clauses
    for title, clause in (
        ("Сети", of.networks),
        ("Органы и их аккаунты", of.bodies),
        ("Выявление", of.detection),
        ("Исполнители и ответственные", of.responsible),
        ("Повторные сообщения", of.repeated),
        ("Требования к ответу", of.form),
        ("Что не подлежит ответу", of.declined),
        ("Журнал и достоверность", of.journal),
    ):
        yield f"Пункт: {title[0].lower()}{title[1:]}", f"п. {clause}" if clause else SILENT


def _limit(act: Regulation, name: LimitName) -> Iterator[tuple[str, str]]:
    limit = act.limits[name]
    yield "Пункт", f"п. {limit.clause}"
    yield "Название", limit.title
    yield "Срок", length(act, name)
    if name is LimitName.ANSWER:
        for importance, title in IMPORTANCE.items():
            amount = act.limits.answer.by_importance.get(importance, limit.amount)
            yield f"Категория важности «{title}»", str(Term(amount=amount, unit=limit.unit))
    yield "За кем", HOLDERS[limit.holder]
    yield "С чего начинается", ", ".join(_STARTS[start] for start in limit.starts)
    yield "Предупреждение об истечении", _warning(limit)
    yield "О нарушении уведомляются", said(", ".join(_TOLD[to] for to in limit.breach_to)) or "никто"
    yield "Сведения о нарушении направляются", said(TO[limit.escalation_to])
    yield "Примечание", limit.note or "нет"


def _warning(limit: Limit) -> str:
    if not limit.warns:
        return "не направляется"
    if limit.warns_before is None:
        return "как для всех сроков"
    unit = Unit.WORKING_DAYS if limit.term.counts_days else limit.unit
    return f"{Term(amount=limit.warns_before, unit=unit)} до истечения срока"
