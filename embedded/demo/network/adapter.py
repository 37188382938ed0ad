"""Reads and answers in the demo's invented network by its own calls, as in any other: over HTTP, with a key."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final, Literal, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from calendar_rules.vocabulary import Network
from embedded.demo.network import PATH
from service.networks.platforms.by_hand import ByHand
from service.networks.platforms.exchange import Replied, exchange, silent
from service.networks.platforms.meanings import Meaning
from service.networks.platforms.port import (
    Ability,
    Answer,
    Fault,
    File,
    Found,
    Key,
    NetworkRefusalError,
    Platform,
    Published,
    Rate,
    Reading,
    Seen,
    SourceKind,
    Stands,
    Traits,
    Where,
)
from service.networks.platforms.registry import add_in_demos
from service.networks.platforms.texts import same
from service.networks.platforms.web_text import mentions
from settings import Settings
from store.messages.attachments import LARGEST

LONGEST: Final = 4000
"""Characters of an answer there, as of every blog."""
MOST_FILES: Final = 10
TOKEN: Final = "token"  # noqa: S105  the name of a key's part
_TITLE = "Демонстрационная сеть"
_POST = re.compile(rf"{PATH}/entries/(\d{{1,18}})(?:#comment-(\d{{1,18}}))?$")
_NOT_THERE = Meaning(
    Fault.GONE, "Демонстрационная сеть: публикации больше нет. Закройте сообщение без ответа."
)
_MEANINGS: Final[Mapping[int, Meaning]] = {
    HTTPStatus.UNAUTHORIZED: Meaning(
        Fault.PERSON,
        "Демонстрационная сеть не приняла ключ аккаунта. Администратор заводит аккаунт заново; пока ответьте вручную.",
    ),
    HTTPStatus.NOT_FOUND: _NOT_THERE,
    HTTPStatus.GONE: _NOT_THERE,
    HTTPStatus.CONFLICT: Meaning(
        Fault.PERSON, "Демонстрационная сеть не приняла ответ: разместите его вручную на странице публикации."
    ),
    HTTPStatus.UNPROCESSABLE_ENTITY: Meaning(
        Fault.DATA,
        "Демонстрационная сеть не приняла ответ: текст пуст или слишком длинный, вложение не фото и не видео, "
        "или сеть заполнена.",
    ),
    HTTPStatus.TOO_MANY_REQUESTS: Meaning(Fault.LATER, "Демонстрационная сеть просит подождать."),
    HTTPStatus.SERVICE_UNAVAILABLE: Meaning(Fault.LATER, "Демонстрационная сеть пока не отвечает."),
}


T = TypeVar("T")


class _Post(BaseModel):
    id: int
    url: str
    author: str
    text: str
    at: datetime
    parent_url: str | None = None
    name: str | None = None


class _Posts(BaseModel):
    items: list[_Post]
    more: bool = False


_ONE, _MANY = TypeAdapter(_Post), TypeAdapter(_Posts)


class DemoAdapter(ByHand):
    """Of an installation with `--demo`."""

    platform: Final = Platform.DEMO
    traits: Final = Traits(
        network=Network.BLOG,
        abilities=frozenset(
            {Ability.READ, Ability.PUBLISH_ON_OWN_PAGES, Ability.PUBLISH_ELSEWHERE, Ability.VERIFY}
        ),
        kinds=frozenset({SourceKind.COMMUNITY, SourceKind.PAGE}),
        max_length=LONGEST,
        rate=Rate(20, timedelta(seconds=1)),
        attachments={"image": LARGEST, "video": LARGEST},
        most_attachments=MOST_FILES,
        credentials=(TOKEN,),
        reads_any_page=True,
        sees_all=True,
        names_answers=True,
    )

    def __init__(self, settings: Settings) -> None:
        host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host
        self._base = f"http://{f'[{host}]' if ':' in host else host}:{settings.port}{PATH}/api"

    async def read(self, where: Where, key: Key | None) -> Reading:
        """What townsmen wrote, the oldest first. The cursor: `after`, the number of the last that was seen."""
        after = int(where.cursor.get("after", 0))
        given = _read(_MANY, await self._asked("GET", "/entries", query={"after": str(after)}))
        found = [
            Found(post.url, post.author, post.text, post.at, post.parent_url)
            for post in given.items
            if mentions(post.text, where.query)
        ]
        return Reading(found, {"after": max([after, *(post.id for post in given.items)])}, more=given.more)

    async def publish(self, answer: Answer, key: Key) -> Published:
        post, _ = _numbers(answer.post_url)
        replied = await self._asked(
            "POST",
            f"/entries/{post}/answers",
            key,
            given={"text": answer.text, "name": answer.name},
            files={f"file{position}": file for position, file in enumerate(answer.files)},
        )
        made = _read(_ONE, replied, acts=True)
        return Published(made.url, made.at)

    async def find_own(self, answer: Answer, key: Key) -> Published | None:
        post, _ = _numbers(answer.post_url)
        given = _read(_MANY, await self._asked("GET", f"/entries/{post}/answers", key))
        for made in given.items:
            if made.name == answer.name or (same(made.text, answer.text) and made.at >= answer.written_at):
                return Published(made.url, made.at)
        return None

    async def verify(self, url: str, text: str, key: Key | None) -> Seen:
        _, comment = _numbers(url)
        if comment is None:
            return Seen(Stands.UNKNOWN, why="Это ссылка на публикацию, а не на ответ под ней.")
        try:
            shown = _read(_ONE, await self._asked("GET", f"/comments/{comment}"))
        except NetworkRefusalError as refusal:
            if refusal.fault is Fault.GONE:
                return Seen(Stands.DELETED)
            return Seen(Stands.UNKNOWN, why=refusal.advice)
        return Seen(Stands.STANDS if same(shown.text, text) else Stands.EDITED, shown.text)

    async def _asked(
        self,
        method: Literal["GET", "POST"],
        path: str,
        key: Key | None = None,
        *,
        query: Mapping[str, str] | None = None,
        given: Mapping[str, str] | None = None,
        files: Mapping[str, File] | None = None,
    ) -> Replied:
        """`given` goes as JSON, with files as a form."""
        acts = method == "POST"
        headers = {"Authorization": f"Bearer {key.credentials[TOKEN]}"} if key else {}
        replied = await exchange(
            _TITLE,
            method,
            f"{self._base}{path}",
            acts=acts,
            query=query,
            form=given if files else None,
            content=None if files else given,
            files=files,
            headers=headers,
        )
        if replied.status in (HTTPStatus.OK, HTTPStatus.CREATED):
            return replied
        if meaning := _MEANINGS.get(replied.status):
            raise meaning.error(str(replied.status))
        raise silent(_TITLE, acts=acts)


def register() -> None:
    """Have processes of a demo read and answer in it, and know its links; a second time changes nothing."""
    add_in_demos(Platform.DEMO, DemoAdapter, PATH)


def _read(what: TypeAdapter[T], replied: Replied, *, acts: bool = False) -> T:
    try:
        return what.validate_json(replied.content)
    except ValidationError:
        raise silent(_TITLE, acts=acts) from None


def _numbers(url: str) -> tuple[int, int | None]:
    """The post of a link, and the comment under it. Raises NetworkRefusalError."""
    found = _POST.search(url)
    if found is None:
        raise NetworkRefusalError(
            Fault.DATA, "Это не ссылка на публикацию демонстрационной сети.", code="link"
        )
    return int(found[1]), int(found[2]) if found[2] else None
