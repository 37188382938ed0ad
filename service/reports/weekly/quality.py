"""Quality of bodies' work in a period: what curators decided on their drafts, what came back, what was promised."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from calendar_rules.vocabulary import DraftKind
from service.reports.weekly.items import Item, of_rows
from service.reports.weekly.summary import Quality, QualityCounts
from store.database.session import Connection
from store.reports import limits as weekly_limits
from store.reports import period as weekly
from store.reports.period import Row, Span
from workflows.vocabulary import Command

TOGETHER = "Всего"
_OF_THE_PERIOD = (
    Command.ROUTE,
    Command.RETURN,
    Command.APPROVE,
    Command.SEND_FOR_REWORK,
    Command.CONFIRM_PUBLICATION,
)
_NAMES = tuple(QualityCounts.model_fields)


def of_period(
    connection: Connection,
    span: Span,
    parts: Iterable[Span],
    titles: Mapping[str, str],
    body: str | None = None,
) -> tuple[Quality, ...]:
    """All together first, then bodies in the order of their titles, those with nothing left out.

    Of one body: what counts at it, which is all together, too. `parts`: of the span, one after another.
    """
    counts: dict[str | None, Counter[str]] = defaultdict(Counter)
    for item in items(connection, span, parts, body):
        if item.body is not None:
            counts[item.body][item.field] += 1
        if item.together:
            counts[None][item.field] += 1
    bodies = sorted(counts.keys() - {None}, key=lambda key: (titles.get(key or "", ""), key or ""))
    return tuple(_quality(key, counts[key], titles) for key in (None, *bodies))


def items(
    connection: Connection, span: Span, parts: Iterable[Span], body: str | None = None
) -> Iterator[Item]:
    """Everything that quality counts, under the names of its fields."""
    for item in _items(connection, span, parts, body):
        if body is None or item.body == body:
            yield item if body is None else Item(item.field, item.message, item.at, body)


def _items(connection: Connection, span: Span, parts: Iterable[Span], body: str | None) -> Iterator[Item]:
    decided: dict[str, _Decided] = {}
    misrouted: set[Item] = set()
    for part in parts:
        rows = weekly.rows_in(connection, part, _OF_THE_PERIOD, body)
        for row in rows:
            if row.kind in (Command.APPROVE, Command.SEND_FOR_REWORK) and "draft" in row.data:
                accepted = row.kind == Command.APPROVE and row.data["round"] == 1
                decided[row.data["draft"]] = _Decided(row.message, row.at, row.data["body"], accepted)
        yield from _answers(connection, rows)
        yield from of_rows("rework_rounds", (row for row in rows if row.kind == Command.SEND_FOR_REWORK))
        yield from of_rows("returns", (row for row in rows if row.kind == Command.RETURN))
        misrouted.update(_misroutings(connection, rows))
    yield from misrouted
    yield from _decisions(decided.values())
    yield from _promises(connection, span, body)
    yield from _repeated(connection, span, body)


def _quality(body: str | None, counts: Mapping[str, int], titles: Mapping[str, str]) -> Quality:
    title = TOGETHER if body is None else titles.get(body, body)
    return Quality(body=body, title=title, **{name: counts.get(name, 0) for name in _NAMES})


class _Decided(NamedTuple):
    """What was decided last on a draft."""

    message: int
    at: datetime
    body: str
    accepted_at_once: bool


def _decisions(last: Iterable[_Decided]) -> Iterator[Item]:
    """Each draft counts once, whatever was decided on it, and by what was decided last."""
    for it in last:
        yield Item("drafts", it.message, it.at, it.body)
        if it.accepted_at_once:
            yield Item("accepted_at_once", it.message, it.at, it.body)


def _answers(connection: Connection, rows: Iterable[Row]) -> Iterator[Item]:
    answers = [row for row in rows if _is_answer(row)]
    with_files = weekly.drafts_with_files(connection, {row.message for row in answers})
    yield from of_rows("answers", answers)
    yield from of_rows("answers_with_photo", (row for row in answers if row.data["draft"] in with_files))


def _is_answer(row: Row) -> bool:
    return row.kind == Command.CONFIRM_PUBLICATION and row.data["draft_kind"] == DraftKind.ANSWER


def _promises(connection: Connection, span: Span, body: str | None) -> Iterator[Item]:
    for run in weekly_limits.final_drafts_due(connection, span, body):
        yield Item("interim_promised", run.message, run.due_at, run.body)
        if run.in_time:
            yield Item("interim_kept", run.message, run.due_at, run.body)


def _misroutings(connection: Connection, rows: Iterable[Row]) -> Iterator[Item]:
    """A message routed again without a body that had been named and has sent nothing was not that body's.

    Of all together a message counts once, and once at each such body.
    """
    routed = weekly.rerouted(connection, {row.message for row in rows if row.kind == Command.ROUTE})
    in_period = {(row.message, row.number) for row in rows}
    story: dict[int, list[Row]] = defaultdict(list)
    for row in weekly.rows_about(connection, routed, [Command.ROUTE, Command.CONTRIBUTE]):
        story[row.message].append(row)
    for message, steps in story.items():
        wrong = set(_dropped(steps, in_period, message))
        yield from (Item("misroutings", message, body=body, together=False) for body in sorted(wrong))
        if wrong:
            yield Item("misroutings", message)


def _dropped(steps: Sequence[Row], in_period: set[tuple[int, int]], message: int) -> Iterator[str]:
    before: set[str] = set()
    for row in steps:
        if row.kind == Command.CONTRIBUTE:
            before.discard(row.data["body"])
            continue
        if (message, row.number) in in_period:
            yield from before - set(row.data["bodies"])
        before = set(row.data["bodies"])


def _repeated(connection: Connection, span: Span, body: str | None) -> Iterator[Item]:
    for message in weekly.repeating(connection, span, body):
        yield Item("repeated", message.number, message.detected_at)
        for holder in message.bodies:
            yield Item("repeated", message.number, message.detected_at, holder, together=False)
