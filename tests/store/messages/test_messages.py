"""One post is one message: found by any spelling of its link, and left by what was registered by mistake."""

from datetime import UTC, datetime

from calendar_rules.vocabulary import Outcome
from service.messages.posts import url_key
from store.commands import corrections
from store.database.engines import Database
from store.messages import finding
from tests.message_row import message_row
from tests.rows import put

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LINK = "https://vk.com/wall-1_2"
OTHER_SPELLING = "http://m.vk.ru/club1?from=feed&w=wall-1_2"


async def add(database: Database, number: int, link: str, outcome: Outcome | None = None) -> None:
    await put(database, message_row(number, NOW, url=link, url_key=url_key(link), outcome=outcome))


async def found(database: Database, link: str) -> int | None:
    async with database.read() as session:
        row = await finding.by_key(session, url_key(link))
    return row.number if row else None


async def test_a_message_is_found_by_any_spelling_of_its_link(database: Database) -> None:
    await add(database, 1, LINK)
    assert await found(database, OTHER_SPELLING) == 1
    assert await found(database, f"{LINK}?reply=3") is None


async def test_a_message_registered_by_mistake_leaves_its_post(database: Database) -> None:
    await add(database, 1, LINK, Outcome.VOID)
    async with database.write() as session:
        assert await corrections.free_void_link(session, url_key(OTHER_SPELLING)) == 1
        assert await corrections.free_void_link(session, url_key(OTHER_SPELLING)) is None
    await add(database, 2, OTHER_SPELLING)
    assert await found(database, LINK) == 2


async def test_a_message_that_counts_keeps_its_post(database: Database) -> None:
    await add(database, 1, LINK, Outcome.ANSWERED)
    async with database.write() as session:
        assert await corrections.free_void_link(session, url_key(LINK)) is None
        assert await corrections.free_void_link(session, url_key(LINK), known_void=7) is None
    assert await found(database, LINK) == 1


async def test_a_message_leaves_its_post_also_before_its_row_says_so(database: Database) -> None:
    await add(database, 1, LINK)
    async with database.write() as session:
        assert await corrections.free_void_link(session, url_key(LINK), known_void=1) == 1
    assert await found(database, LINK) is None
