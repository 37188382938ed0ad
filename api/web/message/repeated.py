"""The answer to the message that this one repeats (cl. 16): whoever answers again has it before them."""

from calendar_rules.vocabulary import DraftKind, DraftStatus
from service.access.errors import NotFoundError, UnknownNowError
from service.assembly import Service
from service.messages.targets import Target
from service.messages.view import DraftView, MessageView


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
