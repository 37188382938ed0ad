"""Suggestions beside the routing form: each fills its field by one press, and decides nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from api.web.titles import Titles
from calendar_rules.vocabulary import Stage
from service.assembly import Service as ServiceParts
from service.messages.targets import Target
from service.messages.view import MessageView
from service.suggestions.learnt import Suggestion
from workflows.vocabulary import Command


@dataclass(frozen=True, slots=True)
class Offered:
    """The value of a field, what people read for it, why it is suggested, and the digit that takes it."""

    value: str
    title: str
    why: str
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
    (found,) = await service.suggestions.by_texts([message.text])
    digits = count(1)  # in the order of the fields
    place = found.location
    offered = SuggestedRouting(
        topics=[Offered(one.key, titles.topic(one.key), why(one), next(digits)) for one in found.topic],
        places=[Offered(place, place, "назван в тексте", next(digits))] if place else [],
        bodies=[Offered(one.key, titles.short_body(one.key), why(one), next(digits)) for one in found.bodies],
    )
    return offered if offered.topics or offered.bodies or offered.places else None


def why(suggestion: Suggestion) -> str:
    """How likely it is right, and by what: «вероятность 86 %: по словам «фонарь», «темно»»."""
    sure = f"вероятность {round(suggestion.confidence * 100)} %"
    words = ", ".join(f"«{word}»" for word in suggestion.because)
    return f"{sure}: по словам {words}" if words else sure
