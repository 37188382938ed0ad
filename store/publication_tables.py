"""Tables of what is published from accounts of bodies, and of whether published texts stand (cl. 4, 13).

What identifies somebody is in texts of the message, which these name by their ids.
"""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from store.tables import UtcMoment

_UNDER_WAY = text("state IN ('open', 'published')")
_TO_BE_CHECKED = text("next_at IS NOT NULL")
_HAS_LINK = text("url_key IS NOT NULL")


class PublicationRow(SQLModel, table=True):
    """That a draft is to be published from the account of its body, and what has come of it (docs/publishing.md).

    `command` is the confirmation that waits for the link; `account` names the key. `tries` counts what was sent to the
    network, the first at `first_tried_at`, the last at `tried_at`; `unsure`: it is not known what became of that one.
    `url` is the id of a text, written before the publication is confirmed. `advice` is why the network did not take it,
    or does not answer now.

    `state`: open, published (the link is known), confirmed, refused (by hand from here on), stray (it stands there, and
    is no longer wanted).
    """

    __tablename__ = "publication"
    __table_args__ = (
        Index("publication_under_way", "looked_at", sqlite_where=_UNDER_WAY, postgresql_where=_UNDER_WAY),
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
