"""Russian word forms by `pymorphy3`: one analyzer for the whole process, loaded when it is first needed."""

from functools import cache
from threading import Lock
from typing import Any

_LOADING = Lock()


def analyzer() -> Any:
    """The shared analyzer; the first call takes half a second, so not on the event loop."""
    with _LOADING:  # two threads at once must not load its dictionary twice
        return _load()


@cache
def _load() -> Any:
    import pymorphy3  # noqa: PLC0415  half a second that most processes never need to spend

    return pymorphy3.MorphAnalyzer(lang="ru")
