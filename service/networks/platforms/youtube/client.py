"""YouTube Data API v3: one call each (developers.google.com/youtube/v3/docs)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Generic, Literal, TypeVar

from pydantic import Field, ValidationError

from service.networks.platforms.exchange import Part, Replied, exchange, silent
from service.networks.platforms.meanings import meanings_of
from service.networks.platforms.port import NetworkRefusalError, Platform

MEANINGS: Final = meanings_of(Platform.YOUTUBE)
TITLE: Final = MEANINGS.title
_OK = 200
_UNSAID: Final = frozenset({403, 404})
"""Statuses that without a reason are not YouTube's word: least of all that something is gone."""
_SERVER = 500


class Channel(Part):
    """Whose comment it is."""

    value: str = ""


class CommentSnippet(Part):
    """`textDisplay` is plain where `textFormat=plainText` was asked for."""

    text: str = Field(default="", alias="textDisplay")
    original: str | None = Field(default=None, alias="textOriginal")
    author: str = Field(default="", alias="authorDisplayName")
    author_url: str = Field(default="", alias="authorChannelUrl")
    channel: Channel = Field(default=Channel(), alias="authorChannelId")
    parent: str | None = Field(default=None, alias="parentId")
    published_at: datetime = Field(alias="publishedAt")
    updated_at: datetime = Field(alias="updatedAt")


class Comment(Part):
    """A comment; an answer's number begins with its parent's."""

    id: str
    snippet: CommentSnippet


class _Replies(Part):
    comments: tuple[Comment, ...] = ()


class _ThreadSnippet(Part):
    video: str | None = Field(default=None, alias="videoId")
    top: Comment = Field(alias="topLevelComment")
    replies: int = Field(default=0, alias="totalReplyCount")


class Thread(Part):
    """A comment with some of its answers; `snippet.replies` is how many there are."""

    id: str
    snippet: _ThreadSnippet
    replies: _Replies = _Replies()


class Numbered(Part):
    """Anything by its number."""

    id: str


class _Statistics(Part):
    comments: str | None = Field(default=None, alias="commentCount")


class Video(Part):
    """A video that is there for everybody; `statistics.comments` is None where they are closed."""

    id: str
    statistics: _Statistics = _Statistics()


Item = TypeVar("Item", bound=Part)


class Page(Part, Generic[Item]):
    """A page of a list; `further` is the token of the next."""

    items: tuple[Item, ...] = ()
    further: str | None = Field(default=None, alias="nextPageToken")


class _Token(Part):
    access_token: str


class _Reason(Part):
    reason: str = ""


class _Error(Part):
    errors: tuple[_Reason, ...] = ()
    details: tuple[_Reason, ...] = ()


class _Refused(Part):
    """Body of a refusal; where tokens are given out the error is its reason alone."""

    error: _Error | str

    @property
    def reason(self) -> str:
        """The most exact reason that is named; empty for none."""
        if isinstance(self.error, str):
            return self.error
        named = [it.reason for it in (*self.error.details, *self.error.errors) if it.reason]
        known = (it for it in named if it in MEANINGS.by_code)
        return next(known, named[0] if named else "")


Answer = TypeVar("Answer", bound=Part)


class Client:
    """Calls at one base address; the headers of a call carry the key of whoever asks."""

    def __init__(self, base: str, tokens: str) -> None:
        """`tokens`: where a refresh token is turned into one that is good for an hour."""
        self._base = base
        self._tokens = tokens

    async def signed_in(self, credentials: Mapping[str, str]) -> Mapping[str, str]:
        """Headers of the account itself, for an hour. Raises NetworkRefusalError."""
        replied = await exchange(
            TITLE, "POST", self._tokens, form={**credentials, "grant_type": "refresh_token"}
        )
        token = _judged(replied, _Token, acts=False).access_token
        return {"Authorization": f"Bearer {token}"}

    async def list(
        self,
        resource: Literal["commentThreads", "comments", "channels", "videos"],
        headers: Mapping[str, str],
        given: Mapping[str, str],
        item: type[Item],
    ) -> Page[Item]:
        """Read a page of something. Raises NetworkRefusalError."""
        replied = await exchange(TITLE, "GET", f"{self._base}/{resource}", query=given, headers=headers)
        return _judged(replied, Page[item], acts=False)  # type: ignore[valid-type]

    async def insert(
        self, resource: Literal["commentThreads", "comments"], headers: Mapping[str, str], snippet: object
    ) -> str:
        """Write a comment; its number. Raises NetworkRefusalError."""
        replied = await exchange(
            TITLE,
            "POST",
            f"{self._base}/{resource}",
            acts=True,
            query={"part": "snippet"},
            content={"snippet": snippet},
            headers=headers,
        )
        return _judged(replied, Numbered, acts=True).id


def _judged(replied: Replied, answer: type[Answer], *, acts: bool) -> Answer:
    if replied.status != _OK:
        raise _refusal(replied.status, _reason(replied), acts=acts)
    try:
        return answer.model_validate_json(replied.content)
    except ValidationError:
        raise silent(TITLE, acts=acts) from None


def _reason(replied: Replied) -> str:
    try:
        return _Refused.model_validate_json(replied.content).reason
    except ValidationError:
        return ""


def _refusal(status: int, reason: str, *, acts: bool) -> NetworkRefusalError:
    by_status = f"http {status}"
    if acts and status >= _SERVER:  # what failed behind it may have been done
        return MEANINGS.busy(reason or by_status, acts=True)
    if not reason and status in _UNSAID:
        return MEANINGS.of_status(status, acts=acts)
    return MEANINGS.refusal(reason or by_status, reason, by_status, acts=acts)
