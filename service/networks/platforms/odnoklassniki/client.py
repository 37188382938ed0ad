"""The API of Odnoklassniki: signed calls of one address (apiok.ru/dev/methods, users.getCallsLeft for signatures)."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from html import unescape
from typing import Annotated, Final, TypeVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, JsonValue, TypeAdapter, ValidationError

from service.networks.platforms.checks import credential
from service.networks.platforms.exchange import Many, Part, exchange, silent
from service.networks.platforms.meanings import meanings_of
from service.networks.platforms.port import Key, Platform

MEANINGS: Final = meanings_of(Platform.ODNOKLASSNIKI)
TITLE: Final = MEANINGS.title
CANNOT_BE_SEEN: Final = frozenset({"7", "10", "24", "50", "456", "458"})
"""Codes of what may exist, and is not shown to this key."""
APPLICATION_KEY, APPLICATION_SECRET, ACCESS_TOKEN = (
    "application_key",
    "application_secret_key",
    "access_token",
)
_FIELDS: Final = ",".join(
    f"comment.{name}"
    for name in (
        *("ID", "TEXT", "TYPE", "DATE", "AUTHOR_ID", "AUTHOR_NAME", "AUTHOR_REF"),
        *("REPLY_TO_COMMENT_ID", "REPLY_TO_ID", "REPLY_TO_NAME"),
    )
)
_OK = 200
_MOSCOW = ZoneInfo("Europe/Moscow")
_JSON: Final = TypeAdapter[JsonValue](JsonValue)


def _text(given: object) -> object:
    return "" if given is None else str(given) if isinstance(given, int) else given


Name = Annotated[str, BeforeValidator(_text)]
"""Numbers come as numbers or as text."""


class Comment(Part):
    """A comment. When it was written is given in milliseconds, or as Moscow time without a zone."""

    id: Name
    text: Annotated[Name, AfterValidator(unescape)] = ""
    type: Name = ""
    author_id: Name = ""
    author_name: Name = ""
    author_ref: Name = ""
    reply_to_comment_id: Name = ""
    created_ms: int | None = None
    date_ms: int | None = None
    date: Name = ""

    @property
    def at(self) -> datetime | None:
        """When it was written, where that can be read."""
        if milliseconds := self.created_ms or self.date_ms:
            return datetime.fromtimestamp(milliseconds / 1000, UTC)
        try:
            return datetime.fromisoformat(self.date).replace(tzinfo=_MOSCOW).astimezone(UTC)
        except ValueError:
            return None

    @property
    def is_removed(self) -> bool:
        """Whether it is listed as one that was removed."""
        return any(word in self.type.upper() for word in ("REMOVED", "DELETED"))


class Comments(Part):
    """A page of a discussion's comments."""

    comments: tuple[Comment, ...] = ()
    has_more: bool = False
    anchor: Name = ""


class Discussion(Part):
    """What is discussed, and what changes when somebody says more."""

    object_id: Name
    object_type: Name
    new_comments_count: int | None = None
    comments_count: int | None = None
    total_comments_count: int | None = None
    last_activity_date: Name = ""
    last_activity_date_ms: int | None = None

    @property
    def activity(self) -> str:
        """Differs when there are new comments."""
        counts = (self.new_comments_count, self.comments_count, self.total_comments_count)
        return f"{counts}{self.last_activity_date}{self.last_activity_date_ms}"


class Discussions(Part):
    """A page of discussions, those with the latest activity first."""

    discussions: Many[Discussion] = ()
    anchor: Name = ""


class _Error(Part):
    error_code: int


class User(Part):
    """Of `users.getCurrentUser`."""

    uid: Name


Answer = TypeVar("Answer", bound=Part)


class Client:
    """Calls at one base address; each is signed by the key it comes with."""

    def __init__(self, base: str) -> None:
        self._base = base

    async def call(self, method: str, key: Key | None, given: Mapping[str, str]) -> JsonValue:
        """One call; what it answers. Raises NetworkRefusalError."""
        application, secret, token = (
            credential(key, it, TITLE, f"параметр {it}")
            for it in (APPLICATION_KEY, APPLICATION_SECRET, ACCESS_TOKEN)
        )
        signed = {**given, "method": method, "application_key": application, "format": "json"}
        form = {**signed, "sig": signature(signed, token, secret), "access_token": token}
        replied = await exchange(TITLE, "POST", f"{self._base}/fb.do", form=form)
        if replied.status != _OK:
            raise MEANINGS.of_status(replied.status, acts=False)
        try:
            said = _JSON.validate_json(replied.content)
            if isinstance(said, dict) and "error_code" in said:
                raise MEANINGS.refusal(str(_Error.model_validate(said).error_code))
        except ValidationError:
            raise silent(TITLE, acts=False) from None
        return said

    async def read(
        self, method: str, key: Key | None, given: Mapping[str, str], answer: type[Answer]
    ) -> Answer:
        """One call that only reads. Raises NetworkRefusalError."""
        try:
            return answer.model_validate(await self.call(method, key, given))
        except ValidationError:
            raise silent(TITLE, acts=False) from None

    async def comments(self, key: Key | None, given: Mapping[str, str]) -> Comments:
        """`discussions.getComments`; nothing is marked as read."""
        fixed = {"count": "100", "fields": _FIELDS, "mark_as_read": "false"}
        return await self.read("discussions.getComments", key, {**given, **fixed}, Comments)

    async def comment(self, key: Key | None, given: Mapping[str, str]) -> Comment:
        """`discussions.getComment`; 700 where it is gone."""
        said = await self.call("discussions.getComment", key, {**given, "fields": _FIELDS})
        inner = said.get("comment") if isinstance(said, dict) else None
        try:
            return Comment.model_validate(inner or said)
        except ValidationError:
            raise silent(TITLE, acts=False) from None


def signature(given: Mapping[str, str], token: str, secret: str) -> str:
    """How a call is signed: MD5 is the network's choice."""
    session = hashlib.md5(f"{token}{secret}".encode()).hexdigest()  # noqa: S324
    named = "".join(f"{name}={given[name]}" for name in sorted(given))
    return hashlib.md5(f"{named}{session}".encode()).hexdigest()  # noqa: S324
