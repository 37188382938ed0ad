"""The bench tells the truth: a goal missed is shown as missed, and a measurement that fails takes no other along."""

from collections import Counter

import pytest

from bench import __main__ as bench
from bench import systems
from bench.measurement import Goal, Line, Pair, Taken, finish, middle, take
from bench.roads import Round, Rounds
from tests.bench.taken_apart import broken, dead, endless, good, slow


@pytest.mark.parametrize(
    ("line", "held"),
    [
        (Line("a", "ms", 3.0, 2.0, Goal("ratio", "≤", 1.5)), True),
        (Line("a", "ms", 3.1, 2.0, Goal("ratio", "≤", 1.5)), False),
        (Line("a", "per s", 7.0, 10.0, Goal("ratio", "≥", 0.7)), True),
        (Line("a", "per s", 6.0, 10.0, Goal("ratio", "≥", 0.7)), False),
        (Line("a", "ms", 100.0, 1.0, Goal("work", "≤", 100.0)), True),
        (Line("a", "ms", 101.0, 1.0, Goal("work", "≤", 100.0)), False),
        (Line("a", "ms", 1.0, None, Goal("ratio", "≤", 1.0)), False),
        (Line("a", "ms", 1.0, 2.0), None),
    ],
)
def test_a_goal_bounds_the_ratio_or_the_work(line: Line, held: bool | None) -> None:
    assert line.held is held


def test_the_round_with_the_median_ratio_is_told() -> None:
    assert middle([Pair(1, 1), Pair(9, 3), Pair(4, 2)]) == Pair(4, 2)


def test_rounds_beside_a_reference_tell_the_pair_of_the_median_ratio() -> None:
    nothing = systems.Used(Counter(), 0), systems.Counted(0, 0)
    ours, peers = ([Round(rate, *nothing) for rate in rates] for rates in ((2.0, 9.0, 4.0), (2.0, 3.0, 2.0)))
    assert Rounds(ours, peers).middle(lambda one: one.rate) == (4.0, 2.0)
    assert Rounds(ours, ()).middle(lambda one: one.rate) == (4.0, None)


def test_what_fails_says_so_and_the_next_begins(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench, "MEASUREMENTS", {"broken": broken, "dead": dead, "good": good}, raising=True)
    assert bench.main([]) == 1
    told = capsys.readouterr().out
    assert "RuntimeError: the database is away" in told
    rows = {row.split()[1]: row for row in told.splitlines() if row.startswith("│")}
    assert set(rows) == {"broken:", "broken", "dead", "good:"}
    assert "failed" in rows["broken"] and "failed" in rows["dead"]
    assert rows["good:"].split()[-2:] == ["yes", "│"]


def test_what_does_not_end_has_failed() -> None:
    taken = take("endless", endless, within=1)
    assert taken.failure is not None and taken.failure.endswith("of 1")


def test_the_exit_code_says_whether_all_goals_were_held(capsys: pytest.CaptureFixture[str]) -> None:
    held, missed = take("good", good), take("slow", slow)
    assert finish([held]) == 0
    assert finish([held, missed]) == 1
    assert finish([Taken("broken", [], "away")]) == 1
    row = next(row for row in capsys.readouterr().out.splitlines() if "slow" in row)
    assert [cell.strip() for cell in row.strip("│").split("│")] == [
        "slow: slow, ms",
        "4",
        "2",
        "2",
        "ratio ≤ 1.5",
        "no",
    ]


def test_an_unknown_measurement_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["nothing"]) == 2
    assert "straight_message" in capsys.readouterr().out
