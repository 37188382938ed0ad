"""The rule of surges: what it sees at a moment, when it held between two looks, and what names a settlement."""

from datetime import UTC, datetime, timedelta

import pytest

from calendar_rules.regulation import Surge, order_238
from calendar_rules.surges import chance, holds, look_back, read, spell

RULE = order_238().readings.surge
AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def before(*hours: float) -> list[datetime]:
    return sorted(AT - hour * HOUR for hour in hours)


def test_five_messages_in_a_day_on_a_quiet_topic_are_a_surge() -> None:
    assert spell(before(1, 2, 3, 4), AT, RULE) is None
    found = spell(before(1, 2, 3, 4, 5), AT, RULE)
    assert found is not None
    assert (found.began_at, found.last_at) == (AT - HOUR, AT)
    assert (found.last.count, found.last.usual) == (5, 0)


def test_three_times_the_daily_mean_is_enough_and_less_is_not() -> None:
    usual = [AT - DAY - day * DAY - HOUR for day in range(14) for _ in range(2)]
    five, six = before(*(number / 10 for number in range(5))), before(*(number / 10 for number in range(6)))
    assert spell(sorted(usual + five), AT, RULE) is None
    found = spell(sorted(usual + six), AT, RULE)
    assert found is not None
    assert (found.last.count, found.last.usual) == (6, 2)


def test_a_message_counts_for_a_day_and_not_a_moment_longer() -> None:
    assert read(before(24), AT, RULE).count == 0
    assert read(before(24 - 1e-6), AT, RULE).count == 1
    assert read(before(24), AT, RULE).usual == pytest.approx(1 / 14)
    assert read(before(15 * 24), AT, RULE).usual == 0


def test_what_came_and_went_between_two_looks_is_found() -> None:
    found = spell(before(30, 29, 28, 27, 26), AT, RULE)
    assert found is not None
    assert (found.began_at, found.last_at) == (AT - DAY, AT - 6 * HOUR)
    assert spell(before(49, 48.5, 48.2, 48.1, 48), AT, RULE) is None


def test_the_largest_number_is_kept_when_fewer_are_left() -> None:
    """Eight within an hour, then three by three leave the window: five hold last, eight were the most."""
    moments = before(*(23 + number / 10 for number in range(8)))
    found = spell(moments, AT + HOUR, RULE, AT - 2 * DAY)
    assert found is not None
    assert (found.largest.count, found.largest.at) == (8, AT - 23 * HOUR)
    assert (found.last.count, found.began_at) == (5, AT - 23.3 * HOUR)
    # Of the day before alone it is not known any more how many there were at the most.
    later = spell(moments, AT + 0.5 * HOUR, RULE, AT + 0.4 * HOUR)
    assert later is not None
    assert later.largest.count < 8


def test_messages_still_to_come_do_not_count() -> None:
    assert spell([*before(1, 2, 3, 4), AT + HOUR], AT, RULE) is None


def test_nothing_older_than_the_look_back_matters() -> None:
    moments = before(*range(1, 40))
    older = [AT - look_back(RULE) - hour * HOUR for hour in range(20, -1, -1)]
    assert spell(older + moments, AT, RULE) == spell(moments, AT, RULE)


@pytest.mark.parametrize(
    ("daily", "count", "likely"),
    [(0, 5, False), (2, 6, True), (2, 14, False), (20, 60, False), (20, 22, True)],
)
def test_a_chance_may_be_asked_for_too(daily: int, count: int, *, likely: bool) -> None:
    """Six on a topic of two a day come by themselves, once in some weeks; sixty on one of twenty do not."""
    strict = RULE.model_copy(update={"chance_at_most": 1e-3})
    moments = [AT - DAY - day * DAY - HOUR for day in range(14) for _ in range(daily)]
    reading = read(sorted(moments + before(*(20 * number / count for number in range(count)))), AT, strict)
    assert holds(reading, strict) is not likely


def test_the_chance_is_that_of_the_predictive_distribution() -> None:
    """Worked by hand: 28 messages in 14 days, one day ahead, negative binomial of 28.5 and 14/15."""
    reading = read([AT - DAY - day * DAY - HOUR for day in range(14) for _ in range(2)], AT, RULE)
    none = (14 / 15) ** 28.5
    one = none * 28.5 / 15
    two = one * 29.5 / 15 / 2
    of_three = chance(type(reading)(reading.since, AT, 3, reading.usual), RULE)
    assert of_three == pytest.approx(1 - none - one - two)


def test_a_rule_with_a_window_of_hours() -> None:
    rule = Surge(at_least=3, within=6 * HOUR, times_daily_mean=1, mean_over_days=7)
    assert spell(before(1, 2, 7), AT, rule) is None
    assert spell(before(1, 2, 5), AT, rule) is not None
