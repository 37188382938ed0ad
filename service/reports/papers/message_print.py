"""The file of one message («Материалы по сообщению») as PDF/A-3a with its attachments inside, by typst."""

import json
import re
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any, Final

import typst
from fontTools.ttLib import TTFont

STANDARDS: Final = ("a-3a", "ua-1")
"""For archives, with tags for screen readers."""
_INVISIBLE: Final = re.compile("[\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2064\\ufe00-\\ufe0f\\ufeff]")


def printed(data: Mapping[str, Any], folder: Path, fonts: Path) -> bytes:
    """Return the document. `folder` holds the attachments under their names; typst's files are written beside them."""
    font: Mapping[int, str] = TTFont(str(fonts / "golos-text-regular.ttf")).getBestCmap()
    template = resources.files("service").joinpath("reports", "papers", "message_file.typ")
    (folder / "main.typ").write_bytes(template.read_bytes())
    readable = _readable(data, frozenset(font))
    (folder / "data.json").write_text(json.dumps(readable, ensure_ascii=False), "utf-8")
    made: bytes = typst.compile(
        str(folder / "main.typ"),
        root=str(folder),
        format="pdf",
        pdf_standards=list(STANDARDS),
        font_paths=[str(fonts)],
        ignore_system_fonts=True,
    )
    return made


def _readable(value: Any, known: frozenset[int]) -> Any:
    """Write signs that the font lacks by their number, «[U+1F621]»: PDF/A takes no text that cannot be drawn."""
    if isinstance(value, str):
        plain = _INVISIBLE.sub("", value)
        return "".join(
            sign if ord(sign) in known or sign in "\n\t" else f"[U+{ord(sign):04X}]" for sign in plain
        )
    if isinstance(value, Mapping):
        # Names of files are those on the disk.
        return {key: each if key == "file" else _readable(each, known) for key, each in value.items()}
    return [_readable(each, known) for each in value] if isinstance(value, list) else value
