"""Text of the notice of a weekly summary, in Russian: the week and its main numbers."""

from calendar_rules.act_words import said
from calendar_rules.russian import Noun, counted
from service.reports.weekly import phrases
from service.reports.weekly.summary import WeeklySummary

_MESSAGE = Noun("сообщение", "сообщения", "сообщений", "сообщения")
_BREACH = Noun("нарушение", "нарушения", "нарушений", "нарушения")


def made(summary: WeeklySummary) -> str:
    """That it is made."""
    totals, balance = summary.totals, summary.balance
    breached, in_time = totals.breached, totals.in_time
    share = phrases.share_of(in_time, breached)
    kept = "" if share is None else f" (в срок {phrases.share(share)})"
    return (
        f"Составлена сводка за неделю {summary.first_day:%d.%m}–{summary.last_day:%d.%m.%Y} ({summary.week}): "
        f"поступило {counted(totals.received, _MESSAGE)} (неделей раньше {totals.previous.received}), отвечено на "
        f"{balance.answered}, осталось в работе {balance.closing}; по сообщениям недели "
        f"{counted(breached, _BREACH)} сроков{kept}{said(' (п. 21)')}."
    )
