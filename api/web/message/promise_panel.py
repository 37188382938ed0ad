"""Promises of a message as its page shows them: what came of each, and what a draft promises without a record."""

import asyncio
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from calendar_rules.vocabulary import DraftStatus, PromiseState
from service.messages.promised import PromiseView
from service.messages.targets import OF_BODIES, Target
from service.messages.view import DraftView, MessageView
from service.promises.promised_days import PromisedDay, promised_days
from service.runs.rules import Rules
from workflows.vocabulary import Command

TONES: Final = {
    PromiseState.ASKED: "soon",
    PromiseState.KEPT: "good",
    PromiseState.BROKEN: "late",
}
"""The colour of a state's tag; of any other none."""
_RUNNING = (PromiseState.GIVEN, PromiseState.MOVED, PromiseState.ASKED)
_STANDING = (DraftStatus.SUBMITTED, DraftStatus.APPROVED, DraftStatus.PUBLISHED)


@dataclass(frozen=True, slots=True)
class PromisePanel:
    """`own`: ids of those of which the viewer may say what came of them; `denied`: words said to be no promise."""

    shown: Sequence[PromiseView]
    own: AbstractSet[str]
    unrecorded: Sequence[PromisedDay]
    denied: Sequence[str]
    may_ask: bool
    may_give: bool


async def panel(
    target: Target, message: MessageView, draft: DraftView | None, rules: Rules, *, composes: bool
) -> PromisePanel:
    """The panel for the viewer; `draft` is under way, `composes`: it is in a form, with its promises."""
    decides = draft is not None and Command.SEND_FOR_REWORK in message.allowed
    own_bodies = {one.body for one in target.capacities if one.role in OF_BODIES}
    acts = not target.only_to_read
    return PromisePanel(
        shown=[one for one in message.promises if one.state is not PromiseState.DROPPED],
        own={one.id for one in message.promises if acts and one.body in own_bodies and _is_open(one)},
        unrecorded=await _unrecorded(target, message, draft, rules) if draft and decides else (),
        denied=[
            one.fragment for one in message.promises_denied if decides and draft and one.draft == draft.id
        ],
        may_ask=decides,
        may_give=acts
        and not composes
        and any(one.body in own_bodies and one.status in _STANDING for one in message.drafts[-1:]),
    )


def _is_open(promise: PromiseView) -> bool:
    is_late = promise.state is PromiseState.BROKEN and promise.done_at is None
    return promise.state in _RUNNING or is_late


async def _unrecorded(
    target: Target, message: MessageView, draft: DraftView, rules: Rules
) -> Sequence[PromisedDay]:
    calendar = rules.calendar_of(draft.body)
    found = await asyncio.to_thread(promised_days, draft.text, target.now, calendar)
    recorded = [one for one in message.promises if one.draft == draft.id]
    denied = {one.fragment for one in message.promises_denied if one.draft == draft.id}
    return [
        one
        for one in found
        if one.fragment not in denied
        and not any(one.until == other.until or one.what == other.what for other in recorded)
    ]
