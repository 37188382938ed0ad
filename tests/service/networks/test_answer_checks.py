"""Checks of published texts: when they are made, what is told and kept, and how often."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.messages.posts import url_key
from service.networks.answer_checks import AnswerChecks
from service.networks.answer_notices import AnswerNotices
from service.networks.platforms.port import Ability, Fault, NetworkRefusalError, Platform
from service.networks.platforms.rates import Rates
from store.database import statements
from store.database.columns import ERASED
from store.database.engines import Database
from store.messages import finding
from store.messages.tables import MessageTextRow
from store.networks import standing
from store.networks.tables import AnswerCheckRow, StandingRow
from store.notices.tables import NoticeRow
from store.personal_data import erasure
from tests.databases import on_both, without_files
from tests.fake_network import LATER, FakeAccounts, FakeNetwork
from tests.message_row import message_row
from tests.rows import all_of, publication_row, put
from tests.rules_given import plain
from tests.service.networks.pressed import add_roads

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
LINK, TEXT = "https://vk.com/wall-238_1?reply=1", "Яму засыпали сегодня утром."
COMMENT = {"url": LINK, "name": "draft-1", "text": TEXT, "post": "https://vk.com/wall-238_1"}


class Case:
    """A published text, and a clock that is moved by hand."""

    def __init__(self, database: Database, network: FakeNetwork) -> None:
        self.database, self.network = database, network
        self.now = NOW
        self.settings = without_files(database)
        self.accounts = FakeAccounts()

    async def look(self, after: timedelta = timedelta(0)) -> int:
        """What a worker does that looks now, so much later; returns how many checks it made."""
        self.now += after
        checks = AnswerChecks(
            self.database,
            self.settings,
            {Platform.VKONTAKTE: self.network},
            self.accounts,
            Rates(self.database),
            AnswerNotices(plain()),
            plain(),
            lambda: self.now,
        )
        return (await checks.portion()).done

    def known_by_other_pages(self, *pages: str) -> None:
        """The link is told to lead to the page of none of its accounts."""
        self.accounts.known = [replace(self.accounts.known[0], own_page=pages[0])]
        for page in pages[1:]:
            self.accounts.add("key-2", page)

    async def row(self) -> StandingRow:
        async with self.database.read() as session:
            row = await standing.one(session, 1, "draft-1")
        assert row is not None
        return row

    async def checks(self) -> list[AnswerCheckRow]:
        async with self.database.read() as session:
            return [check for check, *_ in await standing.checks(session, 1)][::-1]

    async def notices(self) -> list[tuple[str, str]]:
        rows = await all_of(self.database, NoticeRow)
        return sorted((row.kind, row.person) for row in rows)


@pytest.fixture
async def case(database: Database, tmp_path: Path) -> Case:
    async with database.write() as session:
        await add_roads(session)
    texts = (("url", LINK), ("text", TEXT))
    await put(
        database,
        message_row(1, NOW, network="vkontakte", url=COMMENT["post"], curator="curator"),
        *(MessageTextRow(id=name, message=1, field=name, content=it, written_at=NOW) for name, it in texts),
    )
    link = standing.Link("url", url_key(LINK))
    async with database.write() as session:
        published = standing.published(1, "draft-1", link, "text", "roads", NOW, NOW, database.dialect)
        await statements.run(session, published)
    network = FakeNetwork(tmp_path / "comments")
    network.keep([COMMENT])
    return Case(database, network)


@on_both
async def test_a_text_is_looked_at_at_once_after_an_hour_a_day_and_a_week(case: Case) -> None:
    moments = []
    for _ in range(5):
        made = await case.look()
        moments.append((case.now - NOW, made))
        row = await case.row()
        case.now = row.next_at or case.now + timedelta(days=30)
    assert moments == [
        (timedelta(0), 1),
        (timedelta(hours=1), 1),
        (timedelta(days=1), 1),
        (timedelta(days=7), 1),
        (timedelta(days=37), 0),
    ]
    assert [check.state for check in await case.checks()] == ["stands"] * 4
    assert (await case.row()).state == "stands"
    assert await case.notices() == []


async def test_what_was_deleted_is_told_once_to_body_and_curator_and_again_once_it_was_restored(
    case: Case,
) -> None:
    await case.look()
    told = [("answer_deleted", "curator"), ("answer_deleted", "executor-roads")]
    for keep, after, times in (([], 1, 1), ([], 1, 1), ([COMMENT], 24, 1), ([], 24 * 7, 2)):
        case.network.keep(keep)
        await case.look(timedelta(hours=after))
        assert await case.notices() == sorted(told * times)
    assert (await case.row()).state == "deleted"


async def test_a_page_that_has_lost_the_text_is_told_of_only_where_it_had_shown_it(case: Case) -> None:
    case.network.is_a_page = True
    case.network.keep([])
    await case.look()
    assert [(check.state, check.seen) for check in await case.checks()] == [("unknown", None)]
    case.network.keep([COMMENT])
    await case.look(timedelta(hours=1))
    assert (await case.row()).state == "stands"
    assert await case.notices() == []
    case.network.keep([])
    await case.look(timedelta(days=1))
    assert (await case.row()).state == "deleted"
    assert [kind for kind, _ in await case.notices()] == ["answer_deleted"] * 2


async def test_what_was_changed_is_told_at_every_change_and_kept(case: Case) -> None:
    await case.look()
    case.network.keep([COMMENT | {"text": "Яму не засыпали."}])
    await case.look(timedelta(hours=1))
    await case.look(timedelta(days=1))
    case.network.keep([COMMENT | {"text": "Ямы не было."}])
    await case.look(timedelta(days=7))
    assert [kind for kind, _ in await case.notices()] == ["answer_edited"] * 4
    async with case.database.read() as session:
        seen = await standing.checks(session, 1)
    assert [text for _, text in seen] == ["Ямы не было.", "Яму не засыпали.", "Яму не засыпали.", TEXT]


async def test_a_network_that_is_away_leaves_it_unknown_and_is_asked_again(case: Case) -> None:
    await case.look()
    case.network.finding = [LATER]
    await case.look(timedelta(hours=1))
    row = await case.row()
    assert (row.state, row.known, row.why) == ("unknown", "stands", "Сеть просит подождать.")
    await case.look(timedelta(minutes=10))
    assert (await case.row()).state == "stands"
    assert await case.notices() == []
    # One that needs a person is said, and not repeated before the next look of the plan.
    case.network.finding = [NetworkRefusalError(Fault.PERSON, "Ключ аккаунта больше не действует.")]
    await case.look(timedelta(days=1))
    row = await case.row()
    assert (row.state, row.why) == ("unknown", "Ключ аккаунта больше не действует.")
    assert row.next_at is not None and row.next_at > case.now + timedelta(days=1)


async def test_a_push_has_it_looked_at_at_once(case: Case) -> None:
    await case.look()
    case.network.keep([])
    case.now += timedelta(minutes=5)
    assert await case.look() == 0
    keys = [url_key(url) for url in (LINK, "https://vk.com/wall-1_1?reply=9")]
    async with case.database.write() as session:
        assert await standing.pushed(session, keys, case.now) == 1
    assert await case.look() == 1
    assert [check.cause for check in await case.checks()] == ["planned", "pushed"]
    # The plan goes on where it was.
    assert (await case.row()).next_at == NOW + timedelta(hours=1)


async def test_an_answer_is_checked_by_the_account_that_published_it(case: Case) -> None:
    case.known_by_other_pages("https://vk.com/gorod37", "https://vk.com/dorogi37")
    case.network.hidden_from = frozenset({"key-1"})
    await put(case.database, publication_row("draft-1", NOW, account="key-2", state="confirmed", url="url"))
    await case.look()
    await case.look(timedelta(hours=1))
    assert (await case.row()).state == "stands"
    case.network.keep([])
    await case.look(timedelta(days=1))
    assert (await case.row()).state == "deleted"


async def test_not_found_for_an_account_that_did_not_publish_it_is_no_deletion(case: Case) -> None:
    """It was put there by hand, from one of two accounts of the body."""
    case.known_by_other_pages("https://vk.com/gorod37", "https://vk.com/dorogi37")
    await case.look()
    assert (await case.row()).state == "stands"
    case.network.hidden_from = frozenset({"key-1", "key-2"})
    await case.look(timedelta(hours=1))
    row = await case.row()
    assert row.state == "unknown" and (row.why or "").startswith("Не удалось проверить")
    assert await case.notices() == []


async def test_what_the_only_account_was_shown_before_it_may_miss(case: Case) -> None:
    """Whose page a link leads to is not told, as on YouTube: put there by hand, seen, and gone."""
    case.known_by_other_pages("https://vk.com/gorod37")
    case.network.hidden_from = frozenset({"key-1"})
    await case.look(timedelta(minutes=3))
    assert (await case.row()).state == "unknown"
    case.network.hidden_from = frozenset()
    await case.look(timedelta(hours=1))
    case.network.keep([])
    await case.look(timedelta(days=1))
    assert (await case.row()).state == "deleted"


async def test_where_any_key_sees_all_anybodys_tells(case: Case) -> None:
    case.network.sees_all = True
    case.accounts.known = [replace(case.accounts.known[0], body="housing", own_page="https://vk.com/zhkh37")]
    await case.look()
    case.network.keep([])
    await case.look(timedelta(hours=1))
    assert (await case.row()).state == "deleted"


async def test_without_a_key_and_a_public_page_nothing_is_known(case: Case) -> None:
    case.accounts.known = []
    assert await case.look() == 0
    row = await case.row()
    assert (row.state, row.checked_at, row.next_at) == ("unknown", None, NOW + timedelta(hours=1))
    assert "Автоматическая проверка недоступна" in (row.why or "")
    case.accounts.known = FakeAccounts().known
    case.network.abilities = frozenset({Ability.READ})
    assert await case.look(timedelta(hours=1)) == 0
    assert await case.checks() == []


async def test_an_erased_message_is_looked_at_no_more_and_keeps_nothing(case: Case) -> None:
    case.network.keep([COMMENT | {"text": "Яму не засыпали."}])
    await case.look()
    async with case.database.write() as session:
        message = await finding.by_number(session, 1)
        assert message is not None
        await erasure.erase(session, message)
    assert await case.look(timedelta(hours=1)) == 0
    row = await case.row()
    assert (row.url_key, row.next_at) == (None, None)
    kept = await all_of(case.database, MessageTextRow)
    assert {text.content for text in kept} == {ERASED}


async def test_a_corrected_link_is_looked_at_from_the_beginning(case: Case) -> None:
    await case.look()
    other = "https://vk.com/wall-238_1?reply=2"
    await put(
        case.database, MessageTextRow(id="other", message=1, field="url", content=other, written_at=NOW)
    )
    link = standing.Link("other", url_key(other))
    async with case.database.write() as session:
        await statements.run(session, standing.link_corrected(1, "draft-1", link, case.now))
        # Written a second time it changes nothing.
        await statements.run(session, standing.link_corrected(1, "draft-1", link, case.now))
    case.network.keep([COMMENT | {"url": other}])
    assert await case.look() == 1
    assert (await case.row()).state == "stands"


@on_both
async def test_two_workers_make_a_check_once(case: Case) -> None:
    async with case.database.write() as session:
        assert len(await standing.take_due(session, NOW, 10)) == 1
    assert await case.look() == 0
