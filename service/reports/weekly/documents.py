"""Summaries as documents: DOCX, XLSX and PDF, and the pictures of their pages.

A summary that was made is printed once, and its documents are kept as they were made, with the requisites of that day.
One whose numbers are not final is printed anew once they have changed.
"""

import asyncio
from enum import StrEnum
from hashlib import sha256
from typing import Final

from service.access.deadline import keep, lift_deadline
from service.access.lately import Lately
from service.reports.papers.form import Requisites
from service.reports.papers.press import Press
from service.reports.papers.requisites import Office
from service.reports.papers.shelf import Make, Shelf
from service.reports.papers.templates import Template, Templates
from service.reports.weekly import contents, workbook
from service.reports.weekly.press import DocxJob, PdfJob, Pictures, PicturesJob
from service.reports.weekly.summary import WeeklySummary

_MOST_KEPT: Final = 8
"""Pictures of so many summaries are kept, half a megabyte each."""


class Form(StrEnum):
    """A form of a document: to be read and kept, to go on counting with, to be signed."""

    PDF = "pdf"
    XLSX = "xlsx"
    DOCX = "docx"


class WeeklyDocuments:
    """Documents of summaries."""

    def __init__(self, shelf: Shelf, press: Press, office: Office, templates: Templates) -> None:
        self._shelf = shelf
        self._press = press
        self._office = office
        self._templates = templates
        self._pictures: Lately[str, Pictures] = Lately(_MOST_KEPT)
        self._drawing = asyncio.Lock()

    # ---- pictures

    def drawn(self, summary: WeeklySummary) -> Pictures | None:
        """The pictures, where they have been drawn already."""
        return self._pictures.get(_shown(summary))

    async def drawn_soon(self, summary: WeeklySummary, *, within: float) -> Pictures | None:
        """The pictures, if they are there within so many seconds; else they go on being drawn."""
        task = keep(asyncio.create_task(self.pictures(summary)))
        await asyncio.wait({task}, timeout=within)
        return task.result() if task.done() else None

    async def pictures(self, summary: WeeklySummary) -> Pictures:
        """The pictures: of the page, of paper, and of Word. Takes seconds where they have not been drawn yet."""
        lift_deadline()
        async with self._drawing:
            key = _shown(summary)
            found = self._pictures.get(key)
            if found is None:
                drawn = await self._press.make(PicturesJob(summary=summary))
                found = Pictures.model_validate_json(drawn)
            self._pictures[key] = found
            return found

    # ---- documents

    def begin(self, summary: WeeklySummary) -> None:
        """As `prepare`, behind the answer."""
        keep(asyncio.create_task(self.prepare(summary), name="making the documents of a summary"))

    async def prepare(self, summary: WeeklySummary) -> None:
        """Make all documents of a summary that was made, and keep them; what cannot be made is told to whoever asks."""
        for form in Form:
            await self._shelf.soon(*self._asked(summary, form))

    async def made(self, summary: WeeklySummary, form: Form) -> bytes:
        """Return the document.

        Raises ConflictError for a template that cannot be filled in, TooBusyError where it is not there in time.
        """
        key, make = self._asked(summary, form)
        if summary.version:
            return await self._shelf.kept(key, make)
        return await self._shelf.passing(f"{_digest(summary)}/{key}", make)

    def _asked(self, summary: WeeklySummary, form: Form) -> tuple[str, Make]:
        """By what a document is known, and what makes it."""
        key = f"report/{summary.unit}/{summary.period}/{summary.body or ''}/{summary.version}/{form}"
        if form is Form.DOCX:
            template = self._templates.read(Template(summary.unit))
            digest = sha256(template).hexdigest()[:16]
            return f"{key}/{digest}", lambda: self._docx(summary, template)
        return key, lambda: self._pdf(summary) if form is Form.PDF else self._xlsx(summary)

    async def _requisites(self, summary: WeeklySummary) -> Requisites:
        return await self._office.of_report(
            summary.first_day, summary.last_day, summary.made_at, summary.body_title
        )

    async def _pdf(self, summary: WeeklySummary) -> bytes:
        drawn = (await self.pictures(summary)).on_paper
        requisites = await self._requisites(summary)
        return await self._press.make(PdfJob(summary=summary, pictures=drawn, requisites=requisites))

    async def _xlsx(self, summary: WeeklySummary) -> bytes:
        requisites = await self._requisites(summary)
        return await asyncio.to_thread(workbook.made, contents.of(summary), requisites)

    async def _docx(self, summary: WeeklySummary, template: bytes) -> bytes:
        photos = (await self.pictures(summary)).photos
        requisites = await self._requisites(summary)
        return await self._press.make(
            DocxJob(summary=summary, pictures=photos, template=template, requisites=requisites)
        )


def _digest(summary: WeeklySummary) -> str:
    return sha256(summary.model_dump_json(exclude={"made_at"}).encode()).hexdigest()


def _shown(summary: WeeklySummary) -> str:
    """What pictures are the same by: when the numbers were counted is not in them."""
    shown = summary.model_dump_json(exclude={"made_at", "made_by", "version", "definitions", "gaps"})
    return sha256(shown.encode()).hexdigest()
