"""Every row is a message or is refused with all that is wrong with it."""

from datetime import UTC, datetime, time

import pytest

from calendar_rules.vocabulary import Network
from service.commands.imports.row import ImportRow, Terms, columns_of, judge
from service.commands.imports.table import Line, Table
from service.directory.workbook_bounds import Cell
from service.messages.networks import given
from service.runs import rules
from tests.service.commands.imports.tables import HEADER, row

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
FULL_HEADER = (*HEADER, "Социальная сеть", "Время", "ID инцидента")


def judged(*cells: Cell, header: tuple[str, ...] = HEADER) -> object:
    terms = Terms(rules.load(None, None), given().known, NOW)
    return judge(Line(7, cells), columns_of(Table("", header, ())), terms)


def entry(changed: dict[str, Cell] | None = None) -> ImportRow:
    more = {"Социальная сеть": "", "Время": "", "ID инцидента": ""} | (changed or {})
    cells = row(1, **{name: value for name, value in more.items() if name in HEADER})
    own = (more[name] for name in FULL_HEADER[len(HEADER) :])
    found = judged(*cells, *own, header=FULL_HEADER)
    assert isinstance(found, ImportRow), found
    return found


def reasons(*cells: Cell, header: tuple[str, ...] = HEADER) -> dict[str, str]:
    found = judged(*cells, header=header)
    assert isinstance(found, list), found
    assert {refusal.line for refusal in found} == {7}
    return {refusal.column: refusal.reason for refusal in found}


def test_a_row_is_a_message_with_its_words_for_routing() -> None:
    found = entry()
    assert (found.network, found.url, found.author) == ("vkontakte", "https://vk.com/wall-77_1", "Житель 1")
    assert found.detected_at == datetime(2026, 11, 23, 6, tzinfo=UTC)
    assert (found.group, found.topic, found.body, found.municipality) == (
        *("Дороги", "Ямы"),
        *("Дороги", "Кинешма"),
    )


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("Текст инцидента", " ", "не должен быть пустым"),
        ("Текст инцидента", "я" * 20_001, "до 20000 знаков"),
        ("Ссылка", "vk.com/wall-1_1", "https://…"),
        ("Ссылка", "https://vk.com:81/wall-1_1", "указан порт 81"),
        ("Автор", "Жи\x00тель", "знак с кодом 0"),
        ("Дата", "25.11.2026 15:01", "ещё не наступил"),
        ("Дата", "01.01.1990", "1990"),
        *(
            ("Дата", value, "нужны дата и время вида 23.11.2026 09:00")
            for value in ("позавчера", "31.02.2026", "46349,375", "0001-01-01 00:00+05:00", 46349.4)
        ),
    ],
)
def test_a_value_that_cannot_be_taken_is_named_with_its_column(column: str, value: Cell, words: str) -> None:
    found = reasons(*row(1, **{column: value}))
    assert list(found) == [column]
    assert words in found[column]


def test_everything_that_is_wrong_is_told_at_once() -> None:
    assert list(reasons(*row(1, **{"Текст инцидента": "", "Дата": "?"}))) == ["Текст инцидента", "Дата"]


@pytest.mark.parametrize("cells", [row(1)[:-1], (*row(1), "лишнее")])
def test_a_row_of_another_width_is_refused(cells: tuple[Cell, ...]) -> None:
    assert "столбцов 8" in reasons(*cells)[""]


def test_empty_cells_past_the_last_column_are_nothing() -> None:
    assert isinstance(judged(*row(1), "", " "), ImportRow)


# ---- the moment


@pytest.mark.parametrize(
    ("day", "clock"),
    [
        ("23.11.2026 09:05", ""),
        ("23.11.2026", "9:05"),
        ("2026-11-23T09:05:00.000", None),
        ("2026-11-23 11:05+05:00", None),
        (datetime(2026, 11, 23, 9, 5), None),
        (datetime(2026, 11, 23), time(9, 5)),
        ("23.11.2026", datetime(1899, 12, 31, 9, 5)),
    ],
)
def test_moments_are_read_as_tables_write_them(day: Cell, clock: Cell) -> None:
    found = entry({"Дата": day, "Время": clock})
    assert found.detected_at == datetime(2026, 11, 23, 6, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "moment"), [("23.11.2026", datetime(2026, 11, 22, 21, tzinfo=UTC)), (" ", None)]
)
def test_a_day_without_a_time_begins_at_midnight_and_nothing_is_no_moment(
    day: str, moment: datetime | None
) -> None:
    assert entry({"Дата": day}).detected_at == moment


# ---- the network


@pytest.mark.parametrize(
    ("link", "named", "network"),
    [
        ("", "ВКонтакте", Network.VKONTAKTE),
        ("", "ok.ru", Network.ODNOKLASSNIKI),
        ("https://m.ok.ru/group/1", "", Network.ODNOKLASSNIKI),
        ("https://forum.example.org/1", "форум", Network.FORUM),
        ("", "", Network.VKONTAKTE),
    ],
)
def test_the_network_is_told_by_its_column_or_the_link(link: str, named: str, network: Network) -> None:
    assert entry({"Ссылка": link, "Социальная сеть": named}).network is network


@pytest.mark.parametrize(
    ("link", "named", "column", "words"),
    [
        ("", "Газета", "Социальная сеть", "не определяется"),
        ("https://forum.example.org/1", "", "Социальная сеть", "не определяется"),
        ("https://vk.com@example.org/1", "ВК", "Ссылка", "она ведёт на example.org"),
        ("https://ok.ru/topic/1", "ВК", "Ссылка", "в сеть «Одноклассники», а указана «ВКонтакте»."),
    ],
)
def test_a_network_that_is_unknown_or_misfits_the_link_is_refused(
    link: str, named: str, column: str, words: str
) -> None:
    found = reasons("Темно.", link, named, header=("Текст инцидента", "Ссылка", "Социальная сеть"))
    assert list(found) == [column]
    assert words in found[column]


# ---- what a message is told from others by


def test_any_spelling_of_a_link_identifies_its_post_whatever_else_the_row_says() -> None:
    other = {"Ссылка": "http://m.vk.ru/club77?w=wall-77_1&from=feed", "Текст инцидента": "Другое."}
    assert entry().key == entry({**other}).key
    assert entry().key != entry({"Ссылка": "https://vk.com/wall-77_1?reply=2"}).key


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *((column, "Другое") for column in ("Текст инцидента", "Автор", "Муниципалитет", "ID инцидента")),
        ("Дата", "23.11.2026 09:01"),
    ],
)
def test_without_a_link_what_the_citizen_says_identifies_a_message(column: str, value: str) -> None:
    assert entry({"Ссылка": ""}).key != entry({"Ссылка": "", column: value}).key


@pytest.mark.parametrize(
    "changed",
    [
        {"Тема": "Снег", "Исполнитель": "ЖКХ"},
        {"Дата": datetime(2026, 11, 23, 9), "Автор": "Житель  1 ", "Ссылка": None},
    ],
)
def test_later_decisions_and_the_form_of_the_file_do_not_make_another_message(
    changed: dict[str, Cell],
) -> None:
    assert entry({"Ссылка": ""}).key == entry({"Ссылка": "", **changed}).key
