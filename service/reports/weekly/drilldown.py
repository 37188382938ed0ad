"""Things behind a number of a report, found by the statement that counts it, so that a list has just as many."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from calendar_rules.regulation import LimitName
from service.messages import localities
from service.reports.weekly import balance, load, promised, trends, verdicts
from service.reports.weekly.composition import ESCALATED
from service.reports.weekly.dynamics import ENDED, NOT_ROUTED, REST, shown_places
from service.reports.weekly.figures import EACH
from service.reports.weekly.period import Period
from service.runs.rules import Rules
from store.database.session import Connection
from store.reports import counts, limits, quality, told
from store.reports.facts import Condition, Fact, Facts, listed
from store.reports.period import Span, of_authors

_NEVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of a table: its column, and what its row is of; `row` None: of all."""

    table: str
    column: str
    row: str | None = None
    limit: LimitName | None = None


def things(connection: Connection, rules: Rules, period: Period, body: str | None, cell: Cell) -> list[Fact]:
    """What the number counts, the first first; nothing for a cell that no report has."""
    find = _OF_TABLES.get(cell.table)
    found = None if find is None else find(_Asked(connection, rules, period, body, cell))
    facts = listed(connection, found) if found is not None and not isinstance(found, list) else found or []
    return sorted(facts, key=lambda fact: (fact.at or _NEVER, fact.message))


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

    # ---- of messages detected in the period

    def detected(self, figure: str, holder: str | None = None, *where: Condition) -> Facts | None:
        """Of a figure at a body, or at the curators, of the messages of which this is so."""
        connection, span, whose = self.connection, self.span, self.body or holder
        if figure in ("in_time", "breached"):
            return limits.of_detected(connection, span, figure, whose).where(*where)
        kinds = [kind for kind, name in EACH.items() if name == figure]
        if kinds:
            return counts.steps_of(connection, span, kinds[0], whose).where(*where)
        found = counts.detected(connection, span, figure, whose)
        return None if found is None else found.where(*where)

    def of_row(self) -> Facts | None:
        return self.detected(self.cell.row or "")

    def of_bodies(self) -> Facts | None:
        return self.detected(self.cell.column, self.cell.row)

    def of_topics(self) -> Facts | None:
        row = self.cell.row
        figure = "received" if self.cell.column == "count" else self.cell.column
        if row is None:
            return self.detected(figure)
        topic = None if row in (NOT_ROUTED, ENDED) else row
        return self.detected(figure, None, counts.of_topic(topic, ended=row == ENDED))

    def of_networks(self) -> Facts | None:
        row = self.cell.row
        return self.detected("received", None, *([counts.of_network(row)] if row else []))

    def of_places(self) -> Facts | None:
        """Messages about a settlement; `REST`: about those that have no row of their own."""
        spans = (self.span, self.period.later(-1).span(self.rules.zone))
        periods = [trends.Seen.read(self.connection, span, self.body) for span in spans]
        places = localities.places({one for seen in periods for one in seen.settlements})
        row = self.cell.row
        shown = shown_places(trends.of_periods(periods, {})) if row == REST else set()
        wanted = {
            one
            for one, place in places.items()
            if row in (None, place.key) or (row == REST and place.key not in shown)
        }
        return self.detected("received", None, counts.about(wanted))

    # ---- of what happened in the period

    def of_balance(self) -> Facts | None:
        field = self.cell.row or ""
        if field == "received":
            return self.detected(field)
        return balance.things(self.span, field, self.body)

    def of_limits(self) -> Facts:
        found = limits.decided(self.span, self.cell.column, self.body or self.cell.row)
        return (
            found
            if self.cell.limit is None
            else found.where(found.selected_columns["name"] == self.cell.limit)
        )

    def of_quality(self) -> list[Fact]:
        return quality.things(self.connection, self.span, self.cell.column, self.body, at=self.cell.row)

    def of_quality_beside(self) -> list[Fact]:
        return quality.things(self.connection, self.span, self.cell.row or "", self.body)

    def of_promises(self) -> list[Fact]:
        return [
            Fact(it.message, it.at, it.body)
            for it in promised.items(self.connection, self.span, self.body)
            if it.field == self.cell.column and self.cell.row in (None, it.body)
        ]

    def of_authors(self) -> Facts:
        found = of_authors(self.span, self.body)
        if self.cell.table == "authors":
            return found.where(found.selected_columns["first"] == int(self.cell.row or 0))
        if self.cell.row == "authors":
            return found.where(found.selected_columns["first"] == found.selected_columns["message"])
        return found

    def of_escalations(self) -> list[Fact]:
        return [
            Fact(it.message, it.at)
            for it in told.escalated(self.connection, self.span, ESCALATED, self.body)
            if self.cell.row == "escalations" or getattr(it, self.cell.row or "", False)
        ]

    def of_measures(self) -> Facts:
        noted = {"noted": True, "without": False}.get(self.cell.row or "")
        return limits.broken(self.span, self.body, noted=noted)

    def of_load(self) -> list[Fact]:
        whose, _, person = (self.cell.row or "").partition("\n")
        found = load.things(self.span, self.cell.column, self.body, of_bodies=self.cell.table == "executors")
        return listed(self.connection, found, person=person or None, body=whose or None)


_OF_TABLES: Final[Mapping[str, Callable[[_Asked], Facts | list[Fact] | None]]] = {
    "totals": _Asked.of_row,
    "bodies": _Asked.of_bodies,
    verdicts.BY_BODY: _Asked.of_bodies,
    "topics": _Asked.of_topics,
    verdicts.BY_TOPIC: _Asked.of_topics,
    "weeks": _Asked.of_bodies,
    "networks": _Asked.of_networks,
    "locations": _Asked.of_places,
    "balance": _Asked.of_balance,
    "limits": _Asked.of_limits,
    "quality": _Asked.of_quality,
    "quality_beside": _Asked.of_quality_beside,
    "promises": _Asked.of_promises,
    "authors": _Asked.of_authors,
    "repeated_authors": _Asked.of_authors,
    "escalations": _Asked.of_escalations,
    "measures": _Asked.of_measures,
    "curators": _Asked.of_load,
    "executors": _Asked.of_load,
}
