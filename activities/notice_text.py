"""What a notice says, in Russian. Bodies are named by their titles, people and texts not at all."""

from collections.abc import Mapping
from datetime import datetime
from typing import assert_never

from calendar_rules.regulation import HolderRole, LimitName
from calendar_rules.vocabulary import DeclineGround, DraftKind, Network
from workflows import notice_facts
from workflows.state import MessageState, NoticeFact
from workflows.vocabulary import Command
from workflows.wording import LIMIT, NETWORK

_DRAFT = {
    DraftKind.ANSWER: "проект ответа",
    DraftKind.INTERIM: "проект промежуточного ответа",
    DraftKind.CLARIFICATION: "запрос (уточнение)",
}


_RECALLED = {
    Command.ROUTE: "направлено в другой орган",
    Command.SEND_FOR_REWORK: "возвращено предыдущему органу на доработку информации",
    Command.DECLINE: "не подлежит обработке и ответу",
    Command.CLOSE: "закрыто без ответа",
}


def render(fact: NoticeFact, state: MessageState, titles: Mapping[str, str]) -> str:  # noqa: PLR0911, PLR0912
    """The text of a notice about a message; `titles` are the names of bodies by their keys."""
    subject = f"Сообщение № {state.id} ({NETWORK[Network(state.network)]})"

    def title(body: str | None) -> str:
        return titles.get(body, body) if body else ""

    match fact.facts:
        case notice_facts.Assigned(by=Command.HAND_OVER) as facts:
            return f"{subject} передано вам как куратору.{_due(facts)}"
        case notice_facts.Assigned(by=Command.ASSIGN) as facts:
            return f"{subject}: вы назначены исполнителем.{_due(facts)}"
        case notice_facts.Assigned() as facts:
            return f"{subject} поступило для подготовки ответа.{_due(facts)}"
        case notice_facts.Returned() as facts:
            return f"{subject} возвращено: {title(facts.body)} считает вопрос не своей компетенцией (п. 8)."
        case notice_facts.ContributionReceived() as facts:
            return f"{subject}: поступила информация для общего ответа, {title(facts.body)} (п. 15)."
        case notice_facts.DraftReceived() as facts:
            kind = _DRAFT[facts.draft_kind]
            return f"{subject}: на согласование поступил {kind}, {title(facts.body)} (п. 11)."
        case notice_facts.DraftWithdrawn() as facts:
            return f"{subject}: {_DRAFT[facts.draft_kind]} отозван, {title(facts.body)}."
        case notice_facts.Recalled() as facts:
            why = _RECALLED.get(facts.by, "передано дальше")
            return f"{subject}: {why}. Подготовка ответа вашим органом не требуется."
        case notice_facts.Rework() as facts:
            return (
                f"{subject} возвращено на доработку с замечаниями куратора (п. {facts.clause or '12, 15'})."
            )
        case notice_facts.Approved():
            return f"{subject}: текст согласован, разместите его и подтвердите ссылкой (п. 13)."
        case notice_facts.Forecast() as facts:
            return (
                f"{subject}: по предельным срокам шагов работа закончится {_moment(facts.forecast_at)}, "
                f"позже срока «{LIMIT[facts.limit]}»."
            )
        case notice_facts.Warned() as facts:
            return f"{subject}: срок «{LIMIT[facts.limit]}» истекает {_moment(facts.due_at)}."
        case notice_facts.Breach() as facts:
            passed = _moment(facts.due_at)
            return f"{subject}: нарушен срок «{LIMIT[facts.limit]}», истёк {passed}.{_step(facts, titles)}"
        case notice_facts.Escalation(inherited=True) as facts:
            return (
                f"{subject}: срок «{LIMIT[facts.limit]}» истёк {_moment(facts.due_at)}, до того как начался; "
                "исполнители не виновны."
            )
        case notice_facts.Escalation() as facts:
            holder = f"орган: {title(facts.body)}" if facts.body else "держатель срока: куратор"
            return (
                f"{subject}: нарушен срок «{LIMIT[facts.limit]}», истёк {_moment(facts.due_at)}; {holder} (п. 20)."
                f"{_step(facts, titles)}"
            )
        case notice_facts.CompetenceDispute() as facts:
            return f"{subject}: возвращено в {facts.returns}-й раз, спор о компетенции (п. 8)."
        case notice_facts.NoReply():
            return (
                f"{subject}: автор не ответил на уточняющий запрос. Закройте сообщение или продолжите работу."
            )
        case notice_facts.Threat(ground=DeclineGround.HARM_TO_PERSON):
            return f"{subject}: содержит намерение причинить вред другому лицу (п. 18)."
        case notice_facts.Threat():
            return f"{subject}: содержит угрозу должностному лицу или членам его семьи (п. 18)."
        case notice_facts.GovernorReport():
            return f"{subject}: имеет социально значимый характер, доклад Губернатору (п. 21)."
        case notice_facts.Reopened():
            return f"{subject} открыто снова: оно было закрыто по ошибке."
        case notice_facts.VoidAfterBreach() as facts:
            return (
                f"{subject} закрыто как зарегистрированное по ошибке после нарушения сроков; "
                f"нарушения сохраняются в журнале: {facts.breaches}."
            )
        case notice_facts.WithdrawnBreach() as facts:
            return (
                f"{subject}: нарушение срока «{LIMIT[facts.limit]}» снято: действие было выполнено вовремя, "
                "но дошло с задержкой."
            )
        case _:
            assert_never(fact.facts)


def _moment(moment: datetime) -> str:
    return f"{moment:%d.%m.%Y %H:%M}"


def _due(facts: notice_facts.Assigned) -> str:
    if facts.owed is None or facts.due_at is None:
        return ""
    what = _OWED.get(facts.owed) or LIMIT[facts.owed].capitalize()
    return f" {what}: до {_moment(facts.due_at)} (п. {facts.clause})."


_OWED = {
    LimitName.DRAFT: "Проект ответа",
    LimitName.CONTRIBUTION: "Информация для общего ответа",
}


def _step(facts: notice_facts.Breach | notice_facts.Escalation, titles: Mapping[str, str]) -> str:
    if facts.step is None:
        return ""
    body = facts.step_body or ""
    holder = "у куратора" if facts.step_holder is HolderRole.CURATOR else titles.get(body, body)
    return f" Не выполнен шаг «{LIMIT[facts.step]}» ({holder})."
