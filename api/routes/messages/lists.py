"""Lists of messages: all that a person may see, and what waits for them."""

from typing import Annotated, NamedTuple

from fastapi import Depends, Query, Response

from api import wording
from api.deps import Caller, Messages
from api.errors import FieldError, problems
from api.only_known import OnlyKnown
from api.router import Router, Who
from calendar_rules.vocabulary import Importance, Network, Outcome, Stage
from service.access.recorded_calls import Call
from service.access.validation_wording import ZERO_CHARACTER
from service.access.values import Instant
from service.messages import list_places
from service.messages.view import MessageList
from store.messages.listing import LARGEST, Filters, Place, Sort
from store.messages.narrowing import Said
from store.people.persons import storable

router = Router("Сообщения")

PAGE = 25
_KEY = 200  # characters

Limit = Annotated[int, Query(ge=1, le=100, description="Сколько сообщений на странице.")]
_Cursor = Annotated[
    str | None, Query(max_length=60, description="Значение `next` предыдущей страницы того же порядка.")
]


async def _filters(
    stage: Annotated[Stage | None, Query(description="Чего ждёт сообщение.")] = None,
    body: Annotated[
        str | None,
        Query(max_length=_KEY, description="Ключ органа, в котором сообщение находится или находилось."),
    ] = None,
    overdue: Annotated[bool | None, Query(description="Есть ли открытый нарушенный срок.")] = None,
    q: Annotated[
        str | None,
        Query(
            max_length=500,
            description="Слова из автора, текста, ссылки или места, все и в любой форме, либо номер сообщения.",
        ),
    ] = None,
    network: Annotated[Network | None, Query(description="Сеть, в которой размещено сообщение.")] = None,
    topic: Annotated[str | None, Query(max_length=_KEY, description="Ключ темы.")] = None,
    importance: Annotated[Importance | None, Query(description="Категория важности.")] = None,
    outcome: Annotated[Outcome | None, Query(description="Чем закончилась работа.")] = None,
    curator: Annotated[
        str | None, Query(max_length=_KEY, description="Имя для входа куратора сообщения.")
    ] = None,
    assignee: Annotated[
        str | None, Query(max_length=_KEY, description="Имя для входа назначенного исполнителя.")
    ] = None,
    detected_from: Annotated[Instant | None, Query(description="Выявлено в этот момент или позже.")] = None,
    detected_to: Annotated[Instant | None, Query(description="Выявлено раньше этого момента.")] = None,
    published_from: Annotated[
        Instant | None,
        Query(description="Ответ, промежуточный ответ или запрос размещён в этот момент или позже."),
    ] = None,
    published_to: Annotated[Instant | None, Query(description="Размещён раньше этого момента.")] = None,
    breached_from: Annotated[
        Instant | None,
        Query(description="Какой-либо срок нарушен в этот момент или позже; отметка не снята."),
    ] = None,
    breached_to: Annotated[Instant | None, Query(description="Нарушен раньше этого момента.")] = None,
    due_before: Annotated[
        Instant | None, Query(description="Ближайший открытый срок, в том числе нарушенный, раньше.")
    ] = None,
    is_open: Annotated[
        bool | None, Query(alias="open", description="Не завершена ли работа с сообщением.")
    ] = None,
    surge: Annotated[
        int | None,
        Query(ge=1, le=LARGEST, description="Номер повышенной активности, к которой относится сообщение."),
    ] = None,
    void: Annotated[
        bool | None, Query(description="Зарегистрировано ли ошибочно; false — без таких, как в сводках.")
    ] = None,
    verdict: Annotated[
        Said | None,
        Query(
            description="Что автор говорит об ответе: content — доволен, discontent — не решено, "
            "unclear — ничего ясного, none — оценки нет."
        ),
    ] = None,
) -> Filters:
    named = {"body": body, "q": q, "topic": topic, "curator": curator, "assignee": assignee}
    for name, value in named.items():
        if value is not None and not storable(value):
            raise FieldError(name, ZERO_CHARACTER)
    return Filters(
        stage=stage,
        body=body,
        overdue=overdue,
        q=q,
        network=network,
        topic=topic,
        importance=importance,
        outcome=outcome,
        curator=curator,
        assignee=assignee,
        detected_from=detected_from,
        detected_to=detected_to,
        published_from=published_from,
        published_to=published_to,
        breached_from=breached_from,
        breached_to=breached_to,
        due_before=due_before,
        is_open=is_open,
        surge=surge,
        void=void,
        verdict=verdict,
    )


Narrowed = Annotated[Filters, Depends(_filters)]
"""What a list of messages is narrowed to: all of it holds."""


class Begins(NamedTuple):
    """In what order a list is, and where its page begins; None for the first one."""

    sort: Sort
    after: Place | None


async def _begins(
    sort: Annotated[Sort, Query(description="Порядок списка.")] = Sort.REGISTERED,
    cursor: _Cursor = None,
) -> Begins:
    return Begins(sort, _place(cursor, sort))


Beginning = Annotated[Begins, Depends(_begins)]
"""422 for a cursor of another order."""


async def _after_in_queue(cursor: _Cursor = None) -> Place | None:
    return _place(cursor, Sort.DUE)


AfterInQueue = Annotated[Place | None, Depends(_after_in_queue)]


def _place(cursor: str | None, order: Sort) -> Place | None:
    place = list_places.read(cursor, order) if cursor is not None else None
    if cursor is not None and place is None:
        raise FieldError("cursor", wording.BAD_CURSOR)
    return place


@router.get(
    "/api/messages",
    recorded=Call.MESSAGES_LIST,
    by=Who.SIGNED_IN,
    summary="Список сообщений",
    operation_id="list_messages",
    response_model=MessageList,
    responses=problems(401, 403, 422, 503),
)
async def listing(
    caller: Caller,
    only_known: OnlyKnown,
    messages: Messages,
    filters: Narrowed,
    begins: Beginning,
    limit: Limit = PAGE,
) -> Response:
    """Только доступные вам; все условия должны выполняться."""
    # A person who lists messages after a command finds what the command did.
    await messages.outcomes.settled()
    page = await messages.lists.page(caller, filters, size=limit, sort=begins.sort, after=begins.after)
    return Response(page, media_type="application/json")


@router.get(
    "/api/queue",
    recorded=Call.QUEUE,
    by=Who.SIGNED_IN,
    summary="Моя очередь",
    operation_id="get_queue",
    response_model=MessageList,
    responses=problems(401, 403, 422, 503),
)
async def queue(
    caller: Caller, only_known: OnlyKnown, messages: Messages, after: AfterInQueue, limit: Limit = PAGE
) -> Response:
    """Сообщения, очередной шаг которых за вами или за тем, кого вы замещаете; сначала ближайшие сроки.

    Пока ожидается ответ автора, сообщение ни у кого; когда время ожидания вышло, оно у куратора.
    """
    await messages.outcomes.settled()
    page = await messages.lists.queue(caller, size=limit, after=after)
    return Response(page, media_type="application/json")
