"""The words that are sought, and the messages that have all of them, by an index of parts of words on both databases.

What a message is found by is one text: author, text, link and place as they stand, and in its last line the lemmas of
their words, a space around each. A lemma is sought there with its spaces; so one index, of three letters in a row,
serves a form of a word, a part of a link and a part of a name alike (docs/change/decisions.md).
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import col

from store.messages.finding import searchable
from store.messages.tables import MessageRow

_SHORT = re.compile(r"(?<![^\W_])[^\W_]{1,4}(?![^\W_])")
A_NUMBER = re.compile(r"(?:№\s*)?[0-9]+")
TRIGRAM = 3  # characters; what is shorter is sought without the index

# Made and kept by the migrations: on SQLite an FTS5 index of trigrams, on PostgreSQL a table with one of pg_trgm.
FTS5 = sa.table("message_search", sa.column("rowid", sa.Integer), sa.column("message_search"))
PG_TRGM = sa.table("message_search", sa.column("message", sa.Integer), sa.column("content", sa.String))


class Word(NamedTuple):
    """A word that is sought, as texts are searched: one of `lemmas` stands for it, or `part` wherever that stands.

    `part` is None where the word is sought as a whole word alone.
    """

    part: str | None
    lemmas: tuple[str, ...] = ()

    @property
    def spellings(self) -> list[str]:
        """What of it a message may be found by: any of these stands in what is searched."""
        whole = [f" {lemma} " for lemma in self.lemmas if self.part is None or self.part not in lemma]
        return whole if self.part is None else [self.part, *whole]


def as_they_stand(text: str) -> tuple[Word, ...]:
    """The words of what somebody has typed, each wherever it stands; a number with its sign is one: «№ 12»."""
    typed = searchable(text).strip()
    if A_NUMBER.fullmatch(typed):
        return (Word(typed),)
    return tuple(Word(word) for word in dict.fromkeys(typed.split()))


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


def trigrams(words: Sequence[Word]) -> str | None:
    """Every three characters in a row that must be there, in the words of FTS5; None where the words are too short."""
    sought = [
        " OR ".join(f"({_all_trigrams(spelling)})" for spelling in word.spellings)
        for word in words
        if all(len(spelling) >= TRIGRAM for spelling in word.spellings)
    ]
    return " AND ".join(f"({one})" for one in sought) or None


def _all_trigrams(spelling: str) -> str:
    found = dict.fromkeys(spelling[start : start + TRIGRAM] for start in range(len(spelling) - TRIGRAM + 1))
    return " AND ".join('"{}"'.format(trigram.replace('"', '""')) for trigram in found)
