"""The ledger finds what it is there to find."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from store.commands.tables import CommandRow
from store.messages.tables import JournalRow
from store.notices.tables import NoticeRow
from tests.faults.ledger import Books, compare
from tests.faults.service import Attempt, Given
from tests.message_row import message_row
from tests.rows import command_row, limit_run_row

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DUE = START + timedelta(seconds=30)
LINK = "https://vk.com/wall-7_1"

Spoil = Callable[[Books, list[Given]], None]


def given(path: str, at: datetime, status: int, body: object = None, *, refused: bool = False) -> Given:
    attempt = Attempt("a", at.timestamp() - 0.01, at.timestamp() + 0.01, status)
    return Given("curator", path, body, key=f"{path} {at}", refused=refused, attempts=[attempt])


def row_of(one: Given, at: datetime, name: str, status: str) -> CommandRow:
    return command_row(f"id of {one.key}", name, at, person=one.person, key=one.key, status=status)


def entry(number: int, at: datetime, kind: str, person: str | None = "curator", **data: str) -> JournalRow:
    return JournalRow(
        message=1, number=number, at=at, kind=kind, person=person, data=data, written_at=at, hash=""
    )


def notice(row: int, kind: str, person: str) -> NoticeRow:
    return NoticeRow(
        message=1, row=row, kind=kind, person=person, at=DUE, deliver_from=DUE, text="т", written_at=DUE
    )


def right() -> tuple[Books, list[Given]]:
    """Registered, refused once, and declined ten seconds after `routing` was due: everything as it should be."""
    times = [START, START + timedelta(seconds=10), DUE + timedelta(seconds=10)]
    ledger = [
        given("/messages", times[0], 201, {"url": LINK}),
        given("/messages/1/author-reply", times[1], 409, refused=True),
        given("/messages/1/decline", times[2], 200),
    ]
    names = [("register", "accepted"), ("author_replied", "refused"), ("decline", "accepted")]
    commands = [row_of(one, at, *name) for one, at, name in zip(ledger, times, names, strict=True)]
    due = DUE.isoformat()
    journal = [
        entry(1, times[0], "registered"),
        entry(2, times[1], "refused", id=commands[1].id),
        entry(3, DUE, "breach", None, limit="routing", due_at=due, holder="curator"),
        entry(4, times[2], "decline", id=commands[2].id),
    ]
    message = message_row(1, START, network="vkontakte", url=LINK, stage="closed", snapshot={"drafts": []})
    run = limit_run_row(
        1, 1, "routing", DUE, holder_role="curator", started_at=START, met_at=times[2], breached_at=DUE
    )
    notices = [notice(3, "breach", "curator"), notice(3, "escalation", "head")]
    return Books([message], commands, {1: journal}, [run], notices), ledger


def answered_in_time(_books: Books, ledger: list[Given]) -> None:
    taken = Attempt("a", DUE.timestamp() - 2, DUE.timestamp() - 1, 202)
    ledger[2].attempts.insert(0, taken)


def not_in_the_journal(books: Books, _ledger: list[Given]) -> None:
    del books.journal[1][-1]


def nobody_gave_it(_books: Books, ledger: list[Given]) -> None:
    del ledger[1]


def told_twice(books: Books, _ledger: list[Given]) -> None:
    books.notices = [*books.notices, notice(3, "breach", "curator")]


def test_nothing_is_found_where_everything_is_right() -> None:
    books, ledger = right()
    findings = compare(ledger, books)
    assert findings.all() == []
    assert (findings.breaches, findings.late_unanswered) == (1, 0)


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (answered_in_time, "wrongly_late"),
        (not_in_the_journal, "lost"),
        (nobody_gave_it, "doubled"),
        (told_twice, "notices"),
    ],
)
def test_what_is_wrong_is_found(spoil: Spoil, kind: str) -> None:
    books, ledger = right()
    spoil(books, ledger)
    assert getattr(compare(ledger, books), kind)
