"""The pages' font as pictures and PDF take it: one TTF of each weight, with Latin and Cyrillic together.

Browsers take it in parts, packed (WOFF2), with all weights in one file; neither typst nor vl-convert reads that.
"""

from collections.abc import Mapping
from importlib import resources
from io import BytesIO
from typing import Final

from fontTools.merge import Merger
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

FAMILY: Final = "Golos Text"
_WEIGHTS: Final = {"Regular": 400, "Bold": 700}
_PARTS: Final = ("latin", "cyrillic")
_SUBFAMILY, _FULL, _POSTSCRIPT = 2, 4, 6
_BOLD_STYLE, _BOLD_SELECTION, _REGULAR_SELECTION = 1, 1 << 5, 1 << 6


def made() -> Mapping[str, bytes]:
    """The files by their names. Takes about a second: for a process of its own, and to be kept."""
    return {
        f"golos-text-{style.lower()}.ttf": _of_weight(style, weight) for style, weight in _WEIGHTS.items()
    }


def _of_weight(style: str, weight: int) -> bytes:
    parts = []
    for part in _PARTS:
        # Of the pages, which have the one copy of it; nothing of their code is needed.
        packed = (
            resources.files("api")
            .joinpath("web", "static", "vendor", f"golos-text-{part}.woff2")
            .read_bytes()
        )
        font = instancer.instantiateVariableFont(TTFont(BytesIO(packed)), {"wght": weight}, inplace=True)
        font.flavor = None
        plain = BytesIO()
        font.save(plain)
        parts.append(BytesIO(plain.getvalue()))
    whole = Merger().merge(parts)
    _name(whole, style)
    content = BytesIO()
    whole.save(content)
    return content.getvalue()


def _name(font: TTFont, style: str) -> None:
    """Say which weight of the family it is: a cut of a variable font still says the one it was designed at."""
    names = font["name"]
    for number, text in (
        (_SUBFAMILY, style),
        (_FULL, f"{FAMILY} {style}"),
        (_POSTSCRIPT, f"{FAMILY.replace(' ', '')}-{style}"),
    ):
        names.setName(text, number, 3, 1, 0x409)
    if style == "Bold":
        font["head"].macStyle |= _BOLD_STYLE
        font["OS/2"].fsSelection = (font["OS/2"].fsSelection | _BOLD_SELECTION) & ~_REGULAR_SELECTION
