"""A message as the one thing that its steps change: state, limits, journal and working time, undone together."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from pydantic import JsonValue
from temporalio import workflow

from workflows.commands import AnyCommand, texts_of
from workflows.journal import Journal
from workflows.limits import MessageLimits
from workflows.state import MessageInput, MessageState
from workflows.working_time import WorkingTime


class Refusal(Exception):  # noqa: N818  a refusal is an outcome, not an error
    """A command the message does not take now; the text says why, in Russian."""


class CommandMoment(NamedTuple):
    """When a command counts, when it reached the next holder, which a machine may have delayed, and in whose place
    it was given, if by a substitute."""

    at: datetime
    reached: datetime
    acting_for: str | None = None


class Case:
    """What every part of a message's workflow works on."""

    def __init__(self, start: MessageInput) -> None:
        carried = start.carried
        self.regulation = start.regulation
        self.working_time = WorkingTime(carried.calendars if carried else start.calendars, self.regulation)
        self.state = carried.state if carried else _first_state(start, self.working_time)
        records = carried.records if carried else 0
        self.journal = Journal(self.state, self.regulation, self.working_time, records)
        self.limits = MessageLimits(self.state, self.regulation, self.working_time, self.journal)

    @property
    def now(self) -> datetime:
        """The moment by the workflow's clock, in the Department's zone."""
        return self.working_time.local(workflow.now())

    def enter(
        self, command: AnyCommand, moment: CommandMoment, kind: str | None = None, /, **data: JsonValue
    ) -> int:
        """Write the journal row of a command, of the command's own kind unless named; returns its number."""
        data["id"] = command.id
        if texts := texts_of(command):
            data["texts"] = dict(texts)
        self.journal.last_command = kind or command.name
        return self.journal.enter(
            kind or command.name, moment.at, person=command.person, acting_for=moment.acting_for, **data
        )

    def before(self) -> Callable[[], None]:
        """Keep how everything stands that a step may change; called, the answer undoes what was changed since."""
        state, calendars = self.state.model_dump_json(by_alias=True), self.working_time.calendars
        mark = self.journal.mark()

        def restore() -> None:
            # In place: every part holds the same state.
            for name, value in MessageState.model_validate_json(state):
                setattr(self.state, name, value)
            self.working_time.change(calendars)
            self.journal.forget(mark)

        return restore


def _first_state(start: MessageInput, working_time: WorkingTime) -> MessageState:
    registered_at = working_time.local(start.registered_at)
    return MessageState(
        id=start.id,
        network=start.network,
        detected_at=working_time.local(start.detected_at),
        registered_at=registered_at,
        curator=start.acting_for or start.registered_by,
        act=start.regulation.act.key,
        edition=start.regulation.act.edition.isoformat(),
        time=working_time.reading,
        last_moment=registered_at,
    )
