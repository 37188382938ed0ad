"""Tables are read in the encodings and forms they come in, and a broken line costs no other."""

from datetime import datetime
from pathlib import Path

import pytest

from service.commands.imports.source import BROKEN_QUOTES, TOO_LONG, BrokenLine, Line, SourceError, open_table
from tests.service.commands.imports.tables import HEADER, csv_text, row, text_file, workbook

SENTENCE = "Ёлку у школы № 5 не убрали; жалуются все,\nи «Вестник» тоже."


def read(path: Path) -> list[Line | BrokenLine]:
    return list(open_table(path).lines())


def cells(path: Path) -> list[tuple[object, ...]]:
    lines = read(path)
    assert all(isinstance(line, Line) for line in lines), lines
    return [line.cells for line in lines if isinstance(line, Line)]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_every_encoding_and_delimiter_gives_the_same_lines(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    line = row(1, **{"Текст инцидента": SENTENCE})
    path = text_file(tmp_path, csv_text(line, delimiter=delimiter), encoding)
    assert cells(path) == [HEADER, line]


def test_what_it_was_recognised_as_is_told(tmp_path: Path) -> None:
    path = text_file(tmp_path, csv_text(row(1)), "cp1251")
    assert open_table(path).described == "CSV, кодировка Windows-1251, разделитель — точка с запятой"


def test_a_line_that_is_too_long_is_refused_as_such(tmp_path: Path) -> None:
    path = text_file(tmp_path, csv_text(row(1, **{"Текст инцидента": "a" * 200_000}), row(2)), "cp1251")
    header, long, ordinary = read(path)
    assert isinstance(long, BrokenLine) and long.reason == TOO_LONG
    assert (header, ordinary) == (Line(1, HEADER), Line(3, row(2)))


def test_a_spoilt_byte_does_not_turn_a_file_into_another_encoding(tmp_path: Path) -> None:
    path = text_file(tmp_path, csv_text(row(1), row(2)))
    path.write_bytes(path.read_bytes().replace("дома 1".encode(), b"\xe4\xee\xec\xe0 1"))
    assert [cell[1:] for cell in cells(path)] == [HEADER[1:], row(1)[1:], row(2)[1:]]
    assert cells(path)[2] == row(2)


def test_lines_are_numbered_as_in_the_file_and_blank_ones_are_passed_over(tmp_path: Path) -> None:
    text = csv_text(row(1, **{"Текст инцидента": SENTENCE}), row(2)).replace("\r\nВо", "\r\n\r\n;;;\r\nВо")
    assert [line.number for line in read(text_file(tmp_path, text))] == [1, 2, 6]


@pytest.mark.parametrize(
    "broken",
    [
        '"Не закрытая кавычка;https://vk.com/wall-1_1;Житель;;;;;',
        '"Ромашка" не работает;https://vk.com/wall-1_1;Житель;;;;;',
    ],
)
def test_broken_quotes_cost_their_own_line_and_no_other(tmp_path: Path, broken: str) -> None:
    first, *rest = csv_text(row(1), row(2), row(3)).splitlines()
    path = text_file(tmp_path, "\r\n".join([first, rest[0], broken, *rest[1:]]))
    lines = read(path)
    assert [line for line in lines if isinstance(line, BrokenLine)] == [BrokenLine(3, BROKEN_QUOTES, broken)]
    assert [line.cells for line in lines if isinstance(line, Line)] == [HEADER, row(1), row(2), row(3)]
    assert [line.number for line in lines] == [1, 2, 3, 4, 5]


def test_a_file_of_broken_lines_only_is_read_to_its_end(tmp_path: Path) -> None:
    path = text_file(tmp_path, "Текст инцидента;Тема\n" + '"нет конца;Ямы\n' * 2_000)
    assert [line.number for line in read(path) if isinstance(line, BrokenLine)] == list(range(2, 2_002))


def test_a_workbook_gives_its_rows_with_moments_as_moments(tmp_path: Path) -> None:
    line = row(1, **{"Дата": datetime(2026, 11, 23, 9), "Муниципалитет": None})
    assert cells(workbook(tmp_path, line, ())) == [HEADER, line]


def test_a_workbook_is_recognised_by_its_content(tmp_path: Path) -> None:
    path = workbook(tmp_path, row(1)).rename(tmp_path / "incidents.csv")
    assert cells(path) == [HEADER, row(1)]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "пуст"),
        (b"\xd0\xcf\x11\xe0" + bytes(100), "Сохраните его как «Книга Excel (.xlsx)»"),
        (b"PK\x03\x04" + bytes(100), "не читается как книга Excel"),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "incidents.xlsx"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=words.replace("(", r"\(").replace(")", r"\)")):
        read(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"нет\.csv не читается"):
        open_table(tmp_path / "нет.csv")
