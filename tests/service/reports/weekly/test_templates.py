"""Templates: the program's own, and those that regions edit: what is wrong in one is said in Russian, and no summary
is lost by it."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.table import Table
from typer.testing import CliRunner

from cli import app
from service.access.errors import ConflictError
from service.reports.papers import destruction_act, memo, samples, templates
from service.reports.papers.press import Press
from service.reports.papers.requisites import Office
from service.reports.papers.samples import REQUISITES
from service.reports.papers.shelf import Shelf
from service.reports.papers.templates import Template, Templates
from service.reports.papers.word import TemplateFaultError
from service.reports.weekly import contents, word
from service.reports.weekly.documents import Form, WeeklyDocuments
from service.reports.weekly.layout import Contents, Picture, written
from service.reports.weekly.period import Unit
from service.reports.weekly.press import DocxJob
from service.reports.weekly.sample import sample
from service.reports.weekly.summary import WeeklySummary
from store.database.engines import Database
from tests.documents import ROOT
from tests.service.reports.weekly.summaries import empty, full, report_of_body

PROVIDED = templates.provided(Template.WEEK)


def _template(*paragraphs: str) -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def _made(*paragraphs: str) -> list[str]:
    made = word.made(contents.of(full()), {}, _template(*paragraphs), REQUISITES)
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


def test_tables_that_a_report_does_not_have_are_empty_in_a_template_of_ones_own() -> None:
    assert _made(
        "{%p for row in authors %}",
        "{{ row.author }}",
        "{%p endfor %}",
        "{{ has.authors }}, {{ has.bodies }}, {{ limits[0].previous_late }}, {{ words.before }}",
    ) == ["False, True, —, неделей раньше"]


def test_titles_with_signs_of_markup_stay_texts_in_the_properties_too() -> None:
    topic = full().topics[0].model_copy(update={"title": "Отдел <№ 1> & «Б» {{ week }}"})
    strange = report_of_body().model_copy(update={"topics": (topic,), "body_title": 'Отдел "А" & «Б»'})
    made = docx.Document(BytesIO(word.made(contents.of(strange), {}, PROVIDED, REQUISITES)))
    assert topic.title in [cell.text for table in made.tables for cell in table.columns[0].cells]
    assert made.core_properties.title.endswith(': Отдел "А" & «Б»')


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
    with pytest.raises(TemplateFaultError, match="Исправьте файл шаблона") as refused:
        _made(*paragraphs)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    "content", [b"", b"not a document", _template("x")[:2000], b"PK\x05\x06" + bytes(18)], ids=len
)
def test_a_file_that_is_no_document_is_told_so(content: bytes) -> None:
    with pytest.raises(TemplateFaultError, match="не является документом Word"):
        word.made(contents.of(full()), {}, content, REQUISITES)


def _types(value: object) -> set[type]:
    """The types of everything that a template can reach by name."""
    match value:
        case dict():
            return {str, dict}.union(*map(_types, value.values()))
        case list():
            return {list}.union(*map(_types, value))
    return {type(value)}


def test_a_template_gets_strings_and_no_objects() -> None:
    of_papers = (word.fields(contents.of(full()), REQUISITES), memo.fields(samples.MEMO))
    for fields in (*of_papers, destruction_act.fields(samples.ACT)):
        assert _types(fields) <= {str, bool, int, type(None), list, dict}


def test_a_template_reaches_nothing_by_way_of_a_picture(tmp_path: Path) -> None:
    reached = tmp_path / "reached"
    command = f'{{ cycler.__init__.__globals__.os.mkdir("{reached}") }}'
    template = _template("{{ picture_bodies.tpl.render_xml_part('{' ~ '" + command + "' ~ '}', none, {}) }}")
    photos = {Picture.BODIES: min((ROOT / "docs").rglob("*.png")).read_bytes()}
    with pytest.raises(TemplateFaultError):
        word.made(contents.of(full()), photos, template, REQUISITES)
    assert not reached.exists()


# ---- the program's own


Told = str | list[list[str]]


def _laid_out(read: Contents) -> Iterator[Told]:
    """What the sections of a document say, in order."""
    for section in read.sections:
        yield section.heading
        yield from (f"– {line}" for line in read.summary.gaps) if section.key == "gaps" else ()
        yield from section.lines if section.key != "gaps" or not read.summary.gaps else ()
        for table in section.tables:
            if len(section.tables) > 1:
                yield table.title
            if not table.rows:
                yield table.empty
                continue
            kinds = [column.kind for column in table.columns]
            rows = [row.cells for row in (*table.rows, *((table.total,) if table.total else ()))]
            yield [
                [column.title.replace("\u00ad", "") for column in table.columns],
                *([written(cell, kind) for cell, kind in zip(row, kinds, strict=True)] for row in rows),
            ]
            if table.note:
                yield table.note


_DAYS = sample().model_copy(update={"unit": Unit.DAYS, "period": "2026-11-01--2026-11-15", "weeks": ()})


@pytest.mark.parametrize(
    "summary",
    [full(), empty(), report_of_body(), _DAYS],
    ids=["a full week", "an empty week", "a month of a body", "days"],
)
def test_the_programs_template_says_what_is_laid_out_and_nothing_else(summary: WeeklySummary) -> None:
    read = contents.of(summary)
    document = docx.Document(BytesIO(word.made(read, {}, PROVIDED, REQUISITES)))
    told: list[Told] = [
        [[cell.text for cell in row.cells] for row in part.rows] if isinstance(part, Table) else part.text
        for part in document.iter_inner_content()
    ]
    # Letterhead, title, moment and ground; before the annex who signs, who formed it, who drew it up.
    head, annex = 4, told.index("Приложение")
    assert told[head - 1] == f"Основание: {REQUISITES.ground}."
    assert told[head : annex - 4] + told[annex + 1 :] == list(_laid_out(read))


# ---- files of the installation


async def test_a_file_of_the_installation_takes_the_place_of_the_provided_template(
    tmp_path: Path, demo: Database, press: Press, office: Office
) -> None:
    documents = WeeklyDocuments(Shelf(demo, patience=250), press, office, Templates(tmp_path))
    summary = empty().model_copy(update={"version": 7})
    (tmp_path / "week.docx").write_bytes(_template("Наша: {{ document_title }}"))
    (tmp_path / "month.docx").write_bytes(b"of another period")
    changed = docx.Document(BytesIO(await documents.made(summary, Form.DOCX)))
    assert changed.paragraphs[0].text.startswith("Наша: Сводная")
    (tmp_path / "week.docx").write_bytes(_template("{{ titel }}"))
    with pytest.raises(ConflictError, match="неизвестное поле: titel"):
        await documents.made(summary, Form.DOCX)


async def test_a_template_that_never_ends_is_ended(press: Press) -> None:
    loop = _template("{% for n in range(99999) %}{% for m in range(99999) %}{% endfor %}{% endfor %}")
    job = DocxJob(summary=sample(), template=loop, requisites=REQUISITES, most=1)
    with pytest.raises(ConflictError, match="слишком большой цикл"):
        await press.make(job)


# ---- the command line


@pytest.mark.parametrize("name", ["week", "memo", "destruction"])
def test_a_provided_template_is_saved_changed_and_checked(tmp_path: Path, name: str) -> None:
    file = tmp_path / f"{name}.docx"
    saved = CliRunner().invoke(app, ["report", "template", str(file)])
    assert saved.exit_code == 0 and "otklik report check" in saved.output
    assert file.read_bytes() == templates.provided(Template(name))
    assert docx.Document(BytesIO(samples.try_out(file))).tables
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
