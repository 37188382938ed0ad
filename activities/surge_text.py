"""What a notice says of a rise of activity, in Russian: topic, settlement and numbers, and nothing of a message."""

from collections.abc import Sequence
from datetime import timedelta, tzinfo

from calendar_rules.regulation import Surge
from calendar_rules.russian import Noun, amount, counted, tenths
from store.tables import SurgeRow

_MESSAGE = Noun("сообщение", "сообщения", "сообщений", "сообщения")
_NAMED = 10
_DAY = timedelta(days=1)


def going_on(row: SurgeRow, title: str, rule: Surge, messages: Sequence[int], *, first: bool) -> str:
    """That activity has risen, or still is; `title` of the topic, `messages` are those counted."""
    what = "Повышенная активность по теме" if first else "Повышенная активность по теме продолжается:"
    named = ", ".join(f"№ {message}" for message in messages[-_NAMED:])
    rest = f" и ещё {len(messages) - _NAMED}" if len(messages) > _NAMED else ""
    return (
        f"{what} «{title}»{_place(row)}: {counted(row.count, _MESSAGE)} {_within(rule)}, "
        f"обычно {tenths(row.usual)} в день (п. 21). Сообщения: {named}{rest}."
    )


def over(row: SurgeRow, title: str, rule: Surge, zone: tzinfo) -> str:
    """That it is over."""
    return (
        f"Повышенная активность по теме «{title}»{_place(row)} прекратилась: {_within(rule)} всплеска не было. "
        f"Началась {row.began_at.astimezone(zone):%d.%m.%Y в %H:%M} (п. 21)."
    )


def _place(row: SurgeRow) -> str:
    return f", {row.location}" if row.location else ""


def _within(rule: Surge) -> str:
    return "за сутки" if rule.within == _DAY else f"за {amount(rule.within)}"
