"""Words about a limit that was not kept, in Russian: whose it was, by how much, and what is asked (cl. 20).

Bodies are named by their titles, persons by surname and initials in the case of the sentence. A name whose form is not
certain stands in the nominative, where that is right.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from calendar_rules import russian, titles
from calendar_rules.act_words import said
from calendar_rules.lateness import in_words
from calendar_rules.moments import moment_text
from calendar_rules.regulation import HolderRole, LimitName
from calendar_rules.russian import within
from service.people.declension import Case, in_case, inside
from service.people.person_names import is_womans, short, short_in
from service.runs.rules import Rules
from store.journal.charges import Charged
from store.oversight.shortcomings import Shortcoming
from workflows import notice_facts as facts

GROUND = "Основание: пункт 20 Положения."
FOR_INFORMATION = "Сообщается для сведения."
OF_YOUR_BODY = " За вашим органом нарушение срока ответа не учтено."
OF_YOU = " За вами нарушение срока ответа не учтено."
"""What whoever is told of a late answer reads, where it is not charged to them."""

_STANDING_IN = {None: ("замещающий", "замещающая"), Case.INSTRUMENTAL: ("замещающим", "замещающей")}


class Whose:
    """Names those whom a breach is charged to: `bodies` are titles by key, `names` whole names by sign-in, and
    `responsible` the sign-ins of those who answer for a body and are no executors of it; None where that is not known,
    and persons stand without their office."""

    def __init__(
        self, bodies: Mapping[str, str], names: Mapping[str, str], responsible: Collection[str] | None = None
    ) -> None:
        self._bodies = bodies
        self._names = names
        self._responsible = responsible

    def by(self, item: Charged) -> str:
        """«куратором Соколовой В. А.», «Департаментом ЖКХ (исполнителем Гореловой С. Ю.)»."""
        person = self._person(item, Case.INSTRUMENTAL)
        if item.body is None:
            known = self._person(item)
            return f"куратором {person}" if person else f"куратором ({known})" if known else "куратором"
        title = self._bodies.get(item.body)
        body = in_case(title, Case.INSTRUMENTAL) if title else "органом"
        if person:
            return (
                f"{body} ({self._office(item, 'ответственным должностным лицом ', 'исполнителем ')}{person})"
            )
        known = self._person(item)
        office = self._office(item, "ответственное должностное лицо: ", "исполнитель: ")
        return f"{body} ({office}{known})" if known else body

    def named(self, item: Charged) -> str:
        """«куратор Соколова В. А.», «Департамент ЖКХ (исполнитель Горелова С. Ю.)»."""
        person = self._person(item)
        if item.body is None:
            return f"куратор {person}" if person else "куратор"
        body = inside(self._bodies.get(item.body, "орган"))
        office = self._office(item, "ответственное должностное лицо ", "исполнитель ")
        return f"{body} ({office}{person})" if person else body

    def by_and_how_late(self, item: Charged) -> str:
        """«куратором Соколовой В. А. — срок согласования превышен на 5 ч 25 мин рабочего времени»."""
        return f"{self.by(item)} — {self._how_late(item)}"

    def and_how_late(self, item: Charged) -> str:
        """«куратор Соколова В. А. — срок согласования превышен на 5 ч 25 мин рабочего времени»."""
        return f"{self.named(item)} — {self._how_late(item)}"

    @staticmethod
    def _how_late(item: Charged) -> str:
        late = in_words(item.over)
        if item.limit is LimitName.ANSWER:
            return f"сообщение было ошибочно закрыто в течение {late}"
        return f"{titles.limit(item.limit)} превышен на {late}"

    def _office(self, item: Charged, of_responsible: str, of_executor: str) -> str:
        """The office of a person of a body, where it is known."""
        if self._responsible is None:
            return ""
        return of_responsible if (item.acting_for or item.person) in self._responsible else of_executor

    def _person(self, item: Charged, case: Case | None = None) -> str | None:
        """«Ерёмин П. С., замещающий Соколову В. А.»; None where there is no such name, or not in this case."""
        name = self._names.get(item.person or "")
        if name is None:
            return None
        form = short(name) if case is None else short_in(name, case)
        absent = self._names.get(item.acting_for or "")
        if absent is None or form is None:
            return form
        womans, whom = is_womans(name), short_in(absent, Case.ACCUSATIVE)
        if womans is None or whom is None:
            return f"{form}, замещаемый сотрудник: {short(absent)}" if case is None else None
        return f"{form}, {_STANDING_IN[case][womans]} {whom}"


def breach(notice: facts.Breach | facts.Escalation, charged: Sequence[Charged], whose: Whose) -> str:
    """That a limit was not kept, and by whom; of `answer`, whose own limits were over before, and by how much."""
    limit, passed = of(notice.limit, notice.clause), f"истёк {moment_text(notice.due_at)}"
    if notice.limit is LimitName.ANSWER:
        late = "; ".join(whose.and_how_late(item) for item in charged)
        whose_it_is = (
            f"Нарушение учтено: {late}." if charged else f"Нарушение {nobodys(notice.rounds, notice.short)}."
        )
        return f"{limit} {passed}, ответ не размещён. {whose_it_is}"
    by = f" {' и '.join(whose.by(item) for item in charged)}" if charged else ""
    done = f", сообщение возвращено {moment_text(notice.met_at)}" if notice.met_at else ""
    return f"{limit} не соблюдён{by}, {passed}{done}."


def corrected(notice: facts.ChargeCorrected, charged: Sequence[Charged], whose: Whose) -> str:
    """That another is charged with a breach than was told: the absence of who was named was recorded afterwards."""
    late = whose.by_and_how_late if notice.limit is LimitName.ANSWER else whose.by
    by = f"учтено за {'; '.join(map(late, charged))}" if charged else "ни за кем не учтено"
    return (
        f"исправлено, за кем учтено нарушение {of_limit(notice.limit, notice.clause)}, истёкшего "
        f"{moment_text(notice.due_at)}: отсутствие сотрудника записано позже. Нарушение {by}."
    )


def nobodys(rounds: int, short: Iterable[LimitName]) -> str:
    """«ни за кем не учтено: …»: why a late answer is nobody's, and how often its draft was sent back (cl. 12).

    `short` are the steps that had too little time.
    """
    steps = " и ".join(titles.of_limit(name) for name in short)
    why = (
        f"до истечения {steps} на этот шаг не было достаточно рабочего времени"
        if steps
        else "собственные сроки шагов не превышены, вместе они длиннее срока ответа"
    )
    sent_back = f"; проект возвращён на доработку {russian.counted(rounds, russian.TIMES)}" if rounds else ""
    return f"ни за кем не учтено: {why}{sent_back}"


def escalation(notice: facts.Escalation, charged: Sequence[Charged], whose: Whose) -> str:
    """The same, to whoever oversees those charged; without blame where it is nobody's."""
    return f"{breach(notice, charged, whose)} {said(GROUND) if charged else FOR_INFORMATION}"


def inherited(notice: facts.Escalation) -> str:
    """That a limit had passed before anybody could keep it, or with too little time in hand."""
    limit, at = of(notice.limit, notice.clause), moment_text(notice.due_at)
    of_curator = notice.holder is HolderRole.CURATOR
    before, whose = ("регистрации", "куратора") if of_curator else ("направления", "органа")
    if notice.past:
        return f"{limit} истёк до {before}, {at}; нарушением {whose} не считается"
    return f"{limit} истёк {at}; после {before} времени на этот шаг было недостаточно, нарушением {whose} не считается"


def unacknowledged(
    notice: facts.Escalation,
    charged: Sequence[Charged],
    whose: Whose,
    *,
    acknowledge_within: timedelta,
    told: Sequence[str],
    standing: str,
) -> str:
    """That nobody acknowledged an escalation in time: `told` are whole names, `standing` says how late it is when."""
    forms = [short_in(name, Case.INSTRUMENTAL) for name in told]
    certain = [form for form in forms if form is not None]
    by = f" {', '.join(certain)}" if certain and len(certain) == len(told) else ""
    after = "" if by or not told else f" (сведения направлены: {', '.join(map(short, told))})"
    return (
        f"{breach(notice, charged, whose)} {said(GROUND) if charged else FOR_INFORMATION} {standing} "
        f"Ознакомление с этими сведениями не подтверждено{by} в течение {within(acknowledge_within)}{after}. "
        f"{said('Об этом начальник Департамента информирует аппарат Председателя Правительства письмом')}, "
        "которое формирует программа."
    )


def of(name: LimitName, clause: int | None) -> str:
    """«срок согласования (пункт 11)»."""
    return f"{titles.limit(name)}{in_clause(clause)}"


def of_limit(name: LimitName, clause: int | None) -> str:
    """«срока согласования (пункт 11)»."""
    return f"{titles.of_limit(name)}{in_clause(clause)}"


def in_clause(clause: int | None) -> str:
    """« (пункт 11)»; nothing where no clause is named."""
    return f" (пункт {clause})" if clause is not None else ""


def standing(breach: Shortcoming, rules: Rules, now: datetime) -> str:
    """How late it is or was, as a sentence; `now` by the clock of whoever asks, behind which the message's is not."""
    until = breach.ended_at or max(now, breach.due_at)
    late = in_words(rules.late(breach.calendar, breach.due_at, until, breach.stood))
    if breach.is_open:
        return f"Просрочено на {late}, не выполнено."
    if breach.met_at:
        return f"Выполнено с опозданием на {late}."
    return f"Исполнение не требуется, просрочка составила {late}."
