"""The file of a message, with its journal in the words of the page."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.web.message.choices import Choices
from api.web.message.entries import entries
from api.web.titles import Titles
from service.assembly import Service
from service.journal.reading import JournalRowView
from service.messages.targets import Target
from service.messages.view import MessageView


async def pdf_of(target: Target, service: Service) -> bytes:
    """Return the file as PDF/A-3a. Raises TooBusyError where it is not there in time."""
    zone = service.rules.zone

    async def in_words(
        message: MessageView, journal: Sequence[JournalRowView]
    ) -> Sequence[Mapping[str, Any]]:
        titles, choices = await Titles.read(service.database), await Choices.read(service.database)
        return [
            {
                "number": entry.number,
                "at": entry.at,
                "title": entry.title,
                "who": f"{entry.who}, замещает: {entry.acting_for}" if entry.acting_for else entry.who,
                "said": [
                    {"label": item.label, "text": item.text, "before": item.before} for item in entry.said
                ],
            }
            for entry in entries(journal, message, titles, choices, zone)
        ]

    return await service.reports.message_files.pdf(target, in_words)
