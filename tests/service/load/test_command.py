"""The command `otklik simulate`: a table for people, JSON for programs, and refusals in Russian."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from calendar_rules.regulation import ORDER_238
from cli import app
from service.load.command import NO_DATABASE, Asked, LoadError, calculated, of_record
from store.database.engines import Database
from tests.service.load.test_observed import MONDAY, RULES, WEEK, recorded

GIVEN = """
by_hour = [{day}, {day}, {day}, {day}, {day}, {free}, {free}]
curators = [{{ people = 2 }}]
times = {{ routing = {{ mean = 20 }}, approval = {{ mean = 5 }} }}
times_of_bodies = {{ drafting = {{ median = 120, p90 = 240 }}, publication = {{ mean = 5 }} }}
kinds = [{{ share = 1, bodies = ["roads"] }}]
[bodies.roads]
title = "Дороги"
reworked = 0.1
crews = [{{ people = 4 }}]
""".format(day=[0] * 9 + [2] * 8 + [0] * 7, free=[0] * 24)

FEW = ("--try", "curators=1")


def simulate(tmp_path: Path, *options: str, given: str = GIVEN) -> Result:
    file = tmp_path / "given.toml"
    file.write_text(given, "utf-8")
    asked = ("--from", "2026-03-16", "--days", "2", "--runs", "2", "--data", str(tmp_path))
    return CliRunner().invoke(app, ["simulate", "--given", str(file), *asked, *options])


def test_a_table_says_shares_queues_who_is_short_and_how_many_are_needed(tmp_path: Path) -> None:
    shown = simulate(tmp_path)
    assert shown.exit_code == 0
    for said in (
        "Приказ № 238, редакция от 17.08.2020. С 16.03.2026 по 17.03.2026, 2 прогона, начальное число 1.",
        "п. 7 направление (1 час 30 минут рабочего времени)",
        "Очередь",
        "Узкое место: ",
        "Чтобы 95,0 % направлений были в срок, нужно: ",
        "ещё один куратор",
        "дежурство одного куратора по субботам, 10:00–14:00",
    ):
        assert said in shown.stdout


def test_json_says_the_same_each_time(tmp_path: Path) -> None:
    first, second = (simulate(tmp_path, "--json", "--try", "curators=1").stdout for _ in range(2))
    assert first == second
    found = json.loads(first)
    assert found["outcome"]["crowds"][0]["people"] == 2
    assert [tried["title"] for tried in found["tried"]] == ["ещё один куратор"]


def test_an_act_is_tried_before_it_is_in_force(tmp_path: Path) -> None:
    other = tmp_path / "act.toml"
    text = ORDER_238.read_text("utf-8")
    other.write_text(text.replace('amount = "PT1H30M"', 'amount = "PT5M"', 1), "utf-8")
    shares = [
        json.loads(simulate(tmp_path, "--json", *FEW, *options).stdout)["outcome"]["in_time"][0]["share"][
            "mean"
        ]
        for options in ((), ("--act", str(other)))
    ]
    assert shares[1] < shares[0]


def test_more_is_asked_of_other_people(tmp_path: Path) -> None:
    found = json.loads(
        simulate(tmp_path, "--json", *FEW, "--curators", "3", "--per-day", "20", "--goal", "80").stdout
    )
    assert found["outcome"]["crowds"][0]["people"] == 3
    assert found["plan"]["goal"] == 0.8
    assert found["outcome"]["messages"] / 2 == pytest.approx(20 * 7 / 5, rel=0.3)


def test_without_a_day_the_next_monday_begins(tmp_path: Path) -> None:
    (tmp_path / "given.toml").write_text(GIVEN, "utf-8")
    asked = ["--given", str(tmp_path / "given.toml"), "--days", "1", "--runs", "2", "--json", *FEW]
    shown = CliRunner().invoke(app, ["simulate", *asked, "--data", str(tmp_path)])
    begins = datetime.fromisoformat(json.loads(shown.stdout)["plan"]["begins"])
    assert begins.weekday() == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--try", "curators=-7"), "Убавить кураторов на 7 нельзя"),
        (("--try", "кураторов=1"), "нарушены правила записи TOML"),
        (("--act", "missing.toml"), "missing.toml"),
        (("--from", "2018-01-10"), "2018"),
    ],
)
def test_what_cannot_be_is_refused_in_russian(tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    shown = simulate(tmp_path, *options)
    assert shown.exit_code == 2
    assert said in shown.stderr


def test_overload_is_said_first(tmp_path: Path) -> None:
    shown = simulate(tmp_path, *FEW, given=GIVEN.replace("mean = 20", "mean = 90"))
    assert "Перегрузка: Кураторы — требуется" in shown.stdout
    assert "Очередь растёт без конца" in shown.stdout


async def test_the_record_of_the_last_weeks_is_simulated(database: Database) -> None:
    await recorded(database)
    found = await of_record(database, RULES, MONDAY + WEEK)
    result = calculated(found, RULES, Asked(begins=MONDAY, days=1, runs=2, changes=FEW[1:]))
    assert result.outcome.curators.people == 2
    with pytest.raises(LoadError, match="ни одно сообщение не направлено"):
        await of_record(database, RULES, MONDAY - WEEK)


def test_without_a_database_inputs_are_asked_for(tmp_path: Path) -> None:
    shown = CliRunner().invoke(app, ["simulate", "--data", str(tmp_path)])
    assert shown.exit_code == 2
    assert shown.stderr.strip() == NO_DATABASE
