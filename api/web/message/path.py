"""The path of a message, five steps under its title: what is done, whose turn it is, when the whole answer is due."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from api.web.message.choices import Choices
from api.web.message.limits import ShownLimit
from api.web.templates import time_left
from api.web.titles import Titles
from calendar_rules import CalendarError
from calendar_rules import titles as order
from calendar_rules.moments import near, until
from calendar_rules.regulation import LimitName
from calendar_rules.russian import initials
from calendar_rules.vocabulary import DraftStatus, Outcome, Stage
from service.journal.reading import JournalRowView
from service.messages.time_left import OpenDuty, duty
from service.messages.view import MessageView
from service.runs.rules import Rules
from workflows.stages import OF_CURATORS, STEPS
from workflows.state import MessageState
from workflows.vocabulary import Command

_TITLES: Final = ("Направление", "Подготовка", "Согласование", "Размещение")
_DONE_BY: Final = (Command.ROUTE, Command.SUBMIT_DRAFT, Command.APPROVE, Command.CONFIRM_PUBLICATION)
_PLACE: Final = {
    Stage.ROUTING: 0,
    Stage.PREPARATION: 1,
    Stage.REWORK: 1,
    Stage.AWAITING_FINAL: 1,
    Stage.AWAITING_AUTHOR: 1,
    Stage.APPROVAL: 2,
    Stage.PUBLICATION: 3,
    Stage.CLOSED: 4,
}
_YOURS: Final = {Stage.PUBLICATION: "размещаете вы"}
_CLOSER: Final = {
    Stage.REWORK: "доработка",
    Stage.AWAITING_FINAL: "окончательный ответ",
    Stage.AWAITING_AUTHOR: "ожидание ответа автора",
}
"""What is done in a stage where its step's title does not say it."""
_AWAITED: Final = {
    Stage.ROUTING: "направления",
    Stage.PREPARATION: "проект ответа",
    Stage.APPROVAL: "согласования",
    Stage.REWORK: "доработанный проект",
    Stage.PUBLICATION: "размещения ответа",
    Stage.AWAITING_FINAL: "проект окончательного ответа",
    Stage.AWAITING_AUTHOR: "ответа автора",
}


@dataclass(frozen=True, slots=True)
class PathStep:
    """A step; `detail` is when and by whom it was done, or what it waits for.

    `left` is a duty whose time left follows the detail.
    """

    title: str
    state: Literal["passed", "now", "ahead"]
    detail: str = ""
    is_late: bool = False
    left: OpenDuty | None = None


@dataclass(frozen=True, slots=True)
class Path:
    """The five steps; `awaited` says what is awaited of whom and until when, for whoever has nothing to do now.

    `waits_until` is until when the author's reply is waited for, None where no author is asked.
    """

    steps: Sequence[PathStep]
    awaited: str
    waits_until: str | None


def path(
    message: MessageView,
    state: MessageState,
    rows: Sequence[JournalRowView],
    limits: Sequence[ShownLimit],
    nearest: OpenDuty | None,
    titles: Titles,
    choices: Choices,
    rules: Rules,
    now: datetime,
) -> Path:
    """The path at `now` on the message's own clock, in the Department's zone; `rows` has the newest rows first.

    `nearest` is the duty that is due first, for the time left beside the title.
    """
    place = _PLACE[message.stage]
    acts = any(command in message.allowed for command in STEPS[message.stage].commands)
    holder = _holder(message, titles, choices)
    steps = []
    for number, title in enumerate(_TITLES):
        if number < place:
            steps.append(_passed(title, _DONE_BY[number], rows, choices, now))
        elif number == place:
            detail = " · ".join(_now(message, state, nearest, holder, now, acts=acts))
            is_late = nearest is not None and nearest.is_late
            steps.append(PathStep(title, "now", detail, is_late))
        else:
            steps.append(PathStep(title, "ahead"))
    steps.append(_answer(message, limits, nearest, rules, now))
    waits = state.no_reply_at.astimezone(now.tzinfo) if state.no_reply_at else None
    return Path(
        steps,
        _awaited(message, waits, nearest, holder, now),
        near(waits, now) if waits and not nearest else None,
    )


def _holder(message: MessageView, titles: Titles, choices: Choices) -> str:
    """Whose turn it is: the curator, or the body with its executor."""
    if message.stage in OF_CURATORS or not message.current_body:
        return f"куратор {initials(choices.person(message.curator))}" if message.curator else "куратор"
    who = initials(choices.person(message.assignee)) if message.assignee else "исполнитель не назначен"
    return f"{titles.short_body(message.current_body)}, {who}"


def _passed(
    title: str, command: Command, rows: Sequence[JournalRowView], choices: Choices, now: datetime
) -> PathStep:
    """A step that lies behind; one that was left out, as by a refusal, is not done."""
    row = next((row for row in rows if row.kind == command), None)
    if row is None:
        return PathStep(title, "ahead")
    at = until(row.at, now)
    return PathStep(title, "passed", f"{at} · {initials(choices.person(row.person))}" if row.person else at)


def _now(
    message: MessageView,
    state: MessageState,
    nearest: OpenDuty | None,
    holder: str,
    now: datetime,
    *,
    acts: bool,
) -> Iterator[str]:
    closer = _CLOSER.get(message.stage)
    rounds = message.drafts[-1].round if message.drafts else 1
    if message.stage in (Stage.REWORK, Stage.APPROVAL) and rounds > 1:
        closer = f"{closer}, круг {rounds}" if closer else f"круг {rounds}"
    if nearest is not None and nearest.is_late:
        yield "просрочено"
    if closer:
        yield closer
    if message.stage is Stage.AWAITING_AUTHOR and state.no_reply_at and state.no_reply_at > now:
        yield f"ждём до {until(state.no_reply_at.astimezone(now.tzinfo), now)}"
    elif not acts:
        yield f"ждём: {holder}"
    elif message.stage in OF_CURATORS:
        yield "решаете вы"
    else:
        yield _YOURS.get(message.stage, "готовите вы")


def _answer(
    message: MessageView, limits: Sequence[ShownLimit], nearest: OpenDuty | None, rules: Rules, now: datetime
) -> PathStep:
    """The last step: when the whole answer is due, and what is left of that once the step that runs now is over."""
    title = order.OUTCOMES[Outcome.ANSWERED]
    if message.stage is Stage.CLOSED:
        return _end(message, title, now)
    answer = next((item for item in limits if item.run.name is LimitName.ANSWER and item.duty), None)
    if answer is None or answer.duty is None:
        return PathStep(title, "ahead")
    due = answer.duty.due_at
    if answer.duty.is_late:
        return PathStep(title, "ahead", f"срок истёк: {near(due, now)}", is_late=True)
    detail = f"до {until(due, now)}"
    if nearest is None or nearest.is_late or nearest.due_at >= due:
        return PathStep(title, "ahead", f"{detail} · осталось ", left=answer.duty)
    with suppress(CalendarError):  # a year without a calendar: then only until when
        spare = duty(answer.run, rules.calendar_of(answer.run.calendar), nearest.due_at)
        detail = f"{detail} · запас {time_left(spare)}"
    return PathStep(title, "ahead", detail)


def _end(message: MessageView, title: str, now: datetime) -> PathStep:
    """The last step of a closed message: when the answer was published, or how it ended without one."""
    if message.outcome is not Outcome.ANSWERED:
        return PathStep(order.OUTCOMES[message.outcome] if message.outcome else title, "now")
    published = next((item.published_at for item in reversed(message.drafts) if item.published_at), None)
    return PathStep(title, "now", near(published.astimezone(now.tzinfo), now) if published else "")


def _awaited(
    message: MessageView, waits: datetime | None, nearest: OpenDuty | None, holder: str, now: datetime
) -> str:
    if message.stage is Stage.CLOSED:
        return ""
    what = _AWAITED[message.stage]
    if message.stage is Stage.AWAITING_AUTHOR:
        return f"Ждём {what}" + (f" до {until(waits, now)}." if waits else ".")
    if nearest is None:
        return f"Ждём {what}: {holder}."
    if nearest.is_late:
        return f"Ждём {what}: {holder}; срок истёк: {near(nearest.due_at, now)}."
    return f"Ждём {what}: {holder}, до {until(nearest.due_at, now)}."


def outcome(message: MessageView, limits: Sequence[ShownLimit], now: datetime) -> tuple[str, str] | None:
    """How a closed message ended, and whether that is good; with the moment, and whether in time."""
    if message.stage is not Stage.CLOSED or message.outcome is None:
        return None
    title = order.OUTCOMES[message.outcome]
    published = next(
        (item for item in reversed(message.drafts) if item.status is DraftStatus.PUBLISHED), None
    )
    if message.outcome is not Outcome.ANSWERED or published is None or published.published_at is None:
        ground = message.decline_ground and order.DECLINE_GROUNDS[message.decline_ground]
        reason = message.close_reason and order.CLOSE_REASONS[message.close_reason]
        why = ground or reason
        return f"{title}: {why}" if why and why != title else title, "plain"
    runs = [item.run for item in limits if item.run.name is LimitName.ANSWER and not item.run.cancelled_at]
    late = any(run.breached_at and not run.inherited for run in runs)
    at = near(published.published_at.astimezone(now.tzinfo), now)
    return f"{title} {at}, {'с опозданием' if late else 'в срок'}", "late" if late else "good"
