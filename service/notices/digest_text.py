"""Text of a digest, in Russian: each overdue message by its number, with what is owed and how late it is; promises."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from calendar_rules import titles
from calendar_rules.lateness import in_words
from calendar_rules.moments import As, moment_text
from calendar_rules.russian import Noun, counted
from service.people.person_names import short
from service.runs.rules import Rules
from store.messages.overdue import Overdue, Passed
from store.promises.reminders import Promised
from workflows.stages import STEPS

_MESSAGE = Noun("сообщение", "сообщения", "сообщений", "сообщения")
_HOUR = timedelta(hours=1)
_NAMED = 50
"""Messages of one part that are named; the queue has all."""
NOBODY = ""
"""In whose name messages come that nobody holds; None: those of the person's own."""


def lines(
    parts: Mapping[str | None, Sequence[Overdue]],
    names: Mapping[str, str],
    rules: Rules,
    at: datetime,
) -> list[str]:
    """What is overdue as of `at`: one's own messages, those nobody holds, those of the absent by their sign-ins."""
    if not parts:
        return []
    several = sum(len(items) for items in parts.values())
    said = [f"Просрочено: {counted(several, _MESSAGE)}."]
    for person, items in sorted(parts.items(), key=lambda part: (part[0] is not None, part[0] or "")):
        if person == NOBODY:
            said.append("Ни за кем не закреплены:")
        elif person is not None:
            said.append(f"За отсутствующего сотрудника ({short(names.get(person, person))}):")
        # The longest overdue first: the rest is in the queue.
        ordered = sorted(items, key=lambda item: (item.passed[0].due_at, item.message))
        said += [_line(item, rules, at) for item in ordered[:_NAMED]]
        if len(items) > _NAMED:
            said.append(f"Остальные ({len(items) - _NAMED}) — в очереди.")
    return said


def promised(items: Sequence[Promised], titles: Mapping[str, str], rules: Rules) -> list[str]:
    """What bodies have promised and not done, and what they promised for today; no limit of the order, no violation."""
    lines = []
    for said, of_it in (
        ("Исполнение обещанного не подтверждено", [one for one in items if one.is_broken]),
        ("Обещано на сегодня", [one for one in items if not one.is_broken]),
    ):
        if of_it:
            lines.append(f"{said}: {len(of_it)}.")
            lines += [
                f"№ {one.message} — {titles.get(one.body, one.body)}: "
                f"к {moment_text(one.by.astimezone(rules.zone), As.TIME_FIRST)}."
                for one in of_it[:_NAMED]
            ]
            if len(of_it) > _NAMED:
                lines.append(f"Остальные ({len(of_it) - _NAMED}) — в разделе «Обещания».")
    return lines


def _line(item: Overdue, rules: Rules, at: datetime) -> str:
    passed = _owed(item)
    due = passed.due_at.astimezone(rules.zone)
    before = ", нарушением не считается" if passed.inherited else ""
    late = _late(rules.late(passed.calendar, passed.due_at, at))
    return (
        f"№ {item.message} — {titles.STEPS[item.stage]}: {titles.limit(passed.limit)} (пункт {passed.clause}) "
        f"истёк {moment_text(due)}{before}; {late}."
    )


def _late(late: timedelta) -> str:
    """What passed at closing time is not late by a minute the next morning."""
    return "просрочка менее рабочего часа" if late < _HOUR else f"просрочка — {in_words(late)}"


def _owed(item: Overdue) -> Passed:
    """The limit of what the message waits for, where that has passed; else the one that passed first."""
    owed = STEPS[item.stage].limits
    return next((passed for passed in item.passed if passed.limit in owed), item.passed[0])
