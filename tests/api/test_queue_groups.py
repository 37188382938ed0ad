"""Groups of the queue: what is late, what runs out within an hour of work, and the rest by day."""

from datetime import UTC, datetime, timedelta
from itertools import count

from api.web.queue.groups import grouped
from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import Network, Stage
from service.messages.lines import MessageLine
from service.messages.time_left import OpenDuty

NOW = datetime(2026, 11, 27, 15, tzinfo=UTC)
_NUMBERS = count(1)


def line(due_in: timedelta | None, left: timedelta | None = None) -> MessageLine:
    """A message due so long after now; `left`: the working time until then, where it is another."""
    duty = None
    if due_in is not None:
        left = due_in if left is None else left
        duty = OpenDuty(LimitName.ROUTING, 7, NOW + due_in, None, left, (), NOW)
    return MessageLine(
        number=next(_NUMBERS),
        subject="Яма",
        location=None,
        network=Network.BLOG,
        stage=Stage.ROUTING,
        body=None,
        topic=None,
        importance=None,
        curator=None,
        assignee=None,
        detected_at=NOW,
        overdue=False,
        duty=duty,
    )


def titles(*lines: MessageLine, at_work: bool = True) -> list[tuple[str, int]]:
    return [(group.title, len(group.lines)) for group in grouped(lines, at_work=at_work)]


def test_rows_stand_by_urgency_and_then_by_day() -> None:
    minute, hour, day = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
    assert titles(
        line(-minute), line(-hour), line(hour), line(hour + minute), line(day), line(3 * day), line(None)
    ) == [
        ("Просрочено", 2),
        ("В ближайший час", 1),
        ("Сегодня", 1),
        ("Завтра, сб, 28 ноября", 1),
        ("Пн, 30 ноября", 1),
        ("Без срока", 1),
    ]


def test_the_hour_is_one_of_work() -> None:
    """What is due on Monday at 9:40 has less than an hour left on Friday night."""
    monday = timedelta(days=2, hours=18, minutes=40)
    assert titles(line(monday, timedelta(minutes=40)), at_work=False) == [("В ближайший рабочий час", 1)]


def test_a_group_is_one_whatever_clocks_its_messages_go_by() -> None:
    hour = timedelta(hours=1)
    assert titles(line(hour), line(-hour), line(hour)) == [("В ближайший час", 2), ("Просрочено", 1)]
