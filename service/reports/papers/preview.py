"""A Word document as it is looked at in a browser: paragraphs and tables, without what Word alone can show."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph (`text`), or a table (`rows`, of cells). The flags are a paragraph's."""

    text: str = ""
    rows: Sequence[Sequence[str]] = ()
    is_heading: bool = False
    is_centred: bool = False
    has_picture: bool = False


def blocks(document: bytes) -> list[Block]:
    """What stands in the document; empty paragraphs are left out."""
    # Seldom wanted, and large.
    import docx  # noqa: PLC0415
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415
    from docx.table import Table  # noqa: PLC0415
    from docx.text.paragraph import Paragraph  # noqa: PLC0415

    found: list[Block] = []
    for part in docx.Document(BytesIO(document)).iter_inner_content():
        if isinstance(part, Table):
            found.append(Block(rows=[[cell.text for cell in row.cells] for row in part.rows]))
        elif isinstance(part, Paragraph):
            has_picture = bool(part._p.xpath(".//w:drawing"))
            if part.text.strip() or has_picture:
                style = (part.style.name or "") if part.style is not None else ""
                found.append(
                    Block(
                        text=part.text,
                        is_heading=style.startswith(("Heading", "Title")),
                        is_centred=part.alignment == WD_ALIGN_PARAGRAPH.CENTER,
                        has_picture=has_picture,
                    )
                )
    return found
