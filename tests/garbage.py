"""Garbage is looked for between tests and not within one: a pass over all there is takes seconds by the end of a run.

In those seconds nothing in the process goes on, and an answer that people are promised in time comes late.
"""

import gc

from sqlmodel import SQLModel

_NEVER = 1_000_000
_YOUNG_PASSES = 100
"""Passes over young objects, of which each may leave some thousands, before one over all there is."""


def look_between_tests() -> None:
    """From here on the interpreter looks by itself at young objects only."""
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, _NEVER)


def keep_what_is_loaded() -> None:
    """What modules and the collection of tests have made stays until the end: nobody looks at it again."""
    gc.collect()
    gc.freeze()


def look() -> None:
    """Where enough has come together, free it, with what the mappers remember of databases that are gone."""
    if gc.get_count()[2] < _YOUNG_PASSES:
        return
    for mapper in SQLModel._sa_registry.mappers:
        mapper._compiled_cache.clear()
    gc.collect()
