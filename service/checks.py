"""What a command's fields must name: keys of the directory, earlier messages, attachments, links (else 422)."""

from collections.abc import Sequence
from datetime import timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from calendar_rules.regulation import Regulation
from calendar_rules.vocabulary import Network
from service.errors import InvalidInputError
from service.targets import number_of
from store import attachments as stored_attachments
from store import directory_rows, messages, networks
from store.tables import MessageRow
from workflows.state import MessageState


async def bodies(session: AsyncSession, field: str, keys: Sequence[str]) -> None:
    """Every key is a body that can answer."""
    known = await directory_rows.answering(session, keys)
    for index, key in enumerate(keys):
        if key not in known:
            place = f"{field}[{index}]" if len(keys) > 1 or field == "bodies" else field
            raise InvalidInputError(
                place, f"органа «{key}» нет в справочнике; ключи органов: GET /api/directory."
            )


async def topic(session: AsyncSession, key: str) -> None:
    if not await directory_rows.has_topic(session, key):
        raise InvalidInputError("topic", f"темы «{key}» нет в справочнике; ключи тем: GET /api/directory.")


def reduced_term(term: timedelta | None, regulation: Regulation) -> None:
    """Above zero and below the ordinary term (cl. 7)."""
    ordinary = regulation.limits.answer.term
    if term is not None and not timedelta(0) < term < regulation.ordinary_term:
        raise InvalidInputError(
            "reduced_term",
            f"срок должен быть больше нуля и короче обычного ({ordinary}).",
        )


async def repeats(session: AsyncSession, message: MessageRow, earlier: str | None) -> None:
    """A repeated message names one registered earlier (cl. 16)."""
    if earlier is None:
        return
    number = number_of(earlier)
    known = number is not None and await messages.by_number(session, number) is not None
    if number is None or not known or message.number is None or number >= message.number:
        raise InvalidInputError(
            "repeats", f"сообщения № {earlier} среди зарегистрированных раньше этого нет."
        )


async def attachments(session: AsyncSession, message: MessageRow, ids: Sequence[str]) -> None:
    """Every attachment was uploaded to this message."""
    if not ids:
        return
    known = await stored_attachments.known(session, message.number, ids)
    for index, attachment in enumerate(ids):
        if attachment not in known:
            raise InvalidInputError(
                f"attachments[{index}]", "такого вложения у сообщения нет; сначала загрузите файл."
            )


async def link(session: AsyncSession, network: Network, url: str) -> None:
    """The link is of the network, and of no other (cl. 3)."""
    if reason := (await networks.known(session)).misfit(url, network):
        raise InvalidInputError("url", reason)


async def published(session: AsyncSession, message: MessageRow, url: str) -> None:
    """The answer stands where the message stands (cl. 13)."""
    known = await networks.known(session)
    if reason := known.may_stand(message.url, Network(message.network), url):
        raise InvalidInputError("url", reason)


def measures(message: MessageRow, newest: MessageState | None, kind: str, text: str | None) -> None:
    """An answer to a repeated message states the measures taken or the progress (cl. 16).

    `newest` is a state that the row may not have yet.
    """
    repeated = newest.repeats if newest else (message.snapshot or {}).get("repeats")
    if repeated and kind != "clarification" and text is None:
        raise InvalidInputError(
            "measures", "сообщение повторное: укажите принятые меры или ход решения вопроса (п. 16)."
        )
