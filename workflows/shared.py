"""Content that thousands of messages have in common is held once by a process: acts, production calendars."""

from functools import lru_cache
from typing import TypeVar

from pydantic import AfterValidator, BaseModel

Model = TypeVar("Model", bound=BaseModel)


@lru_cache(maxsize=64)
def one(kind: type[Model], dumped: str) -> Model:
    """The model that the JSON says: the same object as often as it is asked for."""
    return kind.model_validate_json(dumped)


def _shared(given: Model) -> Model:
    held: Model = one(type(given), given.model_dump_json(by_alias=True))
    return held


SHARED = AfterValidator(_shared)
"""For a field of a frozen model: equal values that arrive in different payloads become one object."""
