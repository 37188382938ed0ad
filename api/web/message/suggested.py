"""Suggestions beside the routing form: each fills its field by one press, and decides nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from api.web.titles import Titles
from calendar_rules.vocabulary import Stage
from service.assembly import Service as ServiceParts
from service.messages.targets import Target
from service.messages.view import MessageView
from service.suggestions.telling import Told
from workflows.vocabulary import Command


@dataclass(frozen=True, slots=True)
class Offered:
    """The value of a field, what people read for it, why it is suggested, and the digit that takes it."""

    value: str
    title: str
    why: str | None
    digit: int


@dataclass(frozen=True, slots=True)
class SuggestedRouting:
    """Likeliest first; what is not suggested is empty."""

    topics: Sequence[Offered]
    bodies: Sequence[Offered]
    places: Sequence[Offered]


async def offered_routing(
    target: Target, message: MessageView, titles: Titles, service: ServiceParts
) -> SuggestedRouting | None:
    """What may fit a message that waits to be routed for the caller; None where there is nothing to fill in."""
    if message.stage is not Stage.ROUTING or Command.ROUTE not in message.allowed:
        return None
    (told,) = await service.suggestions.of([message.text], before=target.number)
    digits = count(1)  # in the order of the fields
    found = SuggestedRouting(
        topics=[
            Offered(one.key, titles.topic(one.key), _why(one, told.why.topic), next(digits))
            for one in told.topic
        ],
        places=[Offered(told.location, told.location, told.why.location, next(digits))]
        if told.location
        else [],
        bodies=[
            Offered(one.key, titles.short_body(one.key), _why(one, told.why.bodies), next(digits))
            for one in told.bodies
        ],
    )
    return found if found.topics or found.bodies or found.places else None


def _why(told: Told, why: str | None) -> str:
    """How likely it is right, and by what: «вероятность 86 %: по словам «фонарь», «темно»»."""
    sure = f"вероятность {round(told.confidence * 100)} %"
    return f"{sure}: {why}" if why else sure
