"""Suggestions beside the routing form: each fills its field by one press, and decides nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.web.titles import Titles
from calendar_rules.vocabulary import Stage
from service.assembly import Service as ServiceParts
from service.messages.targets import Target
from service.messages.view import MessageView
from service.suggestions.telling import Told
from workflows.vocabulary import Command


@dataclass(frozen=True, slots=True)
class Offered:
    """The value of a field, what people read for it, and why it is suggested."""

    value: str
    title: str
    why: str | None


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
    found = SuggestedRouting(
        topics=[Offered(one.key, titles.topic(one.key), _why(one, told.why.topic)) for one in told.topic],
        bodies=[
            Offered(one.key, titles.short_body(one.key), _why(one, told.why.bodies)) for one in told.bodies
        ],
        places=[Offered(told.location, told.location, told.why.location)] if told.location else [],
    )
    return found if found.topics or found.bodies or found.places else None


def _why(told: Told, why: str | None) -> str:
    """How likely it is right, and by what: «вероятность 86 %: по словам «фонарь», «темно»»."""
    sure = f"вероятность {round(told.confidence * 100)} %"
    return f"{sure}: {why}" if why else sure
