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
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

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


class Work(StrEnum):
    """What a press can make."""

    PICTURES = "pictures"
    PDF = "pdf"
    DOCX = "docx"
    NOTE = "note"
    MESSAGE_FILE = "message_file"
    MEMO = "memo"


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, ser_json_bytes="base64", val_json_bytes="base64")


class Pictures(_Message):
    """The pictures of one summary: as SVG for the page and for paper, as PNG for Word."""

    of_pages: Mapping[Picture, str] = {}
    on_paper: Mapping[Picture, str] = {}
    photos: Mapping[Picture, bytes] = {}


class MessageFile(_Message):
    """The data of the file of a message, and the folder with its attachments."""

    data: Mapping[str, Any]
    folder: Path


class Job(_Message):
    """What is to be made, of what. `template`: of a paper in Word."""

    work: Work
    summary: WeeklySummary | None = None
    pictures: Pictures = Pictures()
    template: bytes = b""
    note: GovernorNote | None = None
    message_file: MessageFile | None = None
    memo: memos.Memo | None = None
    requisites: Requisites | None = None
    most: int = MOST_OF_PROCESSOR


def done(job: Job) -> bytes:
    """What the job makes. Raises TemplateFaultError."""
    return _MAKERS[job.work](job, typeface.folder())


# Each imports what it works with: none needs everything.


def _pictures(job: Job, folder: Path) -> bytes:
    from service.reports.weekly import pictures

    read = contents.of(_known(job.summary))
    pictures.use(folder)
    of_pages = pictures.drawn(read)
    on_paper = pictures.on_paper(of_pages)
    made = Pictures(of_pages=of_pages, on_paper=on_paper, photos=pictures.photographed(on_paper))
    return made.model_dump_json().encode()


def _pdf(job: Job, folder: Path) -> bytes:
    from service.reports.weekly import printing

    return printing.pdf(
        contents.of(_known(job.summary)), job.pictures.on_paper, folder, _official(job.requisites)
    )


def _docx(job: Job, _folder: Path) -> bytes:
    from service.reports.weekly import word

    return word.made(
        contents.of(_known(job.summary)), job.pictures.photos, job.template, _official(job.requisites)
    )


def _note(job: Job, folder: Path) -> bytes:
    from service.reports.weekly import printing

    if job.note is None:
        raise ValueError("no note in the job")
    return printing.note(job.note, folder)


def _message_file(job: Job, folder: Path) -> bytes:
    from service.reports.papers import message_print

    if job.message_file is None:
        raise ValueError("no file of a message in the job")
    return message_print.printed(job.message_file.data, job.message_file.folder, folder)


def _memo(job: Job, _folder: Path) -> bytes:
    if job.memo is None:
        raise ValueError("no memo in the job")
    return memos.docx(job.memo, job.template)


_MAKERS: Final = {
    Work.PICTURES: _pictures,
    Work.PDF: _pdf,
    Work.DOCX: _docx,
    Work.NOTE: _note,
    Work.MESSAGE_FILE: _message_file,
    Work.MEMO: _memo,
}


def _known(summary: WeeklySummary | None) -> WeeklySummary:
    if summary is None:
        raise ValueError("no summary in the job")
    return summary


def _official(requisites: Requisites | None) -> Requisites:
    if requisites is None:
        raise ValueError("no requisites in the job")
    return requisites


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
        job = Job.model_validate_json(sys.stdin.buffer.read())
        _limit_itself(job.most)
        made = done(job)
    except TemplateFaultError as error:
        sys.stderr.write(str(error))
        return FAULT
    with output:
        output.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
