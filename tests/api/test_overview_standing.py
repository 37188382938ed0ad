"""The sentence of how things stand."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from api.web.overview.standing import NOT_DONE, sentence, since, since_when
from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import Stage
from service.messages.time_left import OpenDuty
from service.oversight.overview import Overview, soon_from
from service.runs.rules import load

NOW = datetime(2026, 11, 27, 15, tzinfo=UTC)
MOSCOW = ZoneInfo("Europe/Moscow")


def late(number: int, stage: Stage, by: timedelta) -> Any:
    duty = OpenDuty(LimitName.DRAFT, 10, NOW - by, None, -by, (), NOW)
    return SimpleNamespace(number=number, stage=stage, duty=duty)


def told(*lines: Any, amount: int | None = None) -> str:
    figures = SimpleNamespace(late=len(lines) if amount is None else amount)
    return sentence(cast("Overview", SimpleNamespace(figures=figures, late=lines)))


LONGEST = late(110, Stage.PREPARATION, timedelta(hours=5, minutes=36))
OTHERS = (late(119, Stage.ROUTING, timedelta(hours=1)), late(115, Stage.REWORK, timedelta(minutes=9)))


@pytest.mark.parametrize(
    ("lines", "amount", "expected"),
    [
        ((), None, ""),
        ((LONGEST,), None, "Просрочено 1 сообщение: у органа. Дольше всего № 110, на 5 ч 36 мин."),
        (
            (LONGEST, *OTHERS),
            None,
            "Просрочено 3 сообщения: 2 у органов, 1 у куратора. Дольше всего № 110, на 5 ч 36 мин.",
        ),
        (
            (LONGEST, OTHERS[1]),
            None,
            "Просрочено 2 сообщения: все у органов. Дольше всего № 110, на 5 ч 36 мин.",
        ),
        # Of more than are shown it is not known whose they are.
        ((LONGEST, *OTHERS), 45, "Просрочено 45 сообщений. Дольше всего № 110, на 5 ч 36 мин."),
    ],
)
def test_it_says_how_many_are_late_whose_and_by_how_much(
    lines: tuple[Any, ...], amount: int | None, expected: str
) -> None:
    assert told(*lines, amount=amount) == expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [(NOW.replace(hour=9, minute=5), "9:05"), (NOW - timedelta(days=1), "чт 26 ноября, 15:00"), (None, None)],
)
def test_since_when_nothing_is_late(at: datetime | None, expected: str | None) -> None:
    assert since_when(cast("Overview", SimpleNamespace(none_late_since=at)), NOW) == expected


def test_breaches_are_of_today_and_the_working_day_before() -> None:
    assert since(date(2026, 11, 26), date(2026, 11, 27)) == "за сегодня и вчера"
    assert since(date(2026, 11, 27), date(2026, 11, 30)) == "с 27 нояб."


def test_each_limit_has_its_phrase() -> None:
    assert set(NOT_DONE) == set(LimitName)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2026, 11, 26, 10, 30, 20, tzinfo=MOSCOW), datetime(2026, 11, 26, 12, 30, tzinfo=MOSCOW)),
        (datetime(2026, 11, 26, 17, 0, tzinfo=MOSCOW), datetime(2026, 11, 27, 10, 0, tzinfo=MOSCOW)),
        (datetime(2026, 11, 27, 23, 17, tzinfo=MOSCOW), datetime(2026, 11, 30, 11, 0, tzinfo=MOSCOW)),
    ],
)
def test_soon_is_two_hours_of_working_time_away(at: datetime, expected: datetime) -> None:
    assert soon_from(load(None, None), at) == expected
