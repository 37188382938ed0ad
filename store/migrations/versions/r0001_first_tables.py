"""The tables of release 1.0.0, the guards of what is never changed, and the index of words.

Revision 0001. It says what each table was when it was made, and stays as it is when the tables of the code change; that
is why it is long.

Words of messages are sought through an index of trigrams, whatever part of a word they are. On PostgreSQL it is a table
of its own: an index on the message's row would be rewritten with every step of the message. The database keeps both up
to the message by itself.
"""

import sqlite3

from alembic import op
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import TypeCompiler

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_MOMENT = DateTime(timezone=True).with_variant(BigInteger(), "sqlite")
_BIG = BigInteger().with_variant(Integer(), "sqlite")
_TABLES = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class _Packed(LargeBinary):
    """Bytes that SQLite takes for few: of a row with a BLOB it thinks as of a long one, and chooses other indexes."""


@compiles(_Packed, "sqlite")
def _few(_type: _Packed, _compiler: TypeCompiler, **_: object) -> str:
    return "BLOB(1)"


def _index_where(condition: str, name: str, *columns: str) -> Index:
    """An index of those rows alone for which the condition holds."""
    return Index(name, *columns, sqlite_where=text(condition), postgresql_where=text(condition))


Table(
    "body",
    _TABLES,
    Column("key", String, primary_key=True),
    Column("title", String, nullable=False),
    Column("short_title", String, nullable=False),
    Column("brief", String),
    Column("kind", String, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("successor", String),
)
Table(
    "dated_value",
    _TABLES,
    Column("kind", String, primary_key=True),
    Column("subject", String, primary_key=True),
    Column("office", String, primary_key=True),
    Column("since", Date, primary_key=True),
    Column("value", JSON),
)
Table(
    "account",
    _TABLES,
    Column("body", String, ForeignKey("body.key"), primary_key=True),
    Column("network", String, primary_key=True),
    Column("url", String, nullable=False),
)
Table(
    "topic",
    _TABLES,
    Column("key", String, primary_key=True),
    Column("topic_group", String, nullable=False),
    Column("title", String, nullable=False),
    Column("words", JSON, nullable=False),
    Column("position", Integer, nullable=False),
)
Table(
    "answer_template",
    _TABLES,
    Column("id", Integer, primary_key=True),
    Column("body", String, ForeignKey("body.key"), nullable=False),
    Column("title", String, nullable=False),
    Column("text", String, nullable=False),
    UniqueConstraint("body", "title"),
)
Table(
    "directory_edit",
    _TABLES,
    Column("id", Integer, primary_key=True),
    Column("at", _MOMENT, nullable=False),
    Column("person", String),
    Column("part", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("title", String, nullable=False),
    Column("action", String, nullable=False),
    Column("fields", JSON, nullable=False),
    Index("directory_edit_subject", "part", "subject", "id"),
)
Table(
    "network",
    _TABLES,
    Column("key", String, primary_key=True),
    Column("title", String, nullable=False),
    Column("publication", String, nullable=False),
    Column("hosts", JSON, nullable=False),
    Column("max_length", Integer),
)
Table(
    "setting",
    _TABLES,
    Column("key", String, primary_key=True),
    Column("value", String, nullable=False),
)
Table(
    "process",
    _TABLES,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("host", String, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("version", String, nullable=False),
    Column("started_at", _MOMENT, nullable=False),
    Column("seen_at", _MOMENT, nullable=False),
    Column("clock_offset", Float, nullable=False),
)
Table(
    "person",
    _TABLES,
    Column("key", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("position", String, nullable=False),
    Column("password_hash", String, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("must_change_password", Boolean, nullable=False),
    Column("email", String),
    Column("left_at", _MOMENT),
)
Table(
    "person_role",
    _TABLES,
    Column("id", Integer, primary_key=True),
    Column("person", String, ForeignKey("person.key"), nullable=False, index=True),
    Column("role", String, nullable=False),
    Column("body", String, ForeignKey("body.key")),
    Column("since", _MOMENT),
    Column("until", _MOMENT),
    Index("role_body", "role", "body"),
)
Table(
    "absence",
    _TABLES,
    Column("id", String, primary_key=True),
    Column("person", String, ForeignKey("person.key"), nullable=False, index=True),
    Column("substitute", String, ForeignKey("person.key"), index=True),
    Column("starts_at", _MOMENT, nullable=False),
    Column("ends_at", _MOMENT),
    Column("recorded_by", String, nullable=False),
    Column("recorded_at", _MOMENT, nullable=False),
    Column("notified_at", _MOMENT),
    _index_where("notified_at IS NULL", "absence_beginning", "starts_at"),
)
Table(
    "token",
    _TABLES,
    Column("digest", String, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("person", String, ForeignKey("person.key"), nullable=False, index=True),
    Column("created_at", _MOMENT, nullable=False),
    Column("expires_at", _MOMENT, nullable=False),
    Column("revoked_at", _MOMENT),
    Column("second_factor", Boolean, nullable=False),
    Column("address", String, nullable=False),
    Column("agent", String, nullable=False),
)
Table(
    "wrong_password",
    _TABLES,
    Column("id", Integer, primary_key=True),
    Column("source", String, nullable=False),
    Column("sign_in", String, nullable=False),
    Column("at", _MOMENT, nullable=False),
    Index("wrong_password_source", "source", "at"),
)
Table(
    "known_source",
    _TABLES,
    Column("person", String, ForeignKey("person.key"), primary_key=True),
    Column("source", String, primary_key=True),
    Column("last_at", _MOMENT, nullable=False, index=True),
)
Table(
    "second_factor",
    _TABLES,
    Column("person", String, ForeignKey("person.key"), primary_key=True),
    Column("secret", String, nullable=False),
    Column("enrolled_at", _MOMENT, nullable=False),
    Column("confirmed_at", _MOMENT),
    Column("last_step", BigInteger, nullable=False),
)
Table(
    "recovery_code",
    _TABLES,
    Column("digest", String, primary_key=True),
    Column("person", String, ForeignKey("person.key"), nullable=False, index=True),
    Column("used_at", _MOMENT),
)
Table(
    "saved_view",
    _TABLES,
    Column("id", String, primary_key=True),
    Column("person", String, ForeignKey("person.key"), nullable=False),
    Column("name", String, nullable=False),
    Column("query", String, nullable=False),
    UniqueConstraint("person", "name"),
)
Table(
    "message",
    _TABLES,
    Column("number", Integer, primary_key=True),
    Column("network", String, nullable=False),
    Column("url", String, nullable=False),
    Column("url_key", String, unique=True),
    Column("author", String, nullable=False),
    Column("text", _Packed, nullable=False),
    Column("search_text", String, nullable=False),
    Column("lemmas", _Packed, nullable=False),
    Column("detected_at", _MOMENT, nullable=False, index=True),
    Column("registered_at", _MOMENT, nullable=False),
    Column("registered_by", String, nullable=False),
    Column("stage", String, nullable=False),
    Column("outcome", String),
    Column("current_body", String),
    Column("topic", String),
    Column("importance", String),
    Column("curator", String),
    Column("assignee", String),
    Column("repeats", Integer),
    Column("candidate", Integer),
    Column("step_curator", String),
    Column("step_body", String),
    Column("place", String),
    Column("routed_to", String),
    Column("verdict", String),
    Column("overdue", Boolean, nullable=False),
    Column("next_due", _MOMENT),
    Column("first_due", _MOMENT),
    Column("clock_ahead", BigInteger, nullable=False),
    Column("recorded", Integer, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("restarts", Integer, nullable=False),
    Column("run_id", String),
    Column("snapshot", _Packed),
    Column("erased_at", _MOMENT),
    _index_where("assignee IS NOT NULL", "message_assignee", "assignee", "number"),
    _index_where(
        "first_due IS NOT NULL",
        "message_due",
        "first_due",
        "number",
        "stage",
        "overdue",
        "network",
        "topic",
        "importance",
        "outcome",
        "curator",
        "assignee",
        "detected_at",
        "clock_ahead",
        "verdict",
    ),
    Index(
        "message_listed",
        "number",
        "stage",
        "overdue",
        "network",
        "topic",
        "importance",
        "outcome",
        "curator",
        "assignee",
        "detected_at",
        "first_due",
        "clock_ahead",
        "verdict",
    ),
    Index("message_overdue", "overdue", "number"),
    _index_where("repeats IS NOT NULL", "message_repeats", "repeats"),
    Index("message_stage", "stage", "number"),
    _index_where(
        "step_body IS NOT NULL",
        "message_step_body",
        "step_body",
        "first_due",
        "number",
        "assignee",
        "clock_ahead",
    ),
    _index_where(
        "step_curator IS NOT NULL",
        "message_step_curator",
        "step_curator",
        "first_due",
        "number",
        "clock_ahead",
    ),
    Index("message_topic", "topic", "number"),
    sqlite_autoincrement=True,
)
Table(
    "message_body",
    _TABLES,
    Column("message", Integer, ForeignKey("message.number"), primary_key=True),
    Column("body", String, primary_key=True),
    Index("message_body_body", "body", "message"),
    sqlite_with_rowid=False,
)
Table(
    "message_place",
    _TABLES,
    Column("message", Integer, ForeignKey("message.number"), primary_key=True),
    Column("settlement", String),
    Column("spelled", String),
    Column("district", String),
    Index("message_place_settlement", "settlement", "message"),
)
Table(
    "message_text",
    _TABLES,
    Column("id", String, primary_key=True),
    Column("message", Integer, ForeignKey("message.number"), nullable=False, index=True),
    Column("field", String, nullable=False),
    Column("content", _Packed, nullable=False),
    Column("key", LargeBinary),
    Column("written_at", _MOMENT, nullable=False),
    Column("lasting", Boolean, nullable=False),
)
Table(
    "attachment",
    _TABLES,
    Column("id", String, primary_key=True),
    Column("message", Integer, ForeignKey("message.number"), index=True),
    Column("name", String, nullable=False),
    Column("type", String, nullable=False),
    Column("size", Integer, nullable=False),
    Column("digest", String, nullable=False),
    Column("uploaded_by", String, nullable=False),
    Column("uploaded_at", _MOMENT, nullable=False),
)
Table(
    "attachment_content",
    _TABLES,
    Column("attachment", String, ForeignKey("attachment.id"), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
Table(
    "working_time",
    _TABLES,
    Column("name", String, primary_key=True),
    Column("content", String, nullable=False),
)
Table(
    "limit_run",
    _TABLES,
    Column("message", Integer, ForeignKey("message.number"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("holder_role", String, nullable=False),
    Column("holder_body", String),
    Column("started_at", _MOMENT, nullable=False),
    Column("due_at", _MOMENT, nullable=False),
    Column("met_at", _MOMENT),
    Column("breached_at", _MOMENT),
    Column("cancelled_at", _MOMENT),
    Column("inherited", Boolean, nullable=False),
    Column("told", Integer),
    Column("run", _Packed, nullable=False),
    Index("limit_run_due", "name", "due_at"),
    Index(
        "limit_run_ended",
        text("coalesce(met_at, cancelled_at)"),
        *("breached_at", "message"),
        sqlite_where=text("breached_at IS NOT NULL"),
        postgresql_where=text("breached_at IS NOT NULL"),
    ),
    Index(
        "limit_run_judged",
        "message",
        "holder_body",
        "breached_at",
        sqlite_where=text(
            "holder_role = 'executor' AND inherited IS 0 AND (met_at IS NOT NULL OR breached_at IS NOT NULL)"
        ),
        postgresql_where=text(
            "holder_role = 'executor' AND inherited IS false AND (met_at IS NOT NULL OR breached_at IS NOT NULL)"
        ),
    ),
    _index_where("met_at IS NOT NULL", "limit_run_met", "met_at"),
    _index_where(
        "met_at IS NULL AND cancelled_at IS NULL",
        "limit_run_open",
        "name",
        "breached_at",
        "due_at",
        "message",
        "holder_body",
    ),
    _index_where(
        "name = 'publication' AND met_at IS NOT NULL", "limit_run_published", "name", "met_at", "message"
    ),
    Index(
        "limit_run_shortcoming",
        "breached_at",
        "message",
        "number",
        "name",
        "holder_body",
        "met_at",
        "cancelled_at",
        sqlite_where=text("breached_at IS NOT NULL AND inherited IS 0"),
        postgresql_where=text("breached_at IS NOT NULL AND inherited IS false"),
    ),
)
Table(
    "charge",
    _TABLES,
    Column("message", Integer, primary_key=True),
    Column("run", Integer, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("role", String, nullable=False),
    Column("body", String),
    Column("person", String),
    Column("acting_for", String),
    Column("limit_name", String, nullable=False),
    Column("over", Float, nullable=False),
    Column("at", _MOMENT, nullable=False),
    ForeignKeyConstraint(["message", "run"], ["limit_run.message", "limit_run.number"]),
    Index("charge_of_body", "body", "message", "run"),
    Index("charge_of_person", "person", "at"),
    sqlite_with_rowid=False,
)
Table(
    "journal_row",
    _TABLES,
    Column("message", Integer, ForeignKey("message.number"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", _MOMENT, nullable=False),
    Column("kind", String, nullable=False),
    Column("person", String),
    Column("acting_for", String),
    Column("data", JSON, nullable=False),
    Column("after", _Packed),
    Column("written_at", _MOMENT, nullable=False),
    Column("hash", String, nullable=False),
    Index("journal_row_kind", "kind", "at"),
)
Table(
    "notice",
    _TABLES,
    Column("id", Integer, primary_key=True),
    Column("message", Integer, ForeignKey("message.number")),
    Column("row", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("limit_name", String),
    Column("person", String, nullable=False),
    Column("acting_for", String),
    Column("at", _MOMENT, nullable=False),
    Column("deliver_from", _MOMENT, nullable=False),
    Column("text", _Packed, nullable=False),
    Column("written_at", _MOMENT, nullable=False),
    Column("fact", String),
    Column("acknowledged_at", _MOMENT),
    Column("acknowledged_by", String),
    Column("judged_at", _MOMENT),
    Column("read_at", _MOMENT),
    UniqueConstraint("message", "row", "kind", "person"),
    _index_where(
        "kind IN ('escalation', 'unacknowledged') AND acknowledged_at IS NULL",
        "notice_acknowledge",
        "person",
        "deliver_from",
        "id",
    ),
    _index_where(
        "kind = 'escalation' AND acknowledged_at IS NULL AND judged_at IS NULL",
        "notice_escalated",
        "deliver_from",
        "id",
    ),
    Index(
        "notice_fact",
        "fact",
        "kind",
        "person",
        unique=True,
        sqlite_where=text("fact IS NOT NULL"),
        postgresql_where=text("fact IS NOT NULL"),
    ),
    _index_where("kind = 'unacknowledged'", "notice_further", "id"),
    Index("notice_person", "person", "deliver_from", "id"),
    Index("notice_thread", "person", "message", "deliver_from", "id"),
    _index_where("read_at IS NULL", "notice_unread", "person", "deliver_from", "id"),
    Index("notice_written", "written_at"),
)
Table(
    "shortcoming_measure",
    _TABLES,
    Column("id", Integer, primary_key=True),
    Column("message", Integer, ForeignKey("message.number"), nullable=False),
    Column("run", Integer, nullable=False),
    Column("text", String, ForeignKey("message_text.id"), nullable=False),
    Column("person", String, nullable=False),
    Column("acting_for", String),
    Column("at", _MOMENT, nullable=False),
    Index("shortcoming_measure_run", "message", "run", "id"),
)
Table(
    "verdict",
    _TABLES,
    Column("id", Integer, primary_key=True),
    Column("message", Integer, ForeignKey("message.number"), nullable=False),
    Column("value", String, nullable=False),
    Column("text", String, ForeignKey("message_text.id")),
    Column("url", String, ForeignKey("message_text.id")),
    Column("person", String, nullable=False),
    Column("acting_for", String),
    Column("at", _MOMENT, nullable=False),
    Index("verdict_message", "message", "id"),
)
Table(
    "channel",
    _TABLES,
    Column("id", Integer, primary_key=True),
    Column("person", String, ForeignKey("person.key"), nullable=False, index=True),
    Column("scheme", String, nullable=False),
    Column("address", String, nullable=False),
    Column("kinds", JSON),
    Column("since", _MOMENT, nullable=False),
    Column("removed_at", _MOMENT),
    Column("attempts", Integer, nullable=False),
    Column("error", String),
    Column("failing_since", _MOMENT),
    Column("next_at", _MOMENT),
    Column("lease_until", _MOMENT),
)
Table(
    "delivery",
    _TABLES,
    Column("notice", Integer, ForeignKey("notice.id"), primary_key=True),
    Column("channel", Integer, ForeignKey("channel.id"), primary_key=True),
    Column("state", String, nullable=False),
    Column("deliver_from", _MOMENT, nullable=False),
    Column("at", _MOMENT, nullable=False),
    Column("parcel", String),
    Column("error", String),
    Index("delivery_channel", "channel", "state", "notice"),
    Index("delivery_state", "state", "at"),
    _index_where("state = 'waiting'", "delivery_waiting", "deliver_from", "channel"),
)
Table(
    "surge",
    _TABLES,
    Column("id", Integer, primary_key=True),
    Column("topic", String, nullable=False),
    Column("location", String),
    Column("began_at", _MOMENT, nullable=False),
    Column("last_seen_at", _MOMENT, nullable=False),
    Column("over_at", _MOMENT),
    Column("count", Integer, nullable=False),
    Column("usual", Float, nullable=False),
    Column("told_at", _MOMENT),
    Index("surge_over", "over_at", "id"),
)
Table(
    "surge_message",
    _TABLES,
    Column("surge", Integer, ForeignKey("surge.id"), primary_key=True),
    Column("message", Integer, ForeignKey("message.number"), primary_key=True, index=True),
)
Table(
    "weekly_summary",
    _TABLES,
    Column("week", String, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("made_at", _MOMENT, nullable=False),
    Column("made_by", String),
    Column("summary", JSON, nullable=False),
)
Table(
    "unsent_text",
    _TABLES,
    Column("person", String, primary_key=True),
    Column("message", Integer, ForeignKey("message.number"), primary_key=True, index=True),
    Column("command", String, primary_key=True),
    Column("fields", JSON, nullable=False),
    Column("saved_at", _MOMENT, nullable=False, index=True),
)
Table(
    "change",
    _TABLES,
    Column("id", Integer, primary_key=True),
    Column("message", Integer, nullable=False),
    Column("curator", String),
    Column("bodies", JSON, nullable=False),
    Column("persons", JSON, nullable=False),
    Column("at", _MOMENT, nullable=False, index=True),
    sqlite_autoincrement=True,
)
Table(
    "access_record",
    _TABLES,
    Column("id", _BIG, primary_key=True, autoincrement=False),
    Column("at", _MOMENT, nullable=False),
    Column("person", String),
    Column("call", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("address", String, nullable=False),
    Column("messages", String, nullable=False),
    Column("details", JSON),
    Column("candidates", String, nullable=False),
    Index("access_record_call", "call", "id"),
    _index_where("outcome <> 'ok'", "access_record_outcome", "outcome", "id"),
    Index("access_record_person", "person", "id"),
)
Table(
    "access_block",
    _TABLES,
    Column("block", BigInteger, primary_key=True, autoincrement=False),
    Column("record", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
Table(
    "command",
    _TABLES,
    Column("sequence", Integer, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("person", String, nullable=False),
    Column("key", String, nullable=False),
    Column("request", String, nullable=False),
    Column("message", Integer, ForeignKey("message.number"), nullable=False, index=True),
    Column("name", String, nullable=False),
    Column("payload", _Packed, nullable=False),
    Column("taken_at", _MOMENT, nullable=False),
    Column("status", String, nullable=False),
    Column("detail", String),
    Column("settled_at", _MOMENT),
    Column("lease_until", _MOMENT),
    Column("trace", String),
    UniqueConstraint("person", "key"),
    Index("command_waiting", "status", "message", "sequence"),
    sqlite_autoincrement=True,
)
Table(
    "destruction_act",
    _TABLES,
    Column("id", Integer, primary_key=True),
    Column("run", String, nullable=False, unique=True),
    Column("person", String),
    Column("ground", String, nullable=False),
    Column("begun_at", _MOMENT, nullable=False),
    Column("ended_at", _MOMENT, nullable=False),
    Column("backups_until", _MOMENT, nullable=False),
    sqlite_autoincrement=True,
)
Table(
    "destruction_entry",
    _TABLES,
    Column("id", Integer, primary_key=True),
    Column("act", Integer, ForeignKey("destruction_act.id"), nullable=False, index=True),
    Column("at", _MOMENT, nullable=False),
    Column("data_class", String, nullable=False),
    Column("message", Integer, index=True),
    Column("amount", Integer, nullable=False),
)
Table(
    "network_key",
    _TABLES,
    Column("id", String, primary_key=True),
    Column("network", String, nullable=False),
    Column("body", String, ForeignKey("body.key"), nullable=False),
    Column("url", String, nullable=False),
    Column("platform", String),
    Column("credentials", String, nullable=False),
    Column("expires_at", _MOMENT, index=True),
    Column("added_by", String, nullable=False),
    Column("added_at", _MOMENT, nullable=False),
    Index("network_key_body", "body", "network"),
)
Table(
    "network_use",
    _TABLES,
    Column("key", String, primary_key=True),
    Column("full_at", Float, nullable=False),
    Column("paused_until", Float, nullable=False),
)
Table(
    "source",
    _TABLES,
    Column("id", Integer, primary_key=True),
    Column("network", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("address", String, nullable=False),
    Column("query", String),
    Column("title", String),
    Column("every", Integer, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("cursor", JSON, nullable=False),
    Column("added_by", String, nullable=False),
    Column("added_at", _MOMENT, nullable=False),
    Column("last_polled_at", _MOMENT),
    Column("last_error", String),
    Column("failures", Integer, nullable=False),
    Column("next_at", _MOMENT),
    Column("look_at", _MOMENT, nullable=False),
    Index("source_to_look_at", "look_at", sqlite_where=text("active"), postgresql_where=text("active")),
    sqlite_autoincrement=True,
)
Table(
    "candidate",
    _TABLES,
    Column("id", Integer, primary_key=True),
    Column("url_key", String, nullable=False, unique=True),
    Column("network", String, nullable=False),
    Column("url", String, nullable=False),
    Column("author", String, nullable=False),
    Column("text", String, nullable=False),
    Column("search_text", String, nullable=False),
    Column("parent_url", String),
    Column("posted_at", _MOMENT),
    Column("found_at", _MOMENT, nullable=False),
    Column("source", Integer, ForeignKey("source.id")),
    Column("reply_to", Integer, ForeignKey("message.number")),
    Column("state", String, nullable=False),
    Column("decided_by", String),
    Column("decided_at", _MOMENT),
    Column("reason", String),
    Column("message", Integer, ForeignKey("message.number")),
    Column("suggestions", JSON),
    Index("candidate_decided", "decided_at"),
    Index("candidate_found", "found_at"),
    _index_where("message IS NOT NULL", "candidate_message", "message"),
    _index_where("state = 'new'", "candidate_new", "id"),
    _index_where("reply_to IS NOT NULL", "candidate_reply", "reply_to"),
    Index("candidate_source", "source", "id"),
    Index("candidate_state", "state", "id"),
    sqlite_autoincrement=True,
)
Table(
    "push",
    _TABLES,
    Column("account", String, primary_key=True),
    Column("event", String, primary_key=True),
    Column("at", _MOMENT, nullable=False, index=True),
)
Table(
    "paper",
    _TABLES,
    Column("key", String, primary_key=True),
    Column("message", Integer, ForeignKey("message.number"), index=True),
    Column("begun_at", _MOMENT, nullable=False),
    Column("made_at", _MOMENT),
    Column("content", LargeBinary),
)
Table(
    "load_calculation",
    _TABLES,
    Column("id", Integer, primary_key=True),
    Column("until", Date, nullable=False),
    Column("question", JSON),
    Column("asked_at", _MOMENT, nullable=False),
    Column("share", Integer, nullable=False),
    Column("result", JSON),
)
Table(
    "publication",
    _TABLES,
    Column("message", Integer, ForeignKey("message.number"), primary_key=True),
    Column("draft", String, primary_key=True),
    Column("body", String, nullable=False),
    Column("network", String, nullable=False),
    Column("platform", String, nullable=False),
    Column("account", String, nullable=False),
    Column("command", String, nullable=False),
    Column("person", String, nullable=False),
    Column("text_only", Boolean, nullable=False),
    Column("state", String, nullable=False),
    Column("asked_at", _MOMENT, nullable=False),
    Column("looked_at", _MOMENT, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("first_tried_at", _MOMENT),
    Column("tried_at", _MOMENT),
    Column("unsure", Boolean, nullable=False),
    Column("url", String, ForeignKey("message_text.id")),
    Column("published_at", _MOMENT),
    Column("advice", String),
    Index("publication_command", "command"),
    _index_where("state IN ('open', 'published')", "publication_under_way", "looked_at"),
)
Table(
    "standing",
    _TABLES,
    Column("message", Integer, ForeignKey("message.number"), primary_key=True),
    Column("draft", String, primary_key=True),
    Column("url", String, nullable=False),
    Column("url_key", String),
    Column("text", String, nullable=False),
    Column("body", String, nullable=False),
    Column("published_at", _MOMENT, nullable=False),
    Column("state", String, nullable=False),
    Column("known", String),
    Column("seen", String),
    Column("checked_at", _MOMENT),
    Column("why", String),
    Column("stage", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_at", _MOMENT),
    Column("cause", String, nullable=False),
    _index_where("next_at IS NOT NULL", "standing_due", "next_at"),
    _index_where("url_key IS NOT NULL", "standing_link", "url_key"),
)
Table(
    "answer_check",
    _TABLES,
    Column("id", Integer, primary_key=True),
    Column("message", Integer, ForeignKey("message.number"), nullable=False),
    Column("draft", String, nullable=False),
    Column("at", _MOMENT, nullable=False),
    Column("state", String, nullable=False),
    Column("cause", String, nullable=False),
    Column("platform", String),
    Column("seen", String),
    Column("why", String),
    Index("answer_check_draft", "message", "draft", "id"),
)
Table(
    "message_word",
    _TABLES,
    Column("word", Integer, primary_key=True),
    Column("message", Integer, ForeignKey("message.number"), primary_key=True, index=True),
    sqlite_with_rowid=False,
)
Table(
    "promise",
    _TABLES,
    Column("id", String, primary_key=True),
    Column("message", Integer, ForeignKey("message.number"), nullable=False),
    Column("body", String, nullable=False),
    Column("state", String, nullable=False),
    Column("due_at", _MOMENT, nullable=False),
    Column("given_at", _MOMENT, nullable=False),
    Column("settled_at", _MOMENT),
    Column("done_at", _MOMENT),
    Column("look_at", _MOMENT),
    Column("to_look", Boolean, nullable=False),
    Column("promise", JSON, nullable=False),
    Index("promise_message", "message"),
    Index("promise_body", "body", "state"),
    Index("promise_settled", "settled_at", "state"),
    Index("promise_given", "given_at"),
    _index_where("look_at IS NOT NULL", "promise_running", "look_at"),
    _index_where("to_look", "promise_to_look", "id"),
)

_OF_THE_JOURNAL = "journal rows are never changed or deleted (order 238, clause 19)"
_OF_VERDICTS = "verdicts are never changed or deleted (order 238, clause 19)"
_OF_ACCESS = "the record of access is never changed, and nothing of its last year deleted"
_SHIFT = 256
"""Of the identifiers of the record of access, which begin with microseconds since 1970 (`store.access.record`)."""

_UP = {
    "sqlite": (
        *(
            f"""
            CREATE TRIGGER journal_row_{how} BEFORE {what} ON journal_row
            BEGIN SELECT RAISE(ABORT, '{_OF_THE_JOURNAL}'); END
            """
            for how, what in (("unchanged", "UPDATE"), ("kept", "DELETE"))
        ),
        *(
            f"""
            CREATE TRIGGER verdict_{name} BEFORE {change} ON verdict
            BEGIN SELECT RAISE(ABORT, '{_OF_VERDICTS}'); END
            """
            for name, change in (("unchanged", "UPDATE"), ("kept", "DELETE"))
        ),
        *(
            f"""
            CREATE TRIGGER {table}_unchanged BEFORE UPDATE ON {table}
            BEGIN SELECT RAISE(ABORT, '{_OF_ACCESS}'); END
            """
            for table in ("access_record", "access_block")
        ),
        f"""
        CREATE TRIGGER access_record_kept BEFORE DELETE ON access_record
        WHEN OLD.at > CAST(strftime('%s', 'now', '-1 year') AS INTEGER) * 1000000
        BEGIN SELECT RAISE(ABORT, '{_OF_ACCESS}'); END
        """,
        f"""
        CREATE TRIGGER access_block_kept BEFORE DELETE ON access_block
        WHEN OLD.record > CAST(strftime('%s', 'now', '-1 year') AS INTEGER) * 1000000 * {_SHIFT}
        BEGIN SELECT RAISE(ABORT, '{_OF_ACCESS}'); END
        """,
        """
        CREATE VIRTUAL TABLE message_search USING fts5(
            search_text, content = 'message', content_rowid = 'number', tokenize = 'trigram', detail = 'none'
        )
        """,
        """
        CREATE TRIGGER message_search_added AFTER INSERT ON message BEGIN
            INSERT INTO message_search(rowid, search_text) VALUES (new.number, new.search_text);
        END
        """,
        """
        CREATE TRIGGER message_search_changed AFTER UPDATE OF search_text ON message BEGIN
            INSERT INTO message_search(message_search, rowid, search_text)
            VALUES ('delete', old.number, old.search_text);
            INSERT INTO message_search(rowid, search_text) VALUES (new.number, new.search_text);
        END
        """,
    ),
    "postgresql": (
        f"""
        CREATE FUNCTION refuse_journal_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '{_OF_THE_JOURNAL}' USING ERRCODE = 'restrict_violation'; END $$
        """,
        """
        CREATE TRIGGER journal_row_unchanged BEFORE UPDATE OR DELETE ON journal_row
        FOR EACH ROW EXECUTE FUNCTION refuse_journal_change()
        """,
        """
        CREATE TRIGGER journal_row_kept BEFORE TRUNCATE ON journal_row
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_journal_change()
        """,
        f"""
        CREATE FUNCTION refuse_verdict_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '{_OF_VERDICTS}' USING ERRCODE = 'restrict_violation'; END $$
        """,
        """
        CREATE TRIGGER verdict_unchanged BEFORE UPDATE OR DELETE ON verdict
        FOR EACH ROW EXECUTE FUNCTION refuse_verdict_change()
        """,
        """
        CREATE TRIGGER verdict_kept BEFORE TRUNCATE ON verdict
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_verdict_change()
        """,
        f"""
        CREATE FUNCTION refuse_access_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'access_record' THEN
                IF OLD.at <= now() - interval '1 year' THEN RETURN OLD; END IF;
            ELSIF TG_OP = 'DELETE' THEN
                IF OLD.record <= extract(epoch FROM now() - interval '1 year')::bigint * 1000000 * {_SHIFT}
                THEN RETURN OLD; END IF;
            END IF;
            RAISE EXCEPTION '{_OF_ACCESS}' USING ERRCODE = 'restrict_violation';
        END $$
        """,
        *(
            statement
            for table in ("access_record", "access_block")
            for statement in (
                f"""
                CREATE TRIGGER {table}_unchanged BEFORE UPDATE OR DELETE ON {table}
                FOR EACH ROW EXECUTE FUNCTION refuse_access_change()
                """,
                f"""
                CREATE TRIGGER {table}_kept BEFORE TRUNCATE ON {table}
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_access_change()
                """,
            )
        ),
        "CREATE EXTENSION IF NOT EXISTS pg_trgm",
        """
        CREATE TABLE message_search (
            message integer CONSTRAINT pk_message_search PRIMARY KEY
                CONSTRAINT fk_message_search_message_message REFERENCES message (number),
            content text NOT NULL
        )
        """,
        "CREATE INDEX message_search_content ON message_search USING gin (content gin_trgm_ops)",
        """
        CREATE FUNCTION keep_message_search() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO message_search VALUES (NEW.number, NEW.search_text)
            ON CONFLICT (message) DO UPDATE SET content = EXCLUDED.content;
            RETURN NULL;
        END $$
        """,
        """
        CREATE TRIGGER message_search_kept AFTER INSERT OR UPDATE OF search_text ON message
        FOR EACH ROW EXECUTE FUNCTION keep_message_search()
        """,
    ),
}


_SECURE_DELETE = (3, 42)
"""From this version on the index of words of SQLite overwrites what is deleted, if it is told to."""


def upgrade() -> None:
    connection = op.get_bind()
    _TABLES.create_all(connection, checkfirst=False)
    for statement in _UP[connection.dialect.name]:
        op.execute(statement)
    if connection.dialect.name == "sqlite" and sqlite3.sqlite_version_info >= _SECURE_DELETE:
        op.execute("INSERT INTO message_search(message_search, rank) VALUES ('secure-delete', 1)")
