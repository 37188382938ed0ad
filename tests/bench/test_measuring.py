"""The bench tells the truth: a goal missed is shown as missed, and a measurement that fails takes no other along."""

from collections.abc import AsyncIterator

import pytest

from bench import __main__ as bench
from bench.measuring import Goal, Line, middle, run


async def _good() -> AsyncIterator[Line]:
    yield Line("good", "ms", 3.0, 2.0, Goal("ratio", "≤", 1.5))


async def _slow() -> AsyncIterator[Line]:
    yield Line("slow", "ms", 4.0, 2.0, Goal("ratio", "≤", 1.5))


async def _broken() -> AsyncIterator[Line]:
    yield Line("half", "ms", 1.0)
    raise RuntimeError("the database is away")


@pytest.mark.parametrize(
    ("line", "held"),
    [
        (Line("a", "ms", 3.0, 2.0, Goal("ratio", "≤", 1.5)), True),
        (Line("a", "ms", 3.1, 2.0, Goal("ratio", "≤", 1.5)), False),
        (Line("a", "per s", 6.0, 10.0, Goal("ratio", "≥", 0.7)), False),
        (Line("a", "ms", 101.0, 1.0, Goal("work", "≤", 100.0)), False),
        (Line("a", "ms", 1.0, None, Goal("ratio", "≤", 1.0)), False),
        (Line("a", "ms", 1.0, 2.0), True),
    ],
)
def test_a_goal_bounds_the_ratio_or_the_work(line: Line, held: bool) -> None:
    assert line.held is held


def test_the_round_with_the_median_ratio_is_told() -> None:
    assert middle([(1, 1), (9, 3), (4, 2)]) == (4, 2)


def test_what_fails_says_so_and_the_next_begins(capsys: pytest.CaptureFixture[str]) -> None:
    assert run({"broken": _broken, "good": _good}) == 1
    printed = capsys.readouterr().out
    assert "broken: failed" in printed and "RuntimeError: the database is away" in printed
    row = next(row for row in printed.splitlines() if row.startswith("good:"))
    assert row.split()[-6:] == ["3", "2", "1.5", "ratio", "≤", "1.5"]


def test_the_exit_code_says_whether_all_goals_were_held(capsys: pytest.CaptureFixture[str]) -> None:
    assert run({"good": _good}) == 0
    assert run({"good": _good, "slow": _slow}) == 1
    row = next(row for row in capsys.readouterr().out.splitlines() if row.startswith("slow:"))
    assert row.endswith("missed")


def test_an_unknown_measurement_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["nothing"]) == 2
    assert "http_command" in capsys.readouterr().out
