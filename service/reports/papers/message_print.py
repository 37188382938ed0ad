"""The file of one message («Материалы по сообщению») as PDF/A-3a with its attachments inside, by typst."""

import json
import re
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any, Final

import typst
from fontTools.ttLib import TTFont

from service.reports.papers.message_file import MessageFile

STANDARDS: Final = ("a-3a", "ua-1")
"""For archives, with tags for screen readers."""


def printed(told: MessageFile, folder: Path, fonts: Path) -> bytes:
    """The document. `folder` has the attachments under their names; what typst needs is written beside them."""
    known = _letters(fonts)
    (folder / "main.typ").write_bytes(
        resources.files("service").joinpath("reports", "papers", "message_file.typ").read_bytes()
    )
    said = _readable(told.model_dump(mode="json"), known)
    (folder / "data.json").write_text(json.dumps(said, ensure_ascii=False), "utf-8")
    made: bytes = typst.compile(
        str(folder / "main.typ"),
        root=str(folder),
        format="pdf",
        pdf_standards=list(STANDARDS),
        font_paths=[str(fonts)],
        ignore_system_fonts=True,
    )
    return made


def _letters(fonts: Path) -> frozenset[int]:
    """What the font can write: PDF/A takes no text that it cannot."""
    known: Mapping[int, str] = TTFont(str(fonts / "golos-text-regular.ttf")).getBestCmap()
    return frozenset(known)


_INVISIBLE: Final = re.compile("[\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2064\\ufe00-\\ufe0f\\ufeff]")


def _readable(value: Any, known: frozenset[int]) -> Any:
    """Signs that the font lacks, emoji among them, by their number: «[U+1F621]»."""
    if isinstance(value, str):
        plain = _INVISIBLE.sub("", value)
        return "".join(
            sign if ord(sign) in known or sign in "\n\t" else f"[U+{ord(sign):04X}]" for sign in plain
        )
    if isinstance(value, Mapping):
        # Names of files are those on the disk.
        return {key: each if key == "name" else _readable(each, known) for key, each in value.items()}
    return [_readable(each, known) for each in value] if isinstance(value, list) else value
