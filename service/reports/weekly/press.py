"""Press: drawing and printing in a process of its own, which ends with its work and gives back what it took.

An engine of JavaScript and typst hold some 300 MB while they work, and a template of the region is a program
that somebody else has written. `python -m service.reports.weekly.press` reads a job from its input and writes what was
made to its output; a fault of the template is told on the error output, with the exit code `FAULT`.
"""

import os
import resource
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from service.reports.papers import memo as memos
from service.reports.papers.form import Requisites
from service.reports.weekly import contents, typeface
from service.reports.weekly.governor_note import GovernorNote
from service.reports.weekly.layout import Picture
from service.reports.weekly.summary import WeeklySummary

FAULT: Final = 3
_NICE: Final = 5
"""Commands of people go before documents."""
TOO_LONG: Final = 4
"""The exit code of a job that took more of the processor than it may."""
MOST_OF_PROCESSOR: Final = 60
"""Seconds of the processor's time, not of the clock: on a busy machine a job takes longer, and no more work."""


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, ser_json_bytes="base64", val_json_bytes="base64")


class Pictures(_Message):
    """The pictures of one summary: as SVG for the page and for paper, as PNG for Word."""

    of_pages: Mapping[Picture, str] = {}
    on_paper: Mapping[Picture, str] = {}
    photos: Mapping[Picture, bytes] = {}


class Job(_Message):
    """What is to be made, of what. Each imports what it works with: none needs everything."""

    most: int = MOST_OF_PROCESSOR

    def made(self) -> bytes:
        """What the job makes. Raises TemplateFaultError."""
        raise NotImplementedError


class PicturesJob(Job):
    """The pictures of a summary; what is made is `Pictures` as JSON."""

    work: Literal["pictures"] = "pictures"
    summary: WeeklySummary

    def made(self) -> bytes:
        from service.reports.weekly import pictures

        pictures.use(typeface.folder())
        of_pages = pictures.drawn(contents.of(self.summary))
        on_paper = pictures.on_paper(of_pages)
        drawn = Pictures(of_pages=of_pages, on_paper=on_paper, photos=pictures.photographed(on_paper))
        return drawn.model_dump_json().encode()


class PdfJob(Job):
    """A summary on paper."""

    work: Literal["pdf"] = "pdf"
    summary: WeeklySummary
    pictures: Mapping[Picture, str] = {}
    requisites: Requisites

    def made(self) -> bytes:
        from service.reports.weekly import printing

        return printing.pdf(contents.of(self.summary), self.pictures, typeface.folder(), self.requisites)


class TemplateJob(Job):
    """A paper in Word, by a template of the region."""

    template: bytes


class DocxJob(TemplateJob):
    """A summary in Word."""

    work: Literal["docx"] = "docx"
    summary: WeeklySummary
    pictures: Mapping[Picture, bytes] = {}
    requisites: Requisites

    def made(self) -> bytes:
        from service.reports.weekly import word

        return word.made(contents.of(self.summary), self.pictures, self.template, self.requisites)


class MemoJob(TemplateJob):
    """The memo to the Chairman."""

    work: Literal["memo"] = "memo"
    memo: memos.Memo

    def made(self) -> bytes:
        return memos.docx(self.memo, self.template)


class NoteJob(Job):
    """The note to the Governor."""

    work: Literal["note"] = "note"
    note: GovernorNote

    def made(self) -> bytes:
        from service.reports.weekly import printing

        return printing.note(self.note, typeface.folder())


class FileJob(Job):
    """The file of a message, of its data and the folder with its attachments."""

    work: Literal["file"] = "file"
    data: Mapping[str, Any]
    attachments: Path

    def made(self) -> bytes:
        from service.reports.papers import message_print

        return message_print.printed(self.data, self.attachments, typeface.folder())


_JOB: Final[TypeAdapter[Job]] = TypeAdapter(
    Annotated[
        PicturesJob | PdfJob | DocxJob | MemoJob | NoteJob | FileJob,
        Field(discriminator="work"),
    ]
)


def _limit_itself(most: int) -> None:
    """A changed template may loop for ever: it is ended, with an exit code of its own."""
    signal.signal(signal.SIGXCPU, lambda *_: os._exit(TOO_LONG))
    resource.setrlimit(resource.RLIMIT_CPU, (most, most + 5))


def main() -> int:
    """One job, from input to output."""
    from service.reports.papers.word import TemplateFaultError

    os.nice(_NICE)
    # Whatever a library prints must not get into what is made.
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        job = _JOB.validate_json(sys.stdin.buffer.read())
        _limit_itself(job.most)
        made = job.made()
    except TemplateFaultError as error:
        sys.stderr.write(str(error))
        return FAULT
    with output:
        output.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
