"""Which earlier messages a message is like (cl. 16): lemmas compared by their sorted tokens.

`pymorphy3` lemmas with `rapidfuzz.token_sort_ratio` from 80 found every edited copy among ordinary complaints,
with one false alarm in a hundred; the curator decides.
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.morphology import analyzer
from store.tables import MessageRow

ALIKE = 80
"""From this ratio on, of 100."""

_COMPARED = 20_000
_WORD = re.compile(r"[^\W_]+")


async def lemmas_of(text: str) -> str:
    """Like `lemmas`, without holding up the others."""
    return await asyncio.to_thread(lemmas, text)


@dataclass(frozen=True, slots=True)
class Likeness:
    """An earlier message, and how like it is, in percent."""

    message: int
    percent: int


@lru_cache(maxsize=50_000)
def _lemma(word: str) -> str:
    lemma: str = analyzer().parse(word)[0].normal_form
    return lemma


def lemmas(text: str) -> str:
    """The words of a text in their dictionary forms, sorted; slow, so for a thread of its own."""
    return " ".join(sorted(_lemma(word) for word in _WORD.findall(text.lower())))


async def earlier_like(session: AsyncSession, message: MessageRow, limit: int) -> list[Likeness]:
    """The most alike of the messages registered before this one, most alike first."""
    if not message.lemmas:
        return []
    rows = await session.exec(
        select(MessageRow.number, MessageRow.lemmas)
        .where(col(MessageRow.number) < message.number, MessageRow.lemmas != "")
        .order_by(col(MessageRow.number).desc())
        .limit(_COMPARED)
    )
    pairs = rows.all()
    found = await asyncio.to_thread(best, message.lemmas, [text for _, text in pairs], limit)
    return [Likeness(pairs[index][0] or 0, round(score)) for _, score, index in found]


def best(wanted: str, texts: Sequence[str], limit: int) -> list[tuple[str, float, int]]:
    """The likest texts with their ratio and place; lemmas are sorted already, so a plain ratio is the sorted one."""
    return process.extract(wanted, texts, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=limit)
