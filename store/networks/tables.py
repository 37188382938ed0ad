"""Tables of networks: accounts, sources, candidates, publications and whether they stand."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Index,
    text,
)
from sqlmodel import Field, SQLModel

from store.database.columns import UtcMoment

IS_POLLED = text("active")
"""Of a source. Said literally where it is looked for, so that SQLite sees that the index of just these serves."""

_WHERE_NEW = text("state = 'new'")


_IS_REPLY = text("reply_to IS NOT NULL")


_HAS_MESSAGE = text("message IS NOT NULL")


class NetworkKeyRow(SQLModel, table=True):
    """A key of a body's account in a network: what the program reads and publishes with (cl. 13).

    It belongs to the body's official page in that network (`account`), which stays as it is whether there is a key or
    not. `url` is the account's own page, `platform` whose calls it is for, where that is known. `credentials` are
    sealed, bound to `id`.
    """

    __tablename__ = "network_key"
    __table_args__ = (Index("network_key_body", "body", "network"),)

    id: str = Field(primary_key=True)
    network: str
    body: str = Field(foreign_key="body.key")
    url: str
    platform: str | None = None
    credentials: str
    expires_at: datetime | None = Field(default=None, sa_type=UtcMoment, index=True)
    added_by: str
    added_at: datetime = Field(sa_type=UtcMoment)


class NetworkUseRow(SQLModel, table=True):
    """How a key has been used, by all workers together; `key` is that of an account, or a platform read without one.

    `full_at`, seconds since 1970: when as many calls as are allowed at once may be made again; until `paused_until`
    none may.
    """

    __tablename__ = "network_use"

    key: str = Field(primary_key=True)
    full_at: float
    paused_until: float


class SourceRow(SQLModel, table=True):
    """Where candidates are looked for (cl. 4): a search, a community, a channel, a feed, a page.

    `title` is what people call it. `every` is in seconds. `cursor` is what its platform's adapter returned last.
    `active`: it is polled, next at `look_at`, by its own pace or since somebody asked. Of the last polls `failures` in
    a row have failed, the last with `last_error`; it is not polled before `next_at`.
    """

    __tablename__ = "source"
    __table_args__ = (
        Index("source_to_look_at", "look_at", sqlite_where=IS_POLLED, postgresql_where=IS_POLLED),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    network: str
    kind: str
    address: str
    query: str | None = None
    title: str | None = None
    every: int
    active: bool = True
    cursor: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    added_by: str
    added_at: datetime = Field(sa_type=UtcMoment)
    last_polled_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    last_error: str | None = None
    failures: int = 0
    next_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    look_at: datetime = Field(default_factory=lambda: datetime.now(UTC), sa_type=UtcMoment)


class CandidateRow(SQLModel, table=True):
    """A post or comment that was found, once, whatever brought it: `url_key` is as a message's.

    `state`: new, taken, dismissed. One that became a message, by whatever way, is `taken`, names it in `message`, and
    keeps no text of its own. `suggestions` are those made when it was found; None: not made yet. `reply_to` is the
    number of the message under whose answer it stands. `source` is None for what was pushed, and once the source is
    gone.
    """

    __tablename__ = "candidate"
    __table_args__ = (
        # What curators go through is a small part of all that was ever found.
        Index("candidate_new", "id", sqlite_where=_WHERE_NEW, postgresql_where=_WHERE_NEW),
        Index("candidate_state", "state", "id"),
        Index("candidate_source", "source", "id"),
        Index("candidate_reply", "reply_to", sqlite_where=_IS_REPLY, postgresql_where=_IS_REPLY),
        Index("candidate_message", "message", sqlite_where=_HAS_MESSAGE, postgresql_where=_HAS_MESSAGE),
        Index("candidate_decided", "decided_at"),
        Index("candidate_found", "found_at"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    url_key: str = Field(unique=True)
    network: str
    url: str
    author: str
    text: str
    search_text: str
    parent_url: str | None = None
    posted_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    found_at: datetime = Field(sa_type=UtcMoment)
    source: int | None = Field(default=None, foreign_key="source.id")
    reply_to: int | None = Field(default=None, foreign_key="message.number")
    state: str = "new"
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    reason: str | None = None
    message: int | None = Field(default=None, foreign_key="message.number")
    suggestions: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))


class PushRow(SQLModel, table=True):
    """A push that was taken: one of the same account and name that comes again is known by it, and changes nothing."""

    __tablename__ = "push"

    account: str = Field(primary_key=True)
    event: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcMoment, index=True)


IS_UNDER_WAY = text("state IN ('open', 'published')")
"""Of a publication; said literally for the same reason."""


_TO_BE_CHECKED = text("next_at IS NOT NULL")


_HAS_LINK = text("url_key IS NOT NULL")


class PublicationRow(SQLModel, table=True):
    """That a draft is to be published from the account of its body, and what has come of it (docs/use/publishing.md).

    `command` is the confirmation that waits for the link; `account` names the key. `tries` counts what was sent to the
    network, the first at `first_tried_at`, the last at `tried_at`; `unsure`: it is not known what became of that one.
    `url` is the id of a text, written before the publication is confirmed. `advice` is why the network did not take it,
    or does not answer now.

    `state`: open, published (the link is known), confirmed, refused (by hand from here on), stray (it stands there, and
    is no longer wanted).
    """

    __tablename__ = "publication"
    __table_args__ = (
        Index("publication_under_way", "looked_at", sqlite_where=IS_UNDER_WAY, postgresql_where=IS_UNDER_WAY),
        Index("publication_command", "command"),
    )

    message: int = Field(primary_key=True, foreign_key="message.number")
    draft: str = Field(primary_key=True)
    body: str
    network: str
    platform: str
    account: str
    command: str
    person: str
    text_only: bool = False
    state: str = "open"
    asked_at: datetime = Field(sa_type=UtcMoment)
    looked_at: datetime = Field(sa_type=UtcMoment)
    tries: int = 0
    first_tried_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    tried_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    unsure: bool = False
    url: str | None = Field(default=None, foreign_key="message_text.id")
    published_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    advice: str | None = None


class StandingRow(SQLModel, table=True):
    """Whether a published text stands at its link (cl. 13), as the last check saw it.

    `url` and `text` are ids of texts, `seen` that of what was read there last; `url_key` is by what the link is known,
    as a message's; gone with an erasure. `state` is of the last check: stands, edited, deleted,
    unknown (`why`); `known` the last one that is not unknown, against which a change is told. `stage` counts the checks
    of the plan that were made, and `tries` the attempts at the one that is due; `next_at` is when, None where the plan
    is over. `cause` is of the next one: planned, pushed.
    """

    __tablename__ = "standing"
    __table_args__ = (
        # What is looked for every minute is a small part of all that was ever published.
        Index("standing_due", "next_at", sqlite_where=_TO_BE_CHECKED, postgresql_where=_TO_BE_CHECKED),
        Index("standing_link", "url_key", sqlite_where=_HAS_LINK, postgresql_where=_HAS_LINK),
    )

    message: int = Field(primary_key=True, foreign_key="message.number")
    draft: str = Field(primary_key=True)
    url: str
    url_key: str | None = None
    text: str
    body: str
    published_at: datetime = Field(sa_type=UtcMoment)
    state: str = "unknown"
    known: str | None = None
    seen: str | None = None
    checked_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    why: str | None = None
    stage: int = 0
    tries: int = 0
    next_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    cause: str = "planned"


class AnswerCheckRow(SQLModel, table=True):
    """One look at a published text: what was seen there, when, and how. It is never changed.

    `seen` is the id of the text that was read there, which has its digest; that of the draft where it is the same.
    `platform` is whose calls were asked. `cause`: planned, pushed.
    """

    __tablename__ = "answer_check"
    __table_args__ = (Index("answer_check_draft", "message", "draft", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    message: int = Field(foreign_key="message.number")
    draft: str
    at: datetime = Field(sa_type=UtcMoment)
    state: str
    cause: str
    platform: str | None = None
    seen: str | None = None
    why: str | None = None
