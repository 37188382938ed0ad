"""Tables are read in the forms they come in, and what cannot be read is refused with what to do."""

from datetime import datetime
from pathlib import Path

import pytest

from service.commands.imports.row import COLUMNS, columns_of
from service.commands.imports.table import Line, Table, TableError, read_table
from tests.service.commands.imports.tables import HEADER, csv_text, row, text_file, workbook

SENTENCE = "Ёлку у школы № 5 не убрали; жалуются все,\nи «Вестник» тоже."


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
def test_every_encoding_and_delimiter_gives_the_same_lines(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    line = row(1, **{"Текст инцидента": SENTENCE})
    table = read_table(text_file(tmp_path, csv_text(line, delimiter=delimiter), encoding))
    assert (table.header, table.lines) == (HEADER, (Line(2, line),))


def test_what_it_was_recognised_as_is_told(tmp_path: Path) -> None:
    path = text_file(tmp_path, csv_text(row(1)), "cp1251")
    assert read_table(path).described == "CSV, кодировка Windows-1251, разделитель — точка с запятой"


def test_lines_are_numbered_as_in_the_file_and_blank_ones_are_passed_over(tmp_path: Path) -> None:
    text = csv_text(row(1, **{"Текст инцидента": SENTENCE}), row(2)).replace("\r\nВо", "\r\n\r\n;;;\r\nВо")
    assert [line.number for line in read_table(text_file(tmp_path, text)).lines] == [2, 6]


def test_a_workbook_gives_its_rows_with_moments_as_moments_whatever_it_is_called(tmp_path: Path) -> None:
    line = row(1, **{"Дата": datetime(2026, 11, 23, 9)})
    table = read_table(workbook(tmp_path, line, ()).rename(tmp_path / "incidents.csv"))
    assert (table.header, table.lines) == (HEADER, (Line(2, line),))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xd0\xcf\x11\xe0" + bytes(100), "без пароля или как CSV"),
        (b"PK\x03\x04" + bytes(100), "не читается как книга Excel"),
        (b"\x98", "Сохраните таблицу как CSV UTF-8"),
        ('Тема\nЯмы\n"Ромашка" не работает\n'.encode(), "строка 3: значение в кавычках не закрыто"),
        ('Тема\nЯмы\n"Не закрыто\nи дальше\n'.encode(), "строка 3: значение в кавычках не закрыто"),
        (b"a\n" + b"a" * 200_000, "строка 2: .* длиннее 131072 знаков"),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "incidents.xlsx"
    path.write_bytes(content)
    with pytest.raises(TableError, match=words):
        read_table(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"нет\.csv не читается"):
        read_table(tmp_path / "нет.csv")


# ---- columns


def test_columns_are_found_by_name_in_any_order_and_spelling() -> None:
    header = ("№", "тема ", "ТЕКСТ  ИНЦИДЕНТА", "Дата и время", "Дата публикации")
    assert columns_of(Table("", header, ())) == (None, "Тема", "Текст инцидента", "Дата", None)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ((), ["Найдены: ничего"]),
        (("Суть", "Тема"), ["нет столбца «Текст инцидента»", "Найдены: «Суть», «Тема».", *COLUMNS]),
        (("Текст инцидента", "Дата", "дата и время"), ["«Дата» встречается дважды"]),
    ],
)
def test_a_header_that_misfits_is_refused_with_what_is_expected(
    header: tuple[str, ...], words: list[str]
) -> None:
    with pytest.raises(TableError) as refused:
        columns_of(Table("", header, ()))
    assert all(word in str(refused.value) for word in words)
