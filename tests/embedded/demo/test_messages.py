"""The demo as a first start leaves it: a real Temporal server, worker, API and database."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from sqlalchemy import func, text
from sqlmodel import col, select
from temporalio.client import Client

from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import Stage
from embedded.demo.data import Complaint, complaints
from embedded.demo.seeding import PREFIX, _waiting, key, seed, write
from service.assembly import assemble
from service.directory import working_hours
from service.messages.view import state_of
from service.runs import rules
from settings import Settings
from store.commands import outbox
from store.commands.tables import CommandRow
from store.database.engines import Database
from store.messages import finding
from store.messages.tables import JournalRow, MessageRow
from store.promises import rows as promises
from store.recovery.rows import send_again_to
from tests.api.messages.office import PASSWORD, Installation, Office, open_namespace, taken
from tests.patience import PATIENCE
from tests.prepared import prepare
from workflows.state import MessageState

LATE: dict[str, set[str]] = {
    "answered_late": {"routing", "draft", "approval", "publication", "answer"},
    "answered_after_two_reworks": {"rework"},
    "returned_late": {"return"},
    "joint_answered": {"contribution"},
    "interim_then_answered": {"final_draft"},
    "open_routing_late": {"routing"},
    "open_preparation_late": {"draft", "answer"},
}
"""The limits broken on a road, by one of its messages at least."""

ENDS: dict[str, tuple[str, str | None]] = {
    "interim_awaiting_final": ("awaiting_final", None),
    "clarification_awaiting_author": ("awaiting_author", None),
    "clarification_no_reply_closed": ("closed", "unanswered"),
    "closed_deleted": ("closed", "unanswered"),
    "closed_comments_closed": ("closed", "unanswered"),
    "registered_by_mistake": ("closed", "void"),
    "open_routing": ("routing", None),
    "open_routing_late": ("routing", None),
    "open_returned": ("routing", None),
    "open_preparation": ("preparation", None),
    "open_preparation_late": ("preparation", None),
    "open_joint": ("preparation", None),
    "open_approval": ("approval", None),
    "open_rework": ("rework", None),
    "open_publication": ("publication", None),
    **dict.fromkeys(("declined_harm", "declined_obscene", "declined_threat"), ("closed", "declined")),
}
"""Where a road ends: stage and outcome; the others are answered."""

ROADS = sorted({complaint.road for complaint in complaints()})


@dataclass(frozen=True)
class Seeded:
    """What became of one complaint."""

    complaint: Complaint
    row: MessageRow
    state: MessageState
    journal: list[JournalRow]
    commands: list[CommandRow]

    @property
    def road(self) -> str:
        return self.complaint.road

    @property
    def breached(self) -> set[str]:
        return {run.name.value for run in self.state.limits if run.breached_at and not run.inherited}

    @property
    def kinds(self) -> list[str]:
        return [row.kind for row in self.journal]


async def look(database: Database, seeded: Sequence[Complaint] | None = None) -> list[Seeded]:
    """Every demo message, in the order of the complaints."""
    commands: dict[int, list[CommandRow]] = {}
    journal: dict[int, list[JournalRow]] = {}
    async with database.read() as session:
        for command in await session.exec(select(CommandRow).order_by(col(CommandRow.sequence))):
            # What the clock does to promises comes later, while the worker is there.
            if command.person != outbox.MACHINE:
                commands.setdefault(command.message, []).append(command)
        for line in await session.exec(select(JournalRow).order_by(col(JournalRow.number))):
            journal.setdefault(line.message, []).append(line)
        rows = {command[0].key: await session.get(MessageRow, number) for number, command in commands.items()}
        runs = await finding.limits(session, list(commands))
    found = []
    for complaint in complaints() if seeded is None else seeded:
        row = rows[key(complaint.slug, 0)]
        assert row is not None
        assert row.number is not None
        state = state_of(row, runs[row.number])
        found.append(Seeded(complaint, row, state, journal[row.number], commands[row.number]))
    return found


async def everything(database: Database) -> dict[str, list[Any]]:
    """All rows of the tables that a message is in."""
    tables = ("message", "message_text", "message_body", "journal_row", "limit_run", "notice", "command")
    async with database.read() as session:
        connection = await session.connection()
        return {
            table: [tuple(row) for row in await connection.execute(text(f"SELECT * FROM {table}"))]
            for table in tables
        }


@pytest.fixture(scope="module")
async def embedded(
    temporal_address: str, temporal: Client, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Installation]:
    """An installation with the directory of the demo, and its worker."""
    namespace = await open_namespace(temporal, "demo")
    installation = Installation(tmp_path_factory.mktemp("demo"), temporal_address, namespace, training=False)
    await installation.prepare()
    async with installation.worker():
        yield installation
        await installation.check_tables()


@pytest.fixture(scope="module")
async def office(embedded: Installation) -> AsyncIterator[Office]:
    """The API of an installation that was seeded while the API was looking into the outbox."""
    async with embedded.office() as office:
        await seed(embedded.settings)
        yield office


async def _waits(database: Database) -> bool:
    async with database.read() as session:
        return await outbox.are_any_waiting(session) or bool(
            await promises.to_look_at(session, datetime.now(UTC))
        )


@pytest.fixture(scope="module")
async def demo(office: Office) -> list[Seeded]:
    async with asyncio.timeout(PATIENCE):
        # What the clock asks about promises that are over is under way.
        while await _waits(office.database):  # noqa: ASYNC110  the worker's doing
            await asyncio.sleep(0.05)
    return await look(office.database)


def of(demo: list[Seeded], *roads: str) -> list[Seeded]:
    found = [item for item in demo if item.road in roads]
    assert found
    return found


def test_every_road_ends_where_it_should_and_every_stage_is_there(demo: list[Seeded]) -> None:
    assert len(demo) == 150
    assert {row.status for item in demo for row in item.commands} == {"accepted"}
    assert {item.state.stage for item in demo} == set(Stage)
    for item in demo:
        state, road = item.state, item.road
        assert (state.stage, state.outcome) == ENDS.get(road, ("closed", "answered")), road
        assert (item.row.stage, item.row.outcome) == (state.stage, state.outcome), road


def test_the_roads_that_are_late_break_each_limit_and_no_other_does(demo: list[Seeded]) -> None:
    for road, limits in LATE.items():
        assert limits <= set().union(*(item.breached for item in of(demo, road))), road
    assert all(item.breached for item in of(demo, "answered_late", "returned_late"))
    assert set().union(*LATE.values()) == {name.value for name in LimitName}
    assert {item.road for item in demo if item.breached} == set(LATE)
    # A message routed too late leaves a limit that was over when its body got it.
    inherited = [(item.road, run.name) for item in demo for run in item.state.limits if run.inherited]
    assert inherited == [("answered_late", "draft")]


def test_journals_are_complete_in_order_and_in_the_past(demo: list[Seeded]) -> None:
    now = datetime.now(UTC)
    for item in demo:
        assert [row.number for row in item.journal] == list(range(1, item.state.rows + 1))
        # That a return was late is known when it comes, and dated by the moment its window ended.
        dated = [row.at for row in item.journal if row.data.get("limit") != "return" or row.kind != "breach"]
        assert dated == sorted(dated)
        assert item.journal[-1].at <= now
        commands = [row.name for row in item.commands[1:]]
        assert [row.kind for row in item.journal if row.person] == ["registered", *commands]
        assert not {"refused", "breach_withdrawn"} & set(item.kinds)


def test_open_messages_are_due_later_unless_late(demo: list[Seeded]) -> None:
    now = datetime.now(UTC)
    for item in demo:
        late = item.road in ("open_routing_late", "open_preparation_late")
        assert item.row.overdue == late
        if item.row.stage not in ("closed", "awaiting_author") and not late:
            assert item.row.next_due is not None
            assert item.row.next_due > now


def test_silence_is_on_record_and_a_repeated_message_names_the_earlier_one(demo: list[Seeded]) -> None:
    for item in of(demo, "clarification_no_reply_closed"):
        assert item.kinds[-2:] == ["no_reply", "close_unanswered"]
    numbers = {item.complaint.slug: str(item.row.number) for item in demo}
    for item in of(demo, "repeated_answered"):
        assert item.state.repeats == numbers[item.complaint.route.repeats or ""]


async def test_texts_are_seen_through_the_api(office: Office, demo: list[Seeded]) -> None:
    for road in ROADS:
        item = of(demo, road)[0]
        complaint = item.complaint
        message = taken(await office.get("curator", f"/messages/{item.row.number}"))
        assert (message["author"], message["text"]) == (complaint.author, complaint.text)
        shown = str(message)
        for written in (complaint.answer, complaint.interim, complaint.clarification, complaint.measures):
            assert written is None or written in shown
        if complaint.earlier_contribution is None:  # what was wrong with a contribution is in the journal
            assert all(comment in shown for comment in complaint.rework_comments)
        assert all(part in shown for part in complaint.contributions)
        for draft in message["drafts"]:
            assert draft["status"] != "published" or "otklik-demo" in draft["published_url"]


async def test_a_second_start_changes_nothing(embedded: Installation, office: Office) -> None:
    before = await everything(office.database)
    await seed(embedded.settings)
    assert await everything(office.database) == before


@pytest.mark.installation
async def test_starts_cut_short_are_completed_by_the_next(
    temporal_address: str,
    temporal: Client,
    tmp_path: Path,
    demo: list[Seeded],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Once before anything is delivered, and once in the middle; with one message of each road."""
    some = one_of_each(ROADS)
    monkeypatch.setattr("embedded.demo.seeding.complaints", lambda: some)
    namespace = await open_namespace(temporal, "demo-cut-short")
    installation = Installation(tmp_path, temporal_address, namespace, training=False)
    await installation.prepare()
    database = Database(installation.settings.database_url)
    async with installation.worker():
        for delivered in (0, len(some) // 4):
            start = asyncio.create_task(seed(installation.settings))
            await until_written(database, delivered)
            start.cancel()
            await asyncio.gather(start, return_exceptions=True)
            assert await waiting(database)

        await seed(installation.settings)
        assert not await waiting(database)
        found = await look(database, some)
    await database.dispose()

    def course(item: Seeded) -> tuple[str, list[str]]:
        # What is open goes on while the test runs.
        return item.state.stage, item.kinds if item.state.outcome else []

    slugs = {complaint.slug for complaint in some}
    assert [course(item) for item in found] == [course(item) for item in demo if item.complaint.slug in slugs]


def one_of_each(roads: Iterable[str]) -> list[Complaint]:
    """One complaint of each of the roads, and the one that it repeats, in their order."""
    first = [next(item for item in complaints() if item.road == road) for road in roads]
    wanted = {item.slug for item in first} | {item.route.repeats for item in first}
    return [item for item in complaints() if item.slug in wanted]


async def until_written(database: Database, journals: int) -> None:
    """Until the messages are registered and so many of them have a journal."""
    async with asyncio.timeout(PATIENCE):
        while True:
            async with database.read() as session:
                registered = (await session.exec(select(func.count()).select_from(MessageRow))).one()
                written = (await session.exec(select(func.count(col(JournalRow.message).distinct())))).one()
            if registered and written >= journals:
                return
            await asyncio.sleep(0.02)


async def waiting(database: Database) -> int:
    """How many commands have no outcome."""
    async with database.read() as session:
        return (
            await session.exec(
                select(func.count()).select_from(CommandRow).where(col(CommandRow.status).in_(outbox.WAITING))
            )
        ).one()


_LINK = re.compile(r'<a [^>]*href="/messages\?([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_NUMBER = re.compile(r"\d+")


@pytest.mark.parametrize(
    ("address", "person"),
    [
        ("/board", "curator"),
        *(("/overview", person) for person in ("head", "deputy", "deputy-social", "responsible-roads")),
    ],
)
async def test_each_number_of_a_page_is_the_length_of_the_list_it_opens(
    office: Office, demo: list[Seeded], address: str, person: str
) -> None:
    cookie = {"Cookie": f"otklik={await office.token(person)}"}
    page = (await office.http.get(address, headers=cookie)).text
    links = {(unescape(query), _TAG.sub("", words)) for query, words in _LINK.findall(page)}
    assert len(links) >= 5
    for query, words in links:
        number = _NUMBER.search(words)
        assert number is not None
        found = 0
        asked: dict[str, Any] = {**dict(parse_qsl(query)), "limit": 100}
        while True:
            listed = taken(await office.get(person, "/messages", **asked))
            found += len(listed["items"])
            if listed["next"] is None:
                break
            asked["cursor"] = listed["next"]
        assert found == int(number[0]), query


async def test_steps_that_are_to_be_sent_again_are_not_taken_for_messages_to_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a busy machine the API heals a message whose run it does not see yet, while the demo still starts others."""
    monkeypatch.setattr("embedded.demo.seeding.complaints", lambda: complaints()[:20])
    settings = Settings.load(data=tmp_path, demo=True, demo_password=PASSWORD)
    await prepare(settings)
    service = assemble(settings, rules.load_files(settings))
    await working_hours.bring(service.database, service.rules)
    await write(service, settings, datetime.now(UTC))
    async with service.database.write() as session:
        for number in (await session.exec(select(MessageRow.number))).all():
            assert number is not None
            await send_again_to(session, number)
    async with service.database.read() as session:
        assert len(await outbox.waiting_under(session, PREFIX)) > 20
    assert {row.name for row in await _waiting(service.database)} == {outbox.REGISTER}
    await service.close()
