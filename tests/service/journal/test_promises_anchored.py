"""Anchors of what is on record of promises: an end that was cut off, or a promise that is gone, is named by them."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
import structlog
from structlog.testing import LogCapture

from service.journal import anchoring, verification
from service.journal.anchoring import Work
from service.journal.verification import verify
from settings import Settings
from store.database.engines import Database
from tests.service.promises.case import DAY, MONDAY, WEDNESDAY_18, Promising

CUT_OFF = (
    "DELETE FROM promise_event WHERE number = 3",
    "UPDATE promise SET state = 'given', asked_at = NULL, answer_by = NULL",
)
GONE = ("DELETE FROM promise_event", "DELETE FROM promise")

Named = Callable[[], Awaitable[list[str]]]


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    return Settings.load(
        data=tmp_path, database_url=database.url, temporal_address="127.0.0.1:1", temporal_namespace="default"
    )


@pytest.fixture
def named(settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Named:
    """What `otklik verify` says of promises; the message has no journal to wait for."""
    monkeypatch.setattr(verification, "_STEP_WITHIN", 0.0)

    async def named() -> list[str]:
        await verify(settings, journals_only=True)
        return [line for line in capsys.readouterr().out.splitlines() if "обещание" in line]

    return named


def anchor(settings: Settings, now: datetime) -> str:
    """What a file of the day has."""
    for _ in Work(settings.database_url, settings.anchors, now).steps():
        pass
    return (settings.anchors / f"{now.date()}.jsonl").read_text()


async def tamper(database: Database, *statements: str) -> None:
    """As whoever owns the tables, with the guard out of the way."""
    guards = (
        ("DROP TRIGGER promise_event_unchanged", "DROP TRIGGER promise_event_kept")
        if database.dialect == "sqlite"
        else ("ALTER TABLE promise_event DISABLE TRIGGER USER",)
    )
    async with database.write() as session:
        for statement in (*guards, *statements):
            await session.exec(sa.text(statement))  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("statements", "rows"), [(CUT_OFF, "3"), (GONE, "1–3")], ids=["an end", "all of a promise"]
)
async def test_what_was_cut_off_is_named_by_its_anchor(
    database: Database,
    settings: Settings,
    named: Named,
    statements: tuple[str, ...],
    rows: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = await Promising.made(database)
    await case.look(WEDNESDAY_18)
    assert '{"message": 1, "promise": 1, "number": 3, "hash": "' in anchor(settings, MONDAY)
    assert '"promise"' not in anchor(settings, MONDAY + DAY), "nothing has changed"
    assert await named() == []
    await tamper(database, *statements)
    file = f"{MONDAY.date()}.jsonl"
    told = f"Сообщение 1: обещание № 1: удалены строки: {rows}, файлом {file} они закреплены."
    assert await named() == [told]
    # Whatever the command line of another test has set up to be heard.
    hearing = structlog.wrap_logger(
        None, processors=[heard := LogCapture()], wrapper_class=structlog.BoundLogger
    )
    monkeypatch.setattr(anchoring, "log", hearing)
    anchor(settings, MONDAY + 2 * DAY)
    alarms = [entry.get("promise") for entry in heard.entries if entry["log_level"] == "error"]
    assert alarms == ([1] if statements is CUT_OFF else []), "of what is gone nothing is anchored again"
