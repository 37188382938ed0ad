"""Check of journals against what the program has written: each row by the chain.

And whether the tables say what a whole journal does (`table_check`).
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from service.journal.table_check import Tables, in_order
from store.journal.after_step import Told, unpacked
from store.journal.chain import digest
from store.journal.whole import WrittenRow

_UNREADABLE = "-"
_NOTHING = object()


@dataclass(slots=True)
class Checked:
    """How much was checked; `doubtful` is what the tables say of messages that a step under way may have made."""

    journals: int = 0
    rows: int = 0
    doubtful: dict[int, list[str]] = field(default_factory=dict)


@dataclass(slots=True)
class _Journal:
    """One journal as it is read, row by row."""

    last: int = 0
    before: str | None = None
    broken: list[int] = field(default_factory=list)
    missing: list[tuple[int, int]] = field(default_factory=list)
    left_out: list[tuple[int, int]] = field(default_factory=list)
    """Gaps after which the chain goes on as if nothing had been there."""
    told: Told = field(default_factory=Told)

    def add(self, row: WrittenRow) -> None:
        if row.number <= self.last:  # below the first
            self.broken.append(row.number)
            return
        after, data = unpacked(row.after), _data(row)
        self.told.add(row.number, after)
        self.told.add_texts(row.number, row.kind, data)
        follows = _hash(self.before, row, data, after) == row.hash
        if row.number != self.last + 1:
            # What came before the row is not there to check it by: either it is the row's own word or a gap on record.
            (self.left_out if follows else self.missing).append((self.last + 1, row.number - 1))
        elif not follows:
            self.broken.append(row.number)
        self.last, self.before = row.number, row.hash

    def flaws(self, recorded: int | None) -> Iterator[str]:
        """What is wrong, in Russian; `recorded`: how many rows the program has written, None of no message."""
        if recorded is None and self.last:
            yield "строки журнала есть, а самого сообщения нет"
        if self.broken:
            yield f"изменены, вставлены или переставлены строки: {_told(_ranges(self.broken))}"
        if self.missing:
            yield f"удалены строки: {_told(self.missing)}"
        if self.left_out:
            yield (
                f"нет строк: {_told(self.left_out)}, и цепочка продолжена без них. Так бывает после восстановления из "
                "копии (сверьте с выводом otklik recover); иначе строки удалены, а цепочка пересчитана"
            )
        if recorded is not None and recorded > self.last:
            yield f"удалены последние строки: {_told([(self.last + 1, recorded)])}"
        if recorded is not None and recorded < self.last:
            yield f"вставлены последние строки: {_told([(recorded + 1, self.last)])}, программа их не записывала"


def flaws(
    rows: Iterable[WrittenRow],
    recorded: dict[int, int],
    checked: Checked,
    tables: Tables | None = None,
) -> Iterator[tuple[int, str]]:
    """What is wrong with the journals of some messages, with the message; `rows` in order. Counts into `checked`.

    `tables`: also what these say otherwise than the journal does, where it is whole by itself.
    """
    others = tables.stored if tables else ()
    left = dict.fromkeys(sorted({*recorded, *others}, key=in_order))
    for message, written in groupby(rows, lambda row: row.message):
        left.pop(message, None)
        journal = _Journal()
        for row in written:
            checked.rows += 1
            if isinstance(row.number, int):
                journal.add(row)
            else:  # SQLite takes anything
                yield message, f"строка {row.number!r} вставлена: это не номер"
        checked.journals += 1
        yield from _flaws(message, journal, recorded, checked, tables)
    for message in left:  # without a row
        yield from _flaws(message, _Journal(), recorded, checked, tables)


def _flaws(
    message: int,
    journal: _Journal,
    recorded: Mapping[int, int],
    checked: Checked,
    tables: Tables | None,
) -> Iterator[tuple[int, str]]:
    found = list(journal.flaws(recorded.get(message)))
    yield from ((message, flaw) for flaw in found)
    if found or tables is None:
        return
    for difference in tables.differences(message, journal.told):
        if difference.may_be_under_way:
            checked.doubtful.setdefault(message, []).append(difference.told)
        else:
            yield message, difference.told


def _data(row: WrittenRow) -> Any:
    """What the row says; of one that cannot be read, what no row holds."""
    try:
        return json.loads(row.data)
    except (TypeError, ValueError, RecursionError):
        return _NOTHING


def _hash(before: str | None, row: WrittenRow, data: Any, after: Any) -> str:
    """What the hash of the row must be; of a row that holds what no row can, a word that is not a hash."""
    said = before, row.message, row.number, row.at, row.kind, row.person, row.acting_for, data
    try:
        return digest(said if after is None else (*said, after))
    except (TypeError, ValueError, RecursionError):
        return _UNREADABLE


def _ranges(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Numbers in order as first and last of each run."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def _told(runs: Sequence[tuple[int, int]]) -> str:
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in runs)
