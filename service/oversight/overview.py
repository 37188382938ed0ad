"""Overview: what is late, what soon will be, who holds it, and what was broken lately."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from calendar_rules.vocabulary import Role
from service.access import note as access_note
from service.messages import lines as message_lines
from service.messages.lines import MessageLine
from service.messages.lists import MessageLists
from service.messages.to_assign import to_assign
from service.reports.weekly.summary import FEWEST_FOR_SHARES
from service.runs.rules import Rules
from store.database.session import Connection
from store.messages import listing
from store.messages.finding import SEES_ALL, bodies_of
from store.messages.listing import Filters, Sort
from store.oversight import overview
from store.oversight.overview import Breach, Figures, Kept, Share, Stood, Work
from store.people.persons import Actor

SOON = timedelta(hours=2)
"""Of the Department's working time: at night what is due in the first two hours of the morning."""
BREACHES = 30
LATE = 30
"""Late messages that are shown; the number above opens the list of all."""
WEEKS = 8
_DAY = timedelta(days=1)
_ZERO = timedelta(0)
PERIOD = timedelta(weeks=4)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds messages that are late or soon due, and how many: a person, else a body whose work nobody is named for.

    Both None where the step is nobody's.
    """

    person: str | None
    body: str | None
    is_curator: bool
    messages: int


@dataclass(frozen=True, slots=True)
class BodyLine:
    """A body's messages, and who holds what is late or soon due."""

    body: str
    figures: Figures
    holders: Sequence[Holder]
    in_time: Kept | None
    """Over the last four weeks; None where these were too few messages."""


@dataclass(frozen=True, slots=True)
class BreachLine:
    """A breach, its moments in the Department's zone, with the first line of the message's text."""

    breach: Breach
    subject: str
    breached_at: datetime
    met_at: datetime | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """What was done from `since` on and before `to`, in the Department's zone: a day, or a week from its Monday."""

    since: datetime
    to: datetime
    work: Work


@dataclass(frozen=True, slots=True)
class Overview:
    """Figures of all the caller may see, and lines of bodies with anything open, those that need help first.

    Soon is what is due before `soon_before`. `day_ago`: the same figures at this hour of yesterday; `since_then`: what
    was done since. `none_late_since`: where nothing is late, since when, in the Department's zone; None where nothing
    ever was. `late` begins with what is late by most. `breaches` are those from the last working day before today on.
    `to_assign`: what is with the bodies whose work the caller distributes.
    """

    figures: Figures
    day_ago: Stood
    since_then: Work
    soon_before: datetime
    none_late_since: datetime | None
    bodies: Sequence[BodyLine]
    late: Sequence[MessageLine]
    breaches: Sequence[BreachLine]
    breaches_from: date
    to_assign: Sequence[MessageLine]
    today: Stretch
    weeks: Sequence[Stretch]
    """The week now, which is not over, and those before it, the last first."""


def soon_from(rules: Rules, moment: datetime) -> datetime:
    """Before when is soon at a moment, in the Department's zone; to whole minutes, as the list that shows it says."""
    return rules.department.add(moment, SOON).replace(second=0, microsecond=0)


async def read(lists: MessageLists, rules: Rules, caller: Actor) -> Overview:
    """The overview as the database has it at one moment."""
    now = datetime.now(UTC)
    found = await lists.read(lambda connection: _overview(connection, rules, caller))
    if not any(held.role is Role.RESPONSIBLE for held in caller.capacities(now)):
        return found
    return replace(
        found, to_assign=await lists.read(lambda connection: to_assign(connection, rules, caller, now))
    )


def _overview(connection: Connection, rules: Rules, caller: Actor) -> Overview:
    now = datetime.now(UTC)
    soon_before = soon_from(rules, now)
    capacities = caller.capacities(now)
    sees_all = any(held.role in SEES_ALL for held in capacities)
    bodies = None if sees_all else bodies_of(capacities)
    shares = overview.shares(connection, caller, now, soon_before, bodies)
    breaches_from = _last_working_day(rules, now)
    breaches = overview.breaches(
        connection,
        caller,
        now,
        bodies,
        size=BREACHES,
        since=datetime.combine(breaches_from, time(), rules.zone),
    )
    texts = {
        row.number: row.text
        for row in listing.rows_of(connection, sorted({breach.message for breach in breaches}))
    }
    access_note.shows(texts)
    figures = overview.figures(connection, caller, now, soon_before)
    since = overview.last_late(connection, caller, now) if not figures.late else None
    kept = overview.in_time(connection, now - PERIOD)

    def listed(size: int, **asked: Any) -> list[MessageLine]:
        found = listing.page(connection, caller, Filters(**asked), now, size=size, sort=Sort.DUE)
        return message_lines.lines(connection, rules, found.rows, now)

    today, weeks = _stretches(now.astimezone(rules.zone))
    done_today, *done = overview.work(connection, caller, now, [today, *weeks])
    then = now - _DAY
    day_ago = overview.stood(connection, caller, now, then, soon_from(rules, then))
    (since_then,) = overview.work(connection, caller, now, [(then, now)])
    late = listed(LATE, overdue=True) if figures.late else []
    return Overview(
        figures=figures,
        day_ago=day_ago,
        since_then=since_then,
        soon_before=soon_before,
        # A message's clock in training may be ahead of the wall's.
        none_late_since=min(since, now).astimezone(rules.zone) if since else None,
        bodies=_lines(shares, kept),
        today=Stretch(*today, done_today),
        weeks=[Stretch(*week, work) for week, work in zip(weeks, done, strict=True)],
        late=sorted(late, key=lambda line: line.duty.left if line.duty else _ZERO),
        to_assign=[],
        breaches=[
            BreachLine(
                breach,
                message_lines.subject(texts.get(breach.message, "")),
                breach.breached_at.astimezone(rules.zone),
                breach.met_at.astimezone(rules.zone) if breach.met_at else None,
            )
            for breach in breaches
        ],
        breaches_from=breaches_from,
    )


def _lines(shares: Sequence[Share], kept: Mapping[str, Kept]) -> list[BodyLine]:
    of_bodies: dict[str, list[Share]] = {}
    for share in shares:
        of_bodies.setdefault(share.body, []).append(share)
    lines = [
        BodyLine(body, _sum(found), _holders(found), _enough(kept.get(body)))
        for body, found in of_bodies.items()
    ]
    return sorted(
        lines, key=lambda line: (-line.figures.late, -line.figures.soon, -line.figures.open, line.body)
    )


def _last_working_day(rules: Rules, now: datetime) -> date:
    """The Department's last working day before today; yesterday where none is known."""
    today = now.astimezone(rules.zone).date()
    days = rules.department.stretches(today - timedelta(weeks=3), today - _DAY)
    return days[-1][0][0].date() if days else today - _DAY


_Span = tuple[datetime, datetime]


def _stretches(now: datetime) -> tuple[_Span, list[_Span]]:
    """The day of a moment, and its week with those before it; midnights of its zone."""

    def midnight(day: date) -> datetime:
        return datetime.combine(day, time(), now.tzinfo)

    today = now.date()
    monday = today - timedelta(days=today.weekday())
    weeks = [monday - timedelta(weeks=number) for number in range(WEEKS)]
    return (midnight(today), midnight(today + timedelta(days=1))), [
        (midnight(week), midnight(week + timedelta(weeks=1))) for week in weeks
    ]


def _enough(kept: Kept | None) -> Kept | None:
    return kept if kept and kept.messages >= FEWEST_FOR_SHARES else None


def _sum(shares: Sequence[Share]) -> Figures:
    return Figures(
        late=sum(share.figures.late for share in shares),
        soon=sum(share.figures.soon for share in shares),
        open=sum(share.figures.open for share in shares),
    )


def _holders(shares: Sequence[Share]) -> list[Holder]:
    held: Counter[tuple[str | None, str | None, bool]] = Counter()
    for share in shares:
        is_curator = share.curator is not None
        person = share.curator or (share.assignee if share.step_body else None)
        held[person, None if is_curator else share.step_body, is_curator] += (
            share.figures.late + share.figures.soon
        )
    return [Holder(*holder, messages) for holder, messages in held.most_common() if messages]
