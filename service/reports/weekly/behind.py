"""Things behind a number of a report: the messages, rows of journals and runs of limits that it counts, each of them.

Numbers and lists come from the same functions, so that a list has as many as its number says.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from calendar_rules.regulation import LimitName
from service.reports.weekly import balance, contents, load, promised, quality, timeliness, trends
from service.reports.weekly.composition import ESCALATED, compose
from service.reports.weekly.dynamics import ENDED, NOT_ROUTED, REST
from service.reports.weekly.figures import EACH
from service.reports.weekly.items import Item
from service.reports.weekly.kept_parts import CURATORS
from service.reports.weekly.period import Period
from service.runs.rules import Rules
from store.database.session import Connection
from store.reports import limits as weekly_limits
from store.reports import period as weekly
from store.reports import told, workload
from store.reports.limits import Run
from store.reports.period import Span
from store.reports.versions import Made

_NEVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of a table: its column, and what its row is of; `row` None: of all."""

    table: str
    column: str
    row: str | None = None
    limit: LimitName | None = None


@dataclass(frozen=True, slots=True)
class _Asked:
    connection: Connection
    rules: Rules
    period: Period
    body: str | None
    cell: Cell

    @property
    def span(self) -> Span:
        return self.period.span(self.rules.zone)


def items(connection: Connection, rules: Rules, period: Period, body: str | None, cell: Cell) -> list[Item]:
    """What the number counts, the first first; nothing for a cell that no report has."""
    found = _OF_TABLES.get(cell.table)
    if found is None:
        return []
    counted = found(_Asked(connection, rules, period, body, cell))
    return sorted(counted, key=lambda item: (item.at or _NEVER, item.message))


def _of_balance(asked: _Asked) -> Iterator[Item]:
    wanted = asked.cell.row
    of_it = (
        balance.still_open(asked.connection, asked.span, asked.body)
        if wanted in (balance.OPENING, balance.CLOSING)
        else balance.ends(asked.connection, asked.span, asked.body)
    )
    return (item for item in of_it if item.field == wanted)


# ---- of messages detected in the period


def _of_totals(asked: _Asked) -> Iterator[Item]:
    return _of_detected(asked, asked.cell.row or "", None, None)


def _of_bodies(asked: _Asked) -> Iterator[Item]:
    return _of_detected(asked, asked.cell.column, asked.cell.row, None)


def _of_topics(asked: _Asked) -> Iterator[Item]:
    return _of_detected(asked, asked.cell.column, None, asked.cell.row)


def _of_weeks(asked: _Asked) -> Iterator[Item]:
    return _of_detected(asked, asked.cell.column, None, None)


def _of_detected(asked: _Asked, name: str, holder: str | None, topic: str | None) -> Iterator[Item]:
    """Of a figure at a body, or at the curators, or of a topic."""
    if name in ("in_time", "breached"):
        for run in weekly_limits.runs_detected(asked.connection, asked.span, asked.body):
            at = run.breached_at if name == "breached" else run.met_at
            counts = run.breached_at is not None if name == "breached" else run.in_time
            whose = run.charged if name == "breached" else (run.body,)
            wanted = asked.body or holder
            is_theirs = wanted is None or (None if wanted == CURATORS else wanted) in whose
            if counts and is_theirs and _is_of(run.topic, run.ended, topic):
                yield Item(name, run.message, at, run.body)
        return
    kinds = [kind for kind, figure in EACH.items() if figure == name]
    if not kinds:
        return
    turns = weekly.turns(asked.connection, asked.span, asked.body)
    for row in weekly.rows_of(asked.connection, asked.span, kinds, asked.body):
        if holder is not None and holder not in turns.get(row.message, ()):
            continue
        if topic is None or row.topic == topic:
            yield Item(name, row.message, row.at, row.data["body"])


def _is_of(topic: str | None, ended: bool, wanted: str | None) -> bool:
    if wanted in (NOT_ROUTED, ENDED):
        return topic is None and ended == (wanted == ENDED)
    return wanted is None or topic == wanted


# ---- limits and quality


def _of_limits(asked: _Asked) -> Iterator[Item]:
    cell, holder = asked.cell, asked.cell.row
    for name, run, whose in timeliness.decided(asked.connection, asked.span, asked.body):
        is_theirs = holder is None or (None if holder == CURATORS else holder) in whose
        if name == cell.column and is_theirs and cell.limit in (None, run.name):
            yield Item(name, run.message, _moment(name, run), run.body)


def _moment(name: str, run: Run) -> datetime | None:
    return run.met_at if name == "in_time" else run.breached_at


def _of_quality(asked: _Asked) -> Iterator[Item]:
    return _quality_of(asked, asked.cell.column, asked.cell.row)


def _of_quality_beside(asked: _Asked) -> Iterator[Item]:
    return _quality_of(asked, asked.cell.row or "", None)


def _quality_of(asked: _Asked, name: str, holder: str | None) -> Iterator[Item]:
    for item in quality.items(asked.connection, asked.span, [asked.span], asked.body):
        if item.field == name and (item.body == holder if holder is not None else item.together):
            yield item


def _of_promises(asked: _Asked) -> Iterator[Item]:
    for item in promised.items(asked.connection, asked.span, asked.body):
        if item.field == asked.cell.column and asked.cell.row in (None, item.body):
            yield item


# ---- where and when, who


def _of_hours(asked: _Asked) -> Iterator[Item]:
    """The row is an hour, the column a day of the week; of all, neither."""
    hour, day = asked.cell.row, asked.cell.column.removeprefix("day_")
    for message in weekly.detected(asked.connection, asked.span, asked.body):
        at = message.detected_at.astimezone(asked.rules.zone)
        if (hour is None or at.hour == int(hour)) and (day == "count" or at.isoweekday() == int(day)):
            yield Item("received", message.number, at)


def _of_places(asked: _Asked) -> Iterator[Item]:
    """Messages about a settlement or a street; `REST`: about those that have no row of their own."""
    shown = _rows_of(asked) if asked.cell.row == REST else set()
    wheres = weekly.places(asked.connection, asked.span, asked.body)
    towns = trends.settlements(wheres)
    for message in weekly.detected(asked.connection, asked.span, asked.body):
        where = wheres.get(message.number)
        place = towns.get(message.number)
        if asked.cell.table == "streets":
            key = f"{place.key if place else ''}\n{where.street}" if where and where.street else None
        else:
            key = place.key if place else None
        wanted = asked.cell.row
        if key is not None and (wanted in (None, key) or (wanted == REST and key not in shown)):
            yield Item("received", message.number, message.detected_at)


def _rows_of(asked: _Asked) -> set[str | None]:
    """Keys of the rows that the table has."""
    made = Made(asked.period.name, 0, datetime.now(UTC), None)
    summary = compose(
        *(asked.connection, asked.rules, asked.period, made),
        is_over=True,
        is_report=True,
        body=asked.body,
    )
    return {
        row.key
        for table in contents.of(summary).tables()
        if table.key == asked.cell.table
        for row in table.rows
    }


def _of_authors(asked: _Asked) -> Iterator[Item]:
    for author in weekly.repeated_authors(asked.connection, asked.span, asked.body):
        if asked.cell.row == "authors":
            yield Item("authors", author.first)
        else:
            for number, at in weekly.of_author(asked.connection, asked.span, author.first, asked.body):
                yield Item("author_messages", number, at)


# ---- what was told and done


def _of_escalations(asked: _Asked) -> Iterator[Item]:
    for one in told.escalated(asked.connection, asked.span, ESCALATED, asked.body):
        if asked.cell.row == "escalations" or getattr(one, asked.cell.row or ""):
            yield Item("escalations", one.message, one.at)


def _of_measures(asked: _Asked) -> Iterator[Item]:
    wanted = {"noted": True, "without": False}.get(asked.cell.row or "")
    for run in weekly_limits.broken(asked.connection, asked.span, asked.body, noted=wanted):
        yield Item("late", run.message, run.breached_at, run.body)


def _of_load(asked: _Asked) -> Iterator[Item]:
    whose, _, person = (asked.cell.row or "").partition("\n")
    column = asked.cell.column
    if column == "open":
        for number in workload.open_messages(asked.connection, person or None, whose or None):
            yield Item("open", number)
        return
    times = timeliness.WorkingTimes(asked.rules.calendar_of)
    done = times.of(asked.connection, asked.span, asked.body)
    met = [(run.message, run.met_at, run.name) for run, _ in done]
    for step in load.steps(asked.connection, asked.span, met, asked.body):
        if step.who == (person or None, whose or None) and (column == "done" or column in step.met):
            yield Item(column, step.message, step.at, whose or None)


_OF_TABLES: Final[Mapping[str, Callable[[_Asked], Iterable[Item]]]] = {
    "balance": _of_balance,
    "totals": _of_totals,
    "bodies": _of_bodies,
    "topics": _of_topics,
    "weeks": _of_weeks,
    "limits": _of_limits,
    "quality": _of_quality,
    "quality_beside": _of_quality_beside,
    "promises": _of_promises,
    "hours": _of_hours,
    "locations": _of_places,
    "streets": _of_places,
    "repeated_authors": _of_authors,
    "escalations": _of_escalations,
    "measures": _of_measures,
    "curators": _of_load,
    "executors": _of_load,
}
