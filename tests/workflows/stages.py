"""Messages brought to the stage a test is about, in one line."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from calendar_rules.vocabulary import DraftKind
from tests.workflows.road import Road

Begin = Callable[..., Awaitable[Road]]
Arrange = Callable[[Begin], Awaitable[Road]]

MONDAY = "2026-11-23 09:00"
"""A Monday without holidays near: `routing` is due at 10:30, `draft` at 14:45, `answer` on Tuesday at 09:45."""

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


async def registered(begin: Begin) -> Road:
    return await begin(MONDAY)


async def routed(begin: Begin, *bodies: str, at: str = MONDAY, **route: Any) -> Road:
    """With the first of the bodies, «roads» unless named."""
    road = await begin(at)
    assert (await road.route(*(bodies or ("roads",)), **route)).accepted
    return road


async def returned(begin: Begin, *, at: str = MONDAY) -> Road:
    """Back with the curator, from «roads»."""
    road = await routed(begin, at=at)
    assert (await road.give_back("roads")).accepted
    return road


async def joint(begin: Begin) -> Road:
    """A joint answer, whose first body is «roads» and last «housing»."""
    return await routed(begin, "roads", "housing")


async def contributed(begin: Begin, *bodies: str, at: str = MONDAY) -> Road:
    """A joint answer («roads», then «housing», unless named) whose first body has contributed."""
    road = await routed(begin, *(bodies or ("roads", "housing")), at=at)
    assert (await road.contribute(road.state.sequence[0])).accepted
    return road


async def drafted(begin: Begin, kind: DraftKind = DraftKind.ANSWER, *, at: str = MONDAY) -> Road:
    """A draft of «roads» is with the curator."""
    road = await routed(begin, at=at)
    assert (await road.draft("roads", kind)).accepted
    return road


async def reworked(begin: Begin, kind: DraftKind = DraftKind.ANSWER, *, at: str = MONDAY) -> Road:
    """The draft was sent back to «roads» for rework."""
    road = await drafted(begin, kind, at=at)
    assert (await road.rework()).accepted
    return road


async def approved(begin: Begin, kind: DraftKind = DraftKind.ANSWER, *, at: str = MONDAY) -> Road:
    """«roads» has to publish the approved text."""
    road = await drafted(begin, kind, at=at)
    assert (await road.approve()).accepted
    return road


async def published(begin: Begin, kind: DraftKind, *, at: str = MONDAY) -> Road:
    """The text of «roads» stands in the network."""
    road = await approved(begin, kind, at=at)
    assert (await road.publish("roads")).accepted
    return road


async def interim(begin: Begin) -> Road:
    return await published(begin, DraftKind.INTERIM)


async def final_draft(begin: Begin) -> Road:
    """After an interim answer the final draft of «roads» is with the curator."""
    road = await interim(begin)
    assert (await road.draft("roads")).accepted
    return road


async def clarification(begin: Begin) -> Road:
    return await published(begin, DraftKind.CLARIFICATION)


async def withdrawn(begin: Begin, *, at: str = MONDAY) -> Road:
    """«roads» has taken its first draft back."""
    road = await drafted(begin, at=at)
    assert (await road.withdraw("roads")).accepted
    return road


async def replied(begin: Begin, *, at: str = MONDAY) -> Road:
    """The author has answered the clarification request of «roads»."""
    road = await published(begin, DraftKind.CLARIFICATION, at=at)
    assert (await road.reply()).accepted
    return road
