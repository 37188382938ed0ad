import time

import pytest

from service.commands.imports.plain_text import plain


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("<p>Во&nbsp;дворе темно.</p><p>Нужен&nbsp; фонарь.</p>", "Во дворе темно.\nНужен фонарь."),
        ("Одна<br>другая<BR/>третья", "Одна\nдругая\nтретья"),
        ("<span style=`color:rgb(5,5,5);`>Яма</span> у <strong>дома 5</strong>", "Яма у дома 5"),
        ("<ol><li>Яма</li><li>Лужа</li></ol>", "Яма\nЛужа"),
        ("ООО &laquo;Двор&raquo; &amp; сын", "ООО «Двор» & сын"),
        ('<a href="https://example.org/1">Здесь</a> видно', "Здесь (https://example.org/1) видно"),
        ("<a href=`https://example.org/1`>https://example.org/1</a>", "https://example.org/1"),
        ("<p>Фото:<img src=`https://example.org/1.jpg`></p>", "Фото: https://example.org/1.jpg"),
        ("<p>Мусор <3 недели</p>", "Мусор <3 недели"),
        ("<p>Не «улица», а <поле></p>", "Не «улица», а <поле>"),
    ],
)
def test_markup_is_taken_off_and_what_it_shows_stays(given: str, shown: str) -> None:
    assert plain(given) == (shown, True)


@pytest.mark.parametrize("given", ["Высота < 5 м, ширина > 3", "Сколько можно?! <3", "a<b и b>c", "M&M и Ко"])
def test_a_text_without_markup_stays_as_it_is(given: str) -> None:
    assert plain(given) == (given, False)


def test_spaces_nobody_sees_are_ordinary_ones() -> None:
    assert plain("На\u00a0улице\u200b  темно.\r\n\r\n\r\n\r\nУже месяц. ") == (
        "На улице темно.\n\nУже месяц.",
        False,
    )


LONGEST = 131_072  # characters of a value in a table


def filled(part: str) -> str:
    return (part * (LONGEST // len(part) + 1))[:LONGEST]


def seconds(text: str) -> float:
    began = time.perf_counter()
    plain(text)
    return time.perf_counter() - began


@pytest.mark.parametrize(
    "text",
    [
        "<p>" + filled("<a "),
        "<p>" + filled("<!-- "),
        "<p>" + filled("</"),
        "<p>" + filled("<a" + " " * 30),
        "<a x" + filled(" "),
        "<a href=" + filled(" ") + ">",
        filled('<a href="'),
        "<p>" + filled("<![CDATA["),
        filled("<"),
        filled("&"),
        filled("&#"),
        filled("\n"),
        "<p>" + filled("\u200b"),
    ],
)
def test_no_text_takes_longer_than_its_length_lets_it(text: str) -> None:
    ordinary = min(seconds(filled("<p>Яма у <b>дома</b> 5</p>\n")) for _ in range(3))
    assert min(seconds(text) for _ in range(3)) < 10 * ordinary + 0.02


@pytest.mark.parametrize("code", ["1" * 5_000, "x" + "f" * 5_000, "99999999", "0"])
def test_a_number_that_is_no_character_ends_nothing(code: str) -> None:
    text, _ = plain(f"<p>Яма &#{code}; у дома</p>")
    assert text.startswith("Яма ")
    assert text.endswith(" у дома")
