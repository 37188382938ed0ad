"""Strength of passwords: long ones are taken, that are neither common nor made of the person's name.

Length is what counts (NIST SP 800-63B, 5.1.1): nothing is asked of kinds of characters.
"""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

SHORTEST = 12
LONGEST = 256
_FEWEST_CHARACTERS = 5
"""Different ones, in a password that is not a repetition."""
_LONG_NUMBER = 20
"""Digits and signs alone have to be this many."""
_NAME_PART = 4
"""Letters of a part of a name that says whose it is."""
_COMMON = Path(__file__).with_name("common_passwords.txt")


def weakness(password: str, *names: str) -> str | None:
    """Why this password may not be chosen, in Russian, with what to do; None where it may.

    `names`: the person's sign-in and name, no part of which may stand in it.
    """
    if len(password) < SHORTEST:
        return f"Пароль короче {SHORTEST} знаков. Придумайте длиннее."
    if len(password) > LONGEST:
        return f"Пароль длиннее {LONGEST} знаков. Сократите его."
    folded = password.casefold()
    if _is_common(folded):
        return "Такой пароль легко подобрать: он из самых распространённых. Придумайте другой."
    if any(part in folded for part in _parts(names)):
        return "В пароле есть имя сотрудника или имя для входа. Придумайте другой."
    return None


def _is_common(folded: str) -> bool:
    """Whether it is a common password, one that is repeated, or one with digits and signs around it."""
    bare = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)
    if len(set(folded)) < _FEWEST_CHARACTERS or (not bare and len(folded) < _LONG_NUMBER):
        return True
    return not _common().isdisjoint({folded, bare, _repeated(folded), _repeated(bare)})


def _repeated(text: str) -> str:
    """What the text is a repetition of; the text itself where it is none."""
    found = re.fullmatch(r"(.+?)\1+", text)
    return found.group(1) if found else text


def _parts(names: Iterable[str]) -> set[str]:
    parts = (part for name in names for part in re.split(r"[\W_]+", name.casefold()))
    return {part for part in parts if len(part) >= _NAME_PART}


@cache
def _common() -> frozenset[str]:
    lines = _COMMON.read_text(encoding="utf-8").split()
    return frozenset(line.casefold() for line in lines)
