"""Check of promises against what is on record of each: by its chain, by its anchors, and by what the table says."""

from collections.abc import Iterator, Mapping, Sequence

from service.journal.anchored_ends import Anchored
from service.journal.check import flaws_by_anchors
from store.database.blocking import BlockingDatabase
from store.promises import whole


def flaws(
    database: BlockingDatabase, anchored: Mapping[tuple[int, int], Sequence[Anchored]]
) -> Iterator[tuple[int, str]]:
    """What is wrong, each with the number of its message, in Russian; `anchored` is by message and promise."""
    gone = dict(anchored)
    with database.read() as connection:
        for one in whole.promises(connection):
            title = f"обещание № {one.promise}"
            if one.broken:
                yield one.message, f"{title}: запись {one.broken[0]} изменена или пропущена"
            elif one.stands != one.told:
                yield one.message, f"{title}: таблица promise говорит не то, что записано в promise_event"
            known = gone.pop((one.message, one.promise), ())
            for flaw in flaws_by_anchors(known, max(one.hashes, default=0), one.hashes):
                yield one.message, f"{title}: {flaw}"
    for (message, promise), known in gone.items():
        for flaw in flaws_by_anchors(known, 0, {}):
            yield message, f"обещание № {promise}: {flaw}"
