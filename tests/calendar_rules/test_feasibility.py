"""Feasibility of an act, added up: steps in time that still make the whole late."""

from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from calendar_rules import regulation
from calendar_rules.feasibility import Road, roads
from calendar_rules.regulation import ORDER_238, Regulation, order_238
from calendar_rules.regulation_report import report
from cli import app

ACTS = sorted(path for path in ORDER_238.parent.glob("*.toml") if "schedules" not in path.name)

HOUR = timedelta(hours=1)


def _road(act: Regulation, words: str) -> Road:
    return next(road for road in roads(act) if words in road.title)


def test_one_full_round_of_rework_ends_half_an_hour_late_under_order_238() -> None:
    road = _road(order_238(), "после одной доработки")
    assert (road.takes, road.allowed, road.over) == (9.5 * HOUR, 9 * HOUR, HOUR / 2)


def test_without_rework_every_step_in_time_is_in_time_under_order_238() -> None:
    assert not _road(order_238(), "без доработки").is_late


def test_two_bodies_in_sequence_pass_the_drafts_moment_under_order_238() -> None:
    road = _road(order_238(), "общего ответа двух органов")
    assert (road.takes, road.allowed) == (5.5 * HOUR, 5 * HOUR)


def test_six_acts_are_there() -> None:
    assert {path.stem for path in ACTS} == {
        "bashkortostan_2025",
        "crimea_2020",
        "ivanovo_238",
        "sevastopol_2020",
        "yaroslavl_draft",
        "yelizovo_2129",
    }


@pytest.mark.parametrize("path", ACTS, ids=lambda path: path.stem)
def test_an_act_loads_and_is_reported_with_its_limits_and_assumptions(path: Path) -> None:
    act = regulation.load(path)
    text = "\n".join(report(act, ()))
    assert act.act.title in text
    assert all(f"п. {act.limits[name].clause}" in text for name in regulation.LimitName)
    assert all(assumption in text for assumption in act.act.assumed)


@pytest.mark.parametrize("path", [path for path in ACTS if path != ORDER_238], ids=lambda path: path.stem)
def test_what_an_act_leaves_open_is_marked(path: Path) -> None:
    act = regulation.load(path)
    same = [name for name in regulation.LimitName if act.limits[name].term == order_238().limits[name].term]
    changed = set(regulation.LimitName) - set(same)
    assert changed, "an act that differs in nothing proves nothing"
    assert act.act.assumed


def test_the_command_prints_an_act() -> None:
    answer = CliRunner().invoke(app, ["regulation", "check", str(ORDER_238)])
    assert answer.exit_code == 1
    assert (
        "ответ после одной доработки: 9 ч 30 мин при допустимых 9 ч, на 30 мин позже срока ответа (п. 9)"
        in answer.output
    )


def test_the_command_refuses_a_bad_file_with_the_line(tmp_path: Path) -> None:
    bad = tmp_path / "act.toml"
    bad.write_text(ORDER_238.read_text("utf-8").replace('unit = "working_days"', 'unit = "days"'), "utf-8")
    answer = CliRunner().invoke(app, ["regulation", "check", str(bad)])
    assert answer.exit_code == 2
    assert "строка" in answer.output and "limits.final_draft.unit" in answer.output
    assert "working_days" in answer.output
