"""The row of a message as its state says: what listings filter and sort by."""

from datetime import datetime

from calendar_rules.regulation import HolderRole
from calendar_rules.vocabulary import Stage
from store.journal import written as records
from workflows import notice_routing
from workflows.state import MessageState
from workflows.vocabulary import Command

GIVING_A_TURN = (Command.ROUTE, Command.CONTRIBUTE, Command.TRANSFER)
"""What hands a message to a body that has not had it before."""


def head_of(
    state: MessageState, *, overdue: bool, next_due: datetime | None, first_due: datetime | None
) -> records.Head:
    """The row of a message as its state says; limits have a table of their own."""
    step_curator, step_body = _whose_step(state)
    return records.Head(
        rows=state.rows,
        network=state.network,
        stage=state.stage,
        outcome=state.outcome,
        current_body=state.current_body,
        topic=state.topic,
        importance=state.importance,
        curator=state.curator,
        assignee=state.assignee,
        repeats=int(state.repeats) if state.repeats else None,
        step_curator=step_curator,
        step_body=step_body,
        place=state.location,
        routed_to=state.sequence[-1] if state.sequence else None,
        overdue=overdue,
        next_due=next_due,
        first_due=first_due,
        turns=state.turns,
        # What may be done follows from the rest, and is computed by whoever reads it.
        snapshot=state.model_dump(
            mode="json", by_alias=True, exclude={"limits", "allowed"}, exclude_defaults=True
        ),
    )


def head_of_whole(state: MessageState) -> records.Head:
    """The row of a message whose state has every limit."""
    return head_of(state, overdue=state.overdue, next_due=state.next_due, first_due=state.first_due)


def _whose_step(state: MessageState) -> tuple[str | None, str | None]:
    """The curator, else the body, whose step is open: in whose queue the message is.

    While the author's reply is awaited it is nobody's; once the time for it is over, the curator's.
    """
    if state.stage is Stage.CLOSED:
        return None, None
    if state.stage is Stage.AWAITING_AUTHOR:
        return (state.curator if state.no_reply_told else None), None
    _, holder = notice_routing.open_step(state)
    return (state.curator, None) if holder.role is HolderRole.CURATOR else (None, holder.body)
