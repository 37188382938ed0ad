"""A text keeps its own direction of writing: nothing in it moves what stands beside it (docs/limits.md).

Texts are kept as they were written, marks of direction and all (Unicode Standard Annex 9); whoever shows one beside
official words sets it off.
"""

import re

_CONTROLS = dict.fromkeys((0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_TURNING = re.compile(
    "[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff"
    "\U0001e800-\U0001efff]"
)
_FIRST_STRONG_ISOLATE, _POP = "\u2068", "\u2069"


def turns(text: str) -> bool:
    """Whether anything in a text could move what stands beside it: marks of direction, letters from right to left."""
    return _TURNING.search(text) is not None


def without_controls(text: str) -> str:
    """A text without marks of direction, which nobody sees; its letters stay."""
    return text.translate(_CONTROLS) if turns(text) else text


def isolated(text: str) -> str:
    """A text for a line of official words where there is no markup: without marks, and set off where it turns."""
    bare = without_controls(text)
    return f"{_FIRST_STRONG_ISOLATE}{bare}{_POP}" if turns(bare) else bare
