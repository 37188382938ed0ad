"""`otklik verify` finds whatever was done to a journal past the program, and names it."""

import json
import sqlite3
import stat
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from service.journal import anchors, verification
from service.journal.records import Records
from service.journal.verification import FLAWED, NOT_CHECKED, WHOLE, verify
from settings import Settings
from store.database.blocking import BlockingDatabase
from store.database.engines import Database
from store.journal.chain import link_of
from store.messages.tables import JournalRow
from tests import databases
from tests.databases import copy_of
from tests.message_row import message_record, message_row
from tests.rows import put
from workflows.state import JournalEntry, Record

migrated_once = databases.migrated_once
"""On both."""

NOW = datetime(2026, 11, 23, 9, 0, 0, 500, tzinfo=UTC)
DAY = timedelta(days=1)
MESSAGES, ROWS = 3, 5

OTHER = (
    "Закрепление за 24.11.2026: журналы не те, что были закреплены: строки до этого дня изменены, удалены или "
    "переписаны.\n"
)

Verify = Callable[..., Awaitable[tuple[int, str]]]


def record(message: int, first: int, last: int, at: datetime) -> Record:
    rows = tuple(
        JournalEntry(number=number, at=at, kind=f"step {number}", person="p", data={"id": "й" * number})
        for number in range(first, last + 1)
    )
    return message_record(NOW, str(message), rows)


class Place:
    """A database with journals, and what somebody does to them past the program."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.blocking = BlockingDatabase(settings.database_url, 1)

    @property
    def is_sqlite(self) -> bool:
        return self.blocking.dialect == "sqlite"

    def write(self, message: int, first: int, last: int, at: datetime = NOW) -> None:
        Records(self.blocking).write(record(message, first, last, at))

    def anchor(self, now: datetime = NOW + DAY) -> None:
        anchors.append(self.blocking, self.settings.anchors_file, now)

    def tamper(self, *statements: str, **values: Any) -> None:
        """As whoever owns the tables, with the guard out of the way."""
        with self.blocking.write() as connection:
            if self.is_sqlite:
                connection.execute(sa.text("DROP TRIGGER IF EXISTS journal_row_unchanged"))
                connection.execute(sa.text("DROP TRIGGER IF EXISTS journal_row_kept"))
            else:
                connection.execute(sa.text("ALTER TABLE journal_row DISABLE TRIGGER USER"))
            for statement in statements:
                connection.execute(sa.text(statement), values)

    def chain_again(self, message: int) -> None:
        """Compute the chain of a journal again, as the program would."""
        with self.blocking.write() as connection:
            table = JournalRow.__table__  # type: ignore[attr-defined]
            rows = connection.execute(
                sa.select(table).where(table.c.message == message).order_by(table.c.number)
            )
            before: str | None = None
            for row in rows.mappings().all():
                before = link_of(before, dict(row))
                connection.execute(
                    sa.text("UPDATE journal_row SET hash = :h WHERE message = :m AND number = :n"),
                    {"h": before, "m": message, "n": row["number"]},
                )


def settings_of(url: str, data: Path) -> Settings:
    return Settings.load(
        data=data, database_url=url, temporal_address="127.0.0.1:1", temporal_namespace="default"
    )


@pytest.fixture(scope="module")
async def written_once(migrated_once: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with journals, to be copied."""
    folder = tmp_path_factory.mktemp("journals")
    url = copy_of(migrated_once, folder)
    database = Database(url)
    await put(database, *(message_row(number, NOW) for number in range(1, MESSAGES + 1)))
    await database.dispose()
    place = Place(settings_of(url, folder))
    for message in range(1, MESSAGES + 1):
        place.write(message, 1, 2)
        place.write(message, 3, ROWS)
    place.blocking.dispose()
    return url


@pytest.fixture
def place(written_once: str, tmp_path: Path) -> Iterator[Place]:
    place = Place(settings_of(copy_of(written_once, tmp_path), tmp_path / "data"))
    yield place
    place.blocking.dispose()


@pytest.fixture(autouse=True)
def waits_for_no_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "_STEP_WITHIN", 0.0)


@pytest.fixture
def check(place: Place, capsys: pytest.CaptureFixture[str]) -> Verify:
    """What the command says, with its exit code."""

    async def check(anchors: Path | None = None) -> tuple[int, str]:
        code = await verify(place.settings, anchors, journals_only=True)
        return code, capsys.readouterr().out

    return check


async def test_whole_journals_are_said_to_be_whole(place: Place, check: Verify) -> None:
    place.anchor()
    code, told = await check()
    assert code == WHOLE
    assert "Проверено журналов: 3, строк: 15, закреплений: 1." in told
    assert told.rstrip().endswith("Все журналы целы.")


THIRD = "WHERE message = 2 AND number = 3"
DELETED = f"DELETE FROM journal_row {THIRD}"
SIXTH = (
    "INSERT INTO journal_row (message, number, at, kind, data, written_at, hash) SELECT message, 6, at, 'forged', "
    "data, written_at, '0' FROM journal_row WHERE message = 2 AND number = 5"
)
MOVED = "UPDATE journal_row SET number = {} WHERE message = 2 AND number = {}"
CHANGED = "Сообщение 2: изменены, вставлены или переставлены строки: "
FLAWS: dict[str, tuple[list[str], list[str]]] = {
    **{
        column: ([f"UPDATE journal_row SET {column} = {value} {THIRD}"], [f"{CHANGED}3."])
        for column, value in (
            *(("kind", "'other'"), ("person", "'another'"), ("acting_for", "'p'"), ("at", "written_at")),
            ("data", """'{"id": "и"}'"""),
        )
    },
    # The next row does not follow it either.
    "hash": ([f"UPDATE journal_row SET hash = 'abc' {THIRD}"], [f"{CHANGED}3–4."]),
    "removed": (
        [
            "DELETE FROM journal_row WHERE message = 1 AND number IN (2, 3)",
            "DELETE FROM journal_row WHERE message = 3 AND number = 1",
        ],
        ["Сообщение 1: удалены строки: 2–3.", "Сообщение 3: удалены строки: 1."],
    ),
    "the last removed": (
        ["DELETE FROM journal_row WHERE message = 2 AND number = 5"],
        ["Сообщение 2: удалены последние строки: 5."],
    ),
    "inserted": (
        [SIXTH],
        [f"{CHANGED}6.", "Сообщение 2: вставлены последние строки: 6, программа их не записывала."],
    ),
    "inserted in the middle": (
        [
            *(MOVED.format(number + 1, number) for number in (5, 4, 3)),
            SIXTH.replace("6,", "3,").replace("number = 5", "number = 4"),
            "UPDATE message SET recorded = 6 WHERE number = 2",
        ],
        [f"{CHANGED}3–6."],
    ),
    "changed places": ([MOVED.format(9, 3), MOVED.format(3, 4), MOVED.format(4, 9)], [f"{CHANGED}3–5."]),
    "of another message": (
        [DELETED, "UPDATE journal_row SET message = 2 WHERE message = 1 AND number = 3"],
        ["Сообщение 1: удалены строки: 3.", f"{CHANGED}3–4."],
    ),
}


@pytest.mark.parametrize(("changes", "said"), FLAWS.values(), ids=FLAWS)
async def test_what_was_done_to_rows_is_named(
    place: Place, check: Verify, changes: list[str], said: list[str]
) -> None:
    place.tamper(*changes)
    code, told = await check()
    assert code == FLAWED
    assert [line for line in told.splitlines() if line.startswith("Сообщение ")] == said
    assert f"сообщений с нарушениями: {len({line[:11] for line in said})}" in told


async def test_a_chain_that_was_computed_again_does_not_hide_a_gap(place: Place, check: Verify) -> None:
    place.tamper(DELETED)
    place.chain_again(2)
    code, told = await check()
    assert code == FLAWED
    assert "Сообщение 2: нет строк: 3, и цепочка продолжена без них" in told


HIDDEN = {
    "rewritten": ("UPDATE journal_row SET person = 'another' WHERE message = 2 AND number = 2",),
    "shortened": (
        "DELETE FROM journal_row WHERE message = 2 AND number = 5",
        "UPDATE message SET recorded = 4 WHERE number = 2",
    ),
    "removed": (
        "DELETE FROM message_word WHERE message = 2",
        "DELETE FROM journal_row WHERE message = 2",
        "DELETE FROM message WHERE number = 2",
    ),
}


@pytest.mark.parametrize("changes", HIDDEN.values(), ids=HIDDEN)
async def test_what_a_chain_computed_again_hides_is_found_by_an_anchor(
    place: Place, check: Verify, changes: tuple[str, ...]
) -> None:
    place.anchor()
    of_search = [] if place.is_sqlite else ["DELETE FROM message_search WHERE message = 2"]
    place.tamper(*of_search, *changes)
    place.chain_again(2)
    code, told = await check()
    assert code == FLAWED
    assert OTHER in told


async def test_what_cannot_be_read_is_named_too(place: Place, check: Verify) -> None:
    if place.is_sqlite:
        place.tamper(
            "UPDATE journal_row SET data = '{' WHERE message = 1 AND number = 2",
            "UPDATE journal_row SET at = 'вчера', kind = x'00' WHERE message = 2 AND number = 2",
            "UPDATE journal_row SET number = 'три' WHERE message = 3 AND number = 3",
        )
        expected = ["Сообщение 1: изменены", "Сообщение 2: изменены", "строка 'три' вставлена"]
    else:
        place.tamper("UPDATE journal_row SET data = '[1e999]' WHERE message = 1 AND number = 2")
        expected = ["Сообщение 1: изменены"]
    code, told = await check()
    assert code == FLAWED
    for line in expected:
        assert line in told


async def test_what_an_auditor_has_kept_elsewhere_counts(place: Place, check: Verify, tmp_path: Path) -> None:
    place.anchor()
    kept = place.settings.anchors_file.rename(tmp_path / "kept.jsonl")
    place.tamper("UPDATE journal_row SET person = 'another' WHERE message = 2 AND number = 2")
    place.chain_again(2)
    code, told = await check()
    assert code == WHOLE
    assert "переписан ли журнал целиком, по нему самому не видно" in told
    code, told = await check(kept)
    assert code == FLAWED
    assert OTHER in told
    for nothing, said in ((tmp_path / "nowhere", "Закреплений журналов нет"), (tmp_path, "не читаются")):
        code, told = await check(nothing)
        assert code == NOT_CHECKED
        assert said in told


# ---- lines


def lines(place: Place) -> list[bytes]:
    return place.settings.anchors_file.read_bytes().splitlines(keepends=True)


async def test_a_line_covers_what_is_dated_before_its_day_and_is_bound_to_the_one_before(
    place: Place, check: Verify
) -> None:
    place.anchor(NOW)
    place.anchor()
    place.write(2, 6, 7, NOW + DAY)
    place.anchor(NOW + 2 * DAY)
    with place.blocking.read() as connection:
        last = "SELECT message, hash FROM journal_row WHERE number = (CASE message WHEN 2 THEN 7 ELSE 5 END)"
        ends = connection.execute(sa.text(f"{last} ORDER BY message")).all()
    root = sha256("".join(f"{message}:{end}\n" for message, end in ends).encode()).hexdigest()
    found = lines(place)
    first, second, third = (json.loads(line) for line in found)
    assert (first["journals"], first["before"]) == (0, None)
    assert second["before"] == sha256(found[0].rstrip()).hexdigest()
    assert third == {
        "day": "2026-11-25",
        "made_at": "2026-11-25T09:00:00Z",
        "journals": 3,
        "highest": 3,
        "root": root,
        "before": sha256(found[1].rstrip()).hexdigest(),
    }
    file = place.settings.anchors_file
    assert [stat.S_IMODE(path.stat().st_mode) for path in (file.parent, file)] == [0o700, 0o600]
    assert (await check())[0] == WHOLE


async def test_what_comes_later_changes_no_line_though_it_is_dated_before(
    place: Place, check: Verify
) -> None:
    place.anchor()
    place.write(2, 6, 6, NOW + DAY)
    place.write(2, 7, 7, NOW)  # a breach that the step has brought
    database = Database(place.settings.database_url)
    await put(database, message_row(4, NOW))
    await database.dispose()
    place.write(4, 1, 1, NOW - DAY)
    assert (await check())[0] == WHOLE


def _edited(found: list[bytes]) -> list[bytes]:
    return [found[0], found[1].replace(b"T09", b"T08"), found[2]]


SPOILT: dict[str, tuple[Callable[[list[bytes]], list[bytes]], str]] = {
    "edited": (_edited, "за 26.11.2026: строка перед этой изменена или убрана"),
    "removed": (lambda found: [found[0], found[2]], "за 26.11.2026: строка перед этой изменена или убрана"),
    "first removed": (lambda found: found[1:], "за 25.11.2026: строка перед этой изменена или убрана"),
    "unreadable": (lambda found: [*found[:2], b"{}\n"], "строка 3 не читается"),
    "root": (
        lambda found: [*found[:2], found[2].replace(b'"root":"', b'"root":"0')],
        "за 26.11.2026: журналы не те",
    ),
}


@pytest.mark.parametrize(("spoil", "said"), SPOILT.values(), ids=SPOILT)
async def test_a_line_that_was_changed_or_taken_away_is_named(
    place: Place, check: Verify, spoil: Callable[[list[bytes]], list[bytes]], said: str
) -> None:
    for day in range(1, 4):
        place.anchor(NOW + day * DAY)
    place.settings.anchors_file.write_bytes(b"".join(spoil(lines(place))))
    code, told = await check()
    assert code == FLAWED
    [line] = [line for line in told.splitlines() if line.startswith("Закрепление ")]
    assert line.startswith(f"Закрепление {said}")


async def test_half_a_line_gives_way_to_the_next(place: Place, check: Verify) -> None:
    place.anchor()
    with place.settings.anchors_file.open("ab") as stream:
        stream.write(b'{"day":"2026-11-25","ma')
    place.anchor(NOW + 2 * DAY)
    assert [json.loads(line)["day"] for line in lines(place)] == ["2026-11-24", "2026-11-25"]
    assert (await check())[0] == WHOLE


# ---- copies, and what cannot be checked


async def test_a_copy_that_cannot_be_written_is_checked(place: Place, check: Verify, tmp_path: Path) -> None:
    if not place.is_sqlite:
        return
    copy = tmp_path / "копия 1 #"
    copy.mkdir()
    source = place.settings.database_url.split("///")[1]
    with sqlite3.connect(source) as connection:
        connection.execute("VACUUM INTO ?", (str(copy / "otklik.db"),))
    connection.close()
    (copy / "otklik.db").chmod(0o400)
    copy.chmod(0o500)
    before = sorted(copy.iterdir())
    settings = Settings.load(data=copy, temporal_address="127.0.0.1:1", temporal_namespace="default")
    assert await verify(settings, journals_only=True) == WHOLE
    assert sorted(copy.iterdir()) == before
    copy.chmod(0o700)


async def test_a_database_that_is_not_there_is_no_whole_journal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings.load(data=tmp_path, temporal_address="127.0.0.1:1", temporal_namespace="default")
    assert await verify(settings) == NOT_CHECKED
    assert "Проверить не удалось: база данных не читается" in capsys.readouterr().out


async def test_without_temporal_the_journals_decide_and_it_is_said(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await verify(place.settings) == WHOLE
    told = capsys.readouterr().out
    assert "Ведёт ли программа открытые сообщения, не проверено" in told
