"""A message as it is registered (cl. 5, 7): from what a curator gives to the row that is written."""

from datetime import UTC, datetime

from calendar_rules import CalendarError
from service.access import wording
from service.access.errors import InvalidInputError
from service.commands.requests import Registration
from service.language.lemmas import lemmas_of
from service.messages import posts
from service.runs.training_clock import LONGEST
from service.runs.workflows import Workflows
from store.messages.searching import found_by
from store.messages.tables import MessageRow
from store.people.persons import Actor


async def draw_up(body: Registration, caller: Actor, workflows: Workflows) -> MessageRow:
    """The message as it will be written. Raises InvalidInputError for moments it cannot have."""
    registered_at = _start(body, datetime.now(UTC), training=workflows.training is not None)
    detected_at = body.detected_at or registered_at
    if detected_at > registered_at:
        raise InvalidInputError("detected_at", wording.NOT_IN_THE_FUTURE)
    try:
        # What falls outside the loaded calendar is refused here, not in a workflow that could not begin.
        workflows.rules.calendars(detected_at)
        workflows.rules.answer_due(detected_at)
    except CalendarError as error:
        given = "starts_at" if body.starts_at and not body.detected_at else "detected_at"
        raise InvalidInputError(given, str(error)) from error
    lemmas = await lemmas_of(body.text)
    return message_row(
        network=body.network,
        url=body.url,
        author=body.author,
        text=body.text,
        lemmas=lemmas,
        detected_at=detected_at,
        registered_at=registered_at,
        registered_by=caller.key,
    )


def message_row(
    *,
    network: str,
    url: str,
    author: str,
    text: str,
    lemmas: str,
    detected_at: datetime,
    registered_at: datetime,
    registered_by: str,
    url_key: str | None = None,
) -> MessageRow:
    """The row of a new message, whoever registers it: a person, an import, the demo.

    `url_key`: where the link is not what the message is unique by.
    """
    return MessageRow(
        network=network,
        url=url,
        url_key=url_key or posts.url_key(url),
        author=author,
        text=text,
        search_text=found_by(author, text, url, lemmas=lemmas),
        lemmas=lemmas,
        detected_at=detected_at,
        registered_at=registered_at,
        registered_by=registered_by,
        # Until its workflow says whose it is: whoever registers it routes it.
        curator=registered_by,
        step_curator=registered_by,
    )


def _start(body: Registration, now: datetime, *, training: bool) -> datetime:
    if body.starts_at is None:
        return now
    if not training:
        raise InvalidInputError("starts_at", wording.ONLY_IN_TRAINING)
    if body.starts_at <= now:
        raise InvalidInputError("starts_at", wording.IN_THE_FUTURE)
    if body.starts_at - now > LONGEST:
        raise InvalidInputError("starts_at", wording.TOO_FAR)
    return body.starts_at
