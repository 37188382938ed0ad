import time

import pytest

from service.commands.imports.plain_text import plain


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("<p>Во&nbsp;дворе темно.</p><p>Нужен&nbsp; фонарь.</p>", "Во дворе темно.\n\nНужен фонарь."),
        ("Одна<br>другая<BR/>третья", "Одна\nдругая\nтретья"),
        ("<span style=`color:rgb(5,5,5);`>Яма</span> у <strong>дома 5</strong>", "Яма у дома 5"),
        ("ООО &laquo;Двор&raquo; &amp; сын", "ООО «Двор» & сын"),
        ('<a href="https://example.org/1">Здесь</a> видно', "https://example.org/1 Здесь видно"),
        ("<a href=`https://example.org/1`>https://example.org/1</a>", "https://example.org/1"),
        ("<p>Фото:<img src=`https://example.org/1.jpg`></p>", "Фото: https://example.org/1.jpg"),
        ("<p>Мусор <3 недели, а не <поле></p><!-- x -->", "Мусор <3 недели, а не <поле>"),
        ("На\u00a0улице\u200b  темно.\r\n\r\n\r\n\r\nУже месяц. ", "На улице темно.\n\nУже месяц."),
    ],
)
def test_markup_and_spaces_nobody_sees_are_taken_off_and_what_is_shown_stays(given: str, shown: str) -> None:
    assert plain(given) == shown


@pytest.mark.parametrize("given", ["Высота < 5 м, ширина > 3", "Сколько можно?! <3", "a<b и b>c", "M&M и Ко"])
def test_a_text_without_markup_stays_as_it_is(given: str) -> None:
    assert plain(given) == given


@pytest.mark.parametrize(
    "part", ["<!-- ", "<a" + " " * 30, '<a href="', "<", "&#1", "\n", "<div>", "<a href=src= >"]
)
def test_no_text_takes_longer_than_its_length_lets_it(part: str) -> None:
    began = time.perf_counter()
    plain("<p>" + part * (131_072 // len(part)))
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("code", ["1" * 5_000, "x" + "f" * 5_000, "99999999", "0", "xD800"])
def test_a_number_that_is_no_character_ends_nothing(code: str) -> None:
    text = plain(f"<p>Яма &#{code}; у дома</p>")
    assert text.startswith("Яма ") and text.endswith(" у дома")
    text.encode()
