"""The weekly summary as documents: DOCX, XLSX and PDF, and the pictures of its page."""

import asyncio
import os
import sys
from hashlib import sha256
from pathlib import Path
from typing import ClassVar, Final

import structlog

from service.deadline import keep, lift_deadline
from service.errors import ConflictError, TooBusyError
from service.lately import Lately
from service.weekly import contents, document_wording, press, workbook
from service.weekly.governor_note import GovernorNote
from service.weekly.press import Fonts, Job, Pictures, Work
from service.weekly.summary import WeeklySummary

log = structlog.get_logger(__name__)

_LONGEST: Final = 60.0  # seconds
_MOST_WAITING: Final = 12
_MOST_KEPT: Final = 8
"""Pictures of so many summaries are kept, half a megabyte each."""
_KEPT_FROM_A_PRESS: Final = ("OTKLIK_", "TEMPORAL_")
"""Prefixes of variables that it has no use for: passwords and keys are among them."""


class Press:
    """Makes documents one after another, each in a process of its own."""

    def __init__(self) -> None:
        self._at_work = asyncio.Lock()
        self._waiting = 0

    async def make(self, job: Job) -> bytes:
        """What the job makes.

        Raises ConflictError for a template of the region that cannot be filled in, TooBusyError where too many wait.
        """
        if self._waiting >= _MOST_WAITING:
            raise TooBusyError(document_wording.PRESS_IS_BUSY)
        self._waiting += 1
        try:
            async with self._at_work:
                return await _made(job)
        finally:
            self._waiting -= 1


async def _made(job: Job) -> bytes:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        press.__name__,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if not name.startswith(_KEPT_FROM_A_PRESS)},
    )
    try:
        async with asyncio.timeout(_LONGEST):
            made, said = await process.communicate(job.model_dump_json().encode())
    except TimeoutError:
        log.warning("a document took too long", work=job.work)
        if job.template is not None:
            raise ConflictError(document_wording.TEMPLATE_TAKES_TOO_LONG) from None
        raise TooBusyError(document_wording.PRESS_IS_BUSY) from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode == press.FAULT:
        raise ConflictError(f"{said.decode()} {document_wording.ORDINARY_TEMPLATE}")
    if process.returncode:
        raise RuntimeError(f"{job.work} was not made: {said.decode(errors='replace')[-2000:]}")
    return made


class WeeklyDocuments:
    """Documents of summaries. `template`: the region's own for Word, read again for each document."""

    _fonts: ClassVar[Fonts | None] = None
    """The pages' font, the same for the whole program."""

    def __init__(self, template: Path | None) -> None:
        self._template = template
        self._press = Press()
        self._pictures: Lately[str, Pictures] = Lately(_MOST_KEPT)
        self._drawing = asyncio.Lock()

    def share_with(self, other: "WeeklyDocuments") -> None:
        """Take over what another has drawn."""
        self._pictures = other._pictures

    @property
    def has_own_template(self) -> bool:
        """Whether the region has a template of its own."""
        return self._template is not None

    def drawn(self, summary: WeeklySummary) -> Pictures | None:
        """The pictures, where they have been drawn already."""
        return self._pictures.get(_key(summary))

    async def drawn_soon(self, summary: WeeklySummary, *, within: float) -> Pictures | None:
        """The pictures, if they are there within so many seconds; else they go on being drawn."""
        task = keep(asyncio.create_task(self.pictures(summary)))
        await asyncio.wait({task}, timeout=within)
        return task.result() if task.done() else None

    async def pictures(self, summary: WeeklySummary) -> Pictures:
        """The pictures: of the page, of paper, and of Word. Takes seconds where they have not been drawn yet."""
        lift_deadline()
        async with self._drawing:
            key = _key(summary)
            found = self._pictures.get(key)
            if found is None:
                job = Job(work=Work.PICTURES, fonts=await self._known_fonts(), summary=summary)
                found = Pictures.model_validate_json(await self._press.make(job))
            self._pictures[key] = found
            return found

    async def pdf(self, summary: WeeklySummary) -> bytes:
        """PDF/UA-1, A4."""
        lift_deadline()
        drawn = Pictures(on_paper=(await self.pictures(summary)).on_paper)
        return await self._press.make(
            Job(work=Work.PDF, fonts=await self._known_fonts(), summary=summary, pictures=drawn)
        )

    async def xlsx(self, summary: WeeklySummary) -> bytes:
        """A workbook."""
        return await asyncio.to_thread(workbook.made, contents.of(summary))

    async def docx(self, summary: WeeklySummary, *, is_ordinary: bool = False) -> bytes:
        """The document to be signed, by the region's template, or `is_ordinary`: by the default one.

        Raises ConflictError for a template that cannot be read or filled in.
        """
        lift_deadline()
        template = None if is_ordinary else await asyncio.to_thread(self._own_template)
        photos = Pictures(photos=(await self.pictures(summary)).photos)
        return await self._press.make(
            Job(work=Work.DOCX, summary=summary, pictures=photos, template=template)
        )

    async def note(self, note: GovernorNote) -> bytes:
        """The note to the Governor as PDF, one page."""
        lift_deadline()
        return await self._press.make(Job(work=Work.NOTE, fonts=await self._known_fonts(), note=note))

    def _own_template(self) -> bytes | None:
        if self._template is None:
            return None
        try:
            return self._template.read_bytes()
        except OSError as error:
            raise ConflictError(
                f"{document_wording.TEMPLATE_IS_NOT_READ.format(file=self._template, why=error.strerror)} "
                f"{document_wording.ORDINARY_TEMPLATE}"
            ) from None

    async def _known_fonts(self) -> Fonts:
        if WeeklyDocuments._fonts is None:
            made = await self._press.make(Job(work=Work.FONTS))
            WeeklyDocuments._fonts = Fonts.model_validate_json(made)
        return WeeklyDocuments._fonts


def _key(summary: WeeklySummary) -> str:
    """What pictures are the same by: when the numbers were counted is not in them."""
    shown = summary.model_dump_json(exclude={"made_at", "made_by", "version", "definitions", "gaps"})
    return sha256(shown.encode()).hexdigest()
