"""Instagram's Graph API with an account's own token: own media, comments under them, answers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Final, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from service.networks.platforms.exchange import Replied, exchange, silent
from service.networks.platforms.instagram.errors import refusal
from service.networks.platforms.port import Fault, Key, NetworkRefusalError

TITLE: Final = "Instagram"
ACCESS_TOKEN: Final = "access_token"  # noqa: S105 - a name, and no secret
_COMMENT: Final = "id,text,timestamp,username,from,parent_id,hidden"
_OK = 200


def _text(given: object) -> object:
    return "" if given is None else given


class _Of(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Author(_Of):
    """Who has written a comment."""

    id: str = ""
    username: str = ""


class Cursors(_Of):
    """Where a page ends."""

    after: str | None = None


class Paging(_Of):
    """`next` is there where more follows."""

    cursors: Cursors = Cursors()
    next: str | None = None

    @property
    def further(self) -> str | None:
        """Of the next page."""
        return self.cursors.after if self.next else None


class Comment(_Of):
    """A comment; answers come under comments that are right under the media."""

    id: str
    text: Annotated[str, BeforeValidator(_text)] = ""
    timestamp: datetime
    username: str = ""
    author: Author | None = Field(default=None, alias="from")
    parent_id: str | None = None
    hidden: bool = False
    replies: "Comments | None" = None

    @property
    def name(self) -> str:
        """Who has written it."""
        return self.username or (self.author.username if self.author else "")


class Comments(_Of):
    """A page of comments."""

    data: tuple[Comment, ...] = ()
    paging: Paging = Paging()


class Media(_Of):
    """A publication."""

    id: str
    permalink: str
    timestamp: datetime
    username: str = ""
    caption: Annotated[str, BeforeValidator(_text)] = ""
    comments_count: int = 0


class ManyMedia(_Of):
    """A page of publications."""

    data: tuple[Media, ...] = ()
    paging: Paging = Paging()


class Me(_Of):
    """Whose token it is."""

    username: str


class _Created(_Of):
    id: str


Answer = TypeVar("Answer", bound=_Of)


class Client:
    """Calls at one base address; the token goes in a header."""

    def __init__(self, base: str) -> None:
        self._base = base

    async def me(self, key: Key) -> Me:
        """The account itself."""
        return await self._get(key, "me", {"fields": "username"}, Me)

    async def media(self, key: Key, after: str | None = None, limit: int = 50) -> ManyMedia:
        """The account's publications, the newest first."""
        fields = {"fields": "id,permalink,timestamp,username,caption,comments_count", "limit": str(limit)}
        return await self._get(key, "me/media", _after(fields, after), ManyMedia)

    async def tags(self, key: Key) -> ManyMedia:
        """Publications of others in which the account is marked."""
        fields = {"fields": "id,permalink,timestamp,username,caption", "limit": "50"}
        return await self._get(key, "me/tags", fields, ManyMedia)

    async def comments(self, key: Key, media: str, after: str | None = None) -> Comments:
        """Comments right under a publication, with the first of their answers; the newest first."""
        fields = {"fields": f"{_COMMENT},replies.limit(50){{{_COMMENT}}}", "limit": "50"}
        return await self._get(key, f"{media}/comments", _after(fields, after), Comments)

    async def replies(self, key: Key, comment: str, after: str | None = None) -> Comments:
        """Answers under a comment."""
        return await self._get(
            key, f"{comment}/replies", _after({"fields": _COMMENT, "limit": "50"}, after), Comments
        )

    async def comment(self, key: Key, number: str) -> Comment:
        """One comment."""
        return await self._get(key, number, {"fields": _COMMENT}, Comment)

    async def write(self, key: Key, edge: str, message: str) -> str:
        """Put a comment at `{media}/comments` or `{comment}/replies`; its number."""
        replied = await exchange(
            TITLE,
            "POST",
            f"{self._base}/{edge}",
            acts=True,
            form={"message": message},
            headers=_authorization(key),
        )
        return self._of(replied, _Created, acts=True).id

    async def _get(self, key: Key, path: str, query: Mapping[str, str], answer: type[Answer]) -> Answer:
        replied = await exchange(
            TITLE, "GET", f"{self._base}/{path}", query=query, headers=_authorization(key)
        )
        return self._of(replied, answer, acts=False)

    @staticmethod
    def _of(replied: Replied, answer: type[Answer], *, acts: bool) -> Answer:
        if replied.status != _OK:
            raise refusal(replied, acts=acts)
        try:
            return answer.model_validate_json(replied.content)
        except ValidationError:
            raise silent(TITLE, acts=acts) from None


def _after(query: dict[str, str], after: str | None) -> dict[str, str]:
    return {**query, "after": after} if after else query


def _authorization(key: Key) -> dict[str, str]:
    token = key.credentials.get(ACCESS_TOKEN, "")
    if not token:
        raise NetworkRefusalError(
            Fault.PERSON,
            "Instagram: в ключе аккаунта нет access_token. Администратор указывает его; до тех пор сеть смотрят и "
            "ответы размещают вручную.",
            code="no token",
        )
    return {"Authorization": f"Bearer {token}"}
