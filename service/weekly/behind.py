"""Which messages are behind a number of a weekly summary: a number is a link only where its list has as many."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from calendar_rules.regulation import LimitName
from service.message_lists import MessageLists
from service.weekly.summary import WeeklySummary
from service.weekly.week import Week
from store import shortcomings, weekly
from store.session import Connection
from store.shortcomings import Sought
from store.weekly import Span

Conditions = Mapping[str, str]
"""Parameters of a list of messages."""
_NOT_VOID = {"void": "false"}


@dataclass(frozen=True, slots=True)
class Behind:
    """What the lists of two weeks have now: of the summary's week, and of the one before."""

    span: Span
    before: Span
    received_now: int
    received_earlier: int
    bodies: Mapping[str, int]
    topics: Mapping[str, int]
    breaches: Mapping[tuple[str | None, LimitName | None], int]
    """What the register of shortcomings has, of a body and a limit, or in all; nothing where it may not be read."""

    def received(self, count: int) -> Conditions | None:
        """All messages of the week."""
        return _within(self.span) if count == self.received_now else None

    def received_before(self, count: int) -> Conditions | None:
        """All messages of the week before."""
        return _within(self.before) if count == self.received_earlier else None

    def of_body(self, body: str | None, count: int) -> Conditions | None:
        """Those that a body had a turn in."""
        known = body is not None and self.bodies.get(body, 0) == count
        return {**_within(self.span), "body": body} if body and known else None

    def breached(self, body: str | None, limit: LimitName | None, count: int) -> Conditions | None:
        """What the register has of a body and a limit; None and None: all of the week."""
        if self.breaches.get((body, limit)) != count:
            return None
        named = {"body": body, "limit": limit.value if limit else None}
        return {
            **{name: value for name, value in named.items() if value},
            **{"from": self.span[0].isoformat(), "to": self.span[1].isoformat()},
        }

    def of_topic(self, topic: str | None, count: int) -> Conditions | None:
        """Those of a topic."""
        known = topic is not None and self.topics.get(topic, 0) == count
        return {**_within(self.span), "topic": topic} if topic and known else None


async def read(
    lists: MessageLists, summary: WeeklySummary, zone: ZoneInfo, *, reads_register: bool
) -> Behind:
    """What is there now: later registrations and corrections change it, a summary that was made they do not."""
    return await lists.read(lambda connection: _read(connection, summary, zone, reads_register))


def _read(connection: Connection, summary: WeeklySummary, zone: ZoneInfo, reads_register: bool) -> Behind:
    week = Week(summary.first_day)
    span, before = week.span(zone), week.later(-1).span(zone)
    found = weekly.detected(connection, span)
    return Behind(
        span=span,
        before=before,
        received_now=len(found),
        received_earlier=len(weekly.detected(connection, before)),
        bodies=Counter(body for bodies in weekly.turns(connection, span).values() for body in bodies),
        topics=Counter(message.topic for message in found if message.topic is not None),
        breaches=_breaches(connection, summary, span) if reads_register else {},
    )


def _breaches(
    connection: Connection, summary: WeeklySummary, span: Span
) -> dict[tuple[str | None, LimitName | None], int]:
    wanted: list[tuple[str | None, LimitName | None]] = [
        (None, None),
        # The register cannot be narrowed to the curators.
        *((it.body, it.limit) for it in summary.limits if it.late and it.body is not None),
    ]
    return {
        (body, limit): shortcomings.count(
            connection, None, Sought(body=body, since=span[0], to=span[1], limit=limit)
        )[0]
        for body, limit in wanted
    }


def _within(span: Span) -> dict[str, str]:
    return {"detected_from": span[0].isoformat(), "detected_to": span[1].isoformat(), **_NOT_VOID}
