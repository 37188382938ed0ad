"""Every answer people got, against journal, limits and notices, row by row."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlmodel import SQLModel, col, select

from store.commands import outbox
from store.commands.tables import CommandRow
from store.database.engines import Database
from store.messages.tables import JournalRow, LimitRunRow, MessageRow
from store.notices.tables import NoticeRow
from tests.faults.service import Given

KINDS = {
    "route": "route",
    "return": "return_to_curator",
    "contributions": "contribute",
    "drafts": "submit_draft",
    "rework": "send_for_rework",
    "approve": "approve",
    "publication": "confirm_publication",
    "author-reply": "author_replied",
    "close": "close_unanswered",
    "governor-report": "report_to_governor",
    "decline": "decline",
}
TELLS = {
    "return_to_curator": "returned",
    "contribute": "contribution_received",
    "submit_draft": "draft_received",
    "send_for_rework": "rework",
    "approve": "approved",
    "route": "assigned",
}
"""What one person is told of a command, once; in this directory a body has one executor."""

_DONE = (200, 201)

Row = TypeVar("Row", bound=SQLModel)


@dataclass
class Books:
    """What the database has of everything."""

    messages: Sequence[MessageRow]
    commands: Sequence[CommandRow]
    journal: dict[int, list[JournalRow]]
    limits: Sequence[LimitRunRow]
    notices: Sequence[NoticeRow]

    @classmethod
    async def read(cls, url: str) -> Books:
        database = Database(url)
        try:
            async with database.read() as session:
                journal: dict[int, list[JournalRow]] = defaultdict(list)
                for row in await session.exec(
                    select(JournalRow).order_by(col(JournalRow.message), col(JournalRow.number))
                ):
                    journal[row.message].append(row)
                return cls(
                    messages=(await session.exec(select(MessageRow))).all(),
                    commands=(await session.exec(select(CommandRow))).all(),
                    journal=journal,
                    limits=(await session.exec(select(LimitRunRow))).all(),
                    notices=(await session.exec(select(NoticeRow))).all(),
                )
        finally:
            await database.dispose()


@dataclass
class Findings:
    """What is wrong, by kind; `late_unanswered` is not: nobody could tell that these commands were sent in time."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrongly_late: list[str] = field(default_factory=list)
    limits: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)
    breaches: int = 0
    withdrawn: int = 0
    late_unanswered: int = 0

    def all(self) -> list[str]:
        return [
            *self.lost,
            *self.doubled,
            *self.wrongly_late,
            *self.limits,
            *self.notices,
            *self.other,
        ]


def compare(ledger: Sequence[Given], books: Books) -> Findings:
    """Every row of the ledger and of the books against one another."""
    findings = Findings()
    given = {(one.person, one.key): one for one in ledger}
    rows = {(row.person, row.key): row for row in books.commands}
    for key, row in rows.items():
        if key not in given:
            findings.doubled.append(f"a command nobody gave: {row.name} {row.id} of {row.message}")
    if len(rows) != len(books.commands):
        findings.doubled.append("two commands under one key")
    for key, one in given.items():
        _compare_command(one, rows.get(key), books, findings)
    _compare_messages(ledger, books, findings)
    for message, journal in books.journal.items():
        _compare_journal(message, journal, {row.id for row in books.commands}, findings)
    _compare_limits(given, books, findings)
    _compare_notices(books, findings)
    return findings


def _compare_command(one: Given, row: CommandRow | None, books: Books, findings: Findings) -> None:
    told = set(one.statuses) - {202, 503}
    outcome = 409 if one.refused else 201 if one.path == "/messages" else 200
    if told != {outcome}:
        findings.other.append(f"answered {sorted(set(one.statuses))}, expected {outcome}: {_name(one)}")
    if row is None:
        findings.lost.append(f"answered {one.statuses} and not in the outbox: {_name(one)}")
        return
    if row.status != (outbox.REFUSED if one.refused else outbox.ACCEPTED):
        findings.lost.append(f"answered {one.statuses} and {row.status} in the outbox: {_name(one)}")
    first = next((a for a in one.attempts if a.status is not None and a.status not in (503,)), None)
    began = one.attempts[0].began
    if first is None or not began - 0.05 <= row.taken_at.timestamp() <= first.ended + 0.05:
        findings.other.append(f"taken at {row.taken_at}, not between question and answer: {_name(one)}")
    if one.path == "/messages":
        return
    kind = "refused" if one.refused else _kind(one)
    found = [entry for entry in books.journal[row.message] if entry.data.get("id") == row.id]
    if not found:
        findings.lost.append(f"answered {one.statuses} and not in the journal: {_name(one)}")
    elif len(found) > 1:
        findings.doubled.append(f"{len(found)} times in the journal: {_name(one)}")
    elif (found[0].kind, found[0].person, found[0].at) != (kind, one.person, row.taken_at):
        findings.other.append(f"journal has {found[0]!r} for {_name(one)} taken at {row.taken_at}")


def _compare_messages(ledger: Sequence[Given], books: Books, findings: Findings) -> None:
    asked = Counter(one.body["url"] for one in ledger if one.path == "/messages")
    registered = Counter(message.url for message in books.messages)
    findings.lost.extend(f"not registered: {url}" for url in asked - registered)
    findings.doubled.extend(f"registered twice: {url}" for url in registered - asked)
    for message in books.messages:
        assert message.number is not None
        kinds = [row.kind for row in books.journal[message.number]]
        snapshot: dict[str, Any] = message.snapshot or {}
        counted = {
            "registered": 1,
            "submit_draft": len(snapshot.get("drafts", ())),
            "confirm_publication": sum(
                1 for draft in snapshot.get("drafts", ()) if draft.get("status") == "published"
            ),
        }
        for kind, number in counted.items():
            if kinds.count(kind) != number:
                target = findings.lost if kinds.count(kind) < number else findings.doubled
                target.append(f"message {message.number}: {kind} {kinds.count(kind)} times, not {number}")
        if message.stage != "closed":
            findings.lost.append(f"message {message.number} is {message.stage} at the end")


def _compare_journal(
    message: int, journal: Sequence[JournalRow], commands: set[str], findings: Findings
) -> None:
    if [row.number for row in journal] != list(range(1, len(journal) + 1)):
        findings.lost.append(f"journal of {message} has gaps: {[row.number for row in journal]}")
    for row in journal:
        if row.person is not None and row.kind != "registered" and row.data.get("id") not in commands:
            findings.doubled.append(f"nobody's command in the journal of {message}: {row!r}")


def _compare_limits(given: dict[tuple[str, str], Given], books: Books, findings: Findings) -> None:
    commands = {(row.message, row.taken_at): row for row in books.commands}
    # Two runs may be due at the same moment: a draft's, however often the message is routed.
    breached = Counter(_of(run) for run in books.limits if run.breached_at is not None and not run.inherited)
    for run in books.limits:
        where = f"{run.name} {run.number} of {run.message}, due {run.due_at}"
        ended = min((at for at in (run.met_at, run.cancelled_at) if at is not None), default=None)
        if ended is None:
            findings.limits.append(f"still open: {where}")
            continue
        late = ended > run.due_at
        if run.inherited:
            continue
        _compare_breaches(run, breached[_of(run)], books, findings, where)
        if run.name == "return":
            late = run.met_at is not None and run.met_at > run.due_at
        if late and run.breached_at != run.due_at:
            findings.limits.append(f"ended {ended}, breached {run.breached_at}: {where}")
        if run.breached_at is None:
            continue
        findings.breaches += 1
        row = commands.get((run.message, ended))
        one = given.get((row.person, row.key)) if row else None
        if not late:
            findings.wrongly_late.append(f"ended {ended} in time, and breached: {where}")
        elif one is not None:
            taken = min((a.ended for a in one.attempts if a.status in (*_DONE, 202, 409)), default=None)
            if taken is not None and taken <= run.due_at.timestamp():
                findings.wrongly_late.append(f"answered at {taken}, and breached: {where}")
            if one.attempts[0].began <= run.due_at.timestamp():
                findings.late_unanswered += 1


def _of(run: LimitRunRow) -> tuple[int, str, datetime]:
    return run.message, run.name, run.due_at


def _compare_breaches(run: LimitRunRow, breached: int, books: Books, findings: Findings, where: str) -> None:
    """A breach is on record once for each run that is breached, dated by its moment; so many were at that moment."""
    rows = [
        row.kind
        for row in books.journal[run.message]
        if row.kind in ("breach", "breach_withdrawn")
        and row.data["limit"] == run.name
        and datetime.fromisoformat(row.data["due_at"]) == run.due_at
        and (row.kind == "breach_withdrawn" or row.at == run.due_at)
    ]
    withdrawn = rows.count("breach_withdrawn")
    findings.withdrawn += withdrawn
    if rows.count("breach") - withdrawn != breached:
        findings.limits.append(f"journal has {rows}, {breached} breached: {where}")


def _compare_notices(books: Books, findings: Findings) -> None:
    told: dict[tuple[int, int], list[NoticeRow]] = defaultdict(list)
    for notice in books.notices:
        if notice.message is not None:
            told[notice.message, notice.row].append(notice)
    for message, journal in books.journal.items():
        for row in journal:
            findings.notices.extend(_wrong_notices(row, told.pop((message, row.number), [])))
    findings.notices.extend(f"of no row in the journal: {key}" for key in told)


def _wrong_notices(row: JournalRow, notices: Sequence[NoticeRow]) -> Iterator[str]:
    kinds = Counter(notice.kind for notice in notices)
    persons = Counter((notice.kind, notice.person) for notice in notices)
    if persons and max(persons.values()) > 1:
        yield f"told twice: {row!r} {persons}"
    if row.kind in TELLS and kinds[TELLS[row.kind]] != 1:
        yield f"{TELLS[row.kind]} {kinds[TELLS[row.kind]]} times: {row!r}"
    if row.kind == "breach":
        # An answer may be late by several: each of those charged has superiors of their own.
        charged = {(one["role"], one["body"]) for one in row.data.get("charged", [])}
        late = charged or {(row.data["holder"], row.data.get("body"))}
        bodies = {body for role, body in late if role == "executor"}
        told = {1 + 2 * len(bodies)}
        if row.data["limit"] == "answer":
            # Whoever has it hears of it too where it was others who have taken too long.
            told.add(3 + 2 * len(bodies))
        # Two bodies may have the same deputy, who is told once.
        if kinds["breach"] not in told or not 1 <= kinds["escalation"] <= len(late):
            yield f"{dict(kinds)}, not {sorted(told)} breaches and up to {len(late)} escalations: {row!r}"


def _kind(one: Given) -> str:
    return "withdraw_draft" if one.method == "DELETE" else KINDS[one.path.rsplit("/", 1)[-1]]


def _name(one: Given) -> str:
    return f"{one.method} {one.path} of {one.person}, key {one.key}"
