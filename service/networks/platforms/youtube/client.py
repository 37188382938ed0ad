"""YouTube Data API v3: one call each, counted in units (developers.google.com/youtube/v3/docs)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from service.networks.platforms.exchange import Replied, exchange, silent
from service.networks.platforms.port import Key
from service.networks.platforms.youtube.errors import SPENT, reason_of, refusal
from service.networks.platforms.youtube.units import Units, no_units

TITLE: Final = "YouTube"
LIST_COSTS, INSERT_COSTS = 1, 50
LEFT_FOR_ANSWERS: Final = 0.2
"""The part of a day's units that reading does not touch: answers and their checks are not to wait for tomorrow."""
_OK = 200


class _Of(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Channel(_Of):
    """Whose comment it is."""

    value: str = ""


class CommentSnippet(_Of):
    """`textDisplay` is plain where `textFormat=plainText` was asked for."""

    text: str = Field(default="", alias="textDisplay")
    original: str | None = Field(default=None, alias="textOriginal")
    author: str = Field(default="", alias="authorDisplayName")
    author_url: str = Field(default="", alias="authorChannelUrl")
    channel: Channel = Field(default=Channel(), alias="authorChannelId")
    parent: str | None = Field(default=None, alias="parentId")
    published_at: datetime = Field(alias="publishedAt")
    updated_at: datetime = Field(alias="updatedAt")


class Comment(_Of):
    """A comment; an answer's number begins with its parent's."""

    id: str
    snippet: CommentSnippet


class _Replies(_Of):
    comments: tuple[Comment, ...] = ()


class _ThreadSnippet(_Of):
    video: str | None = Field(default=None, alias="videoId")
    top: Comment = Field(alias="topLevelComment")
    replies: int = Field(default=0, alias="totalReplyCount")


class Thread(_Of):
    """A comment with some of its answers; `snippet.replies` is how many there are."""

    id: str
    snippet: _ThreadSnippet
    replies: _Replies = _Replies()


class Threads(_Of):
    """A page of threads."""

    items: tuple[Thread, ...] = ()
    further: str | None = Field(default=None, alias="nextPageToken")


class Comments(_Of):
    """A page of comments."""

    items: tuple[Comment, ...] = ()
    further: str | None = Field(default=None, alias="nextPageToken")


class _Numbered(_Of):
    id: str


class Channels(_Of):
    """Channels by what they were asked for."""

    items: tuple[_Numbered, ...] = ()


class _Statistics(_Of):
    comments: str | None = Field(default=None, alias="commentCount")


class _Video(_Of):
    id: str
    statistics: _Statistics = _Statistics()


class Videos(_Of):
    """Videos that are there for everybody; `statistics.comments` is None where they are closed."""

    items: tuple[_Video, ...] = ()


class _Token(_Of):
    access_token: str


Answer = TypeVar("Answer", bound=_Of)


@dataclass(frozen=True, slots=True)
class Caller:
    """By whose key something is asked: `headers` carry it; `reads` may spend what is not kept for answers."""

    key: Key
    headers: Mapping[str, str]
    reads: bool = False


class Client:
    """Calls at one base address."""

    def __init__(
        self, base: str, tokens: str, units: Units, a_day: int, clock: Callable[[], datetime]
    ) -> None:
        """`tokens`: where a refresh token is turned into one that is good for an hour; `a_day`: units of a key."""
        self._base = base
        self._tokens = tokens
        self._units = units
        self._a_day = a_day
        self._clock = clock

    async def signed_in(self, key: Key, credentials: Mapping[str, str]) -> Caller:
        """The account itself, for an hour. Raises NetworkRefusalError."""
        replied = await exchange(
            TITLE, "POST", self._tokens, form={**credentials, "grant_type": "refresh_token"}
        )
        token = self._of(replied, _Token, acts=False).access_token
        return Caller(key, {"Authorization": f"Bearer {token}"})

    async def list(
        self,
        resource: Literal["commentThreads", "comments", "channels", "videos"],
        caller: Caller,
        given: Mapping[str, str],
        answer: type[Answer],
    ) -> Answer:
        """Read a page of something. Raises NetworkRefusalError."""
        kept = int(self._a_day * LEFT_FOR_ANSWERS) if caller.reads else 0
        await self._units.take(caller.key.id, LIST_COSTS, self._a_day, self._clock(), kept)
        replied = await exchange(
            TITLE, "GET", f"{self._base}/{resource}", query=given, headers=caller.headers
        )
        return await self._judged(replied, caller, answer, acts=False)

    async def insert(
        self, resource: Literal["commentThreads", "comments"], caller: Caller, snippet: object
    ) -> str:
        """Write a comment; its number. Raises NetworkRefusalError."""
        await self._units.take(caller.key.id, INSERT_COSTS, self._a_day, self._clock())
        replied = await exchange(
            TITLE,
            "POST",
            f"{self._base}/{resource}",
            acts=True,
            query={"part": "snippet"},
            content={"snippet": snippet},
            headers=caller.headers,
        )
        return (await self._judged(replied, caller, _Numbered, acts=True)).id

    async def _judged(self, replied: Replied, caller: Caller, answer: type[Answer], *, acts: bool) -> Answer:
        if replied.status != _OK and reason_of(replied.content) in SPENT:
            now = self._clock()
            await self._units.spend_all(caller.key.id, self._a_day, now)
            raise no_units(now)
        return self._of(replied, answer, acts=acts)

    @staticmethod
    def _of(replied: Replied, answer: type[Answer], *, acts: bool) -> Answer:
        if replied.status != _OK:
            raise refusal(replied.status, reason_of(replied.content), acts=acts)
        try:
            return answer.model_validate_json(replied.content)
        except ValidationError:
            raise silent(TITLE, acts=acts) from None
