"""Instagram's Graph API on loopback: `async with instagram() as ig`, then `instagram_url` is `ig.base`.

It asks of a request what the network does: the token, its calls of an hour, fields, whose publication it is, the text.
"""

import hashlib
import hmac
import itertools
import json
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.networks.control import Control
from tests.networks.served import Asked, Said, served

_LONGEST = 2200


class Refused(Exception):  # noqa: N818 - the answer of the network, and no mistake
    def __init__(self, code: int, subcode: int | None = None) -> None:
        super().__init__(str(code))
        self.code = code
        self.subcode = subcode


@dataclass
class Media:
    id: str
    code: str
    owner: str
    caption: str
    at: datetime
    marks_us: bool = False


@dataclass
class Comment:
    id: str
    media: str
    author: str
    text: str
    at: datetime
    parent: str | None = None
    hidden: bool = False
    deleted: bool = False


@dataclass
class Instagram(Control):
    """`name` is the account's. `shows_marks`: whether the token is shown where others mark it."""

    base: str = ""
    access_token: str = "IGAA-token"
    app_secret: str = "app-secret"
    verify_token: str = "verify-me"
    name: str = "roads37"
    a_second: int = 20
    shows_marks: bool = True
    revoked: bool = False
    media: dict[str, Media] = field(default_factory=dict)
    comments: dict[str, Comment] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def page(self) -> str:
        """The link of the account."""
        return f"https://www.instagram.com/{self.name}/"

    @property
    def credentials(self) -> dict[str, str]:
        """The parts of the account's key."""
        return {
            "access_token": self.access_token,
            "app_secret": self.app_secret,
            "verify_token": self.verify_token,
        }

    # ---- what people do there

    def write_media(
        self, caption: str = "", owner: str | None = None, at: datetime | None = None, marks_us: bool = False
    ) -> Media:
        """A publication, by default of the account."""
        number = next(self._numbers)
        media = Media(
            f"18{number:015d}", f"Code{number:06d}", owner or self.name, caption, _second(at), marks_us
        )
        self.media[media.id] = media
        return media

    def write_comment(
        self,
        media: Media,
        text: str,
        author: str = "anna",
        answers: Comment | None = None,
        at: datetime | None = None,
    ) -> Comment:
        """Somebody comments a publication, or answers a comment."""
        number = f"17{next(self._numbers):015d}"
        parent = (answers.parent or answers.id) if answers else None
        comment = Comment(number, media.id, author, text, _second(at), parent)
        self.comments[number] = comment
        return comment

    def link(self, of: Media | Comment) -> str:
        """Of a publication or a comment."""
        if isinstance(of, Media):
            return f"https://www.instagram.com/p/{of.code}/"
        numbers = f"c/{of.parent}/r/{of.id}/" if of.parent else f"c/{of.id}/"
        return f"{self.link(self.media[of.media])}{numbers}"

    def answers(self) -> list[Comment]:
        """What the account has written, and stands."""
        return [it for it in self.comments.values() if it.author == self.name and not it.deleted]

    def fail_next(self, code: int, subcode: int | None = None, times: int = 1, **headers: str) -> None:
        """The next calls get this error."""
        self.refuse_next(_error(code, subcode, headers), times)

    def push(self, comment: Comment, own_sign_in: bool = False) -> tuple[bytes, dict[str, str]]:
        """The body and headers of a webhook about a comment; `own_sign_in`: in the form of Instagram's own sign-in."""
        value = {
            "id": comment.id,
            "from": {"id": "1", "username": comment.author},
            "media": {"id": comment.media, "media_product_type": "FEED"},
            "text": comment.text,
        }
        change: dict[str, object] = {"field": "comments", "value": value}
        entry: dict[str, object] = {"id": "1784", "time": 1755779280}
        entry |= change if own_sign_in else {"changes": [change]}
        body = json.dumps({"object": "instagram", "entry": [entry]}).encode()
        return body, {"x-hub-signature-256": f"sha256={self.signature(body)}"}

    def signature(self, body: bytes) -> str:
        """As Meta signs a body."""
        return hmac.new(self.app_secret.encode(), body, hashlib.sha256).hexdigest()

    # ---- what the interface does

    async def do(self, asked: Asked) -> Said:
        try:
            if self.revoked or asked.headers.get("authorization") != f"Bearer {self.access_token}":
                raise Refused(190, 463 if self.revoked else None)
            if self.too_often(self.access_token, self.a_second):
                raise Refused(4)
            parts = asked.path.strip("/").split("/")
            if asked.method == "POST":
                return Said.of_json(await self._write(parts, asked.form().get("message", "")))
            if not asked.query.get("fields"):
                raise Refused(100)
            return Said.of_json(self._read(parts, asked.query))
        except Refused as refused:
            return _error(refused.code, refused.subcode, {})

    def _read(self, parts: list[str], query: Mapping[str, str]) -> object:
        match parts:
            case ["me"]:
                return {"id": "1784", "username": self.name}
            case ["me", "media"]:
                own = [it for it in self.media.values() if it.owner == self.name]
                return _page([self._media(it) for it in _newest(own)], query)
            case ["me", "tags"]:
                if not self.shows_marks:
                    raise Refused(100)
                return _page([self._media(it) for it in _newest(self.media.values()) if it.marks_us], query)
            case [number, "comments"]:
                self._own(number)
                tops = [it for it in self._standing(number) if it.parent is None]
                return _page([self._comment(it, replies=True) for it in reversed(tops)], query)
            case [number, "replies"]:
                self._own(self._there(number).media)
                return _page([self._comment(it) for it in self._replies(number)], query)
            case [number]:
                comment = self._there(number)
                self._own(comment.media)
                return self._comment(comment)
        raise Refused(100, 33)

    async def _write(self, parts: list[str], message: str) -> object:
        answered: Comment | None = None
        match parts:
            case [number, "replies"]:
                answered = self._there(number)
                media = self._own(answered.media)
                if answered.hidden:
                    raise Refused(100)
            case [number, "comments"]:
                media = self._own(number)
            case _:
                raise Refused(100, 33)
        if not message or len(message) > _LONGEST:
            raise Refused(100)
        comment = self.write_comment(media, message, self.name, answered)
        await self.has_stored()
        return {"id": comment.id}

    def _own(self, number: str) -> Media:
        media = self.media.get(number)
        if media is None or media.owner != self.name:
            raise Refused(100, 33)
        return media

    def _there(self, number: str) -> Comment:
        comment = self.comments.get(number)
        if comment is None or comment.deleted:
            raise Refused(100, 33)
        return comment

    def _standing(self, media: str) -> list[Comment]:
        return [it for it in self.comments.values() if it.media == media and not it.deleted]

    def _replies(self, number: str) -> list[Comment]:
        return [it for it in self.comments.values() if it.parent == number and not it.deleted]

    def _media(self, media: Media) -> dict[str, object]:
        return {
            "id": media.id,
            "permalink": self.link(media),
            "timestamp": _moment(media.at),
            "username": media.owner,
            "caption": media.caption,
            "comments_count": len(self._standing(media.id)),
        }

    def _comment(self, comment: Comment, replies: bool = False) -> dict[str, object]:
        shown: dict[str, object] = {
            "id": comment.id,
            "text": comment.text,
            "timestamp": _moment(comment.at),
            "username": comment.author,
            "from": {"id": "1", "username": comment.author},
            "hidden": comment.hidden,
        }
        if comment.parent:
            shown["parent_id"] = comment.parent
        if replies and (under := self._replies(comment.id)):
            shown["replies"] = _page([self._comment(it) for it in under], {"limit": "50"})
        return shown


def _newest(media: Iterable[Media]) -> list[Media]:
    return sorted(media, key=lambda it: (it.at, it.id), reverse=True)


def _page(items: list[dict[str, object]], query: Mapping[str, str]) -> dict[str, object]:
    limit = int(query.get("limit", "25"))
    if not 1 <= limit <= 100:
        raise Refused(100)
    begun = items
    if after := query.get("after"):
        numbers = [it["id"] for it in items]
        begun = items[numbers.index(after) + 1 :]
    shown = begun[:limit]
    page: dict[str, object] = {"data": shown}
    if shown:
        paging: dict[str, object] = {"cursors": {"before": shown[0]["id"], "after": shown[-1]["id"]}}
        if len(begun) > limit:
            paging["next"] = "https://graph.instagram.com/next"
        page["paging"] = paging
    return page


def _second(at: datetime | None) -> datetime:
    return (at or datetime.now(UTC)).replace(microsecond=0)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}+0000"


def _error(code: int, subcode: int | None, headers: Mapping[str, str]) -> Said:
    error: dict[str, object] = {
        "message": "told to",
        "type": "OAuthException" if code == 190 else "GraphMethodException",
        "code": code,
        "fbtrace_id": "A1",
    }
    if subcode is not None:
        error["error_subcode"] = subcode
    status = 401 if code == 190 else 500 if code in (1, 2) else 403 if code in (4, 10, 200) else 400
    return Said.of_json({"error": error}, status, **headers)


@asynccontextmanager
async def instagram(stand_in: Instagram | None = None) -> AsyncIterator[Instagram]:
    """One that runs; `base` is its address."""
    ig = stand_in or Instagram()
    async with served(ig) as base:
        ig.base = base
        yield ig
