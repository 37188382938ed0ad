"""What people read of a message in Russian: timers and steps in the Web UI, and why a command is refused.

Bodies are named by their keys: names of people, links and texts never pass here.
"""

from datetime import datetime

from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import Network, Stage
from workflows.state import LimitRun, MessageState

LIMIT = {
    LimitName.ROUTING: "направление",
    LimitName.RETURN: "возврат",
    LimitName.ANSWER: "ответ",
    LimitName.DRAFT: "проект ответа",
    LimitName.APPROVAL: "согласование",
    LimitName.REWORK: "доработка",
    LimitName.PUBLICATION: "размещение",
    LimitName.FINAL_DRAFT: "окончательный проект",
    LimitName.CONTRIBUTION: "информация для общего ответа",
}

NETWORK = {
    Network.VKONTAKTE: "ВКонтакте",
    Network.ODNOKLASSNIKI: "Одноклассники",
    Network.INSTAGRAM: "Instagram",
    Network.BLOG: "блог",
    Network.MICROBLOG: "микроблог",
    Network.VIDEO_HOSTING: "видеохостинг",
    Network.FORUM: "форум",
    Network.REVIEW_SITE: "сайт-отзовик",
}


def _moment(moment: datetime, beside: datetime) -> str:
    return f"{moment:%H:%M}" if moment.date() == beside.date() else f"{moment:%d.%m.%Y %H:%M}"


def timer(run: LimitRun, moment: datetime) -> str:
    """The name of a limit's timer, such as «п. 11 согласование до 12:30»."""
    text = f"п. {run.clause} {LIMIT[run.name]} до {_moment(run.due_at, run.started_at)}"
    if moment == run.due_at:
        return text
    day = "" if moment.date() == run.started_at.date() else f"{moment:%d.%m.%Y} "
    return f"{text}, предупреждение {day}в {moment:%H:%M}"


def reply_timer(until: datetime) -> str:
    return f"ответ автора на запрос ожидается до {until:%d.%m.%Y %H:%M}"


def title(message: str, network: Network) -> str:
    """One line for the list of workflows."""
    return f"Сообщение № {message}, {NETWORK[network]}"


def about(detected_at: datetime, act: str, edition: str) -> str:
    """The fixed details of a message's workflow."""
    return f"Выявлено {detected_at:%d.%m.%Y %H:%M}. Порядок: {act}, редакция от {edition}."


def awaited(state: MessageState) -> str:  # noqa: PLR0911  one for each stage
    """What the message waits for now."""
    body = state.current_body
    match state.stage:
        case Stage.ROUTING:
            return "направление сообщения куратором (п. 7)"
        case Stage.PREPARATION if not state.last_turn:
            return f"информация для общего ответа от «{body}» (п. 15)"
        case Stage.PREPARATION:
            return f"проект ответа от «{body}» (п. 10)"
        case Stage.APPROVAL:
            return "решение куратора по проекту ответа (п. 11)"
        case Stage.REWORK:
            return f"доработанный проект ответа от «{body}» (п. 12)"
        case Stage.PUBLICATION:
            return f"размещение согласованного текста от «{body}» (п. 13)"
        case Stage.AWAITING_FINAL:
            return f"окончательный проект ответа от «{body}» (п. 14)"
        case Stage.AWAITING_AUTHOR:
            return f"ответ автора на запрос или проект ответа от «{body}» (п. 10)"
        case Stage.CLOSED:
            return "ничего: сообщение закрыто"


CLOSED = "Сообщение закрыто, действия с ним больше не принимаются."


def refusal(state: MessageState) -> str:
    """Why a command out of turn is refused."""
    if state.stage is Stage.CLOSED:
        return CLOSED
    return f"Действие сейчас не принимается. Ожидается: {awaited(state)}."


def details(state: MessageState) -> str:
    """The current step and open limits, shown at the top of the workflow's page in the Web UI."""
    lines = [f"**Ожидается:** {awaited(state)}"]
    for run in state.open_limits():
        late = ", **срок нарушен**" if run.breached_at and not run.inherited else ""
        inherited = ", срок истёк до начала" if run.inherited else ""
        lines.append(f"- п. {run.clause} {LIMIT[run.name]}: до {run.due_at:%d.%m.%Y %H:%M}{late}{inherited}")
    return "\n".join(lines)


def recording(first: int, last: int) -> str:
    """The name of the activity that writes journal rows `first` to `last`."""
    return f"Запись в журнал: строка {first}" if first == last else f"Запись в журнал: строки {first}–{last}"
