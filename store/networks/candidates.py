"""Candidates: what was found in networks, each post once whatever brings it, and what became of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from calendar_rules.vocabulary import Network, Stage
from store.database import statements
from store.messages import changes, finding
from store.messages.searching import Word, all_stand_in, as_they_stand, found_by
from store.messages.tables import MessageRow
from store.networks import standing
from store.networks.tables import CandidateRow, PushRow

_AT_ONCE = 200
"""Rows in one statement: SQLite takes so many values at most."""


class State(StrEnum):
    """What became of a candidate."""

    NEW = "new"
    TAKEN = "taken"
    DISMISSED = "dismissed"


async def add_all(
    session: AsyncSession, found: Mapping[str, CandidateRow], parents: Mapping[str, str], *, now: datetime
) -> list[int]:
    """Keep those whose key is not known, and of whose post there is no message.

    `found` is by the key of the post, `parents` the key of what it was written under, where that is known. Returns the
    ids of those that are new; open pages of curators hear of them.
    """
    known = await finding.numbers_by_key(session, found)
    # What stands there of ours is nothing that was found; what was written under it is a reply.
    ours = await standing.messages_of_links(session, list(found))
    new = {key: row for key, row in found.items() if key not in known and key not in ours}
    answered = await standing.messages_of_links(
        session, list({parents[key] for key in new if key in parents})
    )
    for key in new.keys() & parents.keys():
        new[key].reply_to = answered.get(parents[key])
    rows = [row.model_dump(exclude={"id"}) for row in new.values()]
    added: list[int] = []
    for start in range(0, len(rows), _AT_ONCE):
        added += await _insert(session, rows[start : start + _AT_ONCE])
    if added:
        await tell(session, now)
    return added


async def _insert(session: AsyncSession, rows: list[dict[str, Any]]) -> list[int]:
    connection = await session.connection()
    # Of those found at the same time by two, the second is known.
    new = statements.inserting(CandidateRow, connection.dialect.name).values(rows).on_conflict_do_nothing()
    statement = new.returning(col(CandidateRow.id))
    return [number for number in await connection.scalars(statement) if number is not None]


class Edited(NamedTuple):
    """A message whose post was edited by its author: who leads it, and how the post reads now."""

    message: int
    network: Network
    curator: str | None
    text: str


async def renew(session: AsyncSession, rows: Mapping[str, CandidateRow], *, now: datetime) -> list[Edited]:
    """Keep how posts that were edited read now, of candidates that wait for a decision; the others stay as they are.

    `rows` are by the key of the post. Returns those that are open messages by now, and read otherwise there.
    """
    renewed = False
    for key, row in rows.items():
        statement = (
            sa.update(CandidateRow)
            .where(
                col(CandidateRow.url_key) == key,
                col(CandidateRow.state) == State.NEW,
                col(CandidateRow.text) != row.text,
            )
            .values(author=row.author, text=row.text, search_text=row.search_text, suggestions=None)
        )
        renewed = bool((await session.exec(statement)).rowcount) or renewed
    if renewed:
        await tell(session, now)
    numbers = await finding.numbers_by_key(session, rows)
    edited: list[Edited] = []
    for key, number in numbers.items():
        known = await session.get(MessageRow, number)
        is_open = known is not None and known.stage != Stage.CLOSED
        if known is not None and is_open and known.text != rows[key].text:
            edited.append(Edited(number, Network(known.network), known.curator, rows[key].text))
    return edited


async def tell(session: AsyncSession, now: datetime) -> None:
    """Have open pages of curators look again."""
    dialect = (await session.connection()).dialect.name
    await statements.run(session, changes.noted_of_candidates(now, dialect))


@dataclass(frozen=True, slots=True)
class Sought:
    """What is listed; None: all of it. `q` is searched in author, text and link; `words`: how it is understood."""

    state: State | None = None
    network: Network | None = None
    source: int | None = None
    q: str | None = None
    words: tuple[Word, ...] | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A candidate, with the texts of its message where it became one."""

    row: CandidateRow
    url: str
    author: str
    text: str


async def page(
    session: AsyncSession, sought: Sought, *, before: int | None, limit: int, after: int | None = None
) -> list[Candidate]:
    """Candidates, the newest first; those older than the one `before`, and newer than the one `after`."""
    statement = _WITH_MESSAGE.order_by(col(CandidateRow.id).desc()).limit(limit)
    if before is not None:
        statement = statement.where(col(CandidateRow.id) < before)
    if after is not None:
        statement = statement.where(col(CandidateRow.id) > after)
    if sought.network is not None:
        statement = statement.where(col(CandidateRow.network) == sought.network.value)
    if sought.source is not None:
        statement = statement.where(col(CandidateRow.source) == sought.source)
    if sought.state is not None:
        # Written out, so that the index of new ones serves.
        statement = statement.where(
            col(CandidateRow.state) == sa.literal_column(f"'{sought.state}'", sa.String)
        )
    if sought.q is not None:
        words = as_they_stand(sought.q) if sought.words is None else sought.words
        # One that became a message has its texts there.
        texts = (col(CandidateRow.search_text), col(MessageRow.search_text))
        statement = statement.where(sa.or_(*(all_stand_in(text, words) for text in texts)))
    return [_candidate(*found) for found in await session.exec(statement)]


_WITH_MESSAGE = select(
    CandidateRow, col(MessageRow.url), col(MessageRow.author), col(MessageRow.text)
).outerjoin(MessageRow, col(MessageRow.number) == col(CandidateRow.message))


def _candidate(row: CandidateRow, url: str | None, author: str | None, text: str | None) -> Candidate:
    if row.message is None or url is None:
        return Candidate(row, row.url, row.author, row.text)
    return Candidate(row, url, author or "", text or "")


async def by_id(session: AsyncSession, candidate: int) -> Candidate | None:
    """One candidate."""
    statement = _WITH_MESSAGE.where(col(CandidateRow.id) == candidate).execution_options(
        populate_existing=True
    )
    found = (await session.exec(statement)).first()
    return None if found is None else _candidate(*found)


async def without_suggestions(session: AsyncSession, ids: Sequence[int]) -> list[tuple[int, str]]:
    """Those of these candidates that are new, and of which nothing is suggested yet, with their texts."""
    statement = select(CandidateRow.id, CandidateRow.text).where(
        col(CandidateRow.id).in_(ids),
        col(CandidateRow.state) == State.NEW,
        col(CandidateRow.suggestions).is_(None),
    )
    return [(number, text) for number, text in await session.exec(statement) if number is not None]


async def keep_suggestions(
    session: AsyncSession, made: Mapping[int, Mapping[str, Any]], now: datetime
) -> None:
    """Keep what is suggested of each, and have open pages show it."""
    for number, suggestions in made.items():
        await session.exec(
            sa.update(CandidateRow)
            .where(col(CandidateRow.id) == number)
            .values(suggestions=dict(suggestions))
        )
    if made:
        await tell(session, now)


async def decided_since(session: AsyncSession, moment: datetime, limit: int) -> list[int]:
    """Candidates of which somebody has decided since a moment."""
    statement = (
        select(CandidateRow.id)
        .where(col(CandidateRow.decided_at) >= moment)
        .order_by(col(CandidateRow.decided_at).desc())
        .limit(limit)
    )
    return [number for number in await session.exec(statement) if number is not None]


async def count_new(session: AsyncSession) -> int:
    """How many wait for a decision."""
    new = sa.literal_column(f"'{State.NEW}'", sa.String)
    statement = select(sa.func.count()).where(col(CandidateRow.state) == new)
    return (await session.exec(statement)).one()


async def became(session: AsyncSession, registered: Mapping[str, int], by: str, now: datetime) -> None:
    """Messages of these posts were registered, by whatever way: their candidates are taken, and keep no text.

    Each message says from then on, for good, which candidate it was.
    """
    found = False
    for key, number in registered.items():
        done = await session.exec(
            sa.update(CandidateRow)
            .where(col(CandidateRow.url_key) == key)
            .values(
                state=State.TAKEN,
                message=number,
                decided_by=by,
                decided_at=now,
                reason=None,
                url="",
                author="",
                text="",
                search_text="",
                parent_url=None,
            )
            .returning(col(CandidateRow.id))
        )
        if (candidate := done.scalar_one_or_none()) is not None:
            found = True
            await session.exec(
                sa.update(MessageRow).where(col(MessageRow.number) == number).values(candidate=candidate)
            )
    if found:
        await tell(session, now)


async def known_keys(session: AsyncSession, keys: Iterable[str]) -> set[str]:
    """Those of these keys of posts that are a candidate's."""
    found: set[str] = set()
    wanted = list(keys)
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        found.update(
            await session.exec(select(CandidateRow.url_key).where(col(CandidateRow.url_key).in_(part)))
        )
    return found


async def reply_of(session: AsyncSession, message: int) -> int | None:
    """The message to whose answer the post of this one is a reply."""
    found = await session.exec(select(CandidateRow.reply_to).where(CandidateRow.message == message))
    return found.first()


async def dismiss(session: AsyncSession, candidate: int, by: str, reason: str, now: datetime) -> bool:
    """Nothing is to be done with it, for this reason; whether it was still new."""
    done = await session.exec(
        sa.update(CandidateRow)
        .where(col(CandidateRow.id) == candidate, col(CandidateRow.state) == State.NEW)
        .values(state=State.DISMISSED, decided_by=by, decided_at=now, reason=reason)
    )
    if done.rowcount:
        await tell(session, now)
    return bool(done.rowcount)


async def restore(session: AsyncSession, candidate: Candidate, lemmas: str, now: datetime) -> bool:
    """It waits for a decision again, with the texts it had, of these lemmas; whether it was still as it was read."""
    row = candidate.row
    done = await session.exec(
        sa.update(CandidateRow)
        .where(
            col(CandidateRow.id) == row.id,
            col(CandidateRow.state) == row.state,
            col(CandidateRow.message).is_not_distinct_from(row.message),
        )
        .values(
            state=State.NEW,
            decided_by=None,
            decided_at=None,
            reason=None,
            message=None,
            url=candidate.url,
            author=candidate.author,
            text=candidate.text,
            search_text=found_by(candidate.author, candidate.text, candidate.url, lemmas=lemmas),
        )
    )
    if done.rowcount:
        await tell(session, now)
    return bool(done.rowcount)


async def erase(session: AsyncSession, message: int) -> int:
    """Delete what is left here of a message that is erased: its own candidate, and replies under its answers.

    Returns how many held a text.
    """
    await session.exec(sa.delete(CandidateRow).where(col(CandidateRow.message) == message))
    gone = await session.exec(
        sa.delete(CandidateRow).where(
            col(CandidateRow.reply_to) == message, col(CandidateRow.message).is_(None)
        )
    )
    return gone.rowcount


async def delete_one(session: AsyncSession, candidate: int) -> int:
    """Delete a candidate that is no message; returns how many there were."""
    gone = await session.exec(
        sa.delete(CandidateRow).where(col(CandidateRow.id) == candidate, col(CandidateRow.message).is_(None))
    )
    return gone.rowcount


async def is_first(session: AsyncSession, account: str, event: str, now: datetime) -> bool:
    """Note that an account was told of an event; whether it was for the first time."""
    connection = await session.connection()
    new = statements.inserting(PushRow, connection.dialect.name).values(account=account, event=event, at=now)
    written = new.on_conflict_do_nothing()
    return (await connection.execute(written.returning(col(PushRow.event)))).first() is not None
