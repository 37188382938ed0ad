"""Report of `otklik regulation check` on an act: its limits, its readings, and what contradicts itself in it."""

from collections.abc import Iterator, Sequence

from calendar_rules import russian, titles
from calendar_rules.act_check import Contradiction
from calendar_rules.act_words import Offices
from calendar_rules.regulation import (
    AnswerLimit,
    Audience,
    HolderRole,
    Limit,
    LimitName,
    Readings,
    Regulation,
    digest,
)
from calendar_rules.terms import Term, Unit

HOLDERS = {HolderRole.CURATOR: "куратор", HolderRole.EXECUTOR: "орган"}
_TO = {
    Audience.HOLDER: "тому, кто соблюдает срок",
    Audience.EXECUTORS: "исполнителям органа",
    Audience.RESPONSIBLE: "ответственному должностному лицу органа",
    Audience.CURATOR: "куратору",
    Audience.DEPUTY: "заместителю Председателя Правительства, курирующему орган",
    Audience.DEPUTY_POLICY: "заместителю Председателя Правительства по внутренней политике",
    Audience.HEAD: "начальнику Департамента",
    Audience.GOVERNOR: "Губернатору",
}


def report(act: Regulation, found: Sequence[Contradiction]) -> Iterator[str]:
    """The lines of the report, in Russian; `found` are the contradictions of the act."""
    yield act.act.citation
    if act.act.short_title:
        yield act.act.title
    yield f"Источник: {act.act.source}"
    yield f"Обозначение в программе: {act.act.key}; контрольная сумма: {digest(act)}"
    if act.act.assumed:
        yield from ("", "Принятые допущения:", *(f"  — {assumption}" for assumption in act.act.assumed))
    yield from ("", "Сроки:")
    for name in LimitName:
        limit = act.limits[name]
        yield f"  п. {limit.clause:<3} {limit.title}: {length(act, name)} ({HOLDERS[limit.holder]})"
        yield from (f"         {remark}" for remark in remarks(limit))
    yield from ("", "Вопросы, не урегулированные актом, решены так:")
    yield from (f"  — {act.words.said(line)}" for line in readings(act))
    yield from ("", "Должности называются так:")
    yield from (f"  — {getattr(act.offices, office)[0]}" for office in Offices.model_fields)
    yield from ("", f"Противоречия ({len(found)}):" if found else "Противоречий не найдено.")
    for one in found:
        yield f"  — {one.text}"
        if one.remedies:
            yield "    достаточно изменить одно число:"
            yield from (f"      {remedy.title}" for remedy in one.remedies)


def length(act: Regulation, name: LimitName) -> str:
    """How long a limit is, and from what it counts, in Russian."""
    term = act.limits[name].term
    if name is LimitName.DRAFT and act.limits.draft.counted == "before_answer":
        return f"{term} до истечения срока ответа"
    if name is LimitName.ANSWER:
        by_detection = act.limits.answer.starts == ("detection",)
        return f"{term} с момента {'выявления' if by_detection else 'направления органу'}"
    return str(term)


def remarks(limit: Limit) -> Iterator[str]:
    """What else the act says of a limit, in Russian."""
    if limit.note:
        yield limit.note
    for importance, amount in limit.by_importance.items() if isinstance(limit, AnswerLimit) else ():
        title = titles.IMPORTANCE[importance].lower()
        yield f"категория важности «{title}»: {Term(amount=amount, unit=limit.unit)}"
    if not limit.warns:
        yield "об истечении этого срока не предупреждают"
    if limit.warns_before is not None:
        unit = Unit.WORKING_DAYS if limit.term.counts_days else limit.unit
        yield f"предупреждение: {Term(amount=limit.warns_before, unit=unit)} до истечения срока"


def readings(act: Regulation) -> Iterator[str]:
    """How the act is read where it is silent: a line for each question, in Russian."""
    read = act.readings
    yield from _of_time(read)
    yield f"срок направления повторного сообщения: {act.routing_term(repeated=True)}"
    asked = read.clarification
    yield f"размещение запроса (уточнения) {_not(asked.meets_answer)}считается соблюдением срока ответа"
    yield f"с ответом автора на запрос новый срок ответа {_not(asked.reply_starts_answer)}начинается"
    yield f"ответ автора на запрос ожидается {asked.no_reply}"
    surge = read.surge
    by_chance = surge.chance_at_most and round(1 / surge.chance_at_most)
    yield (
        f"повышенная активность по теме: сообщений за {russian.amount(surge.within)} — не менее {surge.at_least}, "
        f"причём больше среднего за день в {russian.counted(surge.times_daily_mean, russian.TIMES)} и более "
        f"(период сравнения: {russian.counted(surge.mean_over_days, russian.DAY)})"
        + (f", а случайно столько бывает не чаще чем в одном случае из {by_chance}" if by_chance else "")
    )
    closed = ", ".join(titles.NETWORKS_AS_SUCH[network] for network in read.closed_networks)
    yield f"ответы не размещаются в сетях: {closed}" if closed else "ответы размещаются во всех сетях"
    own = "допускается и отмечается в журнале" if read.self_approval == "recorded" else "не допускается"
    yield f"согласование собственного проекта {own}"
    yield from _of_notices(read)


def _of_time(read: Readings) -> Iterator[str]:
    counting = read.counting
    yield f"перерывы в течение рабочего дня {_not(not read.breaks_stop_the_clock)}засчитываются в срок"
    at_closing = "в этот момент" if counting.ends_at_closing == "due_then" else "с началом следующего"
    yield f"срок, который заканчивается ровно в конце рабочего дня, истекает {at_closing}"
    first = "со следующего дня после события (ст. 191 ГК РФ)"
    yield f"срок в днях исчисляется {first if counting.days_count_from == 'next_working_day' else 'со дня события'}"
    begins = "с его ближайшего начала" if counting.outside_hours == "next_opening" else "сразу"
    yield f"если событие произошло вне рабочего времени, часы подряд отсчитываются {begins}"
    share = "сокращается в той же доле" if read.draft_under_reduced_term == "same_share" else "не сокращается"
    yield f"при сокращённом сроке ответа время на согласование и размещение {share}"
    yield (
        "срок исчисляется по рабочему времени того, кто за него отвечает: Департамента или органа"
        if read.calendars == "holder"
        else "все сроки исчисляются по рабочему времени Департамента"
    )


def _of_notices(read: Readings) -> Iterator[str]:
    notices, warning, escalation, promises = read.notices, read.warning, read.escalation, read.promises
    yield (
        "предупреждение направляется, когда до истечения срока остаётся "
        f"{russian.working_time(warning.before)}, но не более {russian.number(warning.at_most_share * 100)} % срока"
    )
    yield (
        "уведомление о нарушении, не подтверждённое руководством (срок подтверждения: "
        f"{russian.working_time(escalation.acknowledge_within)}), направляется {_TO[escalation.then_to]}"
    )
    before = russian.counted(promises.warned_days_before, russian.WORKING_DAY)
    reminded = f"напоминают за {before}" if promises.warned_days_before else "заранее не напоминают"
    yield (
        f"об обещании в ответе органу {reminded}, в обещанный срок спрашивают «Сделано?»; "
        f"без отметки до окончания {promises.answered_within}-го рабочего дня после этого обещание считается "
        "неисполненным, нарушением срока это не является"
    )
    waits = notices.outside_hours == "wait_for_opening"
    yield f"уведомления вне рабочего времени доставляются {'с его началом' if waits else 'сразу'}"
    at_once = "; ".join(titles.NOTICES_NAMED[kind] for kind in notices.never_wait) or "никакие"
    yield f"сразу, в том числе вне рабочего времени, доставляются: {at_once}"
    reminded = "напоминает одна сводка в рабочий день" if notices.overdue_reminder == "daily_digest" else ""
    yield f"о нарушенных сроках {reminded or 'повторно не напоминают'}"
    yield (
        f"срок, до истечения которого оставалось менее {russian.number(read.fair.share * 100)} % времени на этот шаг, "
        "нарушением не считается"
    )
    yield f"уведомление о таком или истёкшем до направления сроке направляется {_TO[notices.inherited_to]}"
    yield (
        f"компетентный орган требуется определить с возврата № {notices.competence_dispute_from_return}; уведомление "
        f"направляется {_TO[notices.competence_dispute_to]}"
    )
    threat = "уведомление об угрозе или намерении причинить вред (п. 18) направляется"
    yield f"{threat} {_TO[notices.threat_to]}"
    void = "уведомление о закрытии ошибочно зарегистрированного сообщения после нарушения срока направляется"
    yield f"{void} {_TO[notices.void_after_breach_to]}"
    yield f"доклад о социально значимом сообщении (п. 21) направляется {_TO[notices.governor_report_to]}"
    obligatory = "; ".join(titles.NOTICES_NAMED[kind] for kind in notices.obligatory) or "никакие"
    yield f"по каналам сотрудника приходят всегда, что бы он ни выбрал: {obligatory}"
    yield f"сводка за неделю (п. 21) направляется {_TO[notices.weekly_summary_to]}"


def _not(holds: bool) -> str:
    return "" if holds else "не "
