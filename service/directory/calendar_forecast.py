"""Forecast of a change of calendar or zones: which open limits it will move, before anything is changed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from calendar_rules.due_moments import AnswerDue, counts_back, due_moment
from calendar_rules.moments import As, moment_text
from calendar_rules.regulation import LimitName
from service.messages.view import state_of
from service.runs import time_in_force
from service.runs.rules import Rules
from store.database.engines import Database
from store.messages import finding
from store.people import dated_values
from workflows.state import LimitRun, MessageState

_MOST = 30
"""Limits that are listed one by one."""


@dataclass(frozen=True, slots=True)
class Move:
    """An open limit of a message, and when it is due before and after the change."""

    message: int
    run: LimitRun
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Forecast:
    """What moves among the open messages; `others` go by another act or edition and were not counted."""

    open: int
    others: int
    moves: list[Move]

    def lines(self) -> Iterator[str]:
        """The forecast in words, in Russian."""
        yield f"Открытых сообщений: {self.open}. Сдвинется сроков: {len(self.moves)}."
        for move in self.moves[:_MOST]:
            before = move.run.due_at.astimezone(move.due_at.tzinfo)
            yield (
                f"  № {move.message}, п. {move.run.clause}: {moment_text(before, As.ROW)} → "
                f"{moment_text(move.due_at, As.ROW)}"
            )
        if len(self.moves) > _MOST:
            yield f"  и ещё {len(self.moves) - _MOST}"
        if self.others:
            yield f"Идут по другому акту или другой редакции, не посчитаны: {self.others}."


async def forecast(database: Database, rules: Rules, change: Callable[[Rules], None]) -> Forecast:
    """What `change` will move: it has rules, which count by what is in force, count by something else.

    Raises DatabaseError.
    """
    async with database.read() as session:
        rules.keep_hours(await dated_values.hours(session))
        await time_in_force.take_over(session, rules)
        change(rules)
        rows = await finding.open_ones(session)
        numbers = [row.number for row in rows if row.number is not None]
        runs = await finding.limits(session, numbers)
        moves, others, now = list[Move](), 0, datetime.now(UTC)
        for number, row in zip(numbers, rows, strict=True):
            if row.edition != rules.regulation.act.reference:
                others += 1
                continue
            moves += _moves(number, state_of(row, runs[number]), rules, finding.message_now(row, now))
    return Forecast(len(rows), others, moves)


def _moves(number: int, state: MessageState, rules: Rules, now: datetime) -> Iterator[Move]:
    """As a workflow recomputes its open limits, `draft` last, since it counts from others."""
    due = {run.number: run.due_at for run in state.limits}
    answer = state.open_limit(LimitName.ANSWER)
    for run in sorted(state.open_limits(), key=lambda run: run.name is LimitName.DRAFT):
        back = counts_back(rules.regulation, run.name)
        if run.counted is None or (back and answer is None):
            continue
        found = due_moment(
            rules.regulation,
            rules.calendar_of(run.calendar),
            run.name,
            run.started_at,
            term=run.term,
            answer=AnswerDue(answer.term.amount, due[answer.number], state.detected_at)
            if answer and back
            else None,
            contribution_due=due[run.waits_for] if run.waits_for else None,
            stood=run.stood,
        ).due_at
        if found != run.due_at and (run.breached_at is None or found > now):
            due[run.number] = found
            yield Move(number, run, found)
