"""By which of its words a message is found when another is like it: a few of the least common, as rows.

The words of a text that complaints seldom share are put in an order that has nothing to do with the text, by their
digests, and the first ten are kept. Two texts of which most words are the same have most of these in common, whatever
was added, left out or moved; two that have two or more in common are few enough to be compared in full. Common words
serve only where a text has fewer than ten others.
"""

from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session, UOWTransaction
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from store.messages.tables import MessageRow, MessageWordRow

WORDS = 10
"""Rows of a message at most."""

COMMON = frozenset(Path(__file__).with_name("common_lemmas.txt").read_text(encoding="utf-8").split())
"""Lemmas that more than one complaint of thirty has; in 2,000 public ones of another region they were these."""

_LOOKED_AT = 3_000
"""Messages with one word, those registered last: a word that suddenly everybody uses costs no more than that."""
_COMPARED = 200
_FEW = 5
"""Of so few words one in common is enough."""


def words(lemmas: str) -> list[int]:
    """The digests of the words by which a text of these lemmas is found; nothing for an empty one."""
    found = set(lemmas.split())
    rare = sorted(digest(word) for word in found - COMMON)[:WORDS]
    common = sorted(digest(word) for word in found & COMMON)[: WORDS - len(rare)]
    return sorted({*rare, *common})


# With something to return all rows go in one statement; without, each goes in one of its own.
_ADD_TOGETHER = sa.insert(MessageWordRow).returning(col(MessageWordRow.word))


@lru_cache(maxsize=50_000)
def digest(word: str) -> int:
    """31 bits, so that both databases keep it as an integer."""
    return int.from_bytes(blake2b(word.encode(), digest_size=4).digest()) >> 1


@event.listens_for(Session, "after_flush")
def keep_up(session: Session, _context: UOWTransaction) -> None:
    """Whoever writes the lemmas of a message, its words follow in the same transaction."""
    changed = [
        row
        for row in (*session.new, *session.dirty)
        if isinstance(row, MessageRow) and sa.inspect(row).attrs.lemmas.history.has_changes()
    ]
    if not changed:
        return
    connection = session.connection()
    known = [row.number for row in changed if row not in session.new]
    if known:
        connection.execute(sa.delete(MessageWordRow).where(col(MessageWordRow.message).in_(known)))
    new = [{"word": word, "message": row.number} for row in changed for word in words(row.lemmas)]
    if new:
        connection.execute(_ADD_TOGETHER, new)


async def sharing(
    session: AsyncSession, sought: Iterable[int], before: int | None, longest: int | None = None
) -> list[tuple[int, str]]:
    """Number and lemmas of the messages that share most of these words, those that share more first.

    `before`: of those registered before this one; None: of all. `longest`: of those whose lemmas have no more
    characters than that; None: of any length.
    """
    sought = list(sought)
    if not sought:
        return []
    shared = _shared(sought, before, longest)
    statement = (
        sa.select(col(MessageRow.number), col(MessageRow.lemmas))
        .join(shared, shared.c.message == col(MessageRow.number))
        .order_by(shared.c.words.desc(), shared.c.message.desc())
    )
    found = await (await session.connection()).execute(statement)
    short = [
        (number, lemmas)
        for number, lemmas in found
        if number is not None and (longest is None or len(lemmas) <= longest)
    ]
    return short[:_COMPARED]


def _shared(sought: list[int], before: int | None, longest: int | None) -> sa.Subquery:
    earlier = [] if before is None else [col(MessageWordRow.message) < before]
    each = [
        sa.select(
            sa.select(col(MessageWordRow.message))
            .where(col(MessageWordRow.word) == word, *earlier)
            .order_by(col(MessageWordRow.message).desc())
            .limit(_LOOKED_AT)
            .subquery()
            .c.message
        )
        for word in sought
    ]
    all_of_them = sa.union_all(*each).subquery()
    count = sa.func.count()
    found = sa.select(all_of_them.c.message, count.label("words"))
    if longest is not None:
        found = found.join(MessageRow, col(MessageRow.number) == all_of_them.c.message).where(
            # Bytes, packed: most that are longer are left out here, and whoever reads them leaves out the others.
            sa.func.length(col(MessageRow.lemmas)) <= 2 * longest + 1
        )
    return (
        found.group_by(all_of_them.c.message)
        .having(count >= (1 if len(sought) < _FEW else 2))
        .order_by(count.desc(), all_of_them.c.message.desc())
        .limit(_COMPARED if longest is None else _COMPARED * 3)
        .subquery()
    )
