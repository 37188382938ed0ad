"""Hands a publication back to people: the program does not publish the text, and they do it by hand (cl. 13)."""

from datetime import datetime, timedelta

from calendar_rules.regulation import Audience
from calendar_rules.vocabulary import Network, NoticeKind
from service.networks import publication_text
from service.networks.answer_notices import AnswerNotices
from store.commands import outbox
from store.database.session import Session
from store.messages import finding
from store.networks import publications
from store.networks.tables import PublicationRow
from workflows.commands import ConfirmPublication
from workflows.state import Addressee

GIVES_UP = timedelta(minutes=9)
"""How long a publication is tried: with its last turn it is over ten minutes after the press, a third of cl. 13's
half hour."""
_ANSWERED_IN_TIME = timedelta(seconds=4)
"""Whoever asked was told of what came sooner by the answer to the request."""


async def hand_back(
    session: Session,
    dialect: str,
    notices: AnswerNotices,
    row: PublicationRow,
    reason: str,
    to: Addressee,
    now: datetime,
) -> bool:
    """Refuse an open publication in this transaction, with `reason` and what to do; whether it was still open.

    The confirmation that was held goes to the message, which refuses it with that on record; who pressed long ago gets
    a notice besides.
    """
    advice = publication_text.advice(reason, unsure=row.unsure)
    done = await publications.change(
        session,
        row,
        publications.OPEN,
        state=publications.REFUSED,
        looked_at=now,
        unsure=row.unsure,
        advice=advice,
    )
    command = await outbox.by_id(session, row.command)
    message = await finding.by_number(session, row.message)
    if not done or command is None or message is None:
        return False
    taken_at = finding.message_now(message, now)
    given = ConfirmPublication.model_validate(command.payload)
    refused = given.model_copy(update={"obstacle": advice, "taken_at": taken_at})
    await outbox.let_go(session, row.command, refused.model_dump(mode="json", by_alias=True), taken_at)
    if now - row.asked_at > _ANSWERED_IN_TIME:
        assert command.sequence is not None  # noqa: S101
        text = publication_text.failed(row.message, Network(row.network), advice)
        await notices.tell(
            session, dialect, row.message, command.sequence, NoticeKind.PUBLICATION_FAILED, text, [to], now
        )
    return True


def executors_of(row: PublicationRow) -> Addressee:
    """The executors of the body, whoever of them has the message."""
    return Addressee(audience=Audience.EXECUTORS, body=row.body)
