"""Rutube's open calls, tolerantly read: what they give is known from others' code, and no document."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Final, TypeVar
from zoneinfo import ZoneInfo

from pydantic import AliasChoices, BaseModel, BeforeValidator, Field, TypeAdapter, ValidationError

from service.networks.platforms.exchange import exchange, silent
from service.networks.platforms.meanings import Meaning
from service.networks.platforms.port import Fault

TITLE: Final = "Rutube"
_MOSCOW = ZoneInfo("Europe/Moscow")
_CLOSED = Meaning(
    Fault.PERSON, "Rutube не показывает эти комментарии программе. Смотрите видео сами или уберите источник."
)
_NOT_THERE = Meaning(Fault.GONE, "Этого видео или канала на Rutube больше нет.")
_MEANINGS: Final[Mapping[int, Meaning]] = {
    HTTPStatus.BAD_REQUEST: Meaning(Fault.DATA, "Rutube не понял запрос: проверьте ссылку."),
    HTTPStatus.UNAUTHORIZED: _CLOSED,
    HTTPStatus.FORBIDDEN: _CLOSED,
    HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS: _CLOSED,
    HTTPStatus.NOT_FOUND: _NOT_THERE,
    HTTPStatus.GONE: _NOT_THERE,
    HTTPStatus.TOO_MANY_REQUESTS: Meaning(
        Fault.LATER, "Rutube просит обращаться реже.", after=timedelta(minutes=1)
    ),
}

T = TypeVar("T")


def _moment(given: object) -> datetime | None:
    """A moment as the site writes it: of one without a zone, Moscow's."""
    try:
        moment = datetime.fromisoformat(str(given))
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=_MOSCOW)).astimezone(UTC)


class _User(BaseModel):
    name: str | None = Field(None, validation_alias=AliasChoices("name", "username"))
    site_url: str | None = None


class Comment(BaseModel):
    """A comment; `parent_id`: of the one that it answers."""

    id: int
    text: str = ""
    created_at: Annotated[datetime | None, BeforeValidator(_moment)] = Field(
        None, validation_alias="created_ts"
    )
    parent_id: int | None = None
    replies_number: int = 0
    user: _User | None = None
    is_deleted: bool = False


class Comments(BaseModel):
    """A page of comments."""

    results: list[Comment] = []
    has_next: bool = False


class _Video(BaseModel):
    id: str


class Videos(BaseModel):
    """The newest videos of a channel."""

    results: list[_Video] = []


async def asked(base: str, path: str, what: type[T], **query: str) -> T:
    """What the site gives for a path. Raises NetworkRefusalError."""
    replied = await exchange(
        TITLE,
        "GET",
        f"{base}{path}",
        query={"client": "wdp", **query},
        headers={"Accept": "application/json"},
    )
    if replied.status != HTTPStatus.OK:
        meaning = _MEANINGS.get(replied.status)
        if meaning is None:
            raise silent(TITLE, acts=False)
        wait = replied.headers.get("retry-after", "")
        after = timedelta(seconds=min(int(wait[:6]), 3600)) if wait.isdecimal() else None
        raise meaning.error(str(replied.status), after)
    try:
        return TypeAdapter(what).validate_json(replied.content)
    except ValidationError:
        raise silent(TITLE, acts=False) from None
