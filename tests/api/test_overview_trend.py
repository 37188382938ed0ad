"""Trend on the overview: weeks by their titles, and bars to one scale."""

from datetime import UTC, datetime, timedelta

from api.web.overview import trend
from service.oversight.overview import Stretch
from store.oversight.overview import Work

MONDAY = datetime(2026, 11, 30, tzinfo=UTC)


def week(ago: int, **amounts: int) -> Stretch:
    since = MONDAY - timedelta(weeks=ago)
    return Stretch(
        since, since + timedelta(weeks=1), Work(**({"received": 0, "published": 0, "breached": 0} | amounts))
    )


def test_weeks_are_titled_by_their_days_and_the_first_as_the_one_now() -> None:
    now, one, two = trend.of([week(0), week(1), week(5)]).weeks
    assert now[1] == "Эта неделя"
    assert one[1] == "23–\u206029 нояб."
    assert two[1] == "26 окт. — 1 нояб."


def test_bars_stand_on_one_line_and_the_highest_number_sets_the_scale() -> None:
    drawn = trend.of([week(0, received=4), week(1, published=1)])
    assert drawn.width == 80
    assert {bar.y + bar.height for bar in drawn.bars} == {226}
    heights = [(bar.kind, bar.x, bar.height) for bar in drawn.bars if bar.height]
    assert heights == [("published", 14, 55.0), ("received", 44, 220.0)]


def test_weeks_without_work_draw_nothing() -> None:
    assert {bar.height for bar in trend.of([week(0), week(1)]).bars} == {0}


def test_the_axis_has_a_few_round_numbers_and_each_week_its_monday() -> None:
    drawn = trend.of([week(0, received=52), week(1, published=7)])
    assert [mark.text for mark in drawn.axis] == ["0", "20", "40"]
    assert drawn.axis[0].at == 226
    assert [(mark.at, mark.text) for mark in drawn.dates] == [(19, "23.11"), (59, "30.11")]
