"""Wording of a message in Russian: timers and steps in the Web UI, and why a command is refused.

Bodies stand under their titles, by their keys where none is known: names of people, links and texts never pass here.
"""

from datetime import datetime

from calendar_rules import titles
from calendar_rules.moments import As, moment_text
from calendar_rules.regulation import Act, LimitName, Limits
from calendar_rules.vocabulary import Network, Outcome, Stage
from workflows.state import LimitRun, MessageState
from workflows.vocabulary import Command

LIMIT = {
    LimitName.ROUTING: "направление",
    LimitName.RETURN: "возврат",
    LimitName.ANSWER: "ответ",
    LimitName.DRAFT: "проект ответа",
    LimitName.APPROVAL: "согласование",
    LimitName.REWORK: "доработка",
    LimitName.PUBLICATION: "размещение",
    LimitName.FINAL_DRAFT: "окончательный проект ответа",
    LimitName.CONTRIBUTION: "информация для общего ответа",
}

NETWORK = titles.NETWORKS

ANOTHER_IS_APPROVED = (
    "Размещался другой текст: проект, который согласован сейчас, ещё не размещён. Откройте сообщение заново."
)
CLOSED = "Сообщение закрыто, действия с ним больше не принимаются."
WAS_CLOSED = "сообщение было закрыто"
ANSWERED = "Ответ размещён: открыть сообщение снова нельзя."
SUCCESSOR_COMES_FIRST = (
    "Орган-преемник сам участвует в подготовке общего ответа и действует раньше. Передайте сообщение, когда до "
    "прежнего органа дойдёт очередь."
)
STEP_FAILED = (
    "Действие не выполнено из-за ошибки программы, сообщение осталось без изменений. Администратор оповещён, "
    "повторите действие позже."
)
RETRY = "повтор после ошибки программы"
"""The name of the timer that waits to do again what failed."""
NO_PROMISE = "Такого обещания нет."
OF_ANOTHER_PROMISING_BODY = "Это действие выполняет орган, который дал обещание."
PROMISE_KEPT = "Исполнение обещания уже отмечено."
PROMISE_IS_OVER = "Исполнение обещания уже отмечено или не подтверждено в срок, перенести его нельзя."
PROMISE_IN_THE_PAST = "Новый срок обещания уже наступил: укажите более поздний."
PROMISE_MOVED_ON = "Обещание тем временем перенесено или исполнено."
NO_MISTAKE_AFTER_PUBLICATION = (
    "Текст уже размещён: сообщение нельзя закрыть как зарегистрированное по ошибке. Укажите другую причину."
)


moment = moment_text


def until(due: datetime, beside: datetime) -> str:
    """«до 10:30», with the day unless it is that of the moment beside."""
    return f"до {moment_text(due, As.TIME_FIRST, beside=beside)}"


def timer(run: LimitRun, at: datetime) -> str:
    """The name of a limit's timer, such as «п. 11 согласование до 12:30»."""
    text = f"п. {run.clause} {LIMIT[run.name]} {until(run.due_at, run.started_at)}"
    if at == run.due_at:
        return text
    day = "" if at.date() == run.started_at.date() else f"{at:%d.%m.%Y} "
    return f"{text}, предупреждение {day}в {at:%H:%M}"


def reply_timer(until_then: datetime) -> str:
    """The name of the timer that waits for the author's reply."""
    return f"ответ автора на запрос ожидается до {moment_text(until_then, As.TIME_FIRST)}"


def title(message: str, network: Network) -> str:
    """One line for the list of workflows."""
    return f"Сообщение № {message}, {NETWORK[network]}"


def about(detected_at: datetime, act: Act) -> str:
    """The fixed details of a message's workflow."""
    return f"Выявлено {moment_text(detected_at)}. {act.citation}."


_AWAITED = {
    Stage.ROUTING: ("направление сообщения (куратор, п. {clause})", LimitName.ROUTING),
    Stage.PREPARATION: ("проект ответа ({whose}, п. {clause})", LimitName.DRAFT),
    Stage.APPROVAL: ("решение по проекту ответа (куратор, п. {clause})", LimitName.APPROVAL),
    Stage.REWORK: ("доработанный проект ответа ({whose}, п. {clause})", LimitName.REWORK),
    Stage.PUBLICATION: ("размещение согласованного текста ({whose}, п. {clause})", LimitName.PUBLICATION),
    Stage.AWAITING_FINAL: ("окончательный проект ответа ({whose}, п. {clause})", LimitName.FINAL_DRAFT),
    Stage.AWAITING_AUTHOR: (
        "ответ автора на запрос или проект ответа ({whose}, п. {clause})",
        LimitName.DRAFT,
    ),
}
_AWAITED_OF_EARLIER_BODIES = ("информация для общего ответа ({whose}, п. {clause})", LimitName.CONTRIBUTION)


def awaited(state: MessageState, limits: Limits) -> str:
    """What the message waits for now, of whom, and by which clause of its act."""
    if state.stage is Stage.CLOSED:
        return "ничего, сообщение закрыто"
    body = state.current_body
    contributes = state.stage is Stage.PREPARATION and not state.last_turn
    text, limit = _AWAITED_OF_EARLIER_BODIES if contributes else _AWAITED[state.stage]
    whose = state.titles.get(body, body) if body else None
    return text.format(whose=whose, clause=limits[limit].clause)


_OF_PROMISES = {Command.KEEP_PROMISE: PROMISE_KEPT, Command.MOVE_PROMISE: PROMISE_IS_OVER}
"""Why none of a message's promises takes these."""


def refusal(state: MessageState, limits: Limits, command: Command | None = None) -> str:
    """Why a command out of turn is refused: what has been done already, and what is awaited now."""
    if command in _OF_PROMISES:
        return _OF_PROMISES[command]
    if state.stage is Stage.CLOSED:
        answered = command is Command.REOPEN and state.outcome is Outcome.ANSWERED
        return ANSWERED if answered else CLOSED
    done = _already(state, command) or "Сейчас это действие не принимается"
    return f"{done}. Ожидается: {awaited(state, limits)}."


def _already(state: MessageState, command: Command | None) -> str | None:  # noqa: PLR0911  one for each
    """What another person has done meanwhile, where that is why the command comes too late."""
    match command, state.stage:
        case Command.ROUTE, Stage.PREPARATION if state.acted_since_route:
            return "Орган уже приступил к работе"
        case Command.RETURN, Stage.ROUTING if state.returns:
            return "Сообщение уже возвращено"
        case Command.SUBMIT_DRAFT, Stage.APPROVAL:
            return "Проект ответа уже на согласовании"
        case ((Command.APPROVE | Command.SUBMIT_DRAFT), Stage.PUBLICATION):
            return "Проект ответа уже согласован"
        case ((Command.APPROVE | Command.SEND_FOR_REWORK), Stage.REWORK):
            return "Проект ответа уже возвращён на доработку"
        case ((Command.AUTHOR_REPLIED | Command.RESUME), Stage.PREPARATION) if state.asked_at:
            return "Работа уже продолжена"
        case _:
            return None


def details(state: MessageState, limits: Limits) -> str:
    """The current step and open limits, shown at the top of the workflow's page in the Web UI."""
    lines = [f"**Ожидается:** {awaited(state, limits)}"]
    for run in state.open_limits():
        late = ", **не соблюдён**" if run.breached_at and not run.inherited else ""
        inherited = ", нарушением не считается" if run.inherited else ""
        provisional = ", предварительно" if run.provisional else ""
        lines.append(
            f"- {titles.limit(run.name)} (п. {run.clause}): до {moment_text(run.due_at, As.TIME_FIRST)}"
            f"{late}{inherited}{provisional}"
        )
    return "\n".join(lines)


def recording(first: int, last: int) -> str:
    """The name of the activity that writes journal rows `first` to `last`."""
    return f"Запись в журнал: строка {first}" if first == last else f"Запись в журнал: строки {first}–{last}"
