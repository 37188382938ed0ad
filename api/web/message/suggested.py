"""Suggestions beside the routing form: each fills its field by one press, and decides nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.web.titles import Titles
from calendar_rules.vocabulary import Stage
from service.assembly import Service as ServiceParts
from service.messages.targets import Target
from service.messages.view import MessageView
from workflows.vocabulary import Command


@dataclass(frozen=True, slots=True)
class Offered:
    """The value of a field, and what people read for it."""

    value: str
    title: str


@dataclass(frozen=True, slots=True)
class SuggestedRouting:
    """Likeliest first; what is not suggested is empty. `why` says by field why its first is suggested."""

    topics: Sequence[Offered]
    bodies: Sequence[Offered]
    places: Sequence[Offered]
    why: Mapping[str, str | None]


async def offered_routing(
    target: Target, message: MessageView, titles: Titles, service: ServiceParts
) -> SuggestedRouting | None:
    """What may fit a message that waits to be routed for the caller; None where there is nothing to fill in."""
    if message.stage is not Stage.ROUTING or Command.ROUTE not in message.allowed:
        return None
    (told,) = await service.suggestions.of([message.text], before=target.number)
    found = SuggestedRouting(
        topics=[Offered(one.key, titles.topic(one.key)) for one in told.topic],
        bodies=[Offered(one.key, titles.short_body(one.key)) for one in told.bodies],
        places=[Offered(told.location, told.location)] if told.location else [],
        why={"topic": told.why.topic, "bodies": told.why.bodies, "location": told.why.location},
    )
    return found if found.topics or found.bodies or found.places else None
