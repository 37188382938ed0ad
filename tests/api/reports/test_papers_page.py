"""The page on which the administrator sets who is named in papers, and puts in templates."""

import re
from io import BytesIO

import docx
import pytest
from httpx import AsyncClient

from tests.api.directory.test_admin_pages import Sit, admin, sit, text_of

__all__ = ["admin", "sit"]  # fixtures

PAGE = "/admin/papers"


def template(*paragraphs: str) -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    content = BytesIO()
    document.save(content)
    return content.getvalue()


async def test_who_is_named_at_the_foot_is_set_and_on_record(admin: AsyncClient) -> None:
    given = {
        "executor": "curator",
        "telephone": "(4932) 12-34-56",
        "chairman_office": "",
        "chairman_name": "",
    }
    assert (await admin.post(PAGE, data=given)).status_code == 303
    page = await admin.get(PAGE)
    assert 'value="(4932) 12-34-56"' in page.text and '<option value="curator" selected>' in page.text
    changes = text_of(await admin.get("/admin/changes?part=papers"))
    assert "Реквизиты документов" in changes and "(4932) 12-34-56" in changes
    refused = await admin.post(PAGE, data=given | {"executor": "nobody"})
    assert refused.status_code == 422


async def test_a_template_is_looked_at_put_in_force_and_taken_back(admin: AsyncClient) -> None:
    original = await admin.get(f"{PAGE}/templates/original.docx")
    assert docx.Document(BytesIO(original.content)).tables
    files = {"file": ("бланк.docx", template("Наш бланк: {{ document_title }}"), "application/octet-stream")}
    sent = await admin.post(f"{PAGE}/templates/month", files=files)
    assert sent.status_code == 303 and re.fullmatch(rf"{PAGE}/templates/month/\d+", sent.headers["location"])
    look = await admin.get(sent.headers["location"])
    assert "Наш бланк: Сводная информация (пример)" in text_of(look)
    assert "не введён" in text_of(await admin.get(PAGE))
    example = await admin.get(f"{sent.headers['location']}/example.docx")
    assert docx.Document(BytesIO(example.content)).paragraphs[0].text.startswith("Наш бланк: Сводная")
    assert (await admin.get(f"{sent.headers['location']}/file.docx")).status_code == 200

    assert (await admin.post(sent.headers["location"])).status_code == 303
    shown = text_of(await admin.get(PAGE))
    assert "Действует «бланк.docx», версия 1." in shown and "Вернуть исходный" in shown
    assert (await admin.post(f"{PAGE}/templates/month/original")).status_code == 303
    again = await admin.post(f"{PAGE}/templates/month/original")
    assert again.status_code == 409 and "уже действует" in text_of(again)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (template("{{ titel }}"), "неизвестное поле: titel"),
        (b"no document", "не является документом Word"),
        (None, "Выберите шаблон"),
    ],
    ids=("field", "file", "nothing"),
)
async def test_what_is_wrong_in_a_template_is_said_on_the_page(
    admin: AsyncClient, content: bytes | None, said: str
) -> None:
    files = {"file": ("ш.docx", content, "application/octet-stream")} if content is not None else None
    refused = await admin.post(f"{PAGE}/templates/week", files=files, data={} if files else {"x": "1"})
    assert refused.status_code == 422 and said in text_of(refused)


async def test_the_page_is_the_administrators_alone(sit: Sit) -> None:
    assert (await (await sit("head")).get(PAGE)).status_code == 403
