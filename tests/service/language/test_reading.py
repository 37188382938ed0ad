"""No rule of text is worse than linear: whoever writes a post can hold up nobody by the signs in it."""

import pkgutil
from importlib import import_module
from time import thread_time

import pytest

import service
from service.language.reading import READERS

LONGEST = 20_000
MOST = 0.1
"""Seconds of one thread's processor."""
HOSTILE = {
    "one word": "а",
    "commas": ",",
    "lines": "\n",
    "invisible signs": "Иванов" + "\u200b" * 40 + " ",
    "digits": "8",
    "dashes": "а-",
    "dates": " 1 мая улиц",
    "latin": "Aa.",
    "abbreviations": "д. ",
    "capitals": ",Юя!",
    "full stops": ".",
    "tags": "<a",
}

for module in pkgutil.walk_packages(service.__path__, "service."):
    import_module(module.name)


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in HOSTILE.items()])
@pytest.mark.parametrize(
    "reader", [pytest.param(it, id=f"{it.__module__}.{it.__qualname__}") for it in READERS]
)
def test_a_hostile_text_is_read_in_no_time(reader, text: str) -> None:  # type: ignore[no-untyped-def]
    others = {name: make() for name, make in READERS[reader].items()}
    mine = others.pop("self", None)
    own = () if mine is None else (mine,)
    whole = (text * LONGEST)[:LONGEST]
    reader(*own, text, **others)  # what is loaded once is loaded
    took = []
    for _ in range(3):
        began = thread_time()
        reader(*own, whole, **others)
        took.append(thread_time() - began)
    assert min(took) < MOST
