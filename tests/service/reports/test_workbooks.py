"""Long workbooks on both databases: asked for, made by a worker, handed out by any process, to nobody else."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextvars import copy_context
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from pydantic import TypeAdapter

from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import Importance, Network, Outcome, Role, Stage
from service.access import note as access_note
from service.access.errors import ConflictError, ForbiddenError, NotFoundError, UnderWayError
from service.access.note import AccessNote
from service.messages.lists import MessageLists
from service.oversight import shortcomings_workbook
from service.personal_data.fragment import Fragment
from service.personal_data.retention import Retention
from service.personal_data.taking_out import take_out
from service.reports import list_workbook, workbook_making, workbooks
from service.reports.list_workbook import AskedList
from service.reports.workbook_making import WorkbookMaking
from service.reports.workbooks import AT_ONCE, KEPT, MOST_OF_PERSON, Hands, Kind, Maker, Tell, Workbooks
from service.runs.connection import TemporalConnection
from service.runs.rules import RulesInForce
from store.database.blocking import BlockingDatabase
from store.database.engines import Database
from store.database.session import Session
from store.messages import finding
from store.messages.listing import Filters, Sort
from store.messages.narrowing import InSettlement
from store.oversight.shortcomings import Sought
from store.people.persons import Actor, actor
from store.people.tables import PersonRoleRow
from store.personal_data import erasure
from tests.message_row import message_row
from tests.patience import PATIENCE
from tests.service.reports.processes import Processes, add_readers

NOW = datetime.now(UTC)


class Making:
    """A maker of a list of so many rows, which shows two messages once it may end."""

    def __init__(self, rows: int) -> None:
        self.begun = asyncio.Event()
        self.times = 0
        self.may_end = asyncio.Event()
        self.told: Tell = lambda _: None
        self.raised: Exception | None = None
        self.file = b"book"
        self.rows = rows

    async def count(self, _hands: Hands, _caller: Actor, _asked: str) -> int:
        return self.rows

    async def make(self, _hands: Hands, caller: Actor, asked: str, tell: Tell) -> bytes:
        self.times, self.told = self.times + 1, tell
        access_note.shows([7, 8])
        self.begun.set()
        await self.may_end.wait()
        if self.raised:
            raise self.raised
        return b"%s of %s as %s" % (self.file, asked.encode(), caller.key.encode())

    @property
    def maker(self) -> Maker[str]:
        return Maker(Kind.MESSAGES, TypeAdapter(str), self.count, self.make)


class Installation(Processes):
    """Those that `making` is given to."""

    def __init__(self, database: Database, folder: Path, making: Making) -> None:
        super().__init__(database, folder)
        self.rules = RulesInForce(self.settings, database)
        self.making = making

    async def api(self) -> Workbooks:
        """Of a further process."""
        database, rules = Database(self.database.url), await self.rules.now()
        lists = MessageLists(BlockingDatabase(self.database.url, 1), rules)
        self.closes.append(lists.close)
        return Workbooks(Hands(database, lists, rules), TemporalConnection(self.settings))

    def worker(self, *makers: Maker[Any]) -> WorkbookMaking:
        """The task in a process of its own."""
        return WorkbookMaking(self.database, self.settings, self.rules, makers or (self.making.maker,))

    async def person(self, key: str) -> Actor:
        async with self.database.read() as session:
            found = await actor(session, key)
        assert found is not None
        return found


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "PATIENCE", 0)


@pytest.fixture
async def here(database: Database, tmp_path: Path) -> AsyncIterator[Installation]:
    async with database.write() as session:
        await add_readers(session)
        session.add_all(message_row(number, NOW, text="Яма", author="Пелагея") for number in (1, 2))
    installation = Installation(database, tmp_path, Making(AT_ONCE + 1))
    yield installation
    installation.close()


async def noted(call: Callable[[], Awaitable[Any]]) -> tuple[Any, list[int]]:
    """What a request of its own gets, and what goes on record as shown by it."""
    note, context = AccessNote(), copy_context()
    context.run(access_note.CURRENT.set, note)

    async def asked() -> Any:
        return await call()

    return await asyncio.create_task(asked(), context=context), list(note.messages)


async def asked_for(here: Installation, person: str = "head", what: str = "all") -> str:
    """The id of the workbook that the person asks for."""
    books = await here.api()
    found = await books.made_or_asked(await here.person(person), here.making.maker, what)
    assert isinstance(found, str)
    return found


async def test_a_short_one_is_the_answer_and_leaves_no_row(here: Installation) -> None:
    making = Making(AT_ONCE)
    making.may_end.set()
    books, head = await here.api(), await here.person("head")
    found = await noted(lambda: books.made_or_asked(head, making.maker, "all"))
    assert found == (b"book of all as head", [7, 8])
    assert await here.rows() == []


async def test_one_that_is_made_while_the_request_waits_is_the_answer(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "PATIENCE", PATIENCE)
    here.making.may_end.set()
    books, head = await here.api(), await here.person("head")
    asking = asyncio.create_task(noted(lambda: books.made_or_asked(head, here.making.maker, "all")))
    async with asyncio.timeout(PATIENCE):
        while not await here.rows():  # noqa: ASYNC110  nobody tells
            await asyncio.sleep(0.01)
    await here.worker().portion()
    assert await asking == (b"book of all as head", [7, 8])


async def test_a_long_one_is_made_by_a_worker_says_how_far_it_is_and_comes_from_any_process(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook_making, "_TOLD_EVERY", 0.01)
    head, worker = await here.person("head"), here.worker()
    assert not await worker.is_due()
    book = await asked_for(here)
    assert await worker.is_due()
    working = asyncio.create_task(worker.portion())
    await here.making.begun.wait()
    here.making.told(0.4)
    other = await here.api()
    while (await other.of(head, book)).share != 40:
        assert not working.done()
    with pytest.raises(UnderWayError, match="Готово 40 %"):
        await other.file(head, book)
    here.making.may_end.set()
    assert (await working).model_dump(exclude_defaults=True) == {"done": 1}
    (found, file), shown = await noted(lambda: other.file(head, book))
    assert (file, shown, found.size) == (b"book of all as head", [7, 8], len(file))
    # A connection may have broken: it is there once more.
    assert (await (await here.api()).file(head, book))[1] == file
    assert not await worker.is_due()


async def test_whoever_asks_again_while_it_is_made_is_led_to_the_same_one(here: Installation) -> None:
    first = await asked_for(here)
    assert await asked_for(here) == first
    assert await asked_for(here, what="another") != first
    assert await asked_for(here, "curator") != first
    here.making.may_end.set()
    worker, done = here.worker(), 1
    while (await worker.portion()).more:
        done += 1
    assert done == here.making.times == 3
    # What has changed since is in a file made since.
    assert await asked_for(here) != first


async def test_another_person_and_other_rights_find_nothing(here: Installation) -> None:
    book, books = await asked_for(here), await here.api()
    here.making.may_end.set()
    await here.worker().portion()
    with pytest.raises(NotFoundError):
        await books.file(await here.person("curator"), book)
    with pytest.raises(NotFoundError):
        await books.of(await here.person("head"), "nothing")
    async with here.database.write() as session:
        session.add(PersonRoleRow(person="head", role=Role.ADMIN))
    with pytest.raises(NotFoundError):
        await books.file(await here.person("head"), book)


async def test_whose_rights_change_while_it_waits_gets_none(here: Installation) -> None:
    book = await asked_for(here)
    rights = (await here.rows())[0].rights
    await here.set(rights="others")
    await here.worker().portion()
    await here.set(rights=rights)
    with pytest.raises(ConflictError, match="полномочия изменились"):
        await (await here.api()).file(await here.person("head"), book)
    assert here.making.times == 0


async def test_a_worker_that_is_gone_in_the_midst_is_followed_by_another(here: Installation) -> None:
    book = await asked_for(here)
    working = asyncio.create_task(here.worker().portion())
    await here.making.begun.wait()
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    here.making.may_end.set()
    other = here.worker()
    assert await other.is_due()
    await other.portion()
    assert (await (await here.api()).file(await here.person("head"), book))[1] == b"book of all as head"


async def test_one_that_ends_every_worker_is_not_begun_for_ever(here: Installation) -> None:
    book, worker = await asked_for(here), here.worker()
    for _ in range(workbook_making._MOST_TRIES):
        here.making.begun.clear()
        working = asyncio.create_task(worker.portion())
        await here.making.begun.wait()
        working.cancel()
        await asyncio.wait({working})
    assert (await worker.portion()).model_dump(exclude_defaults=True) == {"done": 1}
    assert here.making.times == workbook_making._MOST_TRIES
    with pytest.raises(ConflictError, match="не удалось"):
        await (await here.api()).file(await here.person("head"), book)


@pytest.mark.parametrize(
    ("raised", "told"), [(ValueError("no"), "не удалось"), (ForbiddenError("Нельзя."), "Нельзя")]
)
async def test_one_that_cannot_be_made_says_so_and_holds_up_no_other(
    here: Installation, raised: Exception, told: str
) -> None:
    book, other, worker = await asked_for(here), await asked_for(here, "curator"), here.worker()
    here.making.may_end.set()
    here.making.raised = raised
    assert (await worker.portion()).more
    here.making.raised = None
    assert not (await worker.portion()).more
    books = await here.api()
    with pytest.raises(ConflictError, match=told):
        await books.file(await here.person("head"), book)
    assert (await books.file(await here.person("curator"), other))[1] == b"book of all as curator"


async def test_one_that_is_too_large_is_not_kept(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_making, "_LARGEST", 3)
    book = await asked_for(here)
    here.making.may_end.set()
    await here.worker().portion()
    with pytest.raises(ConflictError, match="слишком большим"):
        await (await here.api()).file(await here.person("head"), book)


async def test_a_person_has_a_few_under_way_and_no_more_files_than_that(here: Installation) -> None:
    first, *_ = [await asked_for(here, what=str(number)) for number in range(MOST_OF_PERSON)]
    with pytest.raises(ConflictError, match=f"не более {MOST_OF_PERSON}"):
        await asked_for(here, what="more")
    await asked_for(here, "curator")
    here.making.may_end.set()
    while (await here.worker().portion()).more:
        pass
    another = await asked_for(here, what="more")
    ids = [row.id for row in await here.rows() if row.person == "head"]
    assert (len(ids), first in ids, another in ids) == (MOST_OF_PERSON, False, True)


async def test_after_its_time_it_is_nobodys_and_goes_in_the_night(here: Installation) -> None:
    book, books, head = await asked_for(here), await here.api(), await here.person("head")
    here.making.may_end.set()
    await here.worker().portion()
    (row,) = await here.rows()
    assert row.made_at is not None
    assert row.expires_at - row.made_at == KEPT
    night = Retention(here.database, here.settings)
    while (await night.portion("act")).more:
        pass
    assert len(await here.rows()) == 1
    await here.set(expires_at=datetime.now(UTC))
    with pytest.raises(NotFoundError):
        await books.file(head, book)
    await night.portion("act")
    assert await here.rows() == []


async def test_one_that_nobody_made_in_time_is_not_made_any_more(here: Installation) -> None:
    await asked_for(here)
    await here.set(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert not await here.worker().is_due()
    await here.worker().portion()
    assert here.making.times == 0


async def _erased(session: Session) -> None:
    await erasure.erase(session, await finding.locked(session, 1))


async def _words_taken_out(session: Session) -> None:
    assert await take_out(session, 1, Fragment("Пелагея"), lambda *_: "")


@pytest.mark.parametrize("is_made", [True, False], ids=["made", "in the making"])
@pytest.mark.parametrize("destroy", [_erased, _words_taken_out])
async def test_what_is_destroyed_of_a_message_takes_every_file_with_it_also_what_is_being_made(
    here: Installation, is_made: bool, destroy: Callable[[Session], Awaitable[None]]
) -> None:
    book = await asked_for(here)
    working = asyncio.create_task(here.worker().portion())
    await here.making.begun.wait()
    if is_made:
        here.making.may_end.set()
        await working
    async with here.database.write() as session:
        await destroy(session)
    here.making.may_end.set()
    await working
    assert await here.rows() == []
    with pytest.raises(NotFoundError):
        await (await here.api()).file(await here.person("head"), book)


@pytest.mark.parametrize(
    ("maker", "asked"),
    [
        (
            list_workbook.MAKER,
            AskedList(
                Filters(
                    stage=Stage.ROUTING,
                    network=Network.FORUM,
                    importance=next(iter(Importance)),
                    outcome=Outcome.ANSWERED,
                    q="яма",
                    detected_from=NOW,
                    is_open=True,
                    surge=3,
                    settlement=InSettlement("Кинешма", None),
                ),
                Sort.DUE,
            ),
        ),
        (
            shortcomings_workbook.MAKER,
            Sought(body="roads", since=NOW, limit=LimitName.ANSWER, measures=False),
        ),
    ],
)
def test_what_is_asked_is_read_as_it_was_written(maker: Maker[Any], asked: object) -> None:
    assert maker.asked.validate_python(maker.asked.dump_python(asked, mode="json")) == asked


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        (list_workbook.MAKER, AskedList(Filters(), Sort.REGISTERED)),
        (shortcomings_workbook.MAKER, Sought()),
    ],
    ids=lambda it: it.kind if isinstance(it, Maker) else "",
)
async def test_a_worker_makes_the_very_file_that_a_request_makes(
    here: Installation, monkeypatch: pytest.MonkeyPatch, kind: Maker[Any], asked: object
) -> None:
    books, head = await here.api(), await here.person("head")
    at_once, shown = await noted(lambda: books.made_or_asked(head, kind, asked))
    monkeypatch.setattr(workbooks, "AT_ONCE", -1)
    book = await books.made_or_asked(head, kind, asked)
    assert isinstance(book, str)
    await here.worker(list_workbook.MAKER, shortcomings_workbook.MAKER).portion()
    (_, stored), shown_of_stored = await noted(lambda: books.file(head, book))
    cells = [
        [[cell.value for cell in row] for row in load_workbook(BytesIO(file)).worksheets[0]]
        for file in (at_once, stored)
    ]
    assert cells[0] == cells[1]
    assert shown == shown_of_stored == ([2, 1] if kind.kind is Kind.MESSAGES else [])


async def test_where_the_database_is_away_it_goes_on_waiting(here: Installation) -> None:
    await asked_for(here)
    here.making.may_end.set()
    here.making.raised = OSError("away")
    with pytest.raises(OSError, match="away"):
        await here.worker().portion()
    assert await here.worker().is_due()
