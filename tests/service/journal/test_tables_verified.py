"""`otklik verify` finds what was changed in the tables that people read, by the journals that nobody changed."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from calendar_rules.regulation import Audience, HolderRole, LimitName
from calendar_rules.terms import Term, Unit
from calendar_rules.vocabulary import Stage
from service.journal import verification
from service.journal.records import Records
from service.journal.verification import FLAWED, NOT_CHECKED, WHOLE
from store.database.columns import ERASED
from store.database.engines import Database
from store.database.packed import Words, pack, unpack
from store.messages import text_seals, texts
from tests import databases
from tests.databases import copy_of
from tests.message_row import message_record, message_row, message_state
from tests.rows import put
from tests.service.journal.test_verification import Place, Verify, check, settings_of, waits_for_no_step
from workflows.notice_facts import Charge
from workflows.state import CURATOR, Addressee, Holder, JournalEntry, LimitRun, Record

migrated_once = databases.migrated_once
__all__ = ["check", "waits_for_no_step"]

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TEXTS = {message: texts.new(message, "text", "Яму засыпали.", AT) for message in (1, 2)}
ROADS = Holder(role=HolderRole.EXECUTOR, body="roads")
LATE = Charge(
    role=HolderRole.EXECUTOR,
    body="roads",
    person="executor-roads",
    limit=LimitName.DRAFT,
    over=HOUR,
    at=AT + HOUR,
)


def limit(number: int, name: LimitName, holder: Holder, **fields: Any) -> LimitRun:
    usual: dict[str, Any] = {
        "clause": 7,
        "calendar": holder.body,
        "term": Term(amount=HOUR, unit=Unit.WORKING_HOURS),
        "started_at": AT,
        "due_at": AT + HOUR,
    }
    return LimitRun(number=number, name=name, holder=holder, **(usual | fields))


def records(message: int) -> Iterator[Record]:
    """Registered; then routed to `roads`, whose draft came an hour late."""
    registered = limit(1, LimitName.ROUTING, CURATOR)
    yield record(message, ["registered"], Stage.ROUTING, [registered])
    late = limit(
        3,
        LimitName.DRAFT,
        ROADS,
        breached_at=AT + HOUR,
        met_at=AT + 2 * HOUR,
        told=3,
        told_to=(Addressee(audience=Audience.EXECUTORS, body="roads"),),
        charges=(LATE,),
    )
    yield record(
        message,
        ["route", "breach", "submit_draft"],
        Stage.APPROVAL,
        [
            registered.model_copy(update={"met_at": AT}),
            limit(2, LimitName.RETURN, ROADS, cancelled_at=AT + HOUR),
            late,
            limit(4, LimitName.APPROVAL, CURATOR, due_at=AT + 4 * HOUR),
        ],
        sequence=("roads",),
        turns=("roads",),
        topic="potholes",
    )


def record(message: int, kinds: list[str], stage: Stage, runs: list[LimitRun], **fields: Any) -> Record:
    first = 1 if stage is Stage.ROUTING else 2
    said = {
        "breach": {"limit": LimitName.DRAFT, "charged": [LATE.model_dump(mode="json")]},
        "submit_draft": {"texts": {"text": TEXTS[message].id}},
    }
    rows = tuple(
        JournalEntry(number=number, at=AT, kind=kind, data=said.get(kind, {}))
        for number, kind in enumerate(kinds, first)
    )
    state = message_state(AT, str(message), rows=rows[-1].number, stage=stage, limits=tuple(runs), **fields)
    return message_record(
        AT,
        str(message),
        rows,
        number=first,
        state=state,
        next_due=state.next_due,
        first_due=state.first_due,
    )


@pytest.fixture(scope="module")
async def written_once(migrated_once: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with two messages that went the same way, and one of which nothing is recorded yet."""
    folder = tmp_path_factory.mktemp("tables")
    url = copy_of(migrated_once, folder)
    database = Database(url)
    await put(database, *(message_row(number, AT) for number in (1, 2, 3)))
    async with database.write() as session:
        await texts.add(session, list(TEXTS.values()))
    await database.dispose()
    place = Place(settings_of(url, folder))
    for message in (1, 2):
        for one in records(message):
            Records(place.blocking).write(one)
    place.blocking.dispose()
    return url


@pytest.fixture
def place(written_once: str, tmp_path: Path) -> Iterator[Place]:
    place = Place(settings_of(copy_of(written_once, tmp_path), tmp_path / "data"))
    yield place
    place.blocking.dispose()


def lines(told: str) -> list[str]:
    return [line for line in told.splitlines() if line.startswith("Сообщение ")]


async def test_tables_that_nobody_has_changed_say_what_the_journals_do(place: Place, check: Verify) -> None:
    code, told = await check()
    assert code == WHOLE, told
    assert "Таблицы говорят то же, что журналы." in told


OF_RUN = "WHERE message = 2 AND number = 3"
DRAFT = "Сообщение 2: срок подготовки проекта ответа (limit_run, № 3)"
DUE, MET = "23.11.2026 в 13:00:00", "23.11.2026 в 14:00:00"
BREACHED = f"по журналу (строка 4) до {DUE}, за органом roads, нарушен, исполнен {MET}"
OF_MESSAGE = "WHERE number = 2"
CHANGES: dict[str, tuple[list[str], str]] = {
    "a breach taken out": (
        [f"UPDATE limit_run SET breached_at = NULL {OF_RUN}"],
        f"{DRAFT}: {BREACHED}, в таблице limit_run до {DUE}, за органом roads, нарушения нет, исполнен {MET}.",
    ),
    "due later": (
        [f"UPDATE limit_run SET due_at = met_at, breached_at = NULL {OF_RUN}"],
        f"{DRAFT}: {BREACHED}, в таблице limit_run до {MET}, за органом roads, нарушения нет, исполнен {MET}.",
    ),
    "began past, and blames nobody": (
        [f"UPDATE limit_run SET inherited = true {OF_RUN}"],
        f"{DRAFT}: {BREACHED}, в таблице limit_run до {DUE}, за органом roads, нарушением не считается, "
        f"исполнен {MET}.",
    ),
    "a run deleted": (
        ["DELETE FROM charge WHERE message = 2", f"DELETE FROM limit_run {OF_RUN}"],
        f"{DRAFT}: {BREACHED}, в таблице limit_run его нет.",
    ),
    "begun at another moment": (
        [f"UPDATE limit_run SET started_at = met_at {OF_RUN}"],
        f"{DRAFT}: прочие сведения в таблице limit_run (начало, расчёт, за кем нарушение) не те, что записаны "
        "в журнале (строка 4).",
    ),
    "a run invented": (
        [
            "INSERT INTO limit_run (message, number, name, holder_role, holder_body, started_at, due_at, inherited, "
            "run) SELECT message, 9, name, holder_role, 'housing', started_at, due_at, inherited, run FROM limit_run "
            f"{OF_RUN}"
        ],
        "Сообщение 2: срок подготовки проекта ответа (limit_run, № 9): есть в таблице limit_run, а в журнале не "
        "записан.",
    ),
    "charged to nobody": (
        ["DELETE FROM charge WHERE message = 2"],
        f"{DRAFT}: по журналу (строка 4) нарушение учтено за «executor/roads/executor-roads/draft/3600.0», "
        "в таблице charge ни за кем не учтено.",
    ),
    "stage": (
        [f"UPDATE message SET stage = 'publication' {OF_MESSAGE}"],
        "Сообщение 2: стадия: по журналу (строка 4) «Согласование», в таблице message «Размещение».",
    ),
    "curator": (
        [f"UPDATE message SET curator = 'curator2' {OF_MESSAGE}"],
        "Сообщение 2: куратор: по журналу (строка 4) «curator», в таблице message «curator2».",
    ),
    "who answers": (
        [f"UPDATE message SET routed_to = 'housing' {OF_MESSAGE}"],
        "Сообщение 2: прочие сведения в таблице message (тема, важность, чей шаг, снимок хода работы) не те, что "
        "записаны в журнале (строка 4).",
    ),
    "a body let in": (
        ["INSERT INTO message_body (message, body) VALUES (2, 'housing')"],
        "Сообщение 2: орган housing видит сообщение по таблице message_body, а по журналу (строка 4) его не получал.",
    ),
    "a body shut out": (
        ["DELETE FROM message_body WHERE message = 2"],
        "Сообщение 2: орган roads получал сообщение по журналу (строка 4), а в таблице message_body его нет: оно от "
        "органа скрыто.",
    ),
}


@pytest.mark.parametrize(("statements", "expected"), CHANGES.values(), ids=CHANGES)
async def test_a_change_is_named_with_what_the_journal_says(
    place: Place, check: Verify, statements: list[str], expected: str
) -> None:
    place.tamper(*statements)
    code, told = await check()
    assert code == FLAWED
    assert lines(told) == [expected]
    assert "сообщений с нарушениями: 1." in told
    assert "Верно то, что записано в журнале" in told


FORGERIES: dict[str, tuple[str, str, Callable[[dict[str, Any]], None], str]] = {
    "a run": (
        "limit_run",
        "run",
        lambda whole: whole.update(breached_at=None, charged=[]),
        "прочие сведения в таблице limit_run",
    ),
    "a state": (
        "message",
        "snapshot",
        lambda whole: whole.update(stage="publication", turns=["roads", "housing"]),
        "прочие сведения в таблице message",
    ),
}


@pytest.mark.parametrize(("table", "column", "forge", "expected"), FORGERIES.values(), ids=FORGERIES)
async def test_what_a_new_run_would_begin_with_is_compared_whole(
    place: Place,
    check: Verify,
    table: str,
    column: str,
    forge: Callable[[dict[str, Any]], None],
    expected: str,
) -> None:
    key = "message = 2 AND number = 3" if table == "limit_run" else "number = 2"
    with place.blocking.read() as connection:
        found = connection.execute(sa.text(f"SELECT {column} FROM {table} WHERE {key}")).scalar_one()
    whole = json.loads(unpack(found))
    forge(whole)
    forged = pack(json.dumps(whole), Words.RECORDS)
    place.tamper(f"UPDATE {table} SET {column} = :forged WHERE {key}", forged=forged)
    code, told = await check()
    assert code == FLAWED
    [line] = lines(told)
    assert expected in line


@pytest.mark.parametrize("after", [None, b"\x01\xff", pack('{"stage":"closed","turns":[]}', Words.RECORDS)])
async def test_what_the_journal_says_of_the_tables_is_under_its_hash(
    place: Place, check: Verify, after: bytes | None
) -> None:
    place.tamper("UPDATE journal_row SET after = :after WHERE message = 2 AND number = 4", after=after)
    code, told = await check()
    assert code == FLAWED
    assert lines(told) == ["Сообщение 2: изменены, вставлены или переставлены строки: 4."]


EXCHANGE = "UPDATE message_text SET content = :kept, key = :key WHERE message = 2"
SAYS_SO = "Сообщение 2: текст (message_text, {text}) "
EXCHANGED = "не тот, что был записан: он изменён в обход программы."
OF_TEXTS: dict[str, tuple[str, str]] = {
    "exchanged": ("Ямы не было.", EXCHANGED),
    "as if erased": (ERASED, "стёрт, а строки об этом в журнале нет."),
    "gone": ("", "назван в журнале, а в таблице его нет."),
}


@pytest.mark.parametrize(("content", "expected"), OF_TEXTS.values(), ids=OF_TEXTS)
async def test_an_exchanged_text_is_named(place: Place, check: Verify, content: str, expected: str) -> None:
    if content:
        kept, key = pack(content, Words.TEXTS), None if content == ERASED else text_seals.seal(content).key
        place.tamper(EXCHANGE, kept=kept, key=key)
    else:
        place.tamper("DELETE FROM message_text WHERE message = 2")
    code, told = await check()
    assert (code, lines(told)) == (FLAWED, [SAYS_SO.format(text=TEXTS[2].id) + expected])


@pytest.mark.parametrize("is_erased", [True, False])
async def test_what_was_destroyed_by_a_row_of_the_journal_is_no_exchange(
    place: Place, check: Verify, is_erased: bool
) -> None:
    text = TEXTS[2].model_copy()
    resealed = text_seals.rewrite(text, "[удалено]")
    content, key = (ERASED, None) if is_erased else (text.content, text.key)
    place.tamper(EXCHANGE, kept=pack(content, Words.TEXTS), key=key)
    kind, data = ("record_erasure", {}) if is_erased else ("redact", {"resealed": resealed})
    row = JournalEntry(number=5, at=AT, kind=kind, data=data)
    [*_, last] = records(2)
    Records(place.blocking).write(
        last.model_copy(update={"rows": (row,), "state": last.state.model_copy(update={"rows": 5})})
    )
    code, told = await check()
    assert code == WHOLE, told


async def test_what_cannot_be_read_is_named(place: Place, check: Verify) -> None:
    if not place.is_sqlite:
        return
    place.tamper(
        f"UPDATE limit_run SET run = '{{', due_at = 'вчера', number = 'три' {OF_RUN}",
        "UPDATE limit_run SET run = x'01ff' WHERE message = 1 AND number = 3",
        "UPDATE message SET snapshot = x'', stage = x'00' WHERE number = 1",
    )
    code, told = await check()
    assert code == FLAWED
    found = "\n".join(lines(told))
    for expected in (
        "Сообщение 1: стадия",
        "limit_run, № 3): по журналу",
        "Сообщение 1: срок подготовки проекта ответа (limit_run, № 3): прочие сведения",
        "limit_run, № три): есть в таблице",
    ):
        assert expected in found


async def test_rows_of_a_message_that_is_gone_are_named(place: Place, check: Verify) -> None:
    if not place.is_sqlite:  # PostgreSQL refuses it
        return
    place.tamper(
        "UPDATE message_body SET message = 77 WHERE message = 2",
        "UPDATE charge SET message = 78 WHERE message = 1",
    )
    code, told = await check()
    assert code == FLAWED
    for message in (77, 78):
        assert f"Сообщение {message}: в таблице message его нет" in told


# ---- steps under way


AHEAD = "UPDATE message SET stage = 'publication', rows = rows + 1 WHERE number = 2"


async def test_a_step_whose_rows_do_not_come_is_named_and_makes_nothing_whole(
    place: Place, check: Verify
) -> None:
    place.tamper(AHEAD)
    code, told = await check()
    assert code == NOT_CHECKED
    [line] = lines(told)
    assert line.startswith("Сообщение 2: не сверено, стадия: по журналу (строка 4) «Согласование»")
    assert "Сообщений, не сверенных с журналом: 1" in told
    place.tamper(f"UPDATE limit_run SET breached_at = NULL {OF_RUN}")
    assert (await check())[0] == FLAWED, "limits are written with their rows"


async def test_a_step_is_waited_for(place: Place, check: Verify, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "_STEP_WITHIN", 10.0)
    place.tamper(AHEAD)

    def written(_: float) -> None:
        place.tamper("UPDATE message SET stage = 'approval', rows = recorded WHERE number = 2")

    monkeypatch.setattr(time, "sleep", written)
    code, told = await check()
    assert (code, lines(told)) == (WHOLE, [])


async def test_a_body_may_see_a_message_before_the_row_of_its_routing_is_written(
    place: Place, check: Verify
) -> None:
    given = "INSERT INTO command (id, person, key, request, message, name, payload, status, taken_at) VALUES "
    values = "('c-1', 'curator', 'k', '', 2, 'route', :given, 'accepted', :at)"
    at = int(AT.timestamp()) * 1_000_000 if place.is_sqlite else AT
    place.tamper(
        "INSERT INTO message_body (message, body) VALUES (2, 'housing')",
        given + values,
        at=at,
        given=pack("{}", Words.RECORDS),
    )
    code, told = await check()
    assert code == NOT_CHECKED
    assert "Сообщение 2: не сверено, орган housing видит сообщение" in told
