"""Texts of notices, in Russian. Bodies are named by their titles, texts and authors not at all.

Of the service's own people the one who held a limit that passed is named: clause 20 asks for that.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import assert_never

from calendar_rules import titles
from calendar_rules.act_words import clause, said
from calendar_rules.moments import As, moment_text
from calendar_rules.regulation import LimitName
from calendar_rules.russian import Noun, counted
from calendar_rules.vocabulary import CloseReason, DeclineGround, DraftKind, Network
from service.notices import breach_text
from service.notices.breach_text import Whose, in_clause
from service.people.declension import Case, in_case, inside, possessive
from store.journal.charges import Charged
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

_NOTE_WHAT_IS_PASSED_ON = (
    "Если сведения переданы в органы внутренних дел или иному адресату, отметьте это в карточке сообщения: "
    "«Передано»."
)

_GIVING_A_TURN = (Command.ROUTE, Command.CONTRIBUTE)
"""The commands by which a body receives a message."""

_BREACH = Noun("нарушение срока", "нарушения сроков", "нарушений сроков", "нарушения срока")

_A_BODY = {
    Case.GENITIVE: "органа",
    Case.DATIVE: "органу",
    Case.ACCUSATIVE: "орган",
    Case.INSTRUMENTAL: "органом",
}
_TIMES = (
    "первый",
    "второй",
    "третий",
    "четвёртый",
    "пятый",
    "шестой",
    "седьмой",
    "восьмой",
    "девятый",
    "десятый",
)


def render(  # noqa: PLR0911, PLR0912  one for each kind
    notice: facts.AnyNotice,
    *,
    message: str,
    network: Network,
    at: datetime,
    bodies: Mapping[str, str],
    charged: Sequence[Charged] = (),
    names: Mapping[str, str] = MappingProxyType({}),
    responsible: Collection[str] = (),
) -> str:
    """The text of a notice about a message, complete sentences.

    `at` is the notice's own moment, in the zone of the Department: a due moment of the same day is named by its
    time alone. `bodies` are the titles of bodies by their keys. `charged` is whose a breach is, `names` are those of
    the persons it names, by sign-in, and `responsible` those of them who answer for a body and are no executors of it.
    """
    subject = _subject(message, network)
    whose = Whose(bodies, names, responsible)
    match notice:
        case facts.Assigned():
            duty = _duty(notice.owed, notice.due_at, notice.clause, at, given=notice.by in _GIVING_A_TURN)
            return f"{subject}{_arrival(notice)}{duty}"
        case facts.Returned():
            return f"{subject} {_returned(notice, bodies)}{_duty(LimitName.ROUTING, notice.due_at, clause(7), at)}"
        case facts.ContributionReceived():
            sender = _named(notice.body, Case.GENITIVE, bodies)
            return f"{subject}: поступила информация для общего ответа от {sender}{said(' (пункт 15)')}."
        case facts.DraftReceived():
            sender = _named(notice.body, Case.GENITIVE, bodies)
            until = (
                f"; согласуйте его или направьте на доработку {_until(notice.due_at, at)}"
                if notice.due_at
                else ""
            )
            return (
                f"{subject}: поступил {_DRAFTS[notice.draft_kind]} от {sender}{said(' (пункт 11)')}{until}."
            )
        case facts.DraftWithdrawn():
            sender = _named(notice.body, Case.INSTRUMENTAL, bodies)
            return f"{subject}: {_DRAFTS[notice.draft_kind]} отозван {sender}."
        case facts.Recalled():
            return f"{subject} {_recalled(notice, bodies)}."
        case facts.Rework():
            return f"{subject}: {_rework(notice, at)}."
        case facts.Approved():
            until = f" {_until(notice.due_at, at)}" if notice.due_at else ""
            place = said("подтвердите размещение ссылкой (пункт 13)")
            return f"{subject}: текст согласован, разместите его{until} и {place}."
        case facts.Forecast():
            return f"{subject}: {_forecast(notice)}."
        case facts.Warned():
            return f"{subject}: {breach_text.of(notice.limit, notice.clause)} истекает {moment_text(notice.due_at)}."
        case facts.Breach():
            return f"{subject}: {breach_text.breach(notice, charged, whose)}"
        case facts.Escalation() if notice.inherited:
            return f"{subject}: {breach_text.inherited(notice)}. {breach_text.FOR_INFORMATION}"
        case facts.Escalation():
            return f"{subject}: {breach_text.escalation(notice, charged, whose)}"
        case facts.ChargeCorrected():
            return f"{subject}: {breach_text.corrected(notice, charged, whose)}"
        case facts.WithdrawnBreach():
            done = "действие выполнено вовремя, но учтено с задержкой"
            if notice.returned:
                done = (
                    f"возврат принят, нарушение учтено только за несвоевременный возврат{said(' (пункт 8)')}"
                )
            limit = breach_text.of_limit(notice.limit, notice.clause)
            return (
                f"{subject}: отметка о нарушении {limit}, истёкшего {moment_text(notice.due_at)}, снята: "
                f"{done}."
            )
        case facts.CompetenceDispute():
            times = _in_which(notice.returns)
            return f"{subject} возвращено {times} раз; требуется определить компетентный орган{said(' (пункт 8)')}."
        case facts.NoReply():
            return (
                f"{subject}: нет ответа автора на запрос (уточнение). "
                "Продолжите работу без него или закройте сообщение."
            )
        case facts.Threat():
            ground = _GROUNDS[notice.ground or DeclineGround.THREAT_TO_OFFICIAL]
            return f"{subject} содержит {ground}{said(' (пункт 18)')}. {_NOTE_WHAT_IS_PASSED_ON}"
        case facts.GovernorReport():
            report = said("Доклад Губернатору")
            return (
                f"{subject} носит социально и общественно значимый характер. {report}{said(' (пункт 21)')}."
            )
        case facts.Reopened():
            return f"{subject} открыто снова, работа с ним продолжается. Стадия: {titles.STAGES[notice.stage].lower()}."
        case facts.VoidAfterBreach():
            breaches = counted(notice.breaches, _BREACH)
            return (
                f"{subject} закрыто как зарегистрированное ошибочно. До закрытия допущено {breaches}, "
                "запись об этом сохраняется в журнале."
            )
        case facts.SplitAfterBreach():
            past = ", ".join(titles.limit(name) for name in notice.past)
            return (
                f"{subject} выделено из сообщения № {notice.split_from}. С выявления публикации уже истекли: {past}; "
                f"нарушением это не считается. {breach_text.FOR_INFORMATION}"
            )
        case facts.PromiseNear():
            return (
                f"{subject}: {moment_text(notice.by)} наступит срок, обещанный в ответе. Когда обещанное будет "
                "сделано, отметьте это и приложите снимок или ссылку; если срок не выдержать, перенесите обещание."
            )
        case facts.PromiseAsked():
            return (
                f"{subject}: {moment_text(notice.by)} наступил срок, обещанный в ответе. Сделано? Отметьте исполнение "
                f"или перенесите обещание до {moment_text(notice.answer_by)}."
            )
        case facts.PromiseMoved():
            return (
                f"{subject}: срок, обещанный в ответе, перенесён с {moment_text(notice.since)} на "
                f"{moment_text(notice.by)}. Орган: {bodies.get(notice.body, notice.body)}. Причина указана на странице "
                "сообщения."
            )
        case facts.PromiseBroken():
            return (
                f"{subject}: исполнение обещанного в ответе к {moment_text(notice.by)} не подтверждено: отметки об "
                f"исполнении или переносе нет. Орган: {bodies.get(notice.body, notice.body)}."
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
    responsible: Collection[str] = (),
    within: timedelta,
    told: Sequence[str],
    standing: str,
) -> str:
    """That a breach was escalated and nobody acknowledged it `within` this working time.

    `told` are the names of those who got the escalation, `standing` a sentence of how late it is when.
    """
    text = breach_text.unacknowledged(
        breach,
        charged,
        Whose(bodies, names, responsible),
        acknowledge_within=within,
        told=told,
        standing=standing,
    )
    return f"{_subject(message, network)}: {text}"


def _subject(message: str, network: Network) -> str:
    return f"Сообщение № {message} ({titles.NETWORKS[network]})"


def subject_of_report(topic: str | None, settlement: str | None, body: str | None) -> str:
    """What the Governor is told of a message beside that it is significant: titles and the name of a settlement."""
    parts = [
        f"Тема: {topic}." if topic else "",
        f"Локация: {settlement}." if settlement else "",
        f"Исполнитель: {inside(body)}." if body else "Направление исполнителю не завершено.",
    ]
    return "".join(f" {part}" for part in parts if part)


def _arrival(notice: facts.Assigned) -> str:
    match notice.by:
        case Command.ASSIGN:
            return ": вы назначены исполнителем."
        case Command.HAND_OVER:
            return " передано вам как куратору."
        case Command.TRANSFER:
            return " передано вашему органу как преемнику органа, который больше не действует."
        case Command.AUTHOR_REPLIED:
            return ": автор ответил на запрос (уточнение), продолжите подготовку ответа."
        case Command.RESUME:
            return ": продолжите подготовку ответа без ответа автора на запрос (уточнение)."
        case _:
            again = " повторно" if notice.again else ""
            what = "информации к общему ответу" if notice.owed is LimitName.CONTRIBUTION else "ответа"
            return f"{again} поступило для подготовки {what}.{_repeated(notice)}"


def _repeated(notice: facts.Assigned) -> str:
    """Clause 16: what is asked of the answer to a repeated message."""
    if notice.repeats is None:
        return ""
    return (
        f" Сообщение повторное (ранее — № {notice.repeats}): в ответе укажите принятые меры или ход работы по вопросу"
        f"{said(' (пункт 16)')}."
    )


def _in_which(times: int) -> str:
    """«во второй», «в третий», «в 11-й»."""
    if times > len(_TIMES):
        return f"в {times}-й"
    return f"{'во' if times == 2 else 'в'} {_TIMES[times - 1]}"  # noqa: PLR2004


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
        return f" {_DUTIES[owed]} незамедлительно: {breach_text.of(owed, clause)} истёк {moment_text(due)}{blameless}."
    return f" {_DUTIES[owed]} {_until(due, at)}{in_clause(clause)}."


def _returned(notice: facts.Returned, bodies: Mapping[str, str]) -> str:
    sender = _named(notice.body, Case.INSTRUMENTAL, bodies)
    whose = possessive(bodies.get(notice.body, ""))
    text = f"возвращено {sender}: вопрос не относится к {whose} компетенции{said(' (пункт 8)')}."
    if notice.competent_body is None:
        return text
    competent = _named(notice.competent_body, Case.GENITIVE, bodies)
    return f"{text} По мнению исполнителя, вопрос относится к компетенции {competent}."


def _recalled(notice: facts.Recalled, bodies: Mapping[str, str]) -> str:
    match notice.by:
        case Command.DECLINE:
            what = (
                f"не подлежит обработке и ответу{said(' (пункт 18)')}, действий по нему больше не требуется"
            )
        case Command.CLOSE if notice.reason is CloseReason.REGISTERED_BY_MISTAKE:
            what = "зарегистрировано ошибочно и снято с рассмотрения"
        case Command.CLOSE:
            what = "закрыто без ответа, действий по нему больше не требуется"
        case Command.SEND_FOR_REWORK:
            earlier = f" {_named(notice.back_to, Case.DATIVE, bodies)}" if notice.back_to else ""
            what = f"возвращено{earlier} для доработки информации, после чего поступит к вам снова{said(' (пункт 15)')}"
        case Command.TRANSFER:
            what = "передано органу-преемнику, действий по нему больше не требуется"
        case _ if notice.later:
            what = f"направлено сначала другому органу, после него поступит к вам снова{said(' (пункт 15)')}"
        case _:
            what = "перенаправлено другому органу, действий по нему больше не требуется"
    return what


def _rework(notice: facts.Rework, at: datetime) -> str:
    until = f" {_until(notice.due_at, at)}" if notice.due_at else ""
    if notice.owed is LimitName.CONTRIBUTION:
        what = f"информация для общего ответа возвращена на доработку; доработайте её{until}"
    else:
        draft = _DRAFTS[notice.draft_kind or DraftKind.ANSWER]
        what = f"{draft} возвращён на доработку; доработайте его{until}"
    if notice.approval_taken_back:
        what = f"согласование отозвано, не размещайте текст; {what}"
    return f"{what} с учётом замечаний куратора{in_clause(notice.clause)}"


def _forecast(notice: facts.Forecast) -> str:
    late, limit = moment_text(notice.forecast_at), breach_text.of_limit(notice.limit, notice.clause)
    if notice.limit is LimitName.ANSWER:
        return f"при полном использовании сроков ответ будет размещён {late}, после истечения {limit}"
    return f"при полном использовании сроков информация для общего ответа поступит {late}, после истечения {limit}"


def _named(body: str | None, case: Case, bodies: Mapping[str, str]) -> str:
    """A body by its title, and never by its key."""
    title = bodies.get(body or "")
    return in_case(title, case) if title else _A_BODY[case]


def _until(due: datetime, at: datetime) -> str:
    """«до 15:00», with the day unless it is the notice's own."""
    return f"до {moment_text(due, As.TIME_FIRST, beside=at)}"
