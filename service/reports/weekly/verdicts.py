"""Tables of a report on what authors say of answers, by body and by topic."""

from typing import Final

from service.reports.weekly import phrases
from service.reports.weekly.dynamics import ENDED, NOT_ROUTED
from service.reports.weekly.layout import Column, Kind, Row, Section, Sheet, Table, Value
from service.reports.weekly.summary import Compared, WeeklySummary
from service.reports.weekly.words import WORDS

BY_BODY: Final = "verdicts_of_bodies"
BY_TOPIC: Final = "verdicts_of_topics"


def of(summary: WeeklySummary) -> Section | None:
    """What authors of messages detected in the period say; of one body, of the answers that it drafted.

    None as long as nobody has said anything: of a week that has just ended that is usual.
    """
    if not summary.totals.content + summary.totals.discontent + summary.totals.unclear:
        return None
    words = WORDS[summary.unit]
    bodies = [Row(_cells(it.title, it), it.body) for it in summary.bodies if it.answered]
    topics = [
        Row(_cells(it.title, it), it.topic or (ENDED if it.ended else NOT_ROUTED))
        for it in summary.topics
        if it.answered
    ]
    total = Row(_cells("Всего", summary.totals))
    note = (
        f"По сообщениям, выявленным {words.over}. Оценку вносит куратор по словам автора под ответом. Доля — довольные "
        f"среди тех, чья оценка известна. {phrases.NO_SHARE}"
    )
    by_topic = Table(BY_TOPIC, "Оценки авторов по темам", _columns("Тема"), tuple(topics), total, note=note)
    by_body = Table(BY_BODY, "Оценки авторов по органам", _columns("Орган"), tuple(bodies), total)
    tables = (by_topic,) if summary.body is not None else (by_body, by_topic)
    return Section("verdicts", "Что авторы говорят об ответах", Sheet.VERDICTS, tables=tables)


def _columns(what: str) -> tuple[Column, ...]:
    return (
        Column("title", what, Kind.TEXT, 4.6),
        Column("answered", "Ответов", width=1.2),
        Column("content", "Автор доволен", width=1.2),
        Column("discontent", "Не решено", width=1.2),
        Column("unclear", "Ничего ясного", width=1.2),
        Column("none", "Оценки нет", width=1.2),
        Column("share", "Доля доволь\u00adных", Kind.SHARE, 1.2),
    )


def _cells(title: str, it: Compared) -> tuple[Value, ...]:
    share = phrases.share_of(it.content, it.discontent)
    return (title, it.answered, it.content, it.discontent, it.unclear, it.none, share)
