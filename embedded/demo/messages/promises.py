"""Promises of the demo's answers: some kept, some moved, the others running. What they say is invented."""

from dataclasses import replace
from datetime import datetime, timedelta

from calendar_rules.vocabulary import DraftKind
from embedded.demo.messages.dates import DatedStep, Planned
from embedded.demo.messages.steps import chance, identity
from service.runs.rules import Rules
from workflows.vocabulary import Command

_SHARE = 0.25
"""How many of the answers promise something."""
_WHAT = (
    "Выехать на место повторно и проверить результат.",
    "Завершить работы по этому адресу.",
    "Сообщить автору о результате проверки.",
    "Устранить оставшиеся замечания.",
)
_REASON = "Подрядчик перенёс работы из-за погоды."
_DAYS = (1, 2, 3, 5, 8, 12)
_HOUR = timedelta(hours=1)
_UNANSWERED, _MOVED = 0.2, 0.4
"""How many of those whose day is over are left to the clock, and of the others moved."""


def with_promise(item: Planned, rules: Rules, now: datetime) -> Planned:
    """A complaint whose answer may promise something, with what came of it by now; most promise nothing."""
    slug, published = item.complaint.slug, item.steps[-1] if item.steps else None
    if chance(slug, "promise") >= _SHARE or published is None:
        return item
    steps = list(item.steps)
    drafts = [place for place, step in enumerate(steps) if step.command is Command.SUBMIT_DRAFT]
    if published.command is not Command.CONFIRM_PUBLICATION or not drafts:
        return item
    drafted = steps[drafts[-1]]
    if drafted.fields["kind"] is not DraftKind.ANSWER:
        return item
    by, body = _by(slug, drafted.body, published.at, rules), drafted.body
    promise, what = identity(slug, "promise"), _WHAT[int(chance(slug, "promised") * len(_WHAT))]
    stated = [{"id": promise, "what": what, "by": by}]
    steps[drafts[-1]] = replace(drafted, fields={**drafted.fields, "promises": stated})
    over, luck = by < now, chance(slug, "promise kept")
    if over and luck >= _UNANSWERED:
        link = {"url": f"https://example.ru/otklik-demo/done-{slug}"}
        kept = max(published.at, by - _HOUR)
        steps.append(DatedStep(kept, Command.KEEP_PROMISE, body, {"promise": promise}, link))
    elif not over and luck < _MOVED:
        moved = {"promise": promise, "by": by + timedelta(days=7)}
        steps.append(DatedStep(now, Command.MOVE_PROMISE, body, moved, {"reason": _REASON}))
    return replace(item, steps=tuple(steps))


def _by(slug: str, body: str | None, published: datetime, rules: Rules) -> datetime:
    calendar = rules.calendar_of(body)
    days = _DAYS[int(chance(slug, "promised days") * len(_DAYS))]
    closing = calendar.closing(calendar.add_days(published.astimezone(rules.zone).date(), days))
    assert closing is not None  # noqa: S101
    return closing
