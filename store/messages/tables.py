"""Tables of messages: how each stands, its limits and journal, its texts and attachments (docs/decisions.md, 12)."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Index,
    LargeBinary,
    text,
)
from sqlmodel import Field, SQLModel

from store.database.columns import UtcMoment
from store.database.packed import PackedJson, PackedText


class WorkingTimeRow(SQLModel, table=True):
    """A production calendar, or working hours, that due moments were counted by (`store.messages.working_times`).

    `name` is a digest of `content`, which is JSON.
    """

    __tablename__ = "working_time"

    name: str = Field(primary_key=True)
    content: str


class TopicRow(SQLModel, table=True):
    """A topic of the catalogue, in its group (cl. 7); by `words` a text says that it is about it."""

    __tablename__ = "topic"

    key: str = Field(primary_key=True)
    group: str = Field(sa_column_kwargs={"name": "topic_group"})
    title: str
    words: list[str] = Field(default=[], sa_column=Column(JSON, nullable=False))
    position: int = 0


class NetworkRow(SQLModel, table=True):
    """A network's rules of publication (cl. 3, 17)."""

    __tablename__ = "network"

    key: str = Field(primary_key=True)
    title: str
    publication: str
    hosts: list[str] = Field(sa_column=Column(JSON, nullable=False))
    max_length: int | None = None


_LISTED_BY = (
    *("stage", "overdue", "network", "topic", "importance", "outcome", "curator", "assignee"),
    *("detected_at", "first_due", "clock_ahead", "verdict"),
)


def _where_set(name: str, column: str, *others: str) -> Index:
    """An index of the rows in which the column is set."""
    is_set = text(f"{column} IS NOT NULL")
    return Index(name, column, *others, sqlite_where=is_set, postgresql_where=is_set)


class MessageRow(SQLModel, table=True):
    """A message: its texts, and what listings filter by. `snapshot` is the state without limits.

    `place` is the id of the text that says where the matter is, `routed_to` the body that answers: the last of those
    that the message was routed to.

    `first_due` is the earliest due moment of an open limit run, passed or not. `step_curator` is the curator and
    `step_body` the body whose step is open; both are None where it is nobody's. `repeats` is the number of the
    earlier message that this one repeats (cl. 16). `verdict` is the last of those that a person has decided of, None
    where nobody has. `clock_ahead` is how far the message's clock is ahead of the
    wall's, in microseconds; zero outside training. `candidate` is the id of the one that it was, for good: by it the
    record of access tells who saw it before. `recorded` is the number of the last journal row its workflow has written:
    rows come in order, without a gap. `restarts` is how often the program has started its workflow again, and `run_id`
    the run that leads it since then, by Temporal's id; None until that is known.
    """

    __tablename__ = "message"
    __table_args__ = (
        Index("message_stage", "stage", "number"),
        Index("message_overdue", "overdue", "number"),
        Index("message_topic", "topic", "number"),
        _where_set("message_assignee", "assignee", "number"),
        _where_set("message_repeats", "repeats"),
        # Filters of few values, and several at once, are judged in one of these, without the rows themselves.
        Index("message_listed", "number", *_LISTED_BY),
        _where_set(
            "message_due", "first_due", "number", *(name for name in _LISTED_BY if name != "first_due")
        ),
        # The queues of people.
        _where_set("message_step_curator", "step_curator", "first_due", "number", "clock_ahead"),
        _where_set("message_step_body", "step_body", "first_due", "number", "assignee", "clock_ahead"),
        {"sqlite_autoincrement": True},
    )

    number: int | None = Field(default=None, primary_key=True)
    network: str
    url: str
    url_key: str | None = Field(default=None, unique=True)
    author: str
    text: str = Field(sa_column=Column(PackedText(), nullable=False))
    search_text: str
    lemmas: str = Field(sa_column=Column(PackedText(), nullable=False))
    detected_at: datetime = Field(sa_type=UtcMoment, index=True)
    registered_at: datetime = Field(sa_type=UtcMoment)
    registered_by: str
    stage: str = "routing"
    outcome: str | None = None
    current_body: str | None = None
    topic: str | None = None
    importance: str | None = None
    curator: str | None = None
    assignee: str | None = None
    repeats: int | None = None
    candidate: int | None = None
    step_curator: str | None = None
    step_body: str | None = None
    place: str | None = None
    routed_to: str | None = None
    verdict: str | None = None
    overdue: bool = False
    next_due: datetime | None = Field(default=None, sa_type=UtcMoment)
    first_due: datetime | None = Field(default=None, sa_type=UtcMoment)
    clock_ahead: int = Field(default=0, sa_type=BigInteger)
    recorded: int = 0
    rows: int = 0
    restarts: int = 0
    run_id: str | None = None
    snapshot: dict[str, Any] | None = Field(default=None, sa_column=Column(PackedJson))
    erased_at: datetime | None = Field(default=None, sa_type=UtcMoment)


class MessageBodyRow(SQLModel, table=True):
    """A body that has or had its turn with the message: what executors and deputies see messages by."""

    __tablename__ = "message_body"
    __table_args__ = (Index("message_body_body", "body", "message"), {"sqlite_with_rowid": False})

    message: int = Field(primary_key=True, foreign_key="message.number")
    body: str = Field(primary_key=True)


class MessagePlaceRow(SQLModel, table=True):
    """What is read of where a message is about (`store.places`): once it is routed, and again when it is corrected.

    `settlement` is a name without «ё», `spelled` how it is written, `district` the one that was named with it. An
    erasure takes the row away.
    """

    __tablename__ = "message_place"
    __table_args__ = (Index("message_place_settlement", "settlement", "message"),)

    message: int = Field(primary_key=True, foreign_key="message.number")
    settlement: str | None = None
    spelled: str | None = None
    district: str | None = None


class MessageTextRow(SQLModel, table=True):
    """One version of one text of a message; only what destroys personal data replaces it.

    `id` is a MAC of the content by `key`, which nothing else is sealed by (`store.messages.text_seals`). The key goes
    with what it has sealed: it is None of an erased text, of a lost one, and of what a message was registered with.
    `lasting` texts are the service's own record, such as the ground of an erasure, and are never erased.
    """

    __tablename__ = "message_text"

    id: str = Field(primary_key=True)
    message: int = Field(foreign_key="message.number", index=True)
    field: str
    content: str = Field(sa_column=Column(PackedText(), nullable=False))
    key: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    written_at: datetime = Field(sa_type=UtcMoment)
    lasting: bool = False


class AttachmentRow(SQLModel, table=True):
    """A photo or video to an answer (cl. 17), kept in the database so that every API process and backup has it.

    `message` is None until a message is registered with it: a complaint may be a picture alone.
    """

    __tablename__ = "attachment"

    id: str = Field(primary_key=True)
    message: int | None = Field(default=None, foreign_key="message.number", index=True)
    name: str
    type: str
    size: int
    digest: str
    uploaded_by: str
    uploaded_at: datetime = Field(sa_type=UtcMoment)


class AttachmentContentRow(SQLModel, table=True):
    """The bytes of an attachment, apart from its row so that listings never read them."""

    __tablename__ = "attachment_content"

    attachment: str = Field(primary_key=True, foreign_key="attachment.id")
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


_OPEN = text("met_at IS NULL AND cancelled_at IS NULL")


_PUBLISHED = text("name = 'publication' AND met_at IS NOT NULL")


_IS_JUDGED = (
    "holder_role = 'executor' AND inherited IS {no} AND (met_at IS NOT NULL OR breached_at IS NOT NULL)"
)


class LimitRunRow(SQLModel, table=True):
    """One run of one limit; `run` is the whole of it, the columns are what reports count by.

    `told` is the row of the journal by which its breach was told of.
    """

    __tablename__ = "limit_run"
    __table_args__ = (
        Index("limit_run_due", "name", "due_at"),
        # What is counted every few seconds is a small part of all that has ever run.
        Index(
            "limit_run_open",
            *("name", "breached_at", "due_at", "message", "holder_body"),
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        # When what was broken was put right at last, of all there ever was; and what was still broken at a moment.
        Index(
            "limit_run_ended",
            text("coalesce(met_at, cancelled_at)"),
            *("breached_at", "message"),
            sqlite_where=text("breached_at IS NOT NULL"),
            postgresql_where=text("breached_at IS NOT NULL"),
        ),
        # What was published and breached in a period is counted from these alone, without the rows.
        # SQLite goes by the equal column first, so that stands first though it is the same in all of them.
        Index(
            "limit_run_published",
            *("name", "met_at", "message"),
            sqlite_where=_PUBLISHED,
            postgresql_where=_PUBLISHED,
        ),
        Index(
            "limit_run_shortcoming",
            *("breached_at", "message", "number", "name", "holder_body", "met_at", "cancelled_at"),
            sqlite_where=text("breached_at IS NOT NULL AND inherited IS 0"),
            postgresql_where=text("breached_at IS NOT NULL AND inherited IS false"),
        ),
        # Weekly summaries count what was done in a week.
        _where_set("limit_run_met", "met_at"),
        # In how many messages a body kept its limits.
        Index(
            "limit_run_judged",
            *("message", "holder_body", "breached_at"),
            sqlite_where=text(_IS_JUDGED.format(no="0")),
            postgresql_where=text(_IS_JUDGED.format(no="false")),
        ),
    )

    message: int = Field(primary_key=True, foreign_key="message.number")
    number: int = Field(primary_key=True)
    name: str
    holder_role: str
    holder_body: str | None = None
    started_at: datetime = Field(sa_type=UtcMoment)
    due_at: datetime = Field(sa_type=UtcMoment)
    met_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    breached_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    cancelled_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    inherited: bool = False
    told: int | None = None
    run: dict[str, Any] = Field(sa_column=Column(PackedJson, nullable=False))


class JournalRow(SQLModel, table=True):
    """One row of a message's journal; the database itself refuses to change or delete it (cl. 19).

    `after` is how the message stands then (`store.journal.after_step`); the last row of each record has it.
    `hash` ties it to the row before it (`store.journal.chain`). Nothing in it is ever erased: texts are named by ids.
    """

    __tablename__ = "journal_row"
    # What happened in a week is looked for by its kind.
    __table_args__ = (Index("journal_row_kind", "kind", "at"),)

    message: int = Field(primary_key=True, foreign_key="message.number")
    number: int = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcMoment)
    kind: str
    person: str | None = None
    acting_for: str | None = None
    data: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    after: dict[str, Any] | None = Field(default=None, sa_column=Column(PackedJson))
    written_at: datetime = Field(sa_type=UtcMoment)
    hash: str


class SurgeMessageRow(SQLModel, table=True):
    """A message behind a surge: those of its largest number."""

    __tablename__ = "surge_message"

    surge: int = Field(primary_key=True, foreign_key="surge.id")
    message: int = Field(primary_key=True, foreign_key="message.number", index=True)


class UnsentTextRow(SQLModel, table=True):
    """What a person has typed into the form of a command and not sent yet: the values of its fields by their names.

    It goes once the command is accepted, with an erasure of the message, and after its term.
    """

    __tablename__ = "unsent_text"

    person: str = Field(primary_key=True)
    message: int = Field(primary_key=True, foreign_key="message.number", index=True)
    command: str = Field(primary_key=True)
    fields: dict[str, list[str]] = Field(sa_column=Column(JSON, nullable=False))
    saved_at: datetime = Field(sa_type=UtcMoment, index=True)


class ChangeRow(SQLModel, table=True):
    """A message that has just changed, for pages that show it; of no interest a little later.

    `bodies` are those that have or had their turn, `persons` those who were notified of it.
    """

    __tablename__ = "change"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    message: int
    curator: str | None = None
    bodies: list[str] = Field(sa_column=Column(JSON, nullable=False))
    persons: list[str] = Field(sa_column=Column(JSON, nullable=False))
    at: datetime = Field(sa_type=UtcMoment, index=True)


class MessageWordRow(SQLModel, table=True):
    """A word by which messages like this one are found (store/likeness_index.py); `word` is its digest.

    A digest of a word can be guessed, so the rows go when the message is erased (152-FZ).
    """

    __tablename__ = "message_word"
    __table_args__ = (
        Index("ix_message_word_message", "message"),
        {"sqlite_with_rowid": False},
    )

    word: int = Field(primary_key=True)
    message: int = Field(primary_key=True, foreign_key="message.number")
