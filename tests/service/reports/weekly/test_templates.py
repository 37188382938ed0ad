"""Templates that regions edit: what is wrong in one is said in Russian, and no summary is lost by it."""

from io import BytesIO
from pathlib import Path

import docx
import pytest
from typer.testing import CliRunner

from cli import app
from service.access.errors import ConflictError, InvalidInputError
from service.reports.papers.press import Press
from service.reports.papers.templates import EXAMPLE, TemplateKind, Templates
from service.reports.weekly import contents, word, word_template
from service.reports.weekly.documents import WeeklyDocuments
from service.reports.weekly.press import Job, Work
from service.reports.weekly.sample import sample
from service.reports.weekly.template_fault import TemplateFaultError
from store.people.persons import Actor
from tests.documents import ROOT, text
from tests.service.reports.weekly.summaries import full


def _template(*paragraphs: str) -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def _made(*paragraphs: str) -> list[str]:
    made = word.made(contents.of(full()), {}, _template(*paragraphs), EXAMPLE)
    return [paragraph.text for paragraph in docx.Document(BytesIO(made)).paragraphs]


def test_a_template_of_ones_own_takes_what_it_names() -> None:
    assert _made(
        "{{ title }}, неделя {{ week }}",
        "{%p for row in bodies %}",
        "{{ row.title }}: {{ row.in_time }} в срок, {{ row.share }}",
        "{%p endfor %}",
        "Всего {{ bodies_total.received }}; {{ limits[0].median }}",
    )[:2] == [
        "Сводка за неделю с\u00a016\u00a0по\u00a022\u00a0ноября 2026\u00a0года, неделя 2026-W47",
        "Департамент дорожного хозяйства и транспорта Ивановской области: 30 в срок, 100\u00a0%",
    ]


def test_titles_with_signs_of_markup_stay_texts() -> None:
    strange = full(bodies=(full().bodies[0].model_copy(update={"title": "Отдел <№ 1> & «Б» {{ week }}"}),))
    made = word.made(contents.of(strange), {}, None, EXAMPLE)
    assert docx.Document(BytesIO(made)).tables[3].rows[1].cells[0].text == "Отдел <№ 1> & «Б» {{ week }}"


@pytest.mark.parametrize(
    ("paragraphs", "said"),
    [
        (("{{ titel }}",), "неизвестное поле: titel."),
        (("{{ titel }} {{ wek }}",), "неизвестные поля: titel, wek."),
        (("{%p for row in bodies %}", "{{ row.titel }}", "{%p endfor %}"), "неизвестное поле: titel."),
        (("{%p for row in bodies %}", "{{ row.title }}"), "ошибка записи"),
        (("{{ title | nothing }}",), "ошибка записи"),
        (("{{ title.__class__.__mro__ }}",), "недопустимое действие"),
        (("{{ 1 / 0 }}",), "не заполняется"),
        (("{{ bodies + 1 }}",), "не заполняется"),
        (("{% for n in range(10 ** 9) %}{% endfor %}",), "не заполняется"),
    ],
)
def test_what_is_wrong_is_said(paragraphs: tuple[str, ...], said: str) -> None:
    with pytest.raises(TemplateFaultError, match="Поля шаблона перечислены") as refused:
        _made(*paragraphs)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    "content", [b"", b"not a document", _template("x")[:2000], b"PK\x05\x06" + bytes(18)], ids=len
)
def test_a_file_that_is_no_document_is_told_so(content: bytes) -> None:
    with pytest.raises(TemplateFaultError, match="не является документом Word"):
        word.made(contents.of(full()), {}, content, EXAMPLE)


def test_the_default_template_is_filled_in_without_pictures_too() -> None:
    assert word.made(contents.of(sample()), {}, word_template.made(), EXAMPLE)


# ---- put in by the administrator


ADMIN = Actor("admin", "", "", (), ())


async def test_a_template_holds_once_it_is_put_in_force_and_every_version_stays(
    documents: WeeklyDocuments, templates: Templates
) -> None:
    kind = TemplateKind.WEEK
    summary = full(version=7)
    version = await templates.upload(
        ADMIN, kind, "C:\\наш шаблон.docx", _template("Наша: {{ document_title }}")
    )
    shown = docx.Document(BytesIO(await templates.preview(kind, version))).paragraphs
    assert shown[0].text == "Наша: Сводная информация (пример)"
    assert not (await templates.versions())[kind][0].holds
    assert await templates.holding(kind) == (0, None)

    await templates.put_in_force(ADMIN, kind, version)
    assert (
        docx.Document(BytesIO(await documents.docx(summary))).paragraphs[0].text.startswith("Наша: Сводная")
    )
    ordinary = docx.Document(BytesIO(await documents.docx(summary, is_ordinary=True)))
    assert len(ordinary.tables) > 10

    await templates.restore_original(ADMIN, kind)
    assert len(docx.Document(BytesIO(await documents.docx(summary))).tables) > 10
    lines = (await templates.versions())[kind]
    assert [(line.name, line.put_in_by, line.holds) for line in lines] == [
        ("исходный", "admin", True),
        ("наш шаблон.docx", "admin", False),
    ]
    with pytest.raises(ConflictError):
        await templates.restore_original(ADMIN, kind)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (_template("{{ titel }}"), "неизвестное поле: titel"),
        (b"not a document", "не является документом Word"),
        (b"", "не больше 5 МБ"),
    ],
    ids=("field", "file", "empty"),
)
async def test_a_template_with_a_fault_is_not_taken(templates: Templates, content: bytes, said: str) -> None:
    with pytest.raises(InvalidInputError, match=said):
        await templates.upload(ADMIN, TemplateKind.MONTH, "ш.docx", content)
    assert (await templates.versions())[TemplateKind.MONTH] == []


async def test_a_template_that_never_ends_is_ended(press: Press) -> None:
    loop = _template("{% for n in range(99999) %}{% for m in range(99999) %}{% endfor %}{% endfor %}")
    job = Job(work=Work.DOCX, summary=sample(), template=loop, requisites=EXAMPLE, most=3)
    with pytest.raises(ConflictError, match="слишком большой цикл"):
        await press.make(job)


# ---- the command line


def test_the_default_template_is_saved_changed_and_checked(tmp_path: Path) -> None:
    file = tmp_path / "шаблон.docx"
    saved = CliRunner().invoke(app, ["report", "template", str(file)])
    assert saved.exit_code == 0 and "otklik report check" in saved.output
    assert CliRunner().invoke(app, ["report", "check", str(file)]).exit_code == 0
    changed = docx.Document(str(file))
    changed.add_paragraph("{{ подпись }}")
    changed.save(str(file))
    wrong = CliRunner().invoke(app, ["report", "check", str(file)])
    assert wrong.exit_code == 2 and "неизвестное поле: подпись" in wrong.output
    again = CliRunner().invoke(app, ["report", "template", str(file)])
    assert again.exit_code == 2 and "уже есть" in again.output
    missing = CliRunner().invoke(app, ["report", "check", str(tmp_path / "нет.docx")])
    assert missing.exit_code == 2 and "Не удалось прочитать" in missing.output


def test_every_field_of_templates_is_in_the_docs() -> None:
    fields = word.filled(contents.of(sample()), {}, word._opened(word_template.made()), EXAMPLE)
    described = text(ROOT / "docs/use/weekly-documents.md")
    assert {name for name in fields if f"`{name}`" not in described} == set()
    for table in contents.of(sample()).tables():
        (line,) = (line for line in described.splitlines() if line.startswith(f"| `{table.key}` |"))
        assert {column.key for column in table.columns if f"`{column.key}`" not in line} == set()
