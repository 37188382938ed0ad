"""Check of promises against what is on record of each: that no record was changed, and that the table says the same."""

from collections.abc import Iterator

from store.database.blocking import BlockingDatabase
from store.promises import whole


def flaws(database: BlockingDatabase) -> Iterator[tuple[int, str]]:
    """What is wrong, each with the number of its message, in Russian."""
    with database.read() as connection:
        for one in whole.promises(connection):
            title = f"обещание № {one.promise}"
            if one.broken:
                yield one.message, f"{title}: запись {one.broken[0]} изменена или пропущена"
            elif one.stands != one.told:
                yield one.message, f"{title}: таблица promise говорит не то, что записано в promise_event"
