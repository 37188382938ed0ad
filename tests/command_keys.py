"""The keys by which the tests' clients seal and their workers check."""

import os

from workflows.sealing import Sealing
from workflows.seals import KEY_BYTES, CommandKeys

KEYS = CommandKeys(b"i" * KEY_BYTES, {1: b"1" * KEY_BYTES})
SEALING = Sealing(KEYS)


def share() -> None:
    """Have every installation that this process opens, and its children, use these keys."""
    os.environ["OTKLIK_KEYS"] = KEYS.written()
