"""What those who oversee see at a glance: what is late, what soon will be, who holds it, and what was broken lately."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from service import access_note, message_lines
from service.message_lists import MessageLists
from service.rules import Rules
from store import listing, overview
from store.messages import SEES_ALL, bodies_of
from store.overview import Breach, Figures, Share
from store.people import Actor
from store.session import Connection

SOON = timedelta(hours=2)
"""By the clock, and not in working time: so the figure is a list that ends at a moment."""
BREACHES = 30


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


@dataclass(frozen=True, slots=True)
class BreachLine:
    """A breach, its moments in the Department's zone, with the first line of the message's text."""

    breach: Breach
    subject: str
    breached_at: datetime
    met_at: datetime | None


@dataclass(frozen=True, slots=True)
class Overview:
    """Figures of all the caller may see, and lines of bodies with anything open, those that need help first.

    Soon is what is due before `soon_before`.
    """

    figures: Figures
    soon_before: datetime
    bodies: Sequence[BodyLine]
    breaches: Sequence[BreachLine]


async def read(lists: MessageLists, rules: Rules, caller: Actor) -> Overview:
    """The overview as the database has it at one moment."""
    return await lists.read(lambda connection: _overview(connection, rules, caller))


def _overview(connection: Connection, rules: Rules, caller: Actor) -> Overview:
    now = datetime.now(UTC)
    soon_before = (now + SOON).astimezone(rules.zone).replace(second=0, microsecond=0)
    capacities = caller.capacities(now)
    sees_all = any(held.role in SEES_ALL for held in capacities)
    bodies = None if sees_all else bodies_of(capacities)
    shares = overview.shares(connection, caller, now, soon_before, bodies)
    breaches = overview.breaches(connection, caller, now, bodies, size=BREACHES)
    texts = {
        row.number: row.text
        for row in listing.rows_of(connection, sorted({breach.message for breach in breaches}))
    }
    access_note.shows(texts)
    return Overview(
        figures=overview.figures(connection, caller, now, soon_before),
        soon_before=soon_before,
        bodies=_lines(shares),
        breaches=[
            BreachLine(
                breach,
                message_lines.subject(texts.get(breach.message, "")),
                breach.breached_at.astimezone(rules.zone),
                breach.met_at.astimezone(rules.zone) if breach.met_at else None,
            )
            for breach in breaches
        ],
    )


def _lines(shares: Sequence[Share]) -> list[BodyLine]:
    of_bodies: dict[str, list[Share]] = {}
    for share in shares:
        of_bodies.setdefault(share.body, []).append(share)
    lines = [BodyLine(body, _sum(found), _holders(found)) for body, found in of_bodies.items()]
    return sorted(
        lines, key=lambda line: (-line.figures.late, -line.figures.soon, -line.figures.open, line.body)
    )


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
