"""Inputs of a simulation as people write them: what they say, and what is refused, with line and reason."""

from pathlib import Path

import pytest

from service.load.given import Change, Given, GivenError, Spent, change_of, load
from tests.documents import ROOT
from tests.service.load.situation import given

EXAMPLE = ROOT / "docs" / "use" / "load-example.toml"


def written(tmp_path: Path, before: str, after: str) -> Path:
    text = EXAMPLE.read_text("utf-8")
    assert before in text
    file = tmp_path / "given.toml"
    file.write_text(text.replace(before, after, 1), "utf-8")
    return file


def test_the_example_is_one() -> None:
    found = load(EXAMPLE)
    assert found.per_day == pytest.approx(400, rel=0.01)
    assert [crew.people for crew in found.curators] == [20, 6]
    assert found.times_of("health").drafting.median == 45
    assert found.times_of("roads").drafting.median == 35


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("declined = 0.04", "declined = 1.4", "строка 5: declined: должно быть не больше 1 (указано: 1.4)"),
        ("returned = 0.05", "returned = -0.1", "bodies.roads.returned: должно быть не меньше нуля"),
        ("people = 20", "people = 1.5", "curators.0.people: ожидается целое число"),
        (
            "crews = [{ people = 38 }]",
            "",
            "bodies.roads: органу направляются сообщения, но исполнителей у него нет",
        ),
        ('bodies = ["health"]', 'bodies = ["helth"]', "kinds.2.bodies: нет такого органа: helth"),
        ('["roads", "housing"]', '["roads", "roads"]', "kinds.3.bodies: орган указан дважды"),
        (", p90 = 9 }", " }", "times.routing.median: median и p90 указываются вместе"),
        ("p90 = 9 }", "p90 = 2 }", "times.routing.p90: p90 не может быть меньше median"),
        ("{ median = 4, p90 = 9 }", "{ mean = 4, minutes = 4 }", "times.routing: укажите одно"),
        (
            "{ median = 4, p90 = 9 }",
            "{ samples = [] }",
            "times.routing.samples: в списке не хватает значений",
        ),
        (
            "last = 2026-12-18",
            "last = 2026-12-01",
            "absences.0.last: отсутствие кончается раньше, чем начинается",
        ),
        ("last = 2026-12-18", "last = 2028-12-18", "curators.0.absences.0.last: отсутствие длиннее 400 дней"),
        (
            'sat = [["09:00", "15:00"]]\nsun = [["09:00", "15:00"]]',
            "",
            "curators.1.week: в этой смене нет ни одного",
        ),
        ("share = 45", "share = 0", "kinds.0.share: должно быть больше нуля"),
        ("[times]", "[time]", "times: нет обязательного поля или таблицы"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, before: str, after: str, said: str) -> None:
    with pytest.raises(GivenError) as refused:
        load(written(tmp_path, before, after))
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"by_hour": ((0,) * 24,) * 7}, "сообщений нет"),
        ({"kinds": ()}, "не указано, каким органам"),
        ({"curators": ({"people": 0},)}, "нужен хотя бы один куратор"),
    ],
)
def test_nothing_to_simulate_is_refused(fields: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        given(**fields)


def test_more_messages_come_in_the_same_hours() -> None:
    double = given().with_per_day(2)
    assert (given().per_day, double.per_day) == (1, 2)
    assert double.by_hour[0][10] == 2
    at = {"at": "2026-03-16T09:00+03:00", "bodies": ("roads",)}
    with pytest.raises(GivenError, match="by_hour пуст"):
        given(arrived=(at,), by_hour=((0,) * 24,) * 7).with_per_day(2)


@pytest.mark.parametrize(
    ("spent", "half", "mean"),
    [
        (Spent(minutes=7), 7, 7),
        (Spent(mean=10), 6.93, 10),
        (Spent(median=20, p90=50), 20, 25.8),
        (Spent(samples=(1, 2, 30)), 2, 11),
    ],
)
def test_a_time_follows_its_law(spent: Spent, half: float, mean: float) -> None:
    law = spent.law()
    assert law(0.5) == pytest.approx(half, abs=0.01)
    assert spent.average == pytest.approx(mean, abs=0.05)
    grid = [law((place + 0.5) / 20_000) for place in range(20_000)]
    assert sum(grid) / len(grid) == pytest.approx(mean, rel=0.01)
    assert grid == sorted(grid)
    assert law(0) >= 0
    if spent.p90:
        assert law(0.9) == pytest.approx(spent.p90)


def test_a_change_is_written_in_a_line() -> None:
    assert change_of("curators = 2") == Change(curators=2)
    assert change_of('saturday = [["10:00", "14:00"]]') == Change(saturday=(("10:00", "14:00"),))
    with pytest.raises(GivenError, match="Изменение «curator = 2», строка 1: curator: такого поля здесь нет"):
        change_of("curator = 2")
    with pytest.raises(GivenError, match="нарушены правила записи TOML"):
        change_of("curators 2")


def test_other_fields_are_checked_as_those_of_a_file() -> None:
    office: Given = given()
    with pytest.raises(GivenError, match="исполнителей у него нет"):
        office.changed(bodies={"roads": {}})
