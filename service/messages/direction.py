"""A text keeps its own direction of writing: nothing in it moves what stands beside it (docs/run/bounds.md).

Texts are kept as they were written, marks of direction and all (Unicode Standard Annex 9); whoever shows one beside
official words sets it off.
"""

import re

from service.language.reading import reads_texts

_CONTROLS = dict.fromkeys((0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_TURNING = re.compile(
    "[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff"
    "\U0001e800-\U0001efff]"
)
_FIRST_STRONG_ISOLATE, _POP = "\u2068", "\u2069"
_INITIATORS = "\u2066\u2067\u2068"
_ISOLATES = re.compile("[\u2066-\u2069]")


def turns(text: str) -> bool:
    """Whether anything in a text could move what stands beside it: marks of direction, letters from right to left."""
    return _TURNING.search(text) is not None


def without_controls(text: str) -> str:
    """A text without marks of direction, which nobody sees; its letters stay."""
    return text.translate(_CONTROLS) if turns(text) else text


@reads_texts()
def balanced(text: str) -> str:
    """A text that can be put into an isolate, such as `<bdi>`: line by line it opens as many as it closes.

    One more that it opened would take the end of the isolate for its own, one more that it closed would be that end.
    """
    return "".join(map(_balanced, text.splitlines(keepends=True))) if _ISOLATES.search(text) else text


def _balanced(line: str) -> str:
    kept, opened = [], 0
    for sign in line.rstrip("\r\n"):
        opened += sign in _INITIATORS
        if sign == _POP:
            if not opened:
                continue
            opened -= 1
        kept.append(sign)
    return "".join(kept) + _POP * opened + line[len(line.rstrip("\r\n")) :]


def isolated(text: str) -> str:
    """A text for a line of official words where there is no markup: without marks, and set off where it turns."""
    bare = without_controls(text)
    return f"{_FIRST_STRONG_ISOLATE}{bare}{_POP}" if turns(bare) else bare
