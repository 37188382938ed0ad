"""Surroundings of the place where a body writes: what is asked, who else writes, what is kept of it."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from api.web.message.fields import Kind
from api.web.message.forms import CommandForm
from api.web.templates import clock
from calendar_rules.russian import initials
from service.journal.reading import JournalRowView
from service.messages.view import AttachmentView, MessageView
from store.messages.unsent import Writer
from workflows.vocabulary import Command


class Asked(NamedTuple):
    """What one was last told of the work, by whom (a sign-in), and what that is called.

    `competent_body`: whose competence a body that gave it back thinks it is (cl. 8).
    """

    title: str
    text: str
    person: str | None
    competent_body: str | None = None


class Writing(NamedTuple):
    """Somebody else who writes: what is said of it, and the second of 1970 up to which that holds."""

    text: str
    until: int


def asked(message: MessageView, journal: Sequence[JournalRowView]) -> Asked | None:
    """The last comment on what the body has sent (cl. 11, 15), or why it was given back; newest rows first."""
    for row in journal:
        match row.kind:
            case Command.SEND_FOR_REWORK if row.data.get("comment"):
                return Asked("Замечания куратора", row.data["comment"], row.person)
            case Command.AUTHOR_REPLIED if row.data.get("text"):
                return Asked("Автор ответил", row.data["text"], None)
            case Command.RETURN if row.data.get("reason"):
                return Asked(
                    "Возвращено исполнителем", row.data["reason"], row.person, row.data.get("competent_body")
                )
            case Command.SUBMIT_DRAFT | Command.CONTRIBUTE | Command.ROUTE:
                # What was said before it has been answered by it.
                return None
    return None


def writing(form: CommandForm, writer: Writer, zone: ZoneInfo) -> Writing:
    """«Петров П. П. пишет ответ, 10:42»."""
    what = form.row.writes or f"заполняет форму «{form.title}»"
    at = clock(writer.saved_at.astimezone(zone))
    return Writing(f"{initials(writer.name)} {what}, {at}", int(writer.saved_at.timestamp()) + 120)


def texts_of(form: CommandForm, fields: Mapping[str, Sequence[str]]) -> Sequence[tuple[str, str]]:
    """The texts among what was typed into a form that is no longer there, with their labels."""
    return [
        (field.label, text)
        for field in form.fields
        if field.kind in (Kind.TEXT, Kind.LINK, Kind.LINE)
        for text in fields.get(field.name, ())
        if text.strip()
    ]


def files_of(message: MessageView, ids: Sequence[str]) -> Sequence[AttachmentView]:
    """The files of these ids; of one that no step names yet only that it is there."""
    parts = [message.attachments, *(item.attachments for item in message.contributions)]
    parts += [draft.attachments for draft in message.drafts]
    known = {file.id: file for files in parts for file in files}
    return [
        known.get(item) or AttachmentView(id=item, name="загруженный файл", type="", size=0)
        for item in dict.fromkeys(ids)
    ]
