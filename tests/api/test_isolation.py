"""Whatever a template is given stands in its place: set off where it could turn something, and else left alone."""

import re

import pytest

from api.web import templates
from service.messages.direction import isolated, without_controls

TURNED = "Иванов \u202eнавИ"
HEBREW = "\u05d0\u05d1\u05d2 14"


def shown(template: str, **values: object) -> str:
    return templates.environment().from_string(template).render(**values)


@pytest.mark.parametrize("text", [TURNED, HEBREW, "\u2066a\u2069", "a\u200f", "\u061c", "\u0639"])
def test_a_value_that_turns_is_set_off_among_markup(text: str) -> None:
    assert shown("<p>{{ x }} · 14:22</p>", x=text) == f"<p><bdi>{text}</bdi> · 14:22</p>"
    assert shown("<p>{{ x|lines }}</p>", x=f"Да\n{text}") == f"<p>Да<br><bdi>{text}</bdi></p>"
    assert shown("<b>{{ x if x else '' }}</b>", x=f"<i>{text}") == f"<b><bdi>&lt;i&gt;{text}</bdi></b>"


@pytest.mark.parametrize("text", ["Иванов", "№ 12 — «Яма»", "Jürgen…", "👍 5", ""])
def test_what_turns_nothing_is_left_alone(text: str) -> None:
    assert shown("<p title='{{ x }}'>{{ x }}</p>", x=text) == f"<p title='{text}'>{text}</p>"


@pytest.mark.parametrize(
    "template",
    [
        '<p title="№ 1 {{ x }}">',
        "<p class='{% if true %}a{% endif %}' aria-label='{{ x }}, 14:22'>",
        "<title>{{ x }} · Отклик</title>",
        '<option value="1" selected>{{ x }}</option>',
    ],
)
def test_where_no_markup_can_be_it_stands_between_marks(template: str) -> None:
    assert shown(template, x=TURNED) == re.sub(r"\{\{ x \}\}", "Иванов навИ", template).replace(
        "{% if true %}a{% endif %}", "a"
    )
    assert "\u2068\u05d0\u05d1\u05d2 14\u2069" in shown(template, x=HEBREW)


@pytest.mark.parametrize(
    "template",
    [
        '<input value="{{ x }}">',
        "<textarea rows=2>\n{{ x }}</textarea>",
        '<a href="{{ x }}" data-key="{{ x }}">',
    ],
)
def test_what_is_edited_or_read_by_machines_stays_as_it_is(template: str) -> None:
    assert shown(template, x=TURNED) == template.replace("{{ x }}", TURNED).replace(">\n", ">\n")


def test_a_field_of_a_form_keeps_what_was_typed_to_the_letter() -> None:
    template = (
        '{% import "shell/form.html" as forms %}<textarea>{{ forms.value("text", none, filled) }}</textarea>'
    )
    assert shown(template, filled={"text": [TURNED]}) == f"<textarea>{TURNED}</textarea>"


@pytest.mark.parametrize(
    ("text", "put"),
    [
        ("a\u2066b", "a\u2066b\u2069"),
        ("\u2069\u202ea", "\u202ea"),
        ("\u2067a\u2069\u2069b\n\u2068\u2066c", "\u2067a\u2069b\n\u2068\u2066c\u2069\u2069"),
        ("\u2066a\u2069", "\u2066a\u2069"),
        ("a\u202eb\r\n", "a\u202eb\r\n"),
    ],
)
def test_a_text_neither_ends_what_it_is_put_into_nor_takes_its_end(text: str, put: str) -> None:
    """An isolate that a text leaves open would take the end of the element for its own."""
    assert shown("<p>{{ x }}</p>", x=text) == f"<p><bdi>{put}</bdi></p>"


def test_a_line_without_markup_keeps_letters_and_loses_marks() -> None:
    assert isolated("Иванов") == "Иванов"
    assert isolated(TURNED) == "Иванов навИ"
    assert isolated(f"\u202e{HEBREW}") == f"\u2068{HEBREW}\u2069"
    assert without_controls("\u2067а\u2069\u200f") == "а"
