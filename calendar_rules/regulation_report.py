"""Report of `otklik regulation check` on an act: its limits, its readings, and what contradicts itself in it."""

from collections.abc import Iterator, Sequence

from calendar_rules import russian, titles
from calendar_rules.act_words import Offices
from calendar_rules.contradictions import IMPORTANCE
from calendar_rules.regulation import (
    Audience,
    HolderRole,
    Limit,
    LimitName,
    Promises,
    Readings,
    Regulation,
    Surge,
    digest,
)
from calendar_rules.remedies import Contradiction, contradictions
from calendar_rules.terms import Term, Unit

HOLDERS = {HolderRole.CURATOR: "куратор", HolderRole.EXECUTOR: "орган"}
TO = {
    Audience.HOLDER: "тому, кто соблюдает срок",
    Audience.EXECUTORS: "исполнителям органа",
    Audience.RESPONSIBLE: "ответственному должностному лицу органа",
    Audience.CURATOR: "куратору",
    Audience.DEPUTY: "заместителю Председателя Правительства, курирующему орган",
    Audience.DEPUTY_POLICY: "заместителю Председателя Правительства по внутренней политике",
    Audience.HEAD: "начальнику Департамента",
    Audience.GOVERNOR: "Губернатору",
}


def report(regulation: Regulation, found: Sequence[Contradiction] | None = None) -> Iterator[str]:
    """The lines of the report, in Russian; `found` are the contradictions of the act, where they are known already."""
    act = regulation.act
    yield act.citation
    if act.short_title:
        yield act.title
    yield f"Источник: {act.source}"
    yield f"Обозначение в программе: {act.key}; контрольная сумма: {digest(regulation)}"
    if act.assumed:
        yield ""
        yield "Принято допущение:" if len(act.assumed) == 1 else "Приняты допущения:"
        yield from (f"  — {assumption}" for assumption in act.assumed)
    yield ""
    yield "Сроки:"
    yield from _limits(regulation)
    yield ""
    yield "Вопросы, не урегулированные актом, решены так:"
    read = readings(regulation.readings, regulation.limits.routing.unit)
    yield from (f"  — {regulation.words.said(line)}" for line in read)
    yield ""
    yield "Должности называются так:"
    yield from (f"  — {title}: {named}" for title, named in offices(regulation.offices))
    yield ""
    yield from _contradictions(contradictions(regulation) if found is None else found)


def _limits(regulation: Regulation) -> Iterator[str]:
    for name in LimitName:
        limit = regulation.limits[name]
        yield f"  п. {limit.clause:<3} {limit.title}: {length(regulation, name)} ({HOLDERS[limit.holder]})"
        yield from (f"         {remark}" for remark in remarks(limit))
        if name is LimitName.ANSWER:
            for importance, amount in regulation.limits.answer.by_importance.items():
                term = Term(amount=amount, unit=limit.unit)
                yield f"         категория важности «{IMPORTANCE[importance]}»: {term}"


def length(regulation: Regulation, name: LimitName) -> str:
    """How long a limit is, and from what it counts, in Russian."""
    term = regulation.limits[name].term
    if name is LimitName.DRAFT and regulation.limits.draft.counted == "before_answer":
        return f"{term} до истечения срока ответа"
    if name is LimitName.ANSWER and regulation.limits.answer.starts == ("routing",):
        return f"{term} с момента направления органу"
    if name is LimitName.ANSWER:
        return f"{term} с момента выявления"
    return str(term)


def remarks(limit: Limit) -> Iterator[str]:
    """What else the act says of a limit, in Russian."""
    if limit.note:
        yield limit.note
    if not limit.warns:
        yield "об истечении этого срока не предупреждают"
    if limit.warns_before is not None:
        unit = Unit.WORKING_DAYS if limit.term.counts_days else limit.unit
        yield f"предупреждение: {Term(amount=limit.warns_before, unit=unit)} до истечения срока"


def readings(readings: Readings, routing_unit: Unit) -> Iterator[str]:
    """How the act is read where it is silent: a line for each question, in Russian."""
    return (answer for _, answer in questions(readings, routing_unit))


def questions(readings: Readings, routing_unit: Unit) -> Iterator[tuple[str, str]]:
    """What the act is silent on, each question with how it is read, in Russian."""
    yield from _of_time(readings)
    repeated = Term(amount=readings.repeated_routing, unit=routing_unit)
    yield "Направление повторного сообщения", f"срок направления повторного сообщения: {repeated}"
    yield from _of_clarification(readings)
    yield "Повышенная активность по теме", _surge(readings.surge)
    closed = ", ".join(titles.NETWORKS_AS_SUCH[network] for network in readings.closed_networks)
    yield (
        "Сети, в которых ответы не размещаются",
        f"ответы не размещаются в сетях: {closed}" if closed else "ответы размещаются во всех сетях",
    )
    yield (
        "Согласование собственного проекта",
        _chosen(
            readings.self_approval,
            recorded="согласование собственного проекта допускается и отмечается в журнале",
            refused="согласование собственного проекта не допускается",
        ),
    )
    yield from _of_notices(readings)


def offices(offices: Offices) -> Iterator[tuple[str, str]]:
    """Each office of the road with what the act calls it, in Russian."""
    yield "Высшее должностное лицо", offices.governor[0]
    yield "Кто курирует органы", offices.deputy[0]
    yield "Кто курирует внутреннюю политику", offices.deputy_policy[0]
    yield "Руководитель кураторов", offices.head[0]
    yield "Подразделение кураторов", offices.department[0]
    yield "Кого информирует руководитель кураторов", offices.chairman[0]
    yield "Вся территория", offices.everywhere[0]


def _surge(surge: Surge) -> str:
    return (
        f"повышенная активность по теме: сообщений за {russian.amount(surge.within)} — не менее {surge.at_least}, "
        f"причём больше среднего за день в {russian.counted(surge.times_daily_mean, russian.TIMES)} и более "
        f"(период сравнения: {russian.counted(surge.mean_over_days, russian.DAY)})"
        + (
            f", а случайно столько бывает не чаще чем в одном случае из {round(1 / surge.chance_at_most)}"
            if surge.chance_at_most is not None
            else ""
        )
    )


def _of_time(readings: Readings) -> Iterator[tuple[str, str]]:
    counting = readings.counting
    yield (
        "Перерывы в рабочем дне",
        "перерывы в течение рабочего дня в срок не засчитываются"
        if readings.breaks_stop_the_clock
        else "перерывы в течение рабочего дня засчитываются в срок",
    )
    yield (
        "Окончание срока в конце рабочего дня",
        _chosen(
            counting.ends_at_closing,
            due_then="срок, который заканчивается ровно в конце рабочего дня, истекает в этот момент",
            due_at_next_opening="срок, который заканчивается ровно в конце рабочего дня, истекает с началом следующего",
        ),
    )
    yield (
        "Начало срока в днях",
        _chosen(
            counting.days_count_from,
            next_working_day="срок в днях исчисляется со следующего дня после события (ст. 191 ГК РФ)",
            same_day="срок в днях исчисляется со дня события",
        ),
    )
    yield (
        "Событие вне рабочего времени",
        _chosen(
            counting.outside_hours,
            next_opening=(
                "если событие произошло вне рабочего времени, часы подряд отсчитываются с его ближайшего начала"
            ),
            at_once="если событие произошло вне рабочего времени, часы подряд отсчитываются сразу",
        ),
    )
    yield (
        "Проект при сокращённом сроке ответа",
        _chosen(
            readings.draft_under_reduced_term,
            same_share=(
                "при сокращённом сроке ответа время на согласование и размещение сокращается в той же доле"
            ),
            same_lead="при сокращённом сроке ответа время на согласование и размещение не сокращается",
        ),
    )
    yield (
        "Чьё рабочее время",
        _chosen(
            readings.calendars,
            holder="срок исчисляется по рабочему времени того, кто за него отвечает: Департамента или органа",
            department="все сроки исчисляются по рабочему времени Департамента",
        ),
    )


def _of_clarification(readings: Readings) -> Iterator[tuple[str, str]]:
    clarification = readings.clarification
    yield (
        "Запрос (уточнение) и срок ответа",
        "размещение запроса (уточнения) считается соблюдением срока ответа"
        if clarification.meets_answer
        else "размещение запроса (уточнения) не считается соблюдением срока ответа",
    )
    yield (
        "Ответ автора и новый срок",
        "с ответом автора на запрос начинается новый срок ответа"
        if clarification.reply_starts_answer
        else "с ответом автора на запрос новый срок ответа не начинается",
    )
    yield "Ожидание ответа автора", f"ответ автора на запрос ожидается {clarification.no_reply}"


def _of_promises(promises: Promises) -> str:
    before, within = promises.warned_days_before, promises.answered_within
    reminded = (
        f"за {russian.counted(before, russian.WORKING_DAY)} органу напоминают об обещании, " if before else ""
    )
    after = "следующего рабочего дня" if within == 1 else f"{within}-го рабочего дня после этого"
    return (
        f"{reminded}в обещанный срок спрашивают «Сделано?»; без отметки до окончания {after} обещание считается "
        "неисполненным, нарушением срока это не является"
    )


def _of_notices(readings: Readings) -> Iterator[tuple[str, str]]:
    notices, warning, escalation = readings.notices, readings.warning, readings.escalation
    yield (
        "Предупреждение об истечении срока",
        "предупреждение направляется, когда до истечения срока остаётся "
        f"{russian.working_time(warning.before)}, но не более {russian.number(warning.at_most_share * 100)} % срока",
    )
    yield (
        "Неподтверждённое уведомление руководства",
        "уведомление о нарушении, не подтверждённое руководством "
        f"(срок подтверждения: {russian.working_time(escalation.acknowledge_within)}), "
        f"направляется {TO[escalation.then_to]}",
    )
    yield "Обещания в ответах", _of_promises(readings.promises)
    yield (
        "Уведомления вне рабочего времени",
        _chosen(
            notices.outside_hours,
            wait_for_opening="уведомления вне рабочего времени доставляются с его началом",
            at_once="уведомления доставляются сразу, в том числе вне рабочего времени",
        ),
    )
    if at_once := "; ".join(titles.NOTICES_NAMED[kind] for kind in notices.never_wait):
        yield (
            "Уведомления, доставляемые сразу",
            f"сразу, в том числе вне рабочего времени, доставляются: {at_once}",
        )
    yield (
        "Напоминание о нарушенных сроках",
        _chosen(
            notices.overdue_reminder,
            daily_digest="о нарушенных сроках напоминает одна сводка в рабочий день",
            none="о нарушенных сроках повторно не напоминают",
        ),
    )
    yield (
        "Срок, истёкший до направления",
        f"уведомление о сроке, истёкшем до направления органу, направляется {TO[notices.inherited_to]}",
    )
    yield (
        "Определение компетентного органа",
        f"компетентный орган требуется определить с возврата № {notices.competence_dispute_from_return}; "
        f"уведомление направляется {TO[notices.competence_dispute_to]}",
    )
    yield (
        "Угроза или намерение причинить вред",
        f"уведомление об угрозе или намерении причинить вред (п. 18) направляется {TO[notices.threat_to]}",
    )
    yield (
        "Ошибочная регистрация после нарушения срока",
        "уведомление о закрытии ошибочно зарегистрированного сообщения после нарушения срока направляется "
        f"{TO[notices.void_after_breach_to]}",
    )
    yield (
        "Доклад о социально значимом сообщении",
        f"доклад о социально значимом сообщении (п. 21) направляется {TO[notices.governor_report_to]}",
    )
    if obligatory := "; ".join(titles.NOTICES_NAMED[kind] for kind in notices.obligatory):
        yield (
            "Обязательные уведомления",
            f"по каналам сотрудника приходят всегда, что бы он ни выбрал: {obligatory}",
        )
    yield (
        "Сводка за неделю",
        f"сводка за неделю (п. 21) направляется {TO[notices.weekly_summary_to]}",
    )


def _chosen(value: str, **words: str) -> str:
    return words[value]


def _contradictions(found: Sequence[Contradiction]) -> Iterator[str]:
    if not found:
        yield "При полном использовании каждого из сроков общий срок соблюдается."
        yield "Противоречий не найдено."
        return
    yield f"Противоречия ({len(found)}):"
    for one in found:
        yield f"  — {one.text}"
        if one.remedies:
            yield "    достаточно изменить одно число:"
            yield from (f"      {remedy.title}" for remedy in one.remedies)
