"""A post is found once whatever brings it, is never a candidate beside its message, and goes when it has to."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlmodel import col, select

from calendar_rules.vocabulary import Network
from service.messages.networks import given
from service.messages.posts import url_key
from service.networks import found_posts
from service.networks.platforms.port import Found
from store.database.engines import Database
from store.messages import changes
from store.messages.tables import ChangeRow, MessageRow, NetworkRow
from store.networks import candidates
from store.networks.candidates import Candidate, Sought, State
from store.networks.tables import CandidateRow
from store.personal_data import erasure, retention
from store.personal_data.destruction import DataClass
from tests.message_row import message_row
from tests.rows import one_of

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
POST = "https://vk.com/wall-1_2"
OTHER_SPELLING = "http://m.vk.ru/club1?from=feed&w=wall-1_2"
DAY = timedelta(days=1)


def post(url: str = POST, text: str = "Яма на Советской", author: str = "Житель") -> Found:
    return Found(url, author, text, NOW)


async def add(database: Database, *found: Found, network: Network = Network.VKONTAKTE) -> list[int]:
    async with database.write() as session:
        if await session.get(NetworkRow, "vkontakte") is None:
            session.add_all(
                NetworkRow(key=item.key, title=item.title, publication="manual", hosts=list(item.hosts))
                for item in given().networks
            )
            await session.flush()
        return await found_posts.add(session, found, network=network, now=NOW)


async def listed(
    database: Database, before: int | None = None, limit: int = 9, **sought: object
) -> list[int]:
    async with database.read() as session:
        found: Sequence[Candidate] = await candidates.page(
            session,
            Sought(**sought),  # type: ignore[arg-type]
            before=before,
            limit=limit,
        )
    return [item.row.id or 0 for item in found]


async def register(database: Database, number: int, url: str = OTHER_SPELLING) -> None:
    async with database.write() as session:
        row = message_row(number, NOW, url=url, url_key=url_key(url), author="Житель", text="Яма")
        session.add(row)
        await session.flush()
        await candidates.became(session, {url_key(url): number}, "curator", NOW)


async def test_a_message_says_for_good_which_candidate_it_was(database: Database) -> None:
    """Who saw the candidate is found by it in the record of access, also once the message is erased."""
    (number,) = await add(database, post())
    await register(database, 7)
    async with database.write() as session:
        await candidates.erase(session, 7)
    row = await one_of(database, MessageRow, 7)
    assert row.candidate == number


async def one(database: Database, number: int) -> Candidate:
    async with database.read() as session:
        found = await candidates.by_id(session, number)
    assert found is not None
    return found


async def test_a_post_is_kept_once_whatever_spelling_and_source_brings_it(database: Database) -> None:
    assert len(await add(database, post(), post(OTHER_SPELLING), post(f"{POST}?reply=3"))) == 2
    assert await add(database, post(OTHER_SPELLING), post()) == []
    assert len(await listed(database)) == 2
    async with database.read() as session:
        heard = (await session.exec(select(ChangeRow.message))).all()
    assert list(heard) == [changes.CANDIDATES]


async def test_what_could_be_no_message_is_passed_over(database: Database) -> None:
    odd = (
        post("javascript:alert(1)"),
        post("https://forum.test/t/1"),
        post("https://vk.com@evil.test/wall-1_1"),
    )
    assert await add(database, *odd) == []
    # A feed of a blog leads to other networks too.
    (number, blog) = await add(
        database, post("https://ok.ru/group/1/topic/2"), post("https://blog.test/2"), network=Network.BLOG
    )
    assert (await one(database, number)).row.network == "odnoklassniki"
    assert (await one(database, blog)).row.network == "blog"


async def test_what_is_empty_or_too_long_still_can_become_a_message(database: Database) -> None:
    (number,) = await add(database, Found(POST, " ", "\x00", datetime(2026, 11, 23, 9)))
    found = await one(database, number)
    assert (found.text, found.author) == (found_posts.without_text(), found_posts.WITHOUT_AUTHOR)
    assert found.row.posted_at is None
    (number,) = await add(database, post(f"{POST}9", "ж" * 30_000))
    assert len((await one(database, number)).text) == 20_000


async def test_a_post_that_is_a_message_is_no_candidate_and_becomes_none(database: Database) -> None:
    await register(database, 1)
    assert await add(database, post()) == []


async def test_a_later_message_takes_the_place_of_the_candidate_with_its_texts(database: Database) -> None:
    (number,) = await add(database, post())
    await register(database, 1)
    taken = await one(database, number)
    assert (taken.row.state, taken.row.message, taken.row.decided_by) == (State.TAKEN, 1, "curator")
    assert (taken.row.text, taken.row.author, taken.row.url, taken.row.search_text) == ("", "", "", "")
    assert (taken.text, taken.author, taken.url) == ("Яма", "Житель", OTHER_SPELLING)
    assert await add(database, post()) == []


async def test_the_newest_stand_first_and_are_found_by_what_is_asked(database: Database) -> None:
    one_, two, three = await add(
        database, post(), post(f"{POST}3", "Нет света", "Пётр 100%"), post(f"{POST}4", "Нет воды")
    )
    assert await listed(database) == [three, two, one_]
    assert await listed(database, limit=2) == [three, two]
    assert await listed(database, before=two) == [one_]
    assert await listed(database, q="НЕТ") == [three, two]
    assert await listed(database, q="петр") == [two]
    assert await listed(database, q="100%") == [two]
    assert await listed(database, network=Network.FORUM) == []
    async with database.write() as session:
        assert await candidates.dismiss(session, two, "curator", "Не критика", NOW)
        assert not await candidates.dismiss(session, two, "curator2", "Повтор", NOW)
    assert await listed(database, state=State.NEW) == [three, one_]
    assert await listed(database, state=State.DISMISSED, q="свет") == [two]
    async with database.read() as session:
        assert await candidates.count_new(session) == 2


async def test_what_was_decided_is_taken_back_with_its_texts(database: Database) -> None:
    (number,) = await add(database, post())
    await register(database, 1)
    taken = await one(database, number)
    async with database.write() as session:
        assert await candidates.restore(session, taken, "", NOW)
        assert not await candidates.restore(session, taken, "", NOW)
    again = await one(database, number)
    assert (again.row.state, again.row.message, again.text) == (State.NEW, None, "Яма")
    assert await listed(database, q="яма") == [number]


async def test_an_erasure_of_the_message_reaches_its_candidate_and_the_replies_under_it(
    database: Database,
) -> None:
    await add(database, post())
    await register(database, 1)
    async with database.write() as session:
        (reply,) = await found_posts.add(
            session, [post(f"{POST}?reply=7", "Спасибо")], network=Network.VKONTAKTE, now=NOW
        )
        (await session.get_one(CandidateRow, reply)).reply_to = 1
    async with database.write() as session:
        row = await session.get(MessageRow, 1)
        assert row is not None
        done = await erasure.erase(session, row)
    assert done[DataClass.CANDIDATES] == 1
    assert await listed(database) == []


async def test_what_nobody_took_goes_after_its_term(database: Database) -> None:
    old, dismissed, taken = await add(database, post(f"{POST}1"), post(f"{POST}5"), post())
    await register(database, 1)
    async with database.write() as session:
        await candidates.dismiss(session, dismissed, "curator", "Не критика", NOW + 2 * DAY)
    async with database.write() as session:
        assert await retention.delete_candidates(session, NOW + DAY, 500) == 1
    assert await listed(database) == [taken, dismissed]
    async with database.write() as session:
        assert await retention.delete_candidates(session, NOW + 3 * DAY, 500) == 1
        rows = await session.exec(select(CandidateRow.id).where(col(CandidateRow.id) != 0))
        assert list(rows) == [taken]
    assert old not in await listed(database)


async def test_a_push_counts_once(database: Database) -> None:
    async with database.write() as session:
        assert await candidates.is_first(session, "account", "e1", NOW)
        assert not await candidates.is_first(session, "account", "e1", NOW)
        assert await candidates.is_first(session, "another", "e1", NOW)
        await retention.forget_pushes(session, NOW + DAY)
        assert await candidates.is_first(session, "account", "e1", NOW)
