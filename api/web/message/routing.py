"""Aids to routing, renewed while the form is filled in: the forecast, and likely earlier messages."""

from collections.abc import Mapping, Sequence

from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict, ValidationError

from api.deps import Service
from api.only_known import OnlyKnown
from api.router import Who
from api.web.message.fields import values
from api.web.message.forms import FORMS
from api.web.message.targets import Seen
from api.web.pages import Pages
from api.web.shell.page import page
from api.web.shell.surges import going_on
from api.web.titles import Titles
from calendar_rules.vocabulary import Importance
from service.access.errors import InvalidInputError
from service.access.recorded_calls import Call
from service.access.validation_wording import explain
from service.access.values import Duration
from service.assembly import Service as ServiceParts
from service.commands import routing_forecast
from service.commands.routing_forecast import RoutingForecast
from service.messages.earlier import likely_earlier
from service.messages.targets import Target
from service.messages.view import MessageView
from workflows.vocabulary import Command

router = Pages()

_ASKED = ("importance", "bodies", "reduced_term")
_FIELDS = [field for field in FORMS[Command.ROUTE].fields if field.name in _ASKED]


class _Typed(BaseModel):
    model_config = ConfigDict(frozen=True)

    importance: Importance | None = None
    bodies: tuple[str, ...] = ()
    reduced_term: Duration | None = None


def forecast(
    service: ServiceParts, target: Target, message: MessageView, typed: Mapping[str, Sequence[str]]
) -> RoutingForecast | str:
    """What would be due by what is typed so far; in Russian why that cannot be said."""
    found, wrong = values(_FIELDS, typed, service.rules.zone)
    if reason := wrong.get("reduced_term"):
        return reason
    try:
        asked = _Typed.model_validate(found)
        return routing_forecast.forecast(
            service.rules,
            message,
            target.now,
            bodies=asked.bodies,
            reduced_term=asked.reduced_term,
            importance=asked.importance,
        )
    except ValidationError as error:
        return " ".join(detail for _, detail in explain(error.errors()))
    except InvalidInputError as error:
        return f"Сокращённый срок: {error.detail}"


@router.get("/messages/{message}/forecast", recorded=None, by=Who.SEEING_IT)
async def forecast_part(
    request: Request,
    target: Seen,
    only_known: OnlyKnown,
    service: Service,
    importance: str = "",
    reduced_term: str = "",
    bodies: str = "",
) -> Response:
    """The forecast alone, for what is typed; keys of bodies in their order, with commas between."""
    chosen = [key for key in bodies.split(",") if key]
    typed = {"importance": [importance], "reduced_term": [reduced_term], "bodies": chosen}
    return page(
        request,
        target.caller,
        "message/forecast.html",
        forecast=forecast(service, target, await service.messages.reader.current(target), typed),
        titles=await Titles.read(service.database),
        own_now=target.now.astimezone(service.rules.zone),
    )


@router.get("/messages/{message}/similar", recorded=Call.MESSAGE_SIMILAR, by=Who.SEEING_IT)
async def similar_part(
    request: Request,
    target: Seen,
    only_known: OnlyKnown,
    service: Service,
    topic: str = "",
    location: str = "",
) -> Response:
    """Likely earlier messages alone, for the topic and place that are typed; and whether the topic has a surge."""
    found = await likely_earlier(service.database, service.rules, target, topic=topic, location=location)
    rising = [surge for surge in await going_on(service, target.caller) if topic and surge.topic == topic]
    return page(request, target.caller, "message/earlier.html", similar=found, surges=rising)
