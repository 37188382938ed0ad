"""The form of a paper: what stands above and below what it tells."""

from typing import Final

from pydantic import BaseModel, ConfigDict

BLANK: Final = "_" * 24
"""A line to be filled in by hand."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Party(_Part):
    """An office and who holds it, in the case of their place; without a name there is a line to be filled in."""

    office: str
    name: str = ""


class Requisites(_Part):
    """The form of a paper. `compiler` None: not told. `executor` and `telephone` may be empty: to be filled in."""

    authority: str
    ground: str = ""
    title: str
    as_of: str = ""
    place: str = ""
    addressee: Party
    signatory: Party
    compiler: Party | None = None
    executor: str = ""
    telephone: str = ""
