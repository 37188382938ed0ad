"""Tables of the database: the read model, the home of texts, the journal, and the outbox of commands.

Moments are stored in UTC. Columns that hold a name, a link or a text of a message are the ones erased by 152-FZ
(docs/decisions.md, 12); nothing else in the database identifies an author.
"""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Dialect,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy import DateTime as SqlDateTime
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

ERASED = "[erased]"

# Every constraint has a name, so that a migration can change it on both databases.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcMoment(TypeDecorator[datetime]):
    """An aware moment, kept in UTC: SQLite keeps no zone, and PostgreSQL returns the session's."""

    impl = SqlDateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC. Raises ValueError for a naive moment."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without a time zone: {value}")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """An aware moment in UTC."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


# ---- the directory


class BodyRow(SQLModel, table=True):
    """An executive body or a municipality (cl. 4); `department` is the curators' own.

    One that is not `active` gets no further messages; those that name it go on naming it, and what is open for it may
    pass to its `successor`. Titles are those in force; `BodyTitleRow` has them all.
    """

    __tablename__ = "body"

    key: str = Field(primary_key=True)
    title: str
    short_title: str
    kind: str
    active: bool = True
    successor: str | None = None


FROM_EVER = date(1970, 1, 1)
"""The day from which holds what was there before any change."""


class BodyTitleRow(SQLModel, table=True):
    """What a body is called from the day `since` on, until the next."""

    __tablename__ = "body_title"

    body: str = Field(primary_key=True, foreign_key="body.key")
    since: date = Field(primary_key=True)
    title: str
    short_title: str


class BodyHoursRow(SQLModel, table=True):
    """Working hours that a body was given in the browser, in place of those of the installation's files.

    They hold from the day `since` on, until the next. `hours` is None where those of the files hold again.
    """

    __tablename__ = "body_hours"

    body: str = Field(primary_key=True, foreign_key="body.key")
    since: date = Field(primary_key=True)
    hours: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))


class AccountRow(SQLModel, table=True):
    """A body's official account in a network."""

    __tablename__ = "account"

    body: str = Field(primary_key=True, foreign_key="body.key")
    network: str = Field(primary_key=True)
    url: str


class TopicRow(SQLModel, table=True):
    """A topic of the catalogue, in its group (cl. 7)."""

    __tablename__ = "topic"

    key: str = Field(primary_key=True)
    group: str = Field(sa_column_kwargs={"name": "topic_group"})
    title: str
    position: int = 0


class AnswerTemplateRow(SQLModel, table=True):
    """A text that a body's answers are begun with; it names nobody."""

    __tablename__ = "answer_template"
    __table_args__ = (UniqueConstraint("body", "title"),)

    id: int | None = Field(default=None, primary_key=True)
    body: str = Field(foreign_key="body.key")
    title: str
    text: str


class DirectoryEditRow(SQLModel, table=True):
    """Who changed what of the directory.

    `person` is None for the command line, and for a source that its site has moved.
    `part` is what kind of thing it is, `subject` its key, `title` what it was called then. `fields` holds of each
    changed one its title, and its text before and after; secrets have none.
    """

    __tablename__ = "directory_edit"
    __table_args__ = (Index("directory_edit_subject", "part", "subject", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcMoment)
    person: str | None = None
    part: str
    subject: str
    title: str
    action: str
    fields: list[list[str]] = Field(sa_column=Column(JSON, nullable=False))


class NetworkRow(SQLModel, table=True):
    """A network's rules of publication (cl. 3, 17)."""

    __tablename__ = "network"

    key: str = Field(primary_key=True)
    title: str
    publication: str
    hosts: list[str] = Field(sa_column=Column(JSON, nullable=False))
    max_length: int | None = None


class SettingRow(SQLModel, table=True):
    """A value of the installation, such as the notice on formal appeals, or what calendar was last applied."""

    __tablename__ = "setting"

    key: str = Field(primary_key=True)
    value: str


# ---- people


class PersonRow(SQLModel, table=True):
    """Someone who signs in; named by the sign-in everywhere.

    `must_change_password`: somebody else has set it. `email` is what a first sign-in through the identity provider may
    be recognised by. `position` is the title of the office in force; `PersonPositionRow` has them all. `left_at` is
    when somebody who is not `active` left.
    """

    __tablename__ = "person"

    key: str = Field(primary_key=True)
    name: str
    position: str
    password_hash: str
    active: bool = True
    must_change_password: bool = False
    email: str | None = None
    left_at: datetime | None = Field(default=None, sa_type=UtcMoment)


class PersonPositionRow(SQLModel, table=True):
    """The title of a person's office from the day `since` on, until the next."""

    __tablename__ = "person_position"

    person: str = Field(primary_key=True, foreign_key="person.key")
    since: date = Field(primary_key=True)
    position: str


class PersonRoleRow(SQLModel, table=True):
    """A role held by a person, in a body where the role belongs to one; a deputy has a row for each body overseen.

    It is held from `since` on (None: from ever) and before `until` (None: no end is known). Rows of former holders
    stay: who answered for a body on a day is asked long after it.
    """

    __tablename__ = "person_role"
    __table_args__ = (Index("role_body", "role", "body"),)

    id: int | None = Field(default=None, primary_key=True)
    person: str = Field(foreign_key="person.key", index=True)
    role: str
    body: str | None = Field(default=None, foreign_key="body.key")
    since: datetime | None = Field(default=None, sa_type=UtcMoment)
    until: datetime | None = Field(default=None, sa_type=UtcMoment)


class AbsenceRow(SQLModel, table=True):
    """From `starts_at` until `ends_at` the substitute may do what the absent person may (cl. 6).

    `substitute` is None where nobody stands in. `ends_at` is None until somebody ends it. `notified_at` is when whoever
    gets the person's work was notified of its beginning.
    """

    __tablename__ = "absence"
    __table_args__ = (
        # What is looked for every half second is a small part of all absences on record.
        Index(
            "absence_beginning",
            "starts_at",
            sqlite_where=text("notified_at IS NULL"),
            postgresql_where=text("notified_at IS NULL"),
        ),
    )

    id: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.key", index=True)
    substitute: str | None = Field(default=None, foreign_key="person.key", index=True)
    starts_at: datetime = Field(sa_type=UtcMoment)
    ends_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    recorded_by: str
    recorded_at: datetime = Field(sa_type=UtcMoment)
    notified_at: datetime | None = Field(default=None, sa_type=UtcMoment)


class TokenRow(SQLModel, table=True):
    """A sign-in; only the digest of the token is kept, and it can be revoked. `id` names it to people.

    `way`: `password` or `provider`. `second_factor`: it was proved at this sign-in. `provider_token` is the ID token of
    the identity provider, sealed, with which the person is signed out there too.
    """

    __tablename__ = "token"

    digest: str = Field(primary_key=True)
    id: str = Field(unique=True)
    person: str = Field(foreign_key="person.key", index=True)
    created_at: datetime = Field(sa_type=UtcMoment)
    expires_at: datetime = Field(sa_type=UtcMoment)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    way: str = "password"
    second_factor: bool = False
    address: str = ""
    agent: str = ""
    provider_token: str | None = None


class WrongPasswordRow(SQLModel, table=True):
    """A failed sign-in from a source; `sign_in` is a digest of the name that was given, which may be a password typed
    amiss."""

    __tablename__ = "wrong_password"
    __table_args__ = (Index("wrong_password_source", "source", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    source: str
    sign_in: str
    at: datetime = Field(sa_type=UtcMoment)


class KnownSourceRow(SQLModel, table=True):
    """Where somebody has signed in from: strangers' guesses do not hold them up there."""

    __tablename__ = "known_source"

    person: str = Field(primary_key=True, foreign_key="person.key")
    source: str = Field(primary_key=True)
    last_at: datetime = Field(sa_type=UtcMoment, index=True)


class LinkedIdentityRow(SQLModel, table=True):
    """An account of an identity provider, by its stable subject, and whose it is. `linked_by` is None for one that was
    recognised at the first sign-in."""

    __tablename__ = "linked_identity"
    __table_args__ = (UniqueConstraint("issuer", "person"),)

    issuer: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.key", index=True)
    linked_at: datetime = Field(sa_type=UtcMoment)
    linked_by: str | None = None


class SecondFactorRow(SQLModel, table=True):
    """A person's TOTP secret, sealed. `last_step` is the time step of the last code that was taken: none is taken
    twice."""

    __tablename__ = "second_factor"

    person: str = Field(primary_key=True, foreign_key="person.key")
    secret: str
    enrolled_at: datetime = Field(sa_type=UtcMoment)
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    last_step: int = Field(default=0, sa_type=BigInteger)


class RecoveryCodeRow(SQLModel, table=True):
    """A code that takes the place of the second factor once; only its digest is kept."""

    __tablename__ = "recovery_code"

    digest: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.key", index=True)
    used_at: datetime | None = Field(default=None, sa_type=UtcMoment)


class SavedViewRow(SQLModel, table=True):
    """A list of messages that a person has saved under a name; `query` is what follows the list's address."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("person", "name"),)

    id: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.key")
    name: str
    query: str


# ---- messages


_LISTED_BY = (
    *("stage", "overdue", "network", "topic", "importance", "outcome", "curator", "assignee"),
    *("detected_at", "first_due", "clock_ahead", "edition"),
)
"""What lists filter and judge by."""


def _where_set(name: str, column: str, *others: str) -> Index:
    """An index of the rows in which the column is set."""
    is_set = text(f"{column} IS NOT NULL")
    return Index(name, column, *others, sqlite_where=is_set, postgresql_where=is_set)


class MessageRow(SQLModel, table=True):
    """A message: its texts, and what listings filter by. `snapshot` is the state without limits.

    `first_due` is the earliest due moment of an open limit run, passed or not. `step_curator` is the curator and
    `step_body` the body whose step is open; both are None where it is nobody's. `repeats` is the number of the
    earlier message that this one repeats (cl. 16). `clock_ahead` is how far the message's clock is ahead of the
    wall's, in microseconds; zero outside training. `edition` is the act with its edition, as
    `regulation.edition_reference` writes them. `candidate` is the id of the one that it was, for good: by it the
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
    text: str
    search_text: str
    lemmas: str
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
    edition: str | None = None
    candidate: int | None = None
    step_curator: str | None = None
    step_body: str | None = None
    overdue: bool = False
    next_due: datetime | None = Field(default=None, sa_type=UtcMoment)
    first_due: datetime | None = Field(default=None, sa_type=UtcMoment)
    clock_ahead: int = Field(default=0, sa_type=BigInteger)
    recorded: int = 0
    rows: int = 0
    restarts: int = 0
    run_id: str | None = None
    snapshot: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    erased_at: datetime | None = Field(default=None, sa_type=UtcMoment)


class MessageBodyRow(SQLModel, table=True):
    """A body that has or had its turn with the message: what executors and deputies see messages by."""

    __tablename__ = "message_body"
    __table_args__ = (Index("message_body_body", "body", "message"),)

    message: int = Field(primary_key=True, foreign_key="message.number")
    body: str = Field(primary_key=True)


class MessagePlaceRow(SQLModel, table=True):
    """What is read of where a message is about (`store.places`): once it is routed, and again when it is corrected.

    `settlement` is a name without «ё», `spelled` how it is written, `district` the one that was named with it. An
    erasure takes the row away: a street and a house may be the author's own.
    """

    __tablename__ = "message_place"
    __table_args__ = (
        Index("message_place_settlement", "settlement", "message"),
        Index("message_place_street", "street", "settlement", "message"),
    )

    message: int = Field(primary_key=True, foreign_key="message.number")
    settlement: str | None = None
    spelled: str | None = None
    district: str | None = None
    street: str | None = None
    house: str | None = None


class MessageTextRow(SQLModel, table=True):
    """One version of one text of a message; only erasure replaces it, and its digest with it: a short text could be
    guessed from that.

    `lasting` texts are the service's own record, such as the ground of an erasure, and are never erased.
    """

    __tablename__ = "message_text"

    id: str = Field(primary_key=True)
    message: int = Field(foreign_key="message.number", index=True)
    field: str
    content: str
    digest: str
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
    """One run of one limit; `run` is the whole of it, the columns are what reports count by."""

    __tablename__ = "limit_run"
    __table_args__ = (
        Index("limit_run_due", "name", "due_at"),
        # What is counted every few seconds is a small part of all that has ever run.
        Index(
            "limit_run_open",
            *("name", "breached_at", "due_at"),
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        _where_set("limit_run_breached", "breached_at", "met_at", "cancelled_at", "message"),
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
            *("breached_at", "message", "number", "name", "holder_body"),
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
    run: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


class ChargeRow(SQLModel, table=True):
    """Whom a breach that stands is charged to (cl. 20), the one most over at `position` 0; none where it is nobody's.

    `limit_name` is the own limit that was over, by `over` seconds of working time; `body` is None for a curator.
    `person` was at work, in the place of `acting_for` if a substitute.
    """

    __tablename__ = "charge"
    __table_args__ = (
        ForeignKeyConstraint(["message", "run"], ["limit_run.message", "limit_run.number"]),
        Index("charge_of_body", "body", "message", "run"),
    )

    message: int = Field(primary_key=True)
    run: int = Field(primary_key=True)
    position: int = Field(primary_key=True)
    role: str
    body: str | None = None
    person: str | None = None
    acting_for: str | None = None
    limit_name: str
    over: float


class JournalRow(SQLModel, table=True):
    """One row of a message's journal; the database itself refuses to change or delete it (cl. 19).

    `hash` ties it to the row before it (store/journal_chain.py). Nothing in it is ever erased: texts are named by ids.
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
    written_at: datetime = Field(sa_type=UtcMoment)
    hash: str


_UNACKNOWLEDGED = text("kind IN ('escalation', 'unacknowledged') AND acknowledged_at IS NULL")
_WAITING = text("kind = 'escalation' AND acknowledged_at IS NULL AND judged_at IS NULL")


class NoticeRow(SQLModel, table=True):
    """What one person is told of one fact; `deliver_from` is when channels other than the inbox may deliver it.

    A notice about no message names its `fact`, such as `digest-2026-11-26`, so that a person is told of it once.
    `acknowledged_by` is who acknowledged it, maybe in the place of its `person`. `judged_at` is when it was decided
    whether an escalation goes one step further: of each that is once.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("message", "row", "kind", "person"),
        ForeignKeyConstraint(["message"], ["message.number"]),
        Index("notice_person", "person", "id"),
        # Which of them no channel has taken up yet is asked every few seconds.
        Index("notice_written", "written_at"),
        Index("notice_fact", "fact", "kind", "person", unique=True),
        # What is looked at every minute is a small part of all that was ever escalated.
        Index("notice_escalated", "deliver_from", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index(
            "notice_acknowledge",
            *("person", "deliver_from", "id"),
            sqlite_where=_UNACKNOWLEDGED,
            postgresql_where=_UNACKNOWLEDGED,
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    message: int | None = Field(default=None)
    row: int = 0
    kind: str
    limit_name: str | None = None
    person: str
    acting_for: str | None = None
    at: datetime = Field(sa_type=UtcMoment)
    deliver_from: datetime = Field(sa_type=UtcMoment)
    text: str
    written_at: datetime = Field(sa_type=UtcMoment)
    fact: str | None = None
    acknowledged_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    acknowledged_by: str | None = None
    judged_at: datetime | None = Field(default=None, sa_type=UtcMoment)


class ShortcomingMeasureRow(SQLModel, table=True):
    """What somebody noted as done about a breach (cl. 20): the breach of a limit run; the last one is what stands.

    `text` is a text of the message, and goes with it when that is erased.
    """

    __tablename__ = "shortcoming_measure"
    __table_args__ = (Index("shortcoming_measure_run", "message", "run", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    message: int = Field(foreign_key="message.number")
    run: int
    text: str = Field(foreign_key="message_text.id")
    person: str
    acting_for: str | None = None
    at: datetime = Field(sa_type=UtcMoment)


class ChannelRow(SQLModel, table=True):
    """Where a person wants to be told beside the inbox. `address` is sealed; its `scheme` says what kind it is.

    `kinds` None: all. `since`: what was written before is not delivered there. One that was removed keeps its row, for
    the deliveries, without the address. `attempts` in a row have failed, the last with `error`, and the next is at
    `next_at`; `lease_until` is until when whoever delivers there is expected to be done.
    """

    __tablename__ = "channel"

    id: int | None = Field(default=None, primary_key=True)
    person: str = Field(foreign_key="person.key", index=True)
    scheme: str
    address: str
    kinds: list[str] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    since: datetime = Field(sa_type=UtcMoment)
    removed_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    attempts: int = 0
    error: str | None = None
    failing_since: datetime | None = Field(default=None, sa_type=UtcMoment)
    next_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    lease_until: datetime | None = Field(default=None, sa_type=UtcMoment)


_WAITING = text("state = 'waiting'")


class DeliveryRow(SQLModel, table=True):
    """That a notice is to go through a channel, and what became of it: waiting, delivered, failed, dropped.

    `deliver_from` is the notice's. `parcel` names what it is sent in: set before the sending, and kept where it is not
    known whether the channel took it, so that the same goes again under the same name. `at` is when the state was
    reached; of what waits, since when. It holds no text.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        # What is looked for every few seconds is a small part of all that was ever delivered.
        Index(
            "delivery_waiting",
            "deliver_from",
            "channel",
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
        Index("delivery_channel", "channel", "state", "notice"),
        Index("delivery_state", "state", "at"),
    )

    notice: int = Field(primary_key=True, foreign_key="notice.id")
    channel: int = Field(primary_key=True, foreign_key="channel.id")
    state: str = "waiting"
    deliver_from: datetime = Field(sa_type=UtcMoment)
    at: datetime = Field(sa_type=UtcMoment)
    parcel: str | None = None
    error: str | None = None


class SurgeRow(SQLModel, table=True):
    """A rise of activity on a topic, in one locality or, where `location` is None, in all of them (cl. 21).

    `topic` is None where texts are alike of which nobody has said yet what they are about. `location` is the name of a
    settlement, without street and house. `count` is the largest number of messages so far, `usual` the daily mean
    before it, `last_seen_at` the last moment at which the rule held, `over_at` when it had not held for long enough.
    `told_at` is None where nobody was told of it: what happens in one locality is not told twice.
    """

    __tablename__ = "surge"
    __table_args__ = (Index("surge_over", "over_at", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    topic: str | None = None
    location: str | None = None
    began_at: datetime = Field(sa_type=UtcMoment)
    last_seen_at: datetime = Field(sa_type=UtcMoment)
    over_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    count: int
    usual: float
    told_at: datetime | None = Field(default=None, sa_type=UtcMoment)


class SurgeMessageRow(SQLModel, table=True):
    """A message behind a surge: those of its largest number."""

    __tablename__ = "surge_message"

    surge: int = Field(primary_key=True, foreign_key="surge.id")
    message: int = Field(primary_key=True, foreign_key="message.number", index=True)


class WeeklySummaryRow(SQLModel, table=True):
    """One version of the summary of an ISO week (cl. 21), as it was made; `summary` names nobody but who made it.

    `made_by` is None where it was made by the schedule.
    """

    __tablename__ = "weekly_summary"

    week: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    made_at: datetime = Field(sa_type=UtcMoment)
    made_by: str | None = None
    summary: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


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


# ---- the record of access


def _time_ordered() -> Any:
    """A whole number of eight bytes, which on SQLite is the place of the row itself."""
    return BigInteger().with_variant(Integer(), "sqlite")


class AccessRecordRow(SQLModel, table=True):
    """Who did or saw what, and from where (152-FZ); the database refuses to change it, or to delete it within a year.

    `id` orders rows by `at` (`store.access`). `person` is a sign-in, `os:` and an account of the machine for its
    command line, or None for somebody unknown. `messages` are the numbers of those it was about or that it showed, with
    a space before and after each, `candidates` the ids of such. `details` never hold a text of a citizen, nor a name or
    password somebody typed.
    """

    __tablename__ = "access_record"
    __table_args__ = (
        Index("access_record_person", "person", "id"),
        Index("access_record_call", "call", "id"),
    )

    id: int = Field(sa_column=Column(_time_ordered(), primary_key=True, autoincrement=False))
    at: datetime = Field(sa_type=UtcMoment)
    person: str | None = None
    call: str
    outcome: str
    address: str
    messages: str = ""
    details: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    candidates: str = Field(default="", sa_column_kwargs={"server_default": ""})


class AccessBlockRow(SQLModel, table=True):
    """That a row of the record of access has a message of this block of numbers: what it is found by.

    Blocks of candidates are below zero (`store.access`).
    A list shows many messages, mostly of neighbouring numbers: a row for each of them would cost more than the list.
    """

    __tablename__ = "access_block"
    __table_args__ = ({"sqlite_with_rowid": False},)

    block: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    record: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))


# ---- the outbox


class CommandRow(SQLModel, table=True):
    """A command a person gave: written before it is signalled, and kept with its outcome (docs/decisions.md, 2).

    `status`: held (it waits for something before it is signalled), taken, sent, accepted, refused. `key` is the
    caller's Idempotency-Key, scoped to the person, and `request` a digest of what was asked for under it; both are
    replaced by erasure. `lease_until` is until when whoever took it is expected to deliver it; past it the dispatcher
    does.
    """

    __tablename__ = "command"
    __table_args__ = (
        UniqueConstraint("person", "key"),
        Index("command_waiting", "status", "message", "sequence"),
        {"sqlite_autoincrement": True},
    )

    sequence: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    person: str
    key: str
    request: str
    message: int = Field(foreign_key="message.number", index=True)
    name: str
    payload: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    taken_at: datetime = Field(sa_type=UtcMoment)
    status: str = "taken"
    detail: str | None = None
    settled_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    lease_until: datetime | None = Field(default=None, sa_type=UtcMoment)


# ---- what was destroyed


class DestructionActRow(SQLModel, table=True):
    """An act of destruction of personal data (order 179 of Roskomnadzor): one of each erasure by hand, one of each run
    of retention that destroyed something.

    `run` names the run or the command it is of. `person` is None where it was the machine. `backups_until`: by then the
    copies of the database that still have the data are gone.
    """

    __tablename__ = "destruction_act"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    run: str = Field(unique=True)
    person: str | None = None
    ground: str
    begun_at: datetime = Field(sa_type=UtcMoment)
    ended_at: datetime = Field(sa_type=UtcMoment)
    backups_until: datetime = Field(sa_type=UtcMoment)


class DestructionEntryRow(SQLModel, table=True):
    """What of one class of data was destroyed, of which message if it was of one; no name and no text."""

    __tablename__ = "destruction_entry"

    id: int | None = Field(default=None, primary_key=True)
    act: int = Field(foreign_key="destruction_act.id", index=True)
    at: datetime = Field(sa_type=UtcMoment)
    data_class: str
    message: int | None = Field(default=None, index=True)
    amount: int
