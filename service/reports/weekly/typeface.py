"""The pages' font as pictures and PDF take it: one TTF of each weight, with Latin and Cyrillic together.

Browsers take it in parts, packed (WOFF2), with all weights in one file; neither typst nor vl-convert reads that.
"""

from importlib import resources
from pathlib import Path
from typing import Final

FAMILY: Final = "Golos Text"
_FILES: Final = ("golos-text-regular.ttf", "golos-text-bold.ttf")


def folder() -> Path:
    """Where set-up puts the files, beside those of the pages. Raises FileNotFoundError where it did not."""
    found = Path(str(resources.files("api"))) / "web" / "static" / "vendor"
    for name in _FILES:
        (found / name).stat()
    return found
