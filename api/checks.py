"""What a command's fields must name: keys of the directory, earlier messages, attachments, links (else 422)."""

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import FieldError
from api.targets import number_of
from calendar_rules.regulation import Regulation
from store import messages
from store.directory import is_within
from store.tables import AttachmentRow, BodyRow, MessageRow, NetworkRow, TopicRow
from workflows.state import MessageState

DEPARTMENT = "department"
"""The curators' own body: it answers nobody, so nothing is routed to it."""


async def bodies(session: AsyncSession, field: str, keys: Sequence[str]) -> None:
    """Every key is a body that can answer."""
    known = set(
        await session.exec(select(BodyRow.key).where(col(BodyRow.key).in_(keys), BodyRow.key != DEPARTMENT))
    )
    for index, key in enumerate(keys):
        if key not in known:
            place = f"{field}[{index}]" if len(keys) > 1 or field == "bodies" else field
            raise FieldError(place, f"органа «{key}» нет в справочнике; ключи органов: GET /api/directory.")


async def topic(session: AsyncSession, key: str) -> None:
    if await session.get(TopicRow, key) is None:
        raise FieldError("topic", f"темы «{key}» нет в справочнике; ключи тем: GET /api/directory.")


def reduced_term(term: timedelta | None, regulation: Regulation) -> None:
    """Above zero and below the ordinary term (cl. 7)."""
    ordinary = regulation.ordinary_term
    if term is not None and not timedelta(0) < term < ordinary:
        raise FieldError("reduced_term", f"срок должен быть больше нуля и меньше обычного ({ordinary}).")


async def repeats(session: AsyncSession, message: MessageRow, earlier: str | None) -> None:
    """A repeated message names one registered earlier (cl. 16)."""
    if earlier is None:
        return
    number = number_of(earlier)
    known = number is not None and await messages.by_number(session, number) is not None
    if number is None or not known or message.number is None or number >= message.number:
        raise FieldError("repeats", f"сообщения № {earlier}, зарегистрированного раньше этого, нет.")


async def attachments(session: AsyncSession, message: MessageRow, ids: Sequence[str]) -> None:
    """Every attachment was uploaded to this message."""
    if not ids:
        return
    known = set(
        await session.exec(
            select(AttachmentRow.id).where(
                AttachmentRow.message == message.number, col(AttachmentRow.id).in_(ids)
            )
        )
    )
    for index, attachment in enumerate(ids):
        if attachment not in known:
            raise FieldError(
                f"attachments[{index}]", "такого вложения у сообщения нет; сначала загрузите файл."
            )


async def published(session: AsyncSession, message: MessageRow, url: str) -> None:
    """The answer stands in the network where the message stands (cl. 13)."""
    rules = await session.get(NetworkRow, message.network)
    if rules is None or not rules.hosts:
        return
    if not is_within(urlsplit(url).hostname or "", rules.hosts):
        raise FieldError(
            "url", f"ответ размещается там же, где сообщение: {rules.title} ({', '.join(rules.hosts)})."
        )


def measures(message: MessageRow, newest: MessageState | None, kind: str, text: str | None) -> None:
    """An answer to a repeated message states the measures taken or the progress (cl. 16).

    `newest` is a state that the row may not have yet.
    """
    repeated = newest.repeats if newest else (message.snapshot or {}).get("repeats")
    if repeated and kind != "clarification" and text is None:
        raise FieldError(
            "measures", "сообщение повторное: укажите принятые меры или ход решения вопроса (п. 16)."
        )
