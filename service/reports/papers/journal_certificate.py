"""The certificate of one message's journal: whether its chain is whole, how it ends, and what anchors it."""

from dataclasses import dataclass
from pathlib import Path

from service.journal import anchor_check
from service.journal import check as journal_check
from service.journal.anchored_ends import Anchored, AnchoredEnds
from service.journal.check import Checked
from store.database.blocking import BlockingDatabase
from store.journal import whole as journals


@dataclass(frozen=True, slots=True)
class Certificate:
    """`flaws` are Russian, empty of a whole journal. `hash`: of the last row; `anchor`: the last that there is."""

    rows: int
    hash: str | None
    flaws: tuple[str, ...]
    anchor: Anchored | None


def certify(database: BlockingDatabase, anchors: Path, message: int) -> Certificate:
    """Check the journal of a message by its chain and by the files that anchor it; reads all of those files."""
    checked = Checked()
    with AnchoredEnds() as anchored:
        files = anchor_check.files_of(anchors, named=False)
        flaws = [f"файл закрепления {flaw}" for flaw in anchor_check.gather(files, anchored)]
        known = anchored.between(message - 1, message)
    with database.read() as connection:
        portion = journals.of_one(connection, database.dialect, message)
        rows = list(portion.rows)
    flaws += [flaw for _, flaw in journal_check.flaws(rows, portion.recorded, known, checked)]
    ends = known.get(message, ())
    return Certificate(
        rows=checked.rows,
        hash=rows[-1].hash if rows else None,
        flaws=tuple(flaws),
        anchor=max(ends, key=lambda end: end.number, default=None),
    )
