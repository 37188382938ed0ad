"""Grounds on which personal data are destroyed by hand: a basis, the number of a document and its day."""

from calendar_rules.titles import DESTRUCTION_BASES
from service.commands.requests import ErasureBody


def said(body: ErasureBody) -> str:
    """The ground as an act names it: «Решение суда: № 2-14/2027 от 03.03.2027»."""
    number = f"№ {body.document}" if body.document else ""
    day = f"от {body.dated:%d.%m.%Y}" if body.dated else ""
    document = " ".join(part for part in (number, day) if part)
    return f"{DESTRUCTION_BASES[body.basis]}: {document}" if document else DESTRUCTION_BASES[body.basis]
