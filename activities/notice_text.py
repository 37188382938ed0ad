"""What a notice says, in Russian. Bodies are named by their titles, texts and authors not at all.

Of the service's own people the one who held a limit that passed is named: clause 20 asks for that.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import assert_never

from calendar_rules import titles
from calendar_rules.regulation import HolderRole, LimitName
from calendar_rules.russian import Noun, counted, working_time
from calendar_rules.vocabulary import DeclineGround, DraftKind, Network
from store.charges import Charged
from store.declension import Case, in_case, possessive
from workflows import notice_facts as facts
from workflows.vocabulary import Command

_DRAFTS = {
    DraftKind.ANSWER: "проект ответа",
    DraftKind.INTERIM: "проект промежуточного ответа",
    DraftKind.CLARIFICATION: "проект запроса (уточнения)",
}

_DUTIES = {
    LimitName.ROUTING: "Направьте сообщение",
    LimitName.RETURN: "Если вопрос не относится к компетенции органа, верните сообщение",
    LimitName.ANSWER: "Разместите ответ",
    LimitName.DRAFT: "Представьте проект ответа",
    LimitName.APPROVAL: "Согласуйте проект ответа или направьте его на доработку",
    LimitName.REWORK: "Представьте доработанный проект ответа",
    LimitName.PUBLICATION: "Разместите согласованный текст",
    LimitName.FINAL_DRAFT: "Представьте окончательный проект ответа",
    LimitName.CONTRIBUTION: "Представьте информацию для общего ответа",
}

_GROUNDS = {
    DeclineGround.HARM_TO_PERSON: "сведения о намерениях причинить вред другому лицу",
    DeclineGround.OBSCENE_OR_INSULTING: "нецензурные либо оскорбительные выражения",
    DeclineGround.THREAT_TO_OFFICIAL: (
        "угрозы жизни, здоровью или имуществу должностного лица или членов его семьи"
    ),
}

_GIVING_A_TURN = (Command.ROUTE, Command.CONTRIBUTE)
"""The commands by which a body receives a message."""

_BREACH = Noun("нарушение срока", "нарушения сроков", "нарушений сроков", "нарушения срока")

_NOBODYS = "Сроки отдельных шагов вместе длиннее срока ответа: нарушение никому не вменяется."

_A_BODY = {Case.GENITIVE: "органа", Case.DATIVE: "органу", Case.INSTRUMENTAL: "органом"}


def render(  # noqa: PLR0911, PLR0912  one for each kind
    notice: facts.AnyNotice,
    *,
    message: str,
    network: Network,
    at: datetime,
    bodies: Mapping[str, str],
    charged: Sequence[Charged] = (),
    names: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """The text of a notice about a message, complete sentences.

    `at` is the notice's own moment, in the zone of the Department: a due moment of the same day is named by its
    time alone. `bodies` are the titles of bodies by their keys. `charged` is whose a breach is, and `names` are those
    of the persons it names, by sign-in.
    """
    subject = _subject(message, network)
    match notice:
        case facts.Assigned():
            duty = _duty(notice.owed, notice.due_at, notice.clause, at, given=notice.by in _GIVING_A_TURN)
            return f"{subject}{_arrival(notice)}{duty}"
        case facts.Returned():
            return f"{subject} {_returned(notice, bodies)}{_duty(LimitName.ROUTING, notice.due_at, 7, at)}"
        case facts.ContributionReceived():
            sender = _named(notice.body, Case.GENITIVE, bodies)
            return f"{subject}: поступила информация для общего ответа от {sender} (п. 15)."
        case facts.DraftReceived():
            sender = _named(notice.body, Case.GENITIVE, bodies)
            until = (
                f"; согласуйте его или направьте на доработку {_until(notice.due_at, at)}"
                if notice.due_at
                else ""
            )
            return f"{subject}: поступил {_DRAFTS[notice.draft_kind]} от {sender} (п. 11){until}."
        case facts.DraftWithdrawn():
            sender = _named(notice.body, Case.INSTRUMENTAL, bodies)
            return f"{subject}: {_DRAFTS[notice.draft_kind]} отозван {sender}."
        case facts.Recalled():
            return f"{subject} {_recalled(notice, bodies)}."
        case facts.Rework():
            return f"{subject}: {_rework(notice, at)}."
        case facts.Approved():
            until = f" {_until(notice.due_at, at)}" if notice.due_at else ""
            return f"{subject}: текст согласован, разместите его{until} и подтвердите ссылкой (п. 13)."
        case facts.Forecast():
            return f"{subject}: {_forecast(notice)}."
        case facts.Warned():
            return f"{subject}: {_limit(notice.limit, notice.clause)} истекает {_moment(notice.due_at)}."
        case facts.Breach():
            return f"{subject}: {_breach(notice, bodies, charged, names)}"
        case facts.Escalation() if notice.inherited:
            return f"{subject}: {_inherited(notice)}."
        case facts.Escalation():
            ground = " Сообщается на основании п. 20." if any(item.body for item in charged) else ""
            return f"{subject}: {_breach(notice, bodies, charged, names)}{ground}"
        case facts.WithdrawnBreach():
            limit = _of_limit(notice.limit, notice.clause)
            return (
                f"{subject}: отметка о нарушении {limit}, истёкшего {_moment(notice.due_at)}, снята: "
                "действие выполнено вовремя, но учтено с задержкой."
            )
        case facts.CompetenceDispute():
            return f"{subject} возвращено повторно ({notice.returns}-й возврат): спор о компетенции (п. 8)."
        case facts.NoReply():
            return (
                f"{subject}: нет ответа автора на запрос (уточнение). "
                "Продолжите работу без него или закройте сообщение."
            )
        case facts.Threat():
            ground = _GROUNDS[notice.ground or DeclineGround.THREAT_TO_OFFICIAL]
            return f"{subject} содержит {ground} (п. 18)."
        case facts.GovernorReport():
            return f"{subject} носит социально и общественно значимый характер. Доклад Губернатору (п. 21)."
        case facts.Reopened():
            return f"{subject} открыто снова, работа с ним продолжается. Стадия: {titles.STAGES[notice.stage].lower()}."
        case facts.VoidAfterBreach():
            breaches = counted(notice.breaches, _BREACH)
            return (
                f"{subject} закрыто как зарегистрированное ошибочно. До закрытия допущено {breaches}, "
                "запись об этом сохраняется в журнале."
            )
        case _:
            assert_never(notice)


def unacknowledged(
    breach: facts.Escalation,
    *,
    message: str,
    network: Network,
    bodies: Mapping[str, str],
    charged: Sequence[Charged],
    names: Mapping[str, str],
    within: timedelta,
    told: Sequence[str],
    standing: str,
) -> str:
    """That a breach was escalated and nobody acknowledged it `within` this working time.

    `told` are the names of those who got the escalation, `standing` a sentence of how late it is by now.
    """
    addressees = f": {', '.join(told)}" if told else ""
    return (
        f"{_subject(message, network)}: {_breach(breach, bodies, charged, names)} {standing} "
        f"Получение этих сведений не подтверждено в отведённый срок ({working_time(within)}){addressees}."
    )


def _subject(message: str, network: Network) -> str:
    return f"Сообщение № {message} ({titles.NETWORKS[network]})"


def subject_of_report(topic: str | None, settlement: str | None, body: str | None) -> str:
    """What the Governor is told of a message beside that it is significant: titles and the name of a settlement."""
    parts = [
        f"Тема: {topic}" if topic else "",
        f"место: {settlement}" if settlement else "",
        f"у кого: {body}" if body else "у кого: куратор",
    ]
    text = "; ".join(part for part in parts if part)
    return f" {text[0].upper()}{text[1:]}."


def _arrival(notice: facts.Assigned) -> str:
    match notice.by:
        case Command.ASSIGN:
            return ": вы назначены исполнителем."
        case Command.HAND_OVER:
            return " передано вам как куратору."
        case Command.AUTHOR_REPLIED:
            return ": автор ответил на запрос (уточнение), продолжите подготовку ответа."
        case Command.RESUME:
            return ": продолжите подготовку ответа без ответа автора на запрос (уточнение)."
        case _:
            again = " повторно" if notice.again else ""
            what = "информации к общему ответу" if notice.owed is LimitName.CONTRIBUTION else "ответа"
            return f"{again} поступило для подготовки {what}."


def _duty(
    owed: LimitName | None, due: datetime | None, clause: int | None, at: datetime, *, given: bool = False
) -> str:
    """A sentence about what is owed and until when; nothing where nothing is.

    `given`: the body receives the message just now, and is not at fault for what was due before.
    """
    if owed is None or due is None:
        return ""
    if due <= at:
        blameless = ", до направления; нарушением органа не считается" if given else ""
        return f" {_DUTIES[owed]} незамедлительно: {_limit(owed, clause)} истёк {_moment(due)}{blameless}."
    return f" {_DUTIES[owed]} {_until(due, at)}{_clause(clause)}."


def _returned(notice: facts.Returned, bodies: Mapping[str, str]) -> str:
    sender = _named(notice.body, Case.INSTRUMENTAL, bodies)
    whose = possessive(bodies.get(notice.body, ""))
    text = f"возвращено {sender}: вопрос не относится к {whose} компетенции (п. 8)."
    if notice.competent_body is None:
        return text
    return f"{text} По мнению исполнителя, это компетенция {_named(notice.competent_body, Case.GENITIVE, bodies)}."


def _recalled(notice: facts.Recalled, bodies: Mapping[str, str]) -> str:
    match notice.by:
        case Command.DECLINE:
            return "не подлежит обработке и ответу (п. 18), действий по нему больше не требуется"
        case Command.CLOSE:
            return "закрыто без ответа, действий по нему больше не требуется"
        case Command.SEND_FOR_REWORK if notice.back_to:
            earlier = _named(notice.back_to, Case.DATIVE, bodies)
            return f"возвращено {earlier} для доработки информации, после чего поступит к вам снова (п. 15)"
        case Command.SEND_FOR_REWORK:
            return "возвращено для доработки информации, после чего поступит к вам снова (п. 15)"
        case _ if notice.later:
            return "направлено сначала другому органу, после него поступит к вам снова (п. 15)"
        case _:
            return "перенаправлено другому органу, действий по нему больше не требуется"


def _rework(notice: facts.Rework, at: datetime) -> str:
    until = f" {_until(notice.due_at, at)}" if notice.due_at else ""
    if notice.owed is LimitName.CONTRIBUTION:
        what = f"информация для общего ответа возвращена на доработку; доработайте её{until}"
    else:
        draft = _DRAFTS[notice.draft_kind or DraftKind.ANSWER]
        what = f"{draft} возвращён на доработку; доработайте его{until}"
    if notice.approval_taken_back:
        what = f"согласование отозвано, не размещайте текст; {what}"
    return f"{what} с учётом замечаний куратора{_clause(notice.clause)}"


def _forecast(notice: facts.Forecast) -> str:
    moment, limit = _moment(notice.forecast_at), _of_limit(notice.limit, notice.clause)
    if notice.limit is LimitName.ANSWER:
        return f"при полном использовании сроков ответ будет размещён {moment}, после {limit}"
    return f"при полном использовании сроков информация для общего ответа поступит {moment}, после {limit}"


def _breach(
    notice: facts.Breach | facts.Escalation,
    bodies: Mapping[str, str],
    charged: Sequence[Charged],
    names: Mapping[str, str],
) -> str:
    """That a limit was not kept, and by whom; of `answer`, whose own limits were over before."""
    limit, passed = _limit(notice.limit, notice.clause), f"истёк {_moment(notice.due_at)}"
    if not charged:
        return f"{limit} нарушен, {passed}. {_NOBODYS}"
    if notice.limit is LimitName.ANSWER:
        whose = "; ".join(_whose(item, bodies, names) for item in charged)
        return f"{limit} нарушен, {passed}. Нарушение учтено: {whose}."
    [item] = charged
    person = names.get(item.person or "")
    if item.role is HolderRole.CURATOR:
        holder = f"куратором ({person})" if person else "куратором"
    else:
        holder = _named(item.body, Case.INSTRUMENTAL, bodies)
        holder = f"{holder} (исполнитель — {person})" if person else holder
    done = f", сообщение возвращено {_moment(notice.met_at)}" if notice.met_at else ""
    return f"{limit} не соблюдён {holder}, {passed}{done}."


def _whose(item: Charged, bodies: Mapping[str, str], names: Mapping[str, str]) -> str:
    holder = "куратор" if item.role is HolderRole.CURATOR else bodies.get(item.body or "", "орган")
    person = names.get(item.person or "")
    return f"{holder} ({person})" if person else holder


def _inherited(notice: facts.Escalation) -> str:
    limit, moment = _limit(notice.limit, notice.clause), _moment(notice.due_at)
    if notice.holder is HolderRole.CURATOR:
        return f"{limit} истёк до регистрации, {moment}; нарушением куратора не считается"
    return f"{limit} истёк до направления, {moment}; нарушением органа не считается"


def _named(body: str | None, case: Case, bodies: Mapping[str, str]) -> str:
    """A body by its title, and never by its key."""
    title = bodies.get(body or "")
    return in_case(title, case) if title else _A_BODY[case]


def _clause(clause: int | None) -> str:
    return f" (п. {clause})" if clause is not None else ""


def _limit(name: LimitName, clause: int | None) -> str:
    return f"{titles.limit(name)}{_clause(clause)}"


def _of_limit(name: LimitName, clause: int | None) -> str:
    return f"{titles.of_limit(name)}{_clause(clause)}"


def _moment(moment: datetime) -> str:
    return f"{moment:%d.%m.%Y} в {moment:%H:%M}"


def _until(due: datetime, at: datetime) -> str:
    """«до 15:00», with the day unless it is the notice's own."""
    same_day = due.date() == at.astimezone(due.tzinfo).date()
    return f"до {due:%H:%M}" if same_day else f"до {due:%H:%M %d.%m.%Y}"
