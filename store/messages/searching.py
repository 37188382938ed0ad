"""The words that are sought, and the messages that have all of them, by an index of parts of words on both databases.

What a message is found by is one text: author, text, link and place as they stand, and in its last line the lemmas of
their words, a space around each. A lemma is sought there with its spaces; so one index, of three letters in a row,
serves a form of a word, a part of a link and a part of a name alike (docs/change/decisions.md).
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Self

import sqlalchemy as sa
from sqlmodel import col

from store.messages.finding import searchable
from store.messages.tables import MessageRow

_SHORT = re.compile(r"(?<![^\W_])[^\W_]{1,4}(?![^\W_])")
A_NUMBER = re.compile(r"(?:№\s*)?[0-9]+")
TRIGRAM = 3  # characters in a row: what the index knows

# Made and kept by the migrations: on SQLite an FTS5 index of trigrams, on PostgreSQL a table with one of pg_trgm.
FTS5 = sa.table("message_search", sa.column("rowid", sa.Integer), sa.column("message_search"))
PG_TRGM = sa.table("message_search", sa.column("message", sa.Integer), sa.column("content", sa.String))


class Word(NamedTuple):
    """A word that is sought, as texts are searched: one of `lemmas` stands for it, or `part` wherever that stands.

    `part` is None where the word is sought as a whole word alone.
    """

    part: str | None
    lemmas: tuple[str, ...] = ()

    @classmethod
    def of(cls, text: str, lemmas: tuple[str, ...] = ()) -> Self:
        """What is sought wherever it stands; what is too short for the index, as a whole word."""
        return cls(text, lemmas) if len(text) >= TRIGRAM else cls(None, tuple(dict.fromkeys((text, *lemmas))))

    @property
    def spellings(self) -> list[str]:
        """What of it a message may be found by: any of these stands in what is searched."""
        whole = [f" {lemma} " for lemma in self.lemmas if self.part is None or self.part not in lemma]
        return whole if self.part is None else [self.part, *whole]


def as_they_stand(text: str) -> tuple[Word, ...]:
    """The words of what somebody has typed, each as `Word.of` has it; a number with its sign is one: «№ 12»."""
    typed = searchable(text).strip()
    if A_NUMBER.fullmatch(typed):
        return (Word.of(typed),)
    return tuple(Word.of(word) for word in dict.fromkeys(typed.split()))


def found_by(*texts: str, lemmas: str = "") -> str:
    """What a message of these texts is found by; `lemmas`: of their words, between spaces.

    Beside these stand all words so short that they are sought as whole ones, in whatever text: «Яна», «дом 4».
    """
    short = _SHORT.findall(searchable(*texts))
    told = " ".join(dict.fromkeys([*lemmas.split(), *short]))
    return searchable(*texts, *([f" {told} "] if told else []))


def all_stand_in(column: Any, words: Iterable[Word]) -> sa.ColumnElement[bool]:
    """Whether a column of what is searched has all the words."""
    return sa.and_(
        sa.true(),
        *(
            sa.or_(*(column.contains(spelling, autoescape=True) for spelling in word.spellings))
            for word in words
        ),
    )


def stand_in_row(words: Iterable[Word]) -> sa.ColumnElement[bool]:
    """Whether a message has all the words, read in its row."""
    return all_stand_in(col(MessageRow.search_text), words)


def in_index(words: Sequence[Word], *, is_sqlite: bool) -> sa.Select[int]:
    """Numbers of the messages that the index finds; on SQLite whether the words stand there in full the row says."""
    if is_sqlite:
        return sa.select(FTS5.c.rowid).where(FTS5.c.message_search.match(trigrams(words)))
    return sa.select(PG_TRGM.c.message).where(all_stand_in(PG_TRGM.c.content, words))


def trigrams(words: Sequence[Word]) -> str:
    """Characters that must be there, in the words of FTS5."""
    sought = [" OR ".join(f"({_trigrams_of(spelling)})" for spelling in word.spellings) for word in words]
    return " AND ".join(f"({one})" for one in sought)


def _trigrams_of(spelling: str) -> str:
    """Three characters in a row side by side, and the last three: that they stand as sought, the row says.

    All that overlap too would be three times as much to read, and leave out few rows more.
    """
    last = len(spelling) - TRIGRAM
    found = dict.fromkeys(spelling[start : start + TRIGRAM] for start in (*range(0, last, TRIGRAM), last))
    return " AND ".join('"{}"'.format(trigram.replace('"', '""')) for trigram in found)
