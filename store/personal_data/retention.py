"""Retention by table: what is past its term, found and destroyed in small portions (docs/run/retention.md)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, func, or_, tuple_
from sqlalchemy import select as sa_select
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from calendar_rules.vocabulary import Stage
from store.access import record as access
from store.commands import kept_requests, outbox
from store.commands.tables import CommandRow
from store.database.columns import ERASED
from store.messages.tables import (
    AttachmentContentRow,
    AttachmentRow,
    JournalRow,
    MessageRow,
    MessageTextRow,
    UnsentTextRow,
)
from store.networks.tables import CandidateRow, PushRow
from store.people.tables import KnownSourceRow, TokenRow, WrongPasswordRow

LOOKED_BACK = timedelta(days=60)
"""Beyond the term of unused files, how long ago a file may have been uploaded to be looked at once more."""


class Fate(StrEnum):
    """What becomes of the rows of a table at the end of their term."""

    ERASED = "erased"
    """What is personal in them is replaced, the rows stay."""
    DELETED = "deleted"
    KEPT = "kept"
    """For good: there is nothing of citizens in them, or they say who answered for what."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What becomes of a table. `term` is the setting that says how long, or None; `why` is for whoever asks."""

    fate: Fate
    term: str | None
    why: str


_OF_THE_DIRECTORY = "the directory: bodies, topics and rules, nobody's data"
_OF_STAFF = "staff: the journal names them by their sign-ins, and says by these rows who they were"

TABLES: dict[str, Kept] = {
    "message": Kept(Fate.ERASED, "messages_kept", "author, link, text, words sought; the road of it stays"),
    "message_text": Kept(Fate.ERASED, "messages_kept", "texts and digests; the grounds of erasures stay"),
    "message_search": Kept(Fate.ERASED, "messages_kept", "the index of words, kept up to the message's row"),
    "message_word": Kept(Fate.DELETED, "messages_kept", "digests of words, by which like messages are found"),
    "message_place": Kept(Fate.DELETED, "messages_kept", "the settlement, by which reports count"),
    "paper": Kept(
        Fate.DELETED, "messages_kept", "papers with a message's texts; those of numbers alone stay for good"
    ),
    "load_calculation": Kept(Fate.DELETED, None, "questions about the load and their answers, an hour long"),
    "attachment": Kept(Fate.ERASED, "messages_kept", "name and digest; rows of files never used are deleted"),
    "attachment_content": Kept(
        Fate.DELETED, "messages_kept", "the files; those never used by unused_files_kept"
    ),
    "notice": Kept(Fate.ERASED, "messages_kept", "texts; who was told what and when stays"),
    "command": Kept(Fate.ERASED, "requests_kept", "keys and digests of requests; at once with the message"),
    "message_body": Kept(Fate.KEPT, None, "which bodies had the message"),
    "limit_run": Kept(Fate.KEPT, None, "limits, and who kept them (cl. 19)"),
    "working_time": Kept(
        Fate.KEPT, None, "calendars and hours of bodies, by which due moments are explained"
    ),
    "charge": Kept(Fate.KEPT, None, "whom breaches are charged to (cl. 20)"),
    "journal_row": Kept(
        Fate.KEPT, None, "the record of the work (cl. 19): ids, kinds, moments, sign-ins, no texts"
    ),
    "token": Kept(Fate.DELETED, "sign_ins_kept", "sign-ins that are over, with addresses and programs"),
    "known_source": Kept(
        Fate.DELETED, None, "addresses somebody signed in from; forgotten after 90 days unused"
    ),
    "wrong_password": Kept(Fate.DELETED, None, "failed sign-ins; they count for a day, and go after it"),
    "access_record": Kept(Fate.DELETED, "access_record_kept", "who opened whose message, from which address"),
    "access_block": Kept(Fate.DELETED, "access_record_kept", "by which entries of that record are found"),
    "unsent_text": Kept(
        Fate.DELETED,
        None,
        "what somebody typed and has not sent; it goes when sent, with the message, and after a week untouched",
    ),
    "change": Kept(Fate.DELETED, None, "what pages that are open look at again; forgotten after an hour"),
    "person": Kept(Fate.KEPT, None, _OF_STAFF),
    "person_role": Kept(Fate.KEPT, None, _OF_STAFF),
    "absence": Kept(Fate.KEPT, None, "in whose place somebody acted: the authority of each step on record"),
    "second_factor": Kept(Fate.KEPT, None, "sealed; as long as the person has it"),
    "recovery_code": Kept(Fate.KEPT, None, "digests of random codes; they go with the factor"),
    "channel": Kept(
        Fate.KEPT, None, "addresses of staff, sealed; gone from the row when the person removes the channel"
    ),
    "delivery": Kept(Fate.KEPT, None, "what was delivered to whom and when; no text"),
    "surge": Kept(Fate.KEPT, None, "topic, settlement and numbers: they name nobody"),
    "surge_message": Kept(Fate.KEPT, None, "numbers of messages behind a surge"),
    "promise": Kept(
        Fate.KEPT, None, "what body promised by when, and what came of it; its words are texts of the message"
    ),
    "shortcoming_measure": Kept(
        Fate.KEPT, None, "who noted what was done about a breach, and when; the text is one of the message's"
    ),
    "verdict": Kept(
        Fate.KEPT, None, "what the author says of the answer, and who decided; the words are the message's"
    ),
    "publication": Kept(
        Fate.KEPT, None, "what was published from whose account, and when; the link is a text of the message"
    ),
    "standing": Kept(Fate.KEPT, None, "whether published texts stand; link and text are the message's"),
    "answer_check": Kept(Fate.KEPT, None, "when a published text was looked at; what was seen is a text too"),
    "weekly_summary": Kept(Fate.KEPT, None, "numbers of a week as they were made known (cl. 21)"),
    "saved_view": Kept(
        Fate.DELETED, None, "as long as its person wants it; at once where it seeks an erased author or link"
    ),
    "body": Kept(Fate.KEPT, None, _OF_THE_DIRECTORY),
    "account": Kept(Fate.KEPT, None, _OF_THE_DIRECTORY),
    "network_key": Kept(
        Fate.KEPT,
        None,
        "keys of bodies' accounts, sealed; gone with the row once an administrator removes it",
    ),
    "network_use": Kept(Fate.KEPT, None, "how often keys have called; nobody's data"),
    "source": Kept(
        Fate.KEPT, None, "where candidates are looked for: addresses and search words, nobody's data"
    ),
    "candidate": Kept(
        Fate.DELETED, "candidates_kept", "what was found and did not become a message; at once where it did"
    ),
    "push": Kept(Fate.DELETED, None, "names of pushes that were taken; forgotten after thirty days"),
    "topic": Kept(Fate.KEPT, None, _OF_THE_DIRECTORY),
    "dated_value": Kept(Fate.KEPT, None, _OF_THE_DIRECTORY),
    "directory_edit": Kept(
        Fate.KEPT, None, "who changed the directory, with old and new values; of persons staff alone (cl. 19)"
    ),
    "answer_template": Kept(Fate.KEPT, None, "what bodies begin their answers with; it names nobody"),
    "network": Kept(Fate.KEPT, None, _OF_THE_DIRECTORY),
    "setting": Kept(Fate.KEPT, None, "values of the installation"),
    "process": Kept(Fate.DELETED, None, "what is at work on which machine; a day after it was seen last"),
    "destruction_act": Kept(
        Fate.KEPT, None, "acts: three years at least by order 179; numbers and kinds only"
    ),
    "destruction_entry": Kept(
        Fate.KEPT, None, "acts: three years at least by order 179; numbers and kinds only"
    ),
    "alembic_version": Kept(Fate.KEPT, None, "the revision of the schema"),
}
"""Every table of the database."""


async def messages_past_term(
    session: AsyncSession, before: datetime, at_most: int, *, only: int | None = None
) -> Sequence[int]:
    """Numbers of closed messages whose last journal row is older, and of which something personal is left.

    Those with a command under way are left for another time. With `only` that message, if it is one of them.
    """
    last = (
        select(JournalRow.at)
        .where(JournalRow.message == MessageRow.number)
        .order_by(col(JournalRow.number).desc())
        .limit(1)
        .correlate(MessageRow)
        .scalar_subquery()
    )
    left = (
        select(MessageTextRow.id)
        .where(
            MessageTextRow.message == MessageRow.number,
            col(MessageTextRow.lasting).is_(False),
            MessageTextRow.content != ERASED,
        )
        .exists()
    )
    waiting = (
        select(CommandRow.sequence)
        .where(CommandRow.message == MessageRow.number, col(CommandRow.status).in_(outbox.WAITING))
        .exists()
    )
    statement = select(MessageRow.number).where(
        MessageRow.stage == Stage.CLOSED,
        MessageRow.recorded == MessageRow.rows,
        col(MessageRow.registered_at) < before,
        or_(col(MessageRow.erased_at).is_(None), left),
        func.coalesce(last, MessageRow.registered_at) < before,
        ~waiting,
    )
    if only is not None:
        statement = statement.where(MessageRow.number == only)
    rows = await session.exec(statement.order_by(col(MessageRow.number)).limit(at_most))
    return [number for number in rows if number is not None]


async def unused_files(session: AsyncSession, before: datetime, at_most: int) -> Sequence[str]:
    """Files uploaded before a moment, and not long before it, that no command and no step of a message names."""
    uploaded = (
        await session.exec(
            select(AttachmentRow.id, AttachmentRow.message)
            .join(AttachmentContentRow, col(AttachmentContentRow.attachment) == col(AttachmentRow.id))
            .where(
                col(AttachmentRow.uploaded_at) < before,
                col(AttachmentRow.uploaded_at) >= before - LOOKED_BACK,
            )
            .order_by(col(AttachmentRow.uploaded_at))
        )
    ).all()
    found: list[str] = []
    # Of what is no message's nobody names anything.
    named: dict[int | None, str] = {None: ""}
    for file, message in uploaded:
        if message not in named:
            named[message] = await _named(session, message) if message is not None else ""
        if file not in named[message]:
            found.append(file)
        if len(found) == at_most:
            break
    return found


async def _named(session: AsyncSession, message: int) -> str:
    """All that the commands, the journal and the state of a message name, as one text."""
    parts: list[Any] = [
        *await session.exec(select(CommandRow.payload).where(CommandRow.message == message)),
        *await session.exec(select(JournalRow.data).where(JournalRow.message == message)),
        *await session.exec(select(MessageRow.snapshot).where(MessageRow.number == message)),
    ]
    return json.dumps(parts)


async def delete_files(session: AsyncSession, files: Sequence[str]) -> int:
    """Delete files with their names; returns how many there were."""
    await session.exec(delete(AttachmentContentRow).where(col(AttachmentContentRow.attachment).in_(files)))
    return (await session.exec(delete(AttachmentRow).where(col(AttachmentRow.id).in_(files)))).rowcount


async def late_requests(session: AsyncSession, at_most: int) -> Sequence[int]:
    """Commands that were under way when their message was erased, and are settled now."""
    rows = await session.exec(
        select(CommandRow.sequence)
        .join(MessageRow, col(MessageRow.number) == col(CommandRow.message))
        .where(
            col(MessageRow.erased_at).is_not(None),
            CommandRow.request != ERASED,
            CommandRow.name != kept_requests.ERASURE,
            CommandRow.person != outbox.MACHINE,
            col(CommandRow.status).not_in(outbox.WAITING),
            col(CommandRow.taken_at) < col(MessageRow.erased_at),
        )
        .limit(at_most)
    )
    return [number for number in rows if number is not None]


async def delete_sign_ins(session: AsyncSession, before: datetime, at_most: int) -> int:
    """Delete sign-ins that were over before a moment; returns how many."""
    over = func.coalesce(TokenRow.revoked_at, TokenRow.expires_at)
    return await _delete(session, TokenRow, over < before, at_most)


async def delete_known_sources(session: AsyncSession, before: datetime, at_most: int) -> int:
    """Delete sources nobody has signed in from since a moment; returns how many."""
    return await _delete(session, KnownSourceRow, col(KnownSourceRow.last_at) < before, at_most)


async def delete_unsent_texts(session: AsyncSession, before: datetime, at_most: int) -> int:
    """Delete texts that were typed, not sent, and last touched before a moment; returns how many."""
    return await _delete(session, UnsentTextRow, col(UnsentTextRow.saved_at) < before, at_most)


async def delete_wrong_passwords(session: AsyncSession, before: datetime, at_most: int) -> int:
    """Delete failed sign-ins made before a moment; returns how many."""
    return await _delete(session, WrongPasswordRow, col(WrongPasswordRow.at) < before, at_most)


async def delete_candidates(session: AsyncSession, before: datetime, at_most: int) -> int:
    """Delete what was found, became no message, and was decided on or, undecided, found before a moment; how many."""
    since = func.coalesce(CandidateRow.decided_at, CandidateRow.found_at)
    return await _delete(
        session, CandidateRow, and_(col(CandidateRow.message).is_(None), since < before), at_most
    )


async def forget_pushes(session: AsyncSession, before: datetime) -> None:
    """Forget the names of pushes taken before a moment; nobody's data."""
    await session.exec(delete(PushRow).where(col(PushRow.at) < before))


async def delete_access_record(session: AsyncSession, before: datetime, at_most: int) -> int:
    """Delete entries of the record of access made before a moment, the oldest first; returns how many."""
    return await access.forget_before(session, before, at_most)


async def _delete(
    session: AsyncSession, rows: type[SQLModel], past: ColumnElement[bool], at_most: int
) -> int:
    table: Table = SQLModel.metadata.tables[str(rows.__tablename__)]
    key = table.primary_key.columns.values()
    found = sa_select(*key).where(past).limit(at_most)
    deleted = await (await session.connection()).execute(delete(table).where(tuple_(*key).in_(found)))
    return deleted.rowcount
