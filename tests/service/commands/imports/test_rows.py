"""Every line is a message or is refused with all that is wrong with it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from calendar_rules.vocabulary import Network
from service.commands.imports.columns import Field, recognise
from service.commands.imports.rows import Entry, RefusedLine, Rows
from service.commands.imports.source import Line
from service.directory.workbook_bounds import Cell
from service.messages.networks import given
from service.runs import rules
from tests.service.commands.imports.tables import HEADER, row

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
NETWORKS = given().known


def judged(
    *cells: Cell, header: tuple[str, ...] = HEADER, network: Network | None = None
) -> Entry | RefusedLine:
    rows = Rows(recognise(header), rules.load(None, None), NETWORKS, network)
    return rows.judge(Line(7, cells), NOW)


def entry(changed: dict[str, Cell] | None = None, **more: Any) -> Entry:
    found = judged(*row(1, **(changed or {})), **more)
    assert isinstance(found, Entry), found
    return found


def reasons(*cells: Cell, **more: Any) -> dict[str, str]:
    found = judged(*cells, **more)
    assert isinstance(found, RefusedLine), found
    assert found.line == 7
    return {problem.column: problem.reason for problem in found.problems}


def test_a_line_is_a_message_with_its_words_for_routing() -> None:
    found = entry()
    assert (found.network, found.url, found.author) == (
        Network.VKONTAKTE,
        "https://vk.com/wall-77_1",
        "Житель 1",
    )
    assert found.detected_at == datetime(2026, 11, 23, 6, tzinfo=UTC)
    assert found.for_routing == {
        Field.GROUP: "Дороги",
        Field.TOPIC: "Ямы",
        Field.BODY: "Дороги",
        Field.MUNICIPALITY: "Кинешма",
    }


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("Текст инцидента", " ", "не должен быть пустым"),
        ("Текст инцидента", "<p>&nbsp;</p>", "не должен быть пустым"),
        ("Текст инцидента", "я" * 20_001, "до 20000 знаков"),
        ("Текст инцидента", "яма\udce4", "байты не читаются"),
        ("Ссылка", "vk.com/wall-1_1", "https://…"),
        ("Ссылка", "https://forum.example.org/1", "социальная сеть не определяется"),
        ("Ссылка", "https://vk.com@example.org/1", "она ведёт на example.org"),
        ("Ссылка", "https://vk.com:81/wall-1_1", "указан порт 81"),
        ("Автор", "я" * 20_001, "до 20000 знаков"),
        ("Дата", "позавчера", "23.11.2026 09:00"),
        ("Дата", "25.11.2026 15:01", "ещё не наступил"),
        ("Дата", "01.01.1990", "1990"),
    ],
)
def test_a_value_that_cannot_be_taken_is_named_with_its_column(column: str, value: str, words: str) -> None:
    found = reasons(*row(1, **{column: value}))
    assert list(found) == [column]
    assert words in found[column]


def test_everything_that_is_wrong_is_told_at_once() -> None:
    assert list(reasons(*row(1, **{"Текст инцидента": "", "Дата": "?"}))) == ["Текст инцидента", "Дата"]


@pytest.mark.parametrize("cells", [row(1)[:-1], (*row(1), "лишнее")])
def test_a_line_of_another_width_is_refused(cells: tuple[Cell, ...]) -> None:
    assert "столбцов 8" in reasons(*cells)[""]


def test_empty_cells_past_the_last_column_are_nothing() -> None:
    assert isinstance(judged(*row(1), "", " "), Entry)


def test_a_character_of_code_zero_is_refused_in_any_column() -> None:
    assert reasons(*row(1, **{"Автор": "Жи\x00тель"})) == {"": "уберите знак с кодом 0."}


# ---- the network


@pytest.mark.parametrize(
    ("named", "network"),
    [("ВКонтакте", Network.VKONTAKTE), ("ok.ru", Network.ODNOKLASSNIKI), ("форум", Network.FORUM)],
)
def test_the_network_is_what_its_column_says(named: str, network: Network) -> None:
    found = judged("Темно.", named, header=("Текст", "Соцсеть"))
    assert isinstance(found, Entry)
    assert (found.network, found.network_is_assumed) == (network, False)


def test_an_unknown_network_is_refused() -> None:
    assert "не определяется" in reasons("Темно.", "Газета", header=("Текст", "Соцсеть"))["Соцсеть"]


def test_the_network_is_known_by_the_host_of_the_link() -> None:
    assert entry({"Ссылка": "https://m.ok.ru/group/1"}).network is Network.ODNOKLASSNIKI


def test_a_link_of_another_network_than_the_line_names_is_refused() -> None:
    found = reasons("Темно.", "https://ok.ru/topic/1", "ВК", header=("Текст", "Ссылка", "Соцсеть"))
    assert found == {"Ссылка": "ссылка ведёт в сеть «Одноклассники», а указана «ВКонтакте»."}


def test_the_operator_names_the_network_of_links_nobody_knows() -> None:
    found = entry({"Ссылка": "https://forum.example.org/1"}, network=Network.FORUM)
    assert (found.network, found.network_is_assumed) == (Network.FORUM, False)


def test_a_line_with_neither_link_nor_network_is_taken_for_vkontakte_and_says_so() -> None:
    found = entry({"Ссылка": ""})
    assert (found.network, found.network_is_assumed) == (Network.VKONTAKTE, True)


# ---- what a message is told from others by


def test_any_spelling_of_a_link_identifies_its_post() -> None:
    assert entry().key == entry({"Ссылка": "http://m.vk.ru/club77?w=wall-77_1&from=feed"}).key
    assert entry().key != entry({"Ссылка": "https://vk.com/wall-77_1?reply=2"}).key


def test_a_link_alone_identifies_a_message() -> None:
    assert entry().key == entry({"Текст инцидента": "Другое.", "Автор": "Иной"}).key


@pytest.mark.parametrize("column", ["Текст инцидента", "Автор", "Муниципалитет"])
def test_without_a_link_what_the_citizen_says_identifies_it(column: str) -> None:
    assert entry({"Ссылка": ""}).key != entry({"Ссылка": "", column: "Другое"}).key


def test_without_a_link_its_moment_identifies_it() -> None:
    assert entry({"Ссылка": ""}).key != entry({"Ссылка": "", "Дата": "23.11.2026 09:01"}).key


def test_an_id_of_the_source_tells_equal_texts_apart() -> None:
    first, second = (judged(number, "Темно.", header=("ID", "Текст")) for number in (1, 2))
    assert isinstance(first, Entry) and isinstance(second, Entry)
    assert first.key != second.key


def test_what_is_decided_later_does_not_make_another_message() -> None:
    assert entry({"Ссылка": ""}).key == entry({"Ссылка": "", "Тема": "Снег", "Исполнитель": "ЖКХ"}).key


def test_the_form_of_the_file_does_not_make_another_message() -> None:
    of_csv = entry({"Ссылка": "", "Текст инцидента": "Темно.\nДавно."})
    of_workbook = entry(
        {"Ссылка": None, "Текст инцидента": "Темно.\r\nДавно. ", "Дата": datetime(2026, 11, 23, 9)}
    )
    assert of_csv.key == of_workbook.key
