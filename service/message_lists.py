"""Lists of messages, read from the database and made into JSON in threads of their own: people's commands go on."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from service.message_view import NOT_SHOWN, Texts, attachments, listed_json, listed_state
from store import listing, texts
from store.blocking import BlockingDatabase
from store.listing import Filters
from store.people import Actor

LISTS_AT_ONCE = 4


class MessageLists:
    """Gives pages of the list of messages, as the database has it at one moment."""

    def __init__(self, database: BlockingDatabase) -> None:
        self._db = database
        self._threads = ThreadPoolExecutor(LISTS_AT_ONCE, thread_name_prefix="list")

    async def page(self, caller: Actor, filters: Filters, *, before: int | None, size: int) -> str:
        """A page of what the caller may see, with the cursor of the next one: the JSON of a `MessageList`."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._page, caller, filters, before, size)

    def close(self) -> None:
        """Close every connection; a list that is being read is left behind."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._db.dispose()

    def _page(self, caller: Actor, filters: Filters, before: int | None, size: int) -> str:
        now = datetime.now(UTC)
        with self._db.read() as connection:
            rows = listing.page(connection, caller, filters, now, before=before, size=size + 1)
            shown = rows[:size]
            if not shown:
                return '{"items":[],"next":null}'
            listing.load_runs(connection, shown, without=NOT_SHOWN)
            numbers = [row.number for row in shown]
            contents = connection.execute(texts.CONTENTS, {"of_messages": numbers}).all()
            states = [listed_state(row) for row in shown]
            named = [attachment for state in states for attachment in attachments(state)]
            files = connection.execute(texts.FILES, {"ids": named}).all() if named else ()
        known = Texts(dict(contents), files)
        # By the clocks of the messages, which outside training are one.
        clocks = {row.clock_ahead: row.now(now) for row in shown}
        held = {ahead: caller.capacities(moment) for ahead, moment in clocks.items()}
        items = [
            listed_json(row, state, known, held[row.clock_ahead])
            for row, state in zip(shown, states, strict=True)
        ]
        following = f'"{shown[-1].number}"' if len(rows) > size else "null"
        return f'{{"items":[{",".join(items)}],"next":{following}}}'
