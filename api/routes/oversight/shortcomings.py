"""The register of shortcomings."""

from typing import Annotated

from fastapi import Depends, Path, Query, Response

from api import wording
from api.deps import Caller, Messages, Oversight, Service
from api.errors import FieldError, a_file, problems
from api.only_known import OnlyKnown
from api.router import Router
from api.routes.personal_data.destructions import DOCX
from api.routes.reports.weekly_documents import document
from calendar_rules.regulation import LimitName
from service.access.recorded_calls import Call
from service.access.validation_wording import ZERO_CHARACTER
from service.access.values import Instant
from service.assembly import Service as ServiceParts
from service.oversight import shortcomings
from service.oversight.shortcomings import PAGE, MeasuresGiven, ShortcomingList, ShortcomingView
from service.reports.papers import unacknowledged
from store.oversight.shortcomings import Place, Shortcoming, Sought
from store.people.persons import Actor, storable

router = Router("Доклады и сводки")

_KEY = 200  # characters


async def _reader(caller: Caller) -> Actor:
    shortcomings.require_reader(caller)
    return caller


async def _sought(
    body: Annotated[
        str | None, Query(max_length=_KEY, description="Ключ органа, за которым учтено нарушение.")
    ] = None,
    person: Annotated[
        str | None, Query(max_length=_KEY, description="Имя для входа того, за кем учтено нарушение.")
    ] = None,
    since: Annotated[
        Instant | None, Query(alias="from", description="Срок истёк в этот момент или позже.")
    ] = None,
    to: Annotated[Instant | None, Query(description="Срок истёк раньше этого момента.")] = None,
    limit: Annotated[LimitName | None, Query(description="Какой срок нарушен.")] = None,
    measures: Annotated[bool | None, Query(description="Указаны ли принятые меры.")] = None,
) -> Sought:
    for name, given in (("body", body), ("person", person)):
        if given is not None and not storable(given):
            raise FieldError(name, ZERO_CHARACTER)
    return Sought(body=body, person=person, since=since, to=to, limit=limit, measures=measures)


async def _after(cursor: Annotated[str | None, Query(max_length=80)] = None) -> Place | None:
    place = shortcomings.place(cursor) if cursor is not None else None
    if cursor is not None and place is None:
        raise FieldError("cursor", wording.BAD_CURSOR)
    return place


After = Annotated[Place | None, Depends(_after)]


async def _noted(
    shortcoming: Annotated[str, Path(description="Идентификатор записи реестра.")],
    caller: Caller,
    service: Service,
) -> Shortcoming:
    return await service.oversight.shortcomings.found(caller, shortcoming)


@router.get(
    "/api/shortcomings",
    recorded=Call.SHORTCOMINGS,
    by=_reader,
    summary="Недостатки: нарушения сроков",
    operation_id="list_shortcomings",
    responses=problems(401, 403, 422, 503),
)
async def listing(
    caller: Annotated[Actor, Depends(_reader)],
    only_known: OnlyKnown,
    messages: Messages,
    oversight: Oversight,
    sought: Annotated[Sought, Depends(_sought)],
    after: After,
    size: Annotated[int, Query(ge=1, le=500, description="Сколько на странице.")] = PAGE,
) -> ShortcomingList:
    """Все нарушения сроков, которые не сняты, последние сверху (п. 20).

    Заместитель Председателя Правительства видит их по органам, которые курирует, ответственное должностное лицо — по
    своему органу, руководитель и заместитель по внутренней политике — все.
    """
    await messages.outcomes.settled()
    return await oversight.shortcomings.page(caller, sought, size=size, after=after)


async def memo(service: ServiceParts, sought: Sought) -> Response:
    """The paper on escalations that nobody acknowledged, as a file."""
    await service.messages.outcomes.settled()
    content = await service.reports.memos.docx(sought)
    return document(content, DOCX, "otklik-sluzhebnaya-zapiska.docx")


@router.get(
    "/api/shortcomings/unacknowledged.docx",
    recorded=Call.EXPORT,
    by=unacknowledged.READERS,
    summary="Докладная записка о неподтверждённых сведениях",
    operation_id="get_unacknowledged_docx",
    response_class=Response,
    responses=a_file(DOCX, "Документ для подписи.", 401, 403, 404, 422, 503),
)
async def memo_docx(
    only_known: OnlyKnown, service: Service, sought: Annotated[Sought, Depends(_sought)]
) -> Response:
    """Начальник Департамента сообщает о сведениях, ознакомление с которыми не подтверждено (п. 20); 404, если все."""
    return await memo(service, sought)


@router.put(
    "/api/shortcomings/{shortcoming}/measures",
    recorded=Call.SHORTCOMING_MEASURES,
    by=_noted,
    summary="Записать принятые меры",
    operation_id="note_measures",
    responses=problems(401, 403, 404, 409, 422, 503),
)
async def note_measures(
    found: Annotated[Shortcoming, Depends(_noted)], body: MeasuresGiven, caller: Caller, oversight: Oversight
) -> ShortcomingView:
    """Записывает тот, кто видит нарушение, кроме ответственного должностного лица; прежние записи сохраняются."""
    return await oversight.shortcomings.note(caller, found, body)
