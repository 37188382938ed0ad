"""Retention: what is past its term goes, in portions that may be cut off anywhere; what is not past it stays."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

import service.personal_data.retention
from service.personal_data.retention import Retention
from settings import Settings
from store.commands import outbox
from store.commands.tables import CommandRow
from store.database.columns import ERASED
from store.database.engines import Database
from store.database.tables import SettingRow
from store.messages.tables import AttachmentContentRow, AttachmentRow, JournalRow, MessageRow, MessageTextRow
from store.notices.tables import NoticeRow
from store.people.tables import KnownSourceRow, PersonRow, TokenRow, WrongPasswordRow
from store.personal_data import destruction, residue
from store.personal_data.retention import TABLES
from tests.databases import migrated_once  # noqa: F401 - on both
from tests.message_row import message_row
from tests.rows import all_of, notice_row, put

NOW = datetime(2033, 3, 1, 0, 20, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    return Settings.load(
        data=tmp_path,
        database_url=database.url,
        temporal_address="127.0.0.1:1",
        temporal_namespace="default",
        messages_kept="P30D",
    )


Run = Callable[..., Awaitable[int]]


@pytest.fixture
def run(database: Database, settings: Settings) -> Run:
    """A run of the task up to its end, at `NOW`; returns how much it destroyed."""

    async def run(portions: int = 100) -> int:
        retention, done = Retention(database, settings, lambda: NOW), 0
        for _ in range(portions):
            portion = await retention.portion("test")
            done += portion.done
            if not portion.more:
                break
        return done

    return run


def a_message(number: int, last: datetime, **fields: Any) -> list[SQLModel]:
    """A closed message with a text, a notice and a file, whose journal ends at `last`."""
    begun = last - 5 * DAY
    usual = {"stage": "closed", "outcome": "answered", "url_key": f"{number}", "recorded": 2, "rows": 2}
    return [
        message_row(number, begun, **(usual | fields)),
        MessageTextRow(id=f"t{number}", message=number, field="text", content="Засыпали", written_at=begun),
        notice_row(number, "assigned", "p", begun, text="О сообщении"),
        AttachmentRow(
            id=f"f{number}",
            message=number,
            name="яма.png",
            type="image/png",
            size=1,
            digest="d",
            uploaded_by="p",
            uploaded_at=begun,
        ),
        AttachmentContentRow(attachment=f"f{number}", content=b"1"),
        a_command(number, f"c{number}", begun, payload={"attachments": [f"f{number}"]}),
        JournalRow(
            message=number, number=1, at=begun, kind="registered", data={}, written_at=begun, hash="h"
        ),
        JournalRow(
            message=number, number=2, at=last, kind="confirm_publication", data={}, written_at=last, hash="h"
        ),
    ]


def a_command(message: int, id_: str, at: datetime, **fields: Any) -> CommandRow:
    usual: dict[str, Any] = {
        "person": "p",
        "key": f"key of {id_}",
        "request": "digest",
        "name": "note",
        "payload": {},
        "status": outbox.ACCEPTED,
        "settled_at": at,
    }
    return CommandRow(id=id_, message=message, taken_at=at, **(usual | fields))


async def test_a_closed_message_past_its_term_is_erased_and_its_journal_is_told(
    database: Database, run: Run
) -> None:
    await put(database, *a_message(1, NOW - 31 * DAY))
    assert await run() > 0
    [message] = await all_of(database, MessageRow)
    assert (message.author, message.url, message.text) == (ERASED, ERASED, ERASED)
    assert (message.url_key, message.search_text, message.lemmas) == (None, "", "")
    assert message.erased_at is not None
    texts = await all_of(database, MessageTextRow)
    assert {row.content for row in texts if not row.lasting} == {ERASED}
    assert await all_of(database, AttachmentContentRow) == []
    assert [row.text for row in await all_of(database, NoticeRow)] == [ERASED]
    command = next(row for row in await all_of(database, CommandRow) if row.name == "record_erasure")
    assert (command.person, command.status, command.message) == (outbox.MACHINE, outbox.TAKEN, 1)
    ground = next(row for row in await all_of(database, MessageTextRow) if row.lasting)
    assert command.payload["ground"] == ground.id
    assert ground.content == service.personal_data.retention.GROUND


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"stage": "publication", "outcome": None}, outbox.ACCEPTED),
        ({"last": NOW - 29 * DAY}, outbox.ACCEPTED),
        ({"recorded": 1}, outbox.ACCEPTED),  # a record of its end is still to be written
        ({}, outbox.TAKEN),
    ],
    ids=["open", "within its term", "not recorded", "a command under way"],
)
async def test_what_is_not_past_its_term_is_not_touched(
    database: Database, run: Run, fields: dict[str, Any], status: str
) -> None:
    usual: dict[str, Any] = {"number": 1, "last": NOW - 31 * DAY}
    await put(database, *a_message(**(usual | fields)), a_command(1, "reopen", NOW, status=status))
    await run()
    [message] = await all_of(database, MessageRow)
    assert (message.author, message.erased_at) == ("a", None)


async def test_a_run_cut_off_in_the_middle_goes_on_and_a_further_one_finds_nothing(
    database: Database, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put(database, *(row for number in range(1, 8) for row in a_message(number, NOW - 31 * DAY)))
    monkeypatch.setattr(service.personal_data.retention, "_MESSAGES", 3)
    record, left = destruction.record, 2

    async def cut_off(*args: Any, **rest: Any) -> int | None:
        nonlocal left
        left -= 1
        if left < 0:
            raise ConnectionError("killed")
        return await record(*args, **rest)

    monkeypatch.setattr(destruction, "record", cut_off)
    with pytest.raises(ConnectionError):
        await run()
    erased = [row.number for row in await all_of(database, MessageRow) if row.erased_at]
    assert erased == [1, 2]
    assert await entered(database) == {1, 2}
    monkeypatch.setattr(destruction, "record", record)
    await run()
    assert all(row.erased_at for row in await all_of(database, MessageRow))
    assert await entered(database) == set(range(1, 8))
    assert await run() == 0
    commands = [row.message for row in await all_of(database, CommandRow) if row.name == "record_erasure"]
    assert sorted(commands) == list(range(1, 8))


async def entered(database: Database) -> set[int | None]:
    """The messages of all acts."""
    async with database.read() as session:
        acts = await destruction.acts(session, None, 100)
        return {entry.message for act in acts for entry in await destruction.entries(session, act.id or 0)}


async def test_two_runs_at_once_erase_each_message_once(database: Database, run: Run) -> None:
    await put(database, *(row for number in range(1, 8) for row in a_message(number, NOW - 31 * DAY)))
    await asyncio.gather(run(1), run(1))
    await run()
    commands = [row.message for row in await all_of(database, CommandRow) if row.name == "record_erasure"]
    assert sorted(commands) == list(range(1, 8))


async def test_texts_written_after_an_erasure_go_with_their_term(database: Database, run: Run) -> None:
    await put(database, *a_message(1, NOW - 31 * DAY, author=ERASED, url_key=None, erased_at=NOW - 33 * DAY))
    assert await run() > 0
    assert {row.content for row in await all_of(database, MessageTextRow) if not row.lasting} == {ERASED}


async def test_a_file_that_nothing_names_goes_and_one_in_use_stays(database: Database, run: Run) -> None:
    rows = a_message(1, NOW, stage="preparation", outcome=None)
    await put(database, *rows)
    uploaded = NOW - 8 * DAY
    for id_, at in (("unused", uploaded), ("just uploaded", NOW - DAY), ("noted", uploaded)):
        await put(
            database,
            AttachmentRow(
                id=id_,
                message=1,
                name="n.png",
                type="image/png",
                size=1,
                digest="d",
                uploaded_by="p",
                uploaded_at=at,
            ),
            AttachmentContentRow(attachment=id_, content=b"1"),
        )
    await put(database, a_command(1, "note", uploaded, payload={"attachments": ["noted"]}))
    await run()
    assert {row.id for row in await all_of(database, AttachmentRow)} == {"f1", "just uploaded", "noted"}
    assert {row.attachment for row in await all_of(database, AttachmentContentRow)} == {
        *("f1", "just uploaded", "noted")
    }


async def test_requests_are_forgotten_after_their_term_but_those_of_imports_and_of_the_demo(
    database: Database, run: Run
) -> None:
    await put(database, message_row(1, NOW, stage="preparation"))
    old = NOW - 31 * DAY
    await put(
        database,
        a_command(1, "old", old),
        a_command(1, "young", NOW - DAY),
        a_command(1, "waiting", old, status=outbox.SENT, settled_at=None),
        a_command(1, "imported", old, key="import:1", name="register"),
        a_command(1, "of the demo", old, key="demo:1:0", name="register"),
    )
    await run()
    known = {row.id: (row.key, row.request) for row in await all_of(database, CommandRow)}
    assert known["old"][1] == ERASED
    assert known["old"][0].startswith("erased-")
    assert {id_ for id_, (_, request) in known.items() if request != ERASED} == {
        *("young", "waiting", "imported", "of the demo")
    }


async def test_sign_ins_that_are_over_and_what_was_known_of_sources_go(database: Database, run: Run) -> None:
    await put(database, PersonRow(key="p", name="P", position="", password_hash=""))

    def sign_in(id_: str, expires: datetime, revoked: datetime | None = None) -> TokenRow:
        return TokenRow(
            digest=id_, id=id_, person="p", created_at=expires - DAY, expires_at=expires, revoked_at=revoked
        )

    await put(
        database,
        sign_in("over", NOW - 31 * DAY),
        sign_in("ended", NOW + DAY, NOW - 31 * DAY),
        sign_in("lately over", NOW - 29 * DAY),
        sign_in("open", NOW + DAY),
        KnownSourceRow(person="p", source="old", last_at=NOW - 91 * DAY),
        KnownSourceRow(person="p", source="new", last_at=NOW - 89 * DAY),
        WrongPasswordRow(source="s", sign_in="old", at=NOW - 2 * DAY),
        WrongPasswordRow(source="s", sign_in="new", at=NOW - timedelta(hours=2)),
    )
    await run()
    assert {row.id for row in await all_of(database, TokenRow)} == {"lately over", "open"}
    assert [row.source for row in await all_of(database, KnownSourceRow)] == ["new"]
    assert [row.sign_in for row in await all_of(database, WrongPasswordRow)] == ["new"]


async def test_a_run_writes_one_act_with_its_entries_and_a_run_with_nothing_to_do_none(
    database: Database, run: Run
) -> None:
    await run()
    async with database.read() as session:
        assert await destruction.acts(session, None, 10) == []
    await put(database, *a_message(1, NOW - 31 * DAY), *a_message(2, NOW - 31 * DAY))
    await run()
    async with database.read() as session:
        [act] = await destruction.acts(session, None, 10)
        totals = await destruction.totals(session, [act.id or 0])
    assert (act.person, act.ground, act.backups_until) == (
        None,
        service.personal_data.retention.GROUND,
        NOW + 30 * DAY,
    )
    assert totals[act.id or 0] == {
        "author_and_link": (2, 2),
        "texts": (4, 2),
        "files": (2, 2),
        "notices": (2, 2),
        "requests": (2, 2),
    }


async def test_what_is_left_in_the_files_is_swept_at_the_end(database: Database, run: Run) -> None:
    await put(database, *a_message(1, NOW - 31 * DAY, author="щъжавторщъж"))
    await run()
    [state] = [row.value for row in await all_of(database, SettingRow) if row.key == "residue"]
    assert state == ""
    if (file := database.file) is not None:
        files = [file, file.with_name("otklik.db-wal")]
        assert not any("щъжавторщъж".encode() in each.read_bytes() for each in files if each.exists())
    assert await residue.sweep(database)


# ---- the map


async def test_every_table_of_the_database_is_in_the_map(database: Database) -> None:
    async with database.changing_schema() as connection:
        names = await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names())
    own = {name for name in names if not name.startswith("message_search_")}
    assert own == TABLES.keys()


def test_every_term_of_the_map_is_a_setting() -> None:
    terms = {kept.term for kept in TABLES.values() if kept.term}
    assert terms <= Settings.model_fields.keys()
    assert all(kept.why for kept in TABLES.values())
