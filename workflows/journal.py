"""Journal of a step: rows, notices, and the limits it changed.

Rows get their numbers here, so a record that is written twice changes nothing the second time.
"""

from datetime import datetime, timedelta

from pydantic import JsonValue

from calendar_rules import CalendarRangeError
from calendar_rules.regulation import Audience, Regulation
from calendar_rules.vocabulary import NoticeKind
from workflows.notice_facts import AnyNotice
from workflows.state import (
    Addressee,
    JournalEntry,
    LimitRun,
    MessageState,
    NoticeFact,
    Record,
    Run,
    Settled,
)
from workflows.working_time import WorkingTime

_NO_TIME = timedelta(0)

Mark = tuple[int, int, frozenset[int]]
"""How many rows and notices a journal had, and which runs had changed."""


class Journal:
    """The rows and notices not yet in the database, in order."""

    def __init__(
        self, state: MessageState, regulation: Regulation, working_time: WorkingTime, records: int = 0
    ) -> None:
        """`records` is how many have left already."""
        self.state = state
        self._regulation = regulation
        self._working_time = working_time
        self._rows: list[JournalEntry] = []
        self._notices: list[NoticeFact] = []
        self._changed: set[int] = set()
        self._settled: list[Settled] = []
        self.records = records
        self.hangs_on_clock = False
        """Whether what is noted might be noted otherwise, were the step done once more, later: see `Recording`."""
        self.last_command: str | None = None
        """The kind of the row a command has left last: what follows in the same step is because of it."""

    @property
    def is_empty(self) -> bool:
        return not self._rows

    def enter(
        self,
        kind: str,
        at: datetime,
        person: str | None = None,
        acting_for: str | None = None,
        **data: JsonValue,
    ) -> int:
        """Add a row dated `at` on the message's clock; returns its number."""
        self.state.rows += 1
        self._rows.append(
            JournalEntry(
                number=self.state.rows,
                at=at,
                kind=kind,
                person=person,
                acting_for=acting_for,
                data={name: value for name, value in data.items() if value is not None},
            )
        )
        return self.state.rows

    def notify(
        self, row: int, facts: AnyNotice, at: datetime, *to: Addressee, revokes: int | None = None
    ) -> None:
        """Add notices about a row; each office is notified when its own working hours allow it."""
        waiting: dict[datetime, list[Addressee]] = {}
        for addressee in to or (None,):
            moment = self._deliver_from(facts.kind, at, _hours_of(addressee))
            waiting.setdefault(moment, []).extend([addressee] if addressee else [])
        for moment, addressees in waiting.items():
            self._notices.append(
                NoticeFact(
                    row=row, to=tuple(addressees), at=at, deliver_from=moment, revokes=revokes, facts=facts
                )
            )

    def touch(self, run: LimitRun) -> None:
        """The run changed and goes into the next record."""
        self._changed.add(run.number)

    def settle(self, command: Settled) -> None:
        """The command has its outcome, and a row that says so."""
        self._settled.append(command)

    def _deliver_from(self, kind: NoticeKind, at: datetime, body: str | None) -> datetime:
        notices = self._regulation.readings.notices
        if notices.outside_hours == "at_once" or kind in notices.never_wait:
            return at
        try:
            return self._working_time[body].add(at, _NO_TIME)
        except CalendarRangeError:
            # A notice is not worth losing over a calendar that has run out: it goes out at once.
            return at

    def look(self, run: Run) -> Record:
        """Everything noted so far, as one record of this run for the database; it is noted until it is `taken`."""
        changed = tuple(run for run in self.state.limits if run.number in self._changed)
        return Record(
            message=self.state.id,
            run=run,
            number=self.records + 1,
            state=self.state.model_copy(update={"limits": changed}),
            overdue=self.state.overdue,
            next_due=self.state.next_due,
            first_due=self.state.first_due,
            rows=tuple(self._rows),
            notices=tuple(self._notices),
            settled=tuple(self._settled),
        )

    def taken(self) -> None:
        """What was looked at is on its way, and what comes next is another record."""
        self.records += 1
        self._rows, self._notices, self._changed, self._settled = [], [], set(), []
        self.hangs_on_clock = False

    def mark(self) -> Mark:
        """Where the journal stands, for `forget`."""
        return len(self._rows), len(self._notices), frozenset(self._changed)

    def forget(self, mark: Mark) -> None:
        """Drop what was noted since `mark`: the step that noted it was refused."""
        rows, notices, changed = mark
        del self._rows[rows:]
        del self._notices[notices:]
        self._changed = set(changed)


def _hours_of(addressee: Addressee | None) -> str | None:
    """Whose hours a notice waits for: those of the body the one who is told works in, else the Department's (None)."""
    works_there = addressee is not None and addressee.audience in (
        Audience.EXECUTORS,
        Audience.HOLDER,
        Audience.RESPONSIBLE,
    )
    return addressee.body if addressee and works_there else None
