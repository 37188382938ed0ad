"""Summaries as documents: DOCX, XLSX and PDF, and the pictures of their pages.

A summary that was made is printed once, and its documents are kept as they were made, with the requisites of that day.
One whose numbers are not final is printed anew once they have changed.
"""

import asyncio
from hashlib import sha256
from typing import Final, NamedTuple

from service.access.deadline import keep, lift_deadline
from service.access.lately import Lately
from service.reports.papers.form import Requisites
from service.reports.papers.press import Press
from service.reports.papers.requisites import Office
from service.reports.papers.shelf import Make, Shelf
from service.reports.papers.templates import Template, Templates
from service.reports.weekly import contents, workbook
from service.reports.weekly.press import Job, Pictures, Work
from service.reports.weekly.summary import WeeklySummary

_MOST_KEPT: Final = 8
"""Pictures of so many summaries are kept, half a megabyte each."""


class ReportOf(NamedTuple):
    """What a summary is of: its period's template, the name that addresses have, and the one body, if any."""

    kind: Template
    name: str
    body: str | None = None
    """Its title; None where the summary is of all bodies."""

    @classmethod
    def of(cls, summary: WeeklySummary) -> "ReportOf":
        """What this summary is of."""
        return cls(Template(summary.unit), summary.period, summary.body_title)


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
                job = Job(work=Work.PICTURES, summary=summary)
                found = Pictures.model_validate_json(await self._press.make(job))
            self._pictures[key] = found
            return found

    # ---- documents

    def begin(self, summary: WeeklySummary) -> None:
        """As `prepare`, behind the answer."""
        keep(asyncio.create_task(self.prepare(summary), name="making the documents of a summary"))

    async def prepare(self, summary: WeeklySummary) -> None:
        """Make all documents of a summary that was made, and keep them; what cannot be made is told to whoever asks."""
        template = self._template(summary)
        for name, make in (
            (f"{_key(summary)}/pdf", lambda: self._pdf(summary)),
            (f"{_key(summary)}/xlsx", lambda: self._xlsx(summary)),
            (_key_in_word(summary, template), lambda: self._docx(summary, template)),
        ):
            await self._shelf.soon(name, make)

    async def pdf(self, summary: WeeklySummary) -> bytes:
        """PDF/UA-1, A4. Raises TooBusyError where it is not there in time."""
        return await self._made(summary, f"{_key(summary)}/pdf", lambda: self._pdf(summary))

    async def xlsx(self, summary: WeeklySummary) -> bytes:
        """A workbook. Raises TooBusyError where it is not there in time."""
        return await self._made(summary, f"{_key(summary)}/xlsx", lambda: self._xlsx(summary))

    async def docx(self, summary: WeeklySummary) -> bytes:
        """Return the document to be signed.

        Raises ConflictError for a template that cannot be filled in, TooBusyError where it is not there in time.
        """
        template = self._template(summary)
        return await self._made(
            summary, _key_in_word(summary, template), lambda: self._docx(summary, template)
        )

    async def _made(self, summary: WeeklySummary, key: str, make: Make) -> bytes:
        if summary.version:
            return await self._shelf.kept(key, make)
        return await self._shelf.passing(f"{_digest(summary)}/{key}", make)

    def _template(self, summary: WeeklySummary) -> bytes:
        return self._templates.read(ReportOf.of(summary).kind)

    async def _requisites(self, summary: WeeklySummary) -> Requisites:
        return await self._office.of_report(
            summary.first_day, summary.last_day, summary.made_at, ReportOf.of(summary).body
        )

    async def _pdf(self, summary: WeeklySummary) -> bytes:
        drawn = Pictures(on_paper=(await self.pictures(summary)).on_paper)
        return await self._press.make(
            Job(
                work=Work.PDF,
                summary=summary,
                pictures=drawn,
                requisites=await self._requisites(summary),
            )
        )

    async def _xlsx(self, summary: WeeklySummary) -> bytes:
        requisites = await self._requisites(summary)
        return await asyncio.to_thread(workbook.made, contents.of(summary), requisites)

    async def _docx(self, summary: WeeklySummary, template: bytes) -> bytes:
        photos = Pictures(photos=(await self.pictures(summary)).photos)
        return await self._press.make(
            Job(
                work=Work.DOCX,
                summary=summary,
                pictures=photos,
                template=template,
                requisites=await self._requisites(summary),
            )
        )


def _key(summary: WeeklySummary) -> str:
    """By what its documents are known, which stay as they were made."""
    of = ReportOf.of(summary)
    return f"report/{of.kind}/{of.name}/{summary.body or ''}/{summary.version}"


def _key_in_word(summary: WeeklySummary, template: bytes) -> str:
    return f"{_key(summary)}/docx/{sha256(template).hexdigest()[:16]}"


def _digest(summary: WeeklySummary) -> str:
    return sha256(summary.model_dump_json(exclude={"made_at"}).encode()).hexdigest()


def _shown(summary: WeeklySummary) -> str:
    """What pictures are the same by: when the numbers were counted is not in them."""
    shown = summary.model_dump_json(exclude={"made_at", "made_by", "version", "definitions", "gaps"})
    return sha256(shown.encode()).hexdigest()
