"""Records of a message come in order: one written again changes nothing, one that would leave a gap waits."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select
from temporalio.exceptions import ApplicationError

from calendar_rules.regulation import Audience, HolderRole, LimitName
from service.journal.records import Records
from store.commands import outbox
from store.commands.tables import CommandRow
from store.database.engines import Database
from store.messages import finding
from store.messages.tables import JournalRow, UnsentTextRow
from store.notices.tables import NoticeRow
from tests.message_row import message_record, message_row
from tests.rows import absence_row, add_office, command_row, put
from workflows.alarms import Alarm, AlarmKind, listening
from workflows.notice_facts import AnyNotice, Breach, CompetenceDispute, Escalation, WithdrawnBreach
from workflows.seals import Flaw
from workflows.state import Addressee, JournalEntry, NoticeFact, Record, Run, Settled

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def record(
    *numbers: int,
    message: str = "1",
    kind: str = "step",
    run: Run | None = None,
    notices: Iterable[NoticeFact] = (),
    settled: Iterable[Settled] = (),
    **row: Any,
) -> Record:
    """The record that leaves journal rows of these numbers."""
    rows = tuple(JournalEntry(number=number, at=NOW, kind=f"{kind} {number}", **row) for number in numbers)
    return message_record(
        NOW, message, rows, run=run or Run(id="r"), notices=tuple(notices), settled=tuple(settled)
    )


async def journal(url: str) -> list[int]:
    database = Database(url)
    async with database.read() as session:
        rows = list(await session.exec(select(JournalRow.number).order_by(col(JournalRow.number))))
    await database.dispose()
    return rows


async def test_a_record_over_a_gap_waits_for_what_is_missing(url: str, records: Records) -> None:
    records.write(record(1))
    with pytest.raises(ApplicationError, match=r"older than Temporal.*otklik recover") as refused:
        records.write(record(3))
    assert not refused.value.non_retryable
    assert await journal(url) == [1]
    records.write(record(2))
    records.write(record(3))
    assert await journal(url) == [1, 2, 3]


async def test_a_record_of_a_message_nobody_knows_is_not_taken_for_written(records: Records) -> None:
    with pytest.raises(ApplicationError, match="message 2"):
        records.write(record(1, message="2"))


@pytest.fixture
def alarms() -> Iterator[list[Alarm]]:
    heard: list[Alarm] = []
    with listening(heard.append):
        yield heard


@pytest.mark.parametrize(
    ("numbers", "other"),
    [
        ((2,), {"kind": "forged"}),
        ((1, 2), {"person": "governor"}),
        ((2, 3), {"acting_for": "curator"}),
        ((2,), {"data": {"id": "1"}}),
    ],
    ids=str,
)
async def test_other_content_under_a_known_number_is_an_alarm_and_not_written_already(
    url: str, records: Records, alarms: list[Alarm], numbers: tuple[int, ...], other: dict[str, Any]
) -> None:
    records.write(record(1, 2))
    with pytest.raises(ApplicationError, match="other content") as refused:
        records.write(record(*numbers, **other))
    assert refused.value.non_retryable
    assert await journal(url) == [1, 2]
    assert [alarm[:3] for alarm in alarms] == [(AlarmKind.FORGED_ACTIVITY, "message-1", Flaw.OTHER_CONTENT)]


async def test_a_record_that_is_refused_among_others_is_refused_alone(url: str, records: Records) -> None:
    database = Database(url)
    await put(database, *(message_row(number, NOW) for number in range(2, 6)))
    await database.dispose()
    records.write(record(1, message="3"))
    given = [record(1, message=str(number), kind="other") for number in range(1, 6)]
    with ThreadPoolExecutor(len(given)) as threads:
        found = [threads.submit(records.write, one) for one in given]
    assert [type(one.exception()) for one in found] == [
        *[type(None)] * 2,
        ApplicationError,
        *[type(None)] * 2,
    ]
    assert await journal(url) == [1] * 5


async def test_a_message_is_led_by_the_run_that_wrote_first_and_by_the_one_that_continues_it(
    url: str, records: Records, alarms: list[Alarm]
) -> None:
    records.take(record(1, run=Run(id="first")))
    records.take(record(2, run=Run(id="next", after="first")))
    records.take(record(2, run=Run(id="next", after="first")))
    for superseded in (Run(id="first"), Run(id="other"), Run(id="third", after="first")):
        with pytest.raises(ApplicationError, match="another run") as refused:
            records.take(record(2, 3, run=superseded))
        assert refused.value.non_retryable
    assert await journal(url) == [1, 2]
    assert {alarm[:3] for alarm in alarms} == {(AlarmKind.FORGED_ACTIVITY, "message-1", Flaw.SUPERSEDED)}


async def test_a_run_before_the_last_start_writes_nothing_and_one_of_a_later_start_waits(
    url: str, records: Records
) -> None:
    records.take(record(1, run=Run(id="first")))
    database = Database(url)
    async with database.write() as session:
        row = await finding.locked(session, 1)
        finding.begin_again(row)
        session.add(row)
    await database.dispose()
    with pytest.raises(ApplicationError, match="another run"):
        records.take(record(2, run=Run(id="first")))
    with pytest.raises(ApplicationError, match="older than Temporal") as behind:
        records.take(record(2, run=Run(restarts=2, id="third")))
    assert not behind.value.non_retryable
    records.take(record(2, run=Run(restarts=1, id="second")))
    assert await journal(url) == [1, 2]


def fact(row: int, facts: AnyNotice, *to: Audience, revokes: int | None = None) -> NoticeFact:
    addressees = tuple(Addressee(audience=audience) for audience in to)
    return NoticeFact(row=row, to=addressees, at=NOW, deliver_from=NOW, revokes=revokes, facts=facts)


@pytest.mark.parametrize("portions", [((1,), (2,), (3,)), ((1, 2, 3),)], ids=str)
async def test_whoever_was_told_of_a_breach_and_nobody_else_is_told_that_it_was_none(
    url: str, records: Records, portions: tuple[tuple[int, ...], ...]
) -> None:
    """Those of the breach and of its escalation, a substitute too; not who got another notice of the message."""
    database = Database(url)
    async with database.write() as session:
        roles = ("curator", "head", "deputy-policy", "governor")
        await add_office(session, {"substitute": [], **{role: [(role, None)] for role in roles}})
        session.add(message_row(2, NOW))
        session.add(absence_row("head", "substitute", NOW - timedelta(days=1)))
    due = {"limit": LimitName.ROUTING, "due_at": NOW}
    facts = (
        fact(1, CompetenceDispute(returns=2), Audience.GOVERNOR),
        fact(2, Breach(**due, holder=HolderRole.CURATOR), Audience.CURATOR),
        fact(2, Escalation(**due), Audience.HEAD),
        fact(3, WithdrawnBreach(**due), revokes=2),
    )
    of_another = fact(2, Escalation(**due), Audience.DEPUTY_POLICY)
    records.write(record(1, 2, message="2", notices=[of_another]))
    for numbers in portions:
        records.write(record(*numbers, notices=[given for given in facts if given.row in numbers]))
    async with database.read() as session:
        told = await session.exec(
            select(NoticeRow.person, NoticeRow.acting_for).where(NoticeRow.kind == "withdrawn_breach")
        )
        assert sorted(told, key=str) == [("curator", None), ("substitute", "head")]
    await database.dispose()


# ---- the outbox


def given(command: str, name: str, status: str = outbox.TAKEN) -> CommandRow:
    return command_row(command, name, NOW, person="petrova", status=status)


def became(command: str, name: str, *, accepted: bool) -> Settled:
    detail = None if accepted else "Сообщение закрыто."
    return Settled(command=command, name=name, person="petrova", accepted=accepted, detail=detail)


async def test_a_record_settles_its_commands_and_what_was_sent_is_unsent_no_more(
    url: str, records: Records
) -> None:
    database = Database(url)
    await put(
        database,
        given("0", "register"),
        given("1", "note"),
        given("2", "approve", outbox.SENT),
        given("3", "close"),
        *(
            UnsentTextRow(person="petrova", message=1, command=name, fields={}, saved_at=NOW)
            for name in ("note", "approve")
        ),
    )
    records.write(
        record(1, 2, 3, settled=[became("1", "note", accepted=True), became("2", "approve", accepted=False)])
    )
    async with database.read() as session:
        settled = {row.id: (row.status, row.detail) for row in await session.exec(select(CommandRow))}
        unsent = [row.command for row in await session.exec(select(UnsentTextRow))]
    await database.dispose()
    assert settled == {
        "0": (outbox.ACCEPTED, None),
        "1": (outbox.ACCEPTED, None),
        "2": (outbox.REFUSED, "Сообщение закрыто."),
        "3": (outbox.TAKEN, None),
    }
    assert unsent == ["approve"]


async def test_of_a_command_the_outcome_that_was_written_first_stays(url: str, records: Records) -> None:
    database = Database(url)
    await put(database, given("1", "note", outbox.ACCEPTED))
    records.write(record(1, settled=[became("1", "note", accepted=False)]))
    async with database.read() as session:
        row = await outbox.by_id(session, "1")
    await database.dispose()
    assert row is not None and row.status == outbox.ACCEPTED
