"""The check of acts: each rule finds its own, and each remedy mends what it is proposed for."""

from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from calendar_rules.act_check import contradictions, findings, roads
from calendar_rules.regulation import ORDER_238, Regulation, load, order_238, shipped
from cli import app
from tests.calendar_rules.test_regulation_report import changed

HOUR = timedelta(hours=1)
FOUND = {
    # of each act that comes with the program, how many contradictions of each kind
    "bashkortostan-2025": {"steps_longer_than_whole": 2},
    "crimea-2020": {"steps_longer_than_whole": 3},
    "ivanovo-238": {"steps_longer_than_whole": 3},
    "sevastopol-2020": {"steps_longer_than_whole": 12},
    "yaroslavl-draft": {"steps_longer_than_whole": 1, "no_working_time": 1},
    "yelizovo-2129": {"steps_longer_than_whole": 9},
}


def fitting() -> Regulation:
    """An act without contradictions: order 238 with time for everything."""
    return changed("limits.draft.amount", "PT12H", changed("limits.answer.amount", "PT72H"))


def rules(act: Regulation) -> list[str]:
    return [one.rule for one in contradictions(act)]


@pytest.mark.parametrize("act", shipped(), ids=lambda act: act.act.key)
def test_the_acts_that_come_with_the_program_contradict_themselves_so_often(act: Regulation) -> None:
    found = rules(act)
    assert {rule: found.count(rule) for rule in found} == FOUND[act.act.key]


@pytest.mark.parametrize(
    ("words", "takes", "allowed"),
    [
        ("без доработки", 7 * HOUR, 9 * HOUR),
        ("после одной доработки", 9.5 * HOUR, 9 * HOUR),
        ("общего ответа двух органов", 5.5 * HOUR, 5 * HOUR),
    ],
)
def test_steps_of_order_238_add_up(words: str, takes: timedelta, allowed: timedelta) -> None:
    (road,) = (road for road in roads(order_238(), 9 * HOUR) if words in road.title)
    assert (road.takes, road.allowed) == (takes, allowed)


def test_each_remedy_mends_its_contradiction_and_makes_no_other() -> None:
    proposed = [(act, one, each) for act in shipped() for one in contradictions(act) for each in one.remedies]
    assert len(proposed) > 30
    for act, one, remedy in proposed:
        before = {each.key for each in findings(act)}
        after = {each.key for each in findings(changed(remedy.field, remedy.amount, act))}
        assert after < before, (act.act.key, one.text, remedy.title)


def test_a_remedy_is_the_least_change() -> None:
    one = contradictions(order_238())[0]
    assert [remedy.title for remedy in one.remedies] == [
        "проект ответа (п. 10) не позднее чем за 4 ч 30 мин до срока ответа",
        "согласование (п. 11) не дольше 1 ч 15 мин",
        "доработка (п. 12) не дольше 30 мин",
    ]
    longer = findings(changed("limits.approval.amount", "PT1H16M"))
    assert any("после одной доработки" in each.text for each in longer)


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("limits.routing.amount", "PT60H", "draft_due_before_it_can_start"),
        ("limits.answer.by_importance", {"raised": "PT40H", "high": "PT60H"}, "importance_out_of_order"),
        ("limits.final_draft.amount", "P9D", "final_before_answer"),
        ("readings.repeated_routing", "PT2H", "repeated_routing_longer"),
        ("limits.rework.clause", 11, "clause_cited_twice"),
        ("limits.rework.clause", 22, "clause_missing"),
    ],
)
def test_what_collides_is_found(field: str, value: object, rule: str) -> None:
    assert rules(fitting()) == []
    assert rule in rules(changed(field, value, fitting()))


def test_a_warning_longer_than_a_shortened_term_is_found_and_mended() -> None:
    act = changed("limits.answer.warns_before", "PT40H", fitting())
    act = changed("limits.answer.by_importance", {"high": "PT36H"}, act)
    (one,) = (each for each in contradictions(act) if each.rule == "warning_longer_than_limit")
    assert [remedy.field for remedy in one.remedies] == [
        "limits.answer.warns_before",
        "limits.answer.by_importance.high",
    ]


def test_a_day_of_the_clock_over_a_weekend_has_no_working_time() -> None:
    (draft_of_a_region,) = (act for act in shipped() if act.act.key == "yaroslavl-draft")
    one = contradictions(draft_of_a_region)[-1]
    assert "в пятницу в 16:40, рабочего времени до его истечения — 5 мин" in one.text
    assert [remedy.title for remedy in one.remedies] == ["ответ (п. 9) не короче 67 ч 15 мин"]


def check(file: Path, text: str, *options: str) -> tuple[int, str]:
    file.write_text(text, "utf-8")
    answer = CliRunner().invoke(app, ["regulation", "check", *options, str(file)])
    return answer.exit_code, answer.output


def test_the_command_prints_an_act_and_what_contradicts_itself_in_it(tmp_path: Path) -> None:
    code, printed = check(tmp_path / "act.toml", ORDER_238.read_text("utf-8"))
    assert code == 1
    assert (
        "ответ после одной доработки: 9 ч 30 мин при допустимых 9 ч, на 30 мин позже срока ответа (п. 9)"
        in printed
    )


def test_an_act_that_fits_is_told_by_its_exit_code(tmp_path: Path) -> None:
    text = ORDER_238.read_text("utf-8").replace('"PT9H"', '"PT72H"').replace('"PT4H"', '"PT12H"', 1)
    code, printed = check(tmp_path / "act.toml", text)
    assert (code, printed.splitlines()[-1]) == (0, "Противоречий не найдено.")


def test_the_command_refuses_a_bad_file_with_the_line(tmp_path: Path) -> None:
    text = ORDER_238.read_text("utf-8").replace('unit = "working_days"', 'unit = "days"')
    code, printed = check(tmp_path / "act.toml", text)
    assert code == 2
    assert "строка" in printed and "limits.final_draft.unit" in printed and "working_days" in printed


def test_what_was_left_of_the_act_that_was_copied_is_named(tmp_path: Path) -> None:
    text = ORDER_238.read_text("utf-8").replace('key = "ivanovo-238"', 'key = "other"')
    (tmp_path / "act.toml").write_text(text, encoding="utf-8")
    found = contradictions(load(tmp_path / "act.toml"))
    left = [one.text for one in found if one.rule == "left_of_another_act"]
    assert len(left) == 7
    assert "место издания — как в другом акте (Приказ № 238): «г. Иваново»" in left
