"""Conditions of a list, in words, each of which can be taken away alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from api.web.templates import numeric_day
from api.web.titles import Titles
from calendar_rules import titles as order
from calendar_rules.moments import near, until
from calendar_rules.russian import initials
from calendar_rules.vocabulary import Importance, Outcome, Stage
from store.messages.listing import Filters
from store.messages.narrowing import Said

_INSTANT = timedelta(microseconds=1)
_NAMES = {"is_open": "open"}
"""Parameters that have another name than their field."""
VERDICTS: Mapping[Said, str] = {
    **{Said(verdict.value): title for verdict, title in order.VERDICTS.items()},
    Said.NONE: "Оценки нет",
}
"""What authors say of answers, as lists are narrowed by it."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition in force: what it says, and the fields of the filters that make it."""

    said: str
    fields: Sequence[str]

    @property
    def parameters(self) -> Sequence[str]:
        """What of the address makes it."""
        return [_NAMES.get(name, name) for name in self.fields]

    def left_out(self, filters: Filters) -> Filters:
        """The filters without it."""
        return replace(filters, **dict.fromkeys(self.fields))


def conditions(
    filters: Filters, titles: Titles, persons: Mapping[str, str], now: datetime
) -> Sequence[Condition]:
    """The conditions in force; `now` is in the zone in which their moments are said."""
    return [
        Condition(said, fields)
        for said, *fields in (
            *_plain(filters, titles, persons),
            *_yes_or_no(filters),
            *_of_time(filters, now),
        )
        if said
    ]


def _plain(filters: Filters, titles: Titles, persons: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Values that stand in the address, and what they are called."""
    yield f"«{filters.q}»" if filters.q else "", "q"
    yield order.STAGES.get(Stage(filters.stage), "") if filters.stage else "", "stage"
    yield titles.brief(filters.body), "body"
    yield titles.network(filters.network) if filters.network else "", "network"
    yield titles.topic(filters.topic), "topic"
    if filters.importance:
        yield f"{order.IMPORTANCE[Importance(filters.importance)]} важность", "importance"
    yield order.OUTCOMES.get(Outcome(filters.outcome), "") if filters.outcome else "", "outcome"
    for name, title in (("curator", "Куратор"), ("assignee", "Исполнитель")):
        key = getattr(filters, name)
        yield f"{title}: {initials(persons.get(key, key))}" if key else "", name
    if filters.surge:
        yield f"Сообщения повышенной активности № {filters.surge}", "surge"
    yield VERDICTS[filters.verdict] if filters.verdict else "", "verdict"


def _yes_or_no(filters: Filters) -> Iterator[tuple[str, str]]:
    for name, yes, no in (
        ("is_open", "Не завершена", "Завершена"),
        ("overdue", "Срок нарушен", "Срок не нарушен"),
        ("void", "Только зарегистрированные ошибочно", "Без зарегистрированных ошибочно"),
    ):
        value = getattr(filters, name)
        yield "" if value is None else yes if value else no, name


def _of_time(filters: Filters, now: datetime) -> Iterator[tuple[str, ...]]:
    """Days of detection each by itself, as the form has them; periods that only reports ask for as one."""
    since, to = filters.detected_from, filters.detected_to
    if since:
        yield f"Выявлено с {_day(since, now)}", "detected_from"
    if to:
        yield f"Выявлено по {_day(to - _INSTANT, now)}", "detected_to"
    if filters.due_before:
        yield f"Срок раньше {until(filters.due_before.astimezone(now.tzinfo), now)}", "due_before"
    for title, name in (("Размещено", "published"), ("Срок нарушен", "breached")):
        fields = f"{name}_from", f"{name}_to"
        since, to = (getattr(filters, field) for field in fields)
        words = (
            f" {word} {near(at.astimezone(now.tzinfo), now)}" for word, at in (("с", since), ("до", to)) if at
        )
        if said := "".join(words):
            yield f"{title}{said}", *fields


def _day(at: datetime, now: datetime) -> str:
    return numeric_day(at.astimezone(now.tzinfo))
