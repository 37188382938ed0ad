"""Each row of a journal carries the hash of what it says and of the row before it, whoever writes it and how often."""

import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from service.journal.records import Records
from store.database import packed
from store.database.blocking import BlockingDatabase
from store.database.engines import Database
from store.database.packed import unpack
from store.journal import written as written_records
from store.journal.chain import link
from store.recovery.rows import go_on_after
from tests.documents import DOCS
from tests.message_row import message_record, message_row
from tests.rows import put
from workflows.state import JournalEntry, Record

WORDS = Path(packed.__file__).with_name("packed_words") / "records.txt"

NOW = datetime(2026, 11, 23, 9, 0, 0, 120, tzinfo=UTC)
START = datetime(1970, 1, 1, tzinfo=UTC)
ODD = {"я": 'Кавычка " и \\', "a": [1, None, True, {"z": 1, "b": "\u2028\t"}], "😀": 2, "Z": 10**18}
"""Data of which every character and every order of keys counts."""


def test_the_form_of_a_row_is_what_the_documents_say() -> None:
    first = link(
        None,
        message=12,
        number=1,
        at=datetime(2026, 11, 26, 12, 0, tzinfo=timezone(timedelta(hours=3))),
        kind="registered",
        person="curator",
        acting_for=None,
        data={"network": "vkontakte", "act": "Приказ"},
    )
    written = (
        '[null,12,1,"2026-11-26T09:00:00.000000Z","registered","curator",null,'
        '{"act":"Приказ","network":"vkontakte"}]'
    )
    assert first == sha256(written.encode()).hexdigest()
    assert first == "5eef2aa94f9a3a89e95f2b6b11110e1ae6184beafdd2ced934c1bfa8e87a60b0"


def record(*numbers: int, kind: str = "step") -> Record:
    """The record that leaves journal rows of these numbers."""
    rows = tuple(
        JournalEntry(number=number, at=NOW, kind=f"{kind} {number}", person="p", data=ODD)
        for number in numbers
    )
    return message_record(NOW, "1", rows)


async def journal(url: str) -> list[dict[str, Any]]:
    """The rows as the database itself has them."""
    database = Database(url)
    async with database.read() as session:
        statement = sa.text("SELECT *, CAST(data AS text) AS raw FROM journal_row ORDER BY message, number")
        rows = (await (await session.connection()).execute(statement)).mappings().all()
    await database.dispose()
    return [dict(row) for row in rows]


def recomputed(rows: list[dict[str, Any]]) -> list[str]:
    """The hashes of the rows, by what the documents say and not by the program."""
    hashes: list[str] = []
    for row in rows:
        at = row["at"]
        utc = START + timedelta(microseconds=at) if isinstance(at, int) else at.astimezone(UTC)
        moment = utc.strftime("%Y-%m-%dT%H:%M:%S.%f")
        content = [hashes[-1] if hashes else None, row["message"], row["number"]]
        content += [f"{moment}Z", row["kind"], row["person"], row["acting_for"]]
        content.append(json.loads(row["raw"]))
        if row["after"] is not None:
            content.append(json.loads(unpack(row["after"])))
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        hashes.append(sha256(text.encode()).hexdigest())
    return hashes


async def assert_chained(url: str, count: int) -> None:
    rows = await journal(url)
    assert [row["number"] for row in rows] == list(range(1, count + 1))
    assert [row["hash"] for row in rows] == recomputed(rows)


async def test_rows_are_chained_however_often_a_record_is_written(url: str, records: Records) -> None:
    for given in (record(1), record(2, 3), record(1), record(2, 3), record(4)):
        records.write(given)
    await assert_chained(url, 4)


async def test_rows_written_in_other_portions_go_on_with_the_chain(url: str, records: Records) -> None:
    records.write(record(1, 2))
    records.write(record(2, 3))
    await assert_chained(url, 3)


async def test_a_row_of_a_message_whose_workflow_has_ended_goes_on_with_the_chain(
    url: str, records: Records
) -> None:
    records.write(record(1, 2))
    database = Database(url)
    async with database.write() as session:
        await written_records.append_row(session, 1, NOW, "refused", "p", ODD, NOW)
    await database.dispose()
    records.write(record(4))
    await assert_chained(url, 4)


async def test_after_rows_that_nobody_has_the_chain_goes_on_from_the_last_there_is(
    url: str, records: Records
) -> None:
    records.write(record(1, 2))
    database = Database(url)
    async with database.write() as session:
        await go_on_after(session, 1, 5)
    await database.dispose()
    records.write(record(6))
    rows = await journal(url)
    assert [row["number"] for row in rows] == [1, 2, 6]
    assert [row["hash"] for row in rows] == recomputed(rows)


async def test_when_a_row_was_written_is_no_part_of_its_hash(
    url: str, records: Records, migrated_url: Callable[[], str]
) -> None:
    """Rows that are written again after a restore are the ones there were."""
    records.write(record(1))
    first = await journal(url)
    again = migrated_url()
    database = Database(again)
    await put(database, message_row(1, NOW))
    await database.dispose()
    blocking = BlockingDatabase(again, connections=1)
    Records(blocking).write(record(1))
    blocking.dispose()
    second = await journal(again)
    assert first[0]["written_at"] != second[0]["written_at"]
    assert first[0]["hash"] == second[0]["hash"]


async def test_the_script_of_the_documents_finds_what_was_changed(
    url: str, records: Records, tmp_path: Path
) -> None:
    if not url.startswith("sqlite"):
        return
    [script] = re.findall(
        r"```python\n(.*?)```", (DOCS / "prove/journal.md").read_text(encoding="utf-8"), re.DOTALL
    )
    (tmp_path / "check.py").write_text(script, encoding="utf-8")
    records.write(record(1, 2, 3))
    file = url.partition("///")[2]

    def told() -> str:
        command = [sys.executable, str(tmp_path / "check.py"), file, str(WORDS)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert told() == ""
    with sqlite3.connect(file) as connection:
        connection.execute("DROP TRIGGER journal_row_unchanged")
        connection.execute("UPDATE journal_row SET kind = 'other' WHERE number = 2")
    connection.close()
    assert told() == "сообщение 1 строка 2\n"
