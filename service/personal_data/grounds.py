"""Grounds of a destruction by hand, as they stay on record: the basis, the document and its day, and no name."""

from collections.abc import Sequence
from datetime import date

from calendar_rules.titles import DESTRUCTION_BASES
from calendar_rules.vocabulary import DestructionBasis
from service.commands.requests import ErasureBody
from store.personal_data.grounds import sieved


def said(basis: DestructionBasis, document: str | None, dated: date | None) -> str:
    """The ground as an act names it: «Решение суда: дело № 2-14 от 03.03.2027»."""
    parts = [document or "", f"от {dated:%d.%m.%Y}" if dated else ""]
    named = " ".join(part for part in parts if part)
    return f"{DESTRUCTION_BASES[basis]}: {named}" if named else DESTRUCTION_BASES[basis]


def without_names(body: ErasureBody, names: Sequence[str] = (), texts: Sequence[str] = ()) -> ErasureBody:
    """The grounds of an erasure without what it erases; slow, so for a thread of its own."""
    document = sieved(body.document, names, texts) if body.document else None
    return ErasureBody(basis=body.basis, document=document, dated=body.dated)
