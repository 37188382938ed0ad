"""The note to the Governor stays on its page, whatever was written."""

from datetime import UTC, datetime
from io import BytesIO

import pypdf
import pytest

from service.oversight.governor_notes import _cut
from service.reports.papers.requisites import Office
from service.reports.weekly.governor_note import GovernorNote, NoteLine
from service.reports.weekly.press import NoteJob


@pytest.mark.parametrize("text", ["\n".join(["да"] * 6_000), "Ш" * 20_000], ids=["lines", "letters"])
async def test_a_long_text_is_cut_to_the_page_and_says_so(office: Office, text: str) -> None:
    reason, _ = _cut(text, 8)
    shown, is_cut = _cut(text, 18)
    note = GovernorNote(
        message=12,
        title="Справка о сообщении № 12",
        made="Составлена 26 ноября 2026 года 17:35",
        reason=reason,
        lines=tuple(
            NoteLine(what=what, told="Администрация Гаврилово-Посадского муниципального района, " * 2)
            for what in (
                "Доложено",
                "Тема",
                "Место",
                "Где",
                "Выявлено",
                "Важность",
                "У кого",
                "Что",
                "Срок",
                "Раньше",
            )
        ),
        text=shown,
        is_cut=is_cut,
        requisites=await office.to_governor("Справка о сообщении № 12", datetime(2026, 11, 26, tzinfo=UTC)),
    )
    pages = pypdf.PdfReader(BytesIO(NoteJob(note=note).made())).pages
    assert is_cut
    assert len(pages) == 1
    told = pages[0].extract_text()
    assert "Текст приведён не полностью" in told
    plain = told.replace("\u00a0", " ")
    assert "Губернатору Ивановской области" in plain and "Селезнёву В. Г." in plain
    assert "Департамент внутренней политики" in plain and "И. В. Лобанова" in plain
    assert "http" not in told


def test_a_text_of_just_so_many_lines_is_whole() -> None:
    assert _cut("Яма.\n\nБольшая.", 18) == ("Яма.\nБольшая.", False)
    assert _cut("\n".join("а" * 18), 18)[1] is False
    assert _cut("\n".join("а" * 19), 18)[1] is True
