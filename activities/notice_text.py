"""What a notice says, in Russian. Bodies are named by their titles, people and texts not at all."""

from collections.abc import Mapping
from datetime import datetime
from typing import assert_never

from pydantic import JsonValue

from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import DraftKind, Network, NoticeKind
from workflows.state import MessageState, NoticeFact
from workflows.wording import LIMIT, NETWORK

_DRAFT = {
    DraftKind.ANSWER: "проект ответа",
    DraftKind.INTERIM: "проект промежуточного ответа",
    DraftKind.CLARIFICATION: "запрос (уточнение)",
}


def render(fact: NoticeFact, state: MessageState, titles: Mapping[str, str]) -> str:  # noqa: PLR0911, PLR0912
    """The text of a notice about a message; `titles` are the names of bodies by their keys."""
    subject = f"Сообщение № {state.id} ({NETWORK[Network(state.network)]})"
    data = fact.data
    body = _title(data.get("body"), titles)
    match fact.kind:
        case NoticeKind.ASSIGNED:
            return f"{subject} поступило для подготовки ответа.{_due(data)}"
        case NoticeKind.RETURNED:
            return f"{subject} возвращено: {body} считает вопрос не своей компетенцией (п. 8)."
        case NoticeKind.CONTRIBUTION_RECEIVED:
            return f"{subject}: поступила информация для общего ответа, {body} (п. 15)."
        case NoticeKind.DRAFT_RECEIVED:
            kind = _DRAFT[DraftKind(str(data["draft_kind"]))]
            return f"{subject}: на согласование поступил {kind}, {body} (п. 11)."
        case NoticeKind.REWORK:
            return f"{subject} возвращено на доработку с замечаниями куратора (п. 12, 15)."
        case NoticeKind.APPROVED:
            return f"{subject}: текст согласован, разместите его и подтвердите ссылкой (п. 13)."
        case NoticeKind.FORECAST:
            return (
                f"{subject}: по предельным срокам шагов работа закончится {_moment(data.get('forecast_at'))}, "
                f"позже срока «{_limit(fact)}»."
            )
        case NoticeKind.WARNING:
            return f"{subject}: срок «{_limit(fact)}» истекает {_moment(data.get('due_at'))}."
        case NoticeKind.BREACH:
            passed = _moment(data.get("due_at"))
            return f"{subject}: нарушен срок «{_limit(fact)}», истёк {passed}.{_step(data, titles)}"
        case NoticeKind.ESCALATION if data.get("inherited"):
            return (
                f"{subject}: срок «{_limit(fact)}» истёк {_moment(data.get('due_at'))}, до того как начался; "
                "исполнители не виновны."
            )
        case NoticeKind.ESCALATION:
            holder = f"орган: {body}" if body else "держатель срока: куратор"
            return (
                f"{subject}: нарушен срок «{_limit(fact)}», истёк {_moment(data.get('due_at'))}; {holder} (п. 20)."
                f"{_step(data, titles)}"
            )
        case NoticeKind.COMPETENCE_DISPUTE:
            return f"{subject}: возвращено в {data.get('returns')}-й раз, спор о компетенции (п. 8)."
        case NoticeKind.NO_REPLY:
            return (
                f"{subject}: автор не ответил на уточняющий запрос. Закройте сообщение или продолжите работу."
            )
        case NoticeKind.THREAT:
            return f"{subject}: содержит угрозу должностному лицу или членам его семьи (п. 18)."
        case NoticeKind.GOVERNOR_REPORT:
            return f"{subject}: имеет социально значимый характер, доклад Губернатору (п. 21)."
        case NoticeKind.WITHDRAWN_BREACH:
            return (
                f"{subject}: нарушение срока «{_limit(fact)}» снято: действие было выполнено вовремя, "
                "но дошло с задержкой."
            )
        case (
            NoticeKind.SURGE
            | NoticeKind.WEEKLY_SUMMARY
            | NoticeKind.DIGEST
            | NoticeKind.SUBSTITUTION
            | NoticeKind.UNACKNOWLEDGED
            | NoticeKind.DRAFT_WITHDRAWN
            | NoticeKind.RECALLED
            | NoticeKind.REOPENED
            | NoticeKind.VOID_AFTER_BREACH
        ):
            raise ValueError(f"{fact.kind} is not a notice of a message's road")
        case _:
            assert_never(fact.kind)


def _limit(fact: NoticeFact) -> str:
    return LIMIT[fact.limit] if fact.limit else ""


def _moment(value: JsonValue) -> str:
    return f"{datetime.fromisoformat(str(value)):%d.%m.%Y %H:%M}"


def _title(body: JsonValue, titles: Mapping[str, str]) -> str:
    return titles.get(str(body), str(body)) if body else ""


def _due(data: Mapping[str, JsonValue]) -> str:
    if not data.get("owed"):
        return ""
    what = "Проект ответа" if data["owed"] == LimitName.DRAFT else "Информация для общего ответа"
    return f" {what}: до {_moment(data.get('due_at'))} (п. {data['clause']})."


def _step(data: Mapping[str, JsonValue], titles: Mapping[str, str]) -> str:
    if not data.get("step"):
        return ""
    step = LIMIT[LimitName(str(data["step"]))]
    holder = "у куратора" if data.get("step_holder") == "curator" else _title(data.get("step_body"), titles)
    return f" Не выполнен шаг «{step}» ({holder})."
