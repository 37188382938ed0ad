"""Templates that regions edit: what is wrong in one is said in Russian, and no summary is lost by it."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import docx
import pytest
from typer.testing import CliRunner

from cli import app
from service.errors import ConflictError
from service.weekly import contents, word, word_template
from service.weekly.documents import WeeklyDocuments
from service.weekly.sample import sample
from service.weekly.template_fault import TemplateFaultError
from tests.documents import ROOT, text
from tests.service.weekly.summaries import full


def _template(*paragraphs: str) -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def _made(*paragraphs: str) -> list[str]:
    made = word.made(contents.of(full()), {}, _template(*paragraphs))
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
    made = word.made(contents.of(strange), {}, None)
    assert docx.Document(BytesIO(made)).tables[2].rows[1].cells[0].text == "Отдел <№ 1> & «Б» {{ week }}"


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
    with pytest.raises(TemplateFaultError, match="otklik report template") as refused:
        _made(*paragraphs)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    "content", [b"", b"not a document", _template("x")[:2000], b"PK\x05\x06" + bytes(18)], ids=len
)
def test_a_file_that_is_no_document_is_told_so(content: bytes) -> None:
    with pytest.raises(TemplateFaultError, match="не является документом Word"):
        word.made(contents.of(full()), {}, content)


def test_the_default_template_is_filled_in_without_pictures_too() -> None:
    assert word.made(contents.of(sample()), {}, word_template.made())


@pytest.fixture
def own(tmp_path: Path, documents: WeeklyDocuments) -> Callable[[bytes | None], WeeklyDocuments]:
    """Documents by a template of the region's; None: its file is not there."""

    def of(content: bytes | None) -> WeeklyDocuments:
        file = tmp_path / "шаблон.docx"
        if content is not None:
            file.write_bytes(content)
        made = WeeklyDocuments(file)
        made.share_with(documents)
        return made

    return of


async def test_a_wrong_template_loses_no_summary(own: Callable[[bytes | None], WeeklyDocuments]) -> None:
    documents = own(_template("{{ titel }}"))
    with pytest.raises(ConflictError, match=r"неизвестное поле: titel.*по обычному шаблону"):
        await documents.docx(full())
    ordinary = docx.Document(BytesIO(await documents.docx(full(), is_ordinary=True)))
    assert contents.of(full()).title in [paragraph.text for paragraph in ordinary.paragraphs]


async def test_a_template_that_is_not_there_is_told_with_its_setting(
    own: Callable[[bytes | None], WeeklyDocuments],
) -> None:
    with pytest.raises(ConflictError, match=r"шаблон.docx.*OTKLIK_WEEKLY_TEMPLATE.*по обычному шаблону"):
        await own(None).docx(full())


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
    fields = word.filled(contents.of(sample()), {}, word._opened(word_template.made()))
    described = text(ROOT / "docs" / "weekly-documents.md")
    assert {name for name in fields if f"`{name}`" not in described} == set()
    for table in contents.of(sample()).tables():
        (line,) = (line for line in described.splitlines() if line.startswith(f"| `{table.key}` |"))
        assert {column.key for column in table.columns if f"`{column.key}`" not in line} == set()
