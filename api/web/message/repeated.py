"""Answers given before: to the message that this one repeats (cl. 16), to likely similar ones, in the same words."""

from collections.abc import Container, Sequence

from calendar_rules.vocabulary import DraftKind, DraftStatus
from service.access.errors import NotFoundError, UnknownNowError
from service.assembly import Service
from service.messages.earlier_answers import EarlierAnswerView, SameTextView, under_way
from service.messages.targets import Target
from service.messages.view import DraftView, MessageView
from workflows.vocabulary import Command


async def earlier_answer(service: Service, target: Target, message: MessageView) -> DraftView | None:
    """The answer published there; None where nothing is repeated, answered, or to be seen by the viewer."""
    if message.repeats is None:
        return None
    try:
        earlier = await service.messages.targets.find(message.repeats, target.caller)
    except (NotFoundError, UnknownNowError):
        return None
    drafts = (await service.messages.reader.current(earlier)).drafts
    return next(
        (
            draft
            for draft in reversed(drafts)
            if draft.kind is DraftKind.ANSWER and draft.status is DraftStatus.PUBLISHED
        ),
        None,
    )


async def answers_before(
    service: Service, target: Target, message: MessageView, shown: Container[str]
) -> tuple[Sequence[EarlierAnswerView], Sequence[SameTextView]]:
    """How the same was answered, for whoever writes; what the draft repeats, for whoever decides on it.

    None of what the page has already, by the ids of its parts.
    """
    answers = service.messages.earlier_answers
    if Command.SUBMIT_DRAFT in message.allowed and "earlier-answers" not in shown:
        return await answers.of(target, message.current_body), ()
    draft = under_way(message.drafts)
    if Command.APPROVE in message.allowed and draft is not None and f"same-text-{draft.id}" not in shown:
        return (), await answers.same_text(target, draft)
    return (), ()
