"""Limits that fired on the way of a message's clock, in words with the clause."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from calendar_rules import titles
from calendar_rules.regulation import LimitName
from service.journal.reading import JournalRowView
from service.messages.view import MessageView
from service.runs.rules import Rules
from workflows.vocabulary import Fact

_NO_REPLY = 10
"""The clause under which an author's reply is waited for."""
_WORDS = {
    Fact.WARNING: "предупреждение",
    Fact.BREACH: "нарушен",
    Fact.BREACH_WITHDRAWN: "отметка о нарушении снята",
    Fact.WINDOW_ENDED: "истёк, вернуть сообщение вовремя уже нельзя",
    Fact.INHERITED: "истёк, нарушением не считается",
}


@dataclass(frozen=True, slots=True)
class Fired:
    """One thing that the clock brought about: what, by which clause, when in the Department's zone."""

    title: str
    clause: int
    at: datetime
    is_breach: bool


def fired(rows: Sequence[JournalRowView], after: int, message: MessageView, rules: Rules) -> list[Fired]:
    """What the rows of a journal after that number tell of limits and of waiting, the earliest first."""
    clauses = {run.name: run.clause for run in message.limits}
    return [
        found
        for row in reversed(rows)
        if row.number > after and (found := _fired(row, clauses, rules)) is not None
    ]


def _fired(row: JournalRowView, clauses: dict[LimitName, int], rules: Rules) -> Fired | None:
    if row.kind == Fact.NO_REPLY:
        return Fired("Автор не ответил: куратору сообщено", _NO_REPLY, row.at, is_breach=False)
    if row.kind not in _WORDS or "limit" not in row.data:
        return None
    name = LimitName(row.data["limit"])
    clause = clauses.get(name) or rules.regulation.limits[name].clause
    title = f"{titles.LIMITS[name]}: {_WORDS[Fact(row.kind)]}"
    return Fired(title, clause, row.at, is_breach=row.kind == Fact.BREACH)
