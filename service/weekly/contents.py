"""What a weekly summary says, laid out once: sections, tables and lines that page, DOCX, XLSX and PDF all show.

A number stands here once, so that it cannot be another one in another document. Moments are those of the summary, which
are in the Department's zone; durations are working time.
"""

from collections.abc import Callable, Mapping
from typing import Final

from calendar_rules import titles
from service.weekly import dynamics, phrases
from service.weekly.layout import Column, Contents, Kind, Picture, Row, Section, Sheet, Table, Value
from service.weekly.summary import (
    Compared,
    Figures,
    LimitFigures,
    Quality,
    WeeklySummary,
)


def of(summary: WeeklySummary) -> Contents:
    """The summary as it is read."""
    return Contents(
        summary=summary,
        title=phrases.title(summary),
        status=phrases.status(summary),
        balance=phrases.balance(summary.balance),
        sections=tuple(part(summary) for part in _PARTS),
    )


def picture_in_words(contents: Contents, picture: Picture) -> str:
    """What a picture shows, for those who cannot see it."""
    return _SAID[picture].format(period=phrases.period(contents.summary.first_day, contents.summary.last_day))


_SAID: Final[Mapping[Picture, str]] = {
    Picture.BODIES: "Столбики: сколько сроков соблюдено и сколько нарушено за неделю {period}, по органам; сначала те, "
    "у кого нарушений больше. "
    "Те же числа — в таблице ниже.",
    Picture.WEEKS: "Линия: доля соблюдённых сроков за неделю {period} и двенадцать недель до неё, рядом с целью "
    "100 %. Те же числа — в таблице ниже.",
    Picture.TOPICS: "Столбики: сколько сообщений поступило по темам за неделю {period} и неделей раньше. "
    "Те же числа — в таблице ниже.",
    Picture.HOURS: "Клетки: сколько сообщений выявлено в каждый час каждого дня недели {period}. "
    "Те же числа — в таблице ниже.",
}


# ---- the parts


def _movement(summary: WeeklySummary) -> Section:
    balance = summary.balance
    rows = [
        ("Было в работе на начало недели", balance.opening),
        ("Поступило за неделю", balance.received),
        ("Открыто снова", balance.reopened),
        ("Размещён ответ", balance.answered),
        *(
            (f"Не подлежит ответу: {_small(titles.DECLINE_GROUNDS[it.ground])}", it.count)
            for it in balance.declined
        ),
        *(
            (f"Закрыто без ответа: {_small(titles.CLOSE_REASONS[it.reason])}", it.count)
            for it in balance.closed_otherwise
        ),
    ]
    return Section(
        "movement",
        "Движение сообщений",
        Sheet.SUMMARY,
        lines=(phrases.balance(balance),),
        tables=(
            Table(
                "balance",
                "Баланс",
                (Column("what", "Показатель", Kind.TEXT, 4), Column("count", "Сообщений")),
                tuple(Row(row) for row in rows),
                Row(("Осталось в работе на конец недели", balance.closing)),
            ),
            _week_to_week(summary.totals),
        ),
    )


def _week_to_week(totals: Compared) -> Table:
    return Table(
        "totals",
        "Выявленные за неделю сообщения",
        (
            Column("what", "Показатель", Kind.TEXT, 3),
            Column("count", "За неделю"),
            Column("previous", "Неделей раньше"),
            Column("change", "Изменение"),
        ),
        tuple(
            Row(
                (title, of_week(totals), of_week(totals.previous), of_week(totals) - of_week(totals.previous))
            )
            for title, of_week in _FIGURES
        ),
    )


_FIGURES: tuple[tuple[str, Callable[[Figures], int]], ...] = (
    ("Поступило", lambda figures: figures.received),
    ("Размещён ответ", lambda figures: figures.answered),
    ("Не подлежит ответу", lambda figures: figures.declined),
    ("Закрыто без ответа", lambda figures: figures.unanswered),
    ("В работе", lambda figures: figures.open),
    ("Сроков соблюдено", lambda figures: figures.in_time),
    ("Сроков нарушено", lambda figures: figures.breached),
    ("Возвратов", lambda figures: figures.returns),
    ("Доработок", lambda figures: figures.rework_rounds),
)


def _bodies(summary: WeeklySummary) -> Section:
    columns = (
        Column("title", "Орган", Kind.TEXT, 4.6),
        Column("received", "Посту\u00adпило", width=1.15),
        Column("answered", "Ответов", width=1.2),
        Column("declined", "Не под\u00adлежит ответу", width=1.15),
        Column("unanswered", "Без ответа"),
        Column("open", "В рабо\u00adте"),
        Column("in_time", "В срок"),
        Column("breached", "Нару\u00adшено"),
        Column("share", "Доля в срок", Kind.SHARE),
        Column("previous_breached", "Нарушено неделей раньше", width=1.4),
    )
    of_curators = _of_curators(summary)
    return Section(
        "bodies",
        "Соблюдение сроков по органам",
        Sheet.BODIES,
        pictures=(Picture.BODIES,),
        tables=(
            Table(
                "bodies",
                "Сообщения и сроки по органам",
                columns,
                (
                    *(
                        Row(_of_body(body.title, body), body.body)
                        for body in summary.bodies
                        if _has_any(_of_body("", body))
                    ),
                    *((of_curators,) if any(of_curators.cells[1:]) else ()),
                ),
                Row(_of_body("Всего", summary.totals)),
                empty="Органам сообщения не поступали.",
                note="Сообщение считается у каждого органа, у которого оно было; в итоге — один раз. "
                f"{phrases.NO_SHARE}",
            ),
        ),
    )


def _has_any(cells: tuple[Value, ...]) -> bool:
    """Whether a line tells of anything: one of noughts alone is left out of a document."""
    return any(cells)


def _of_curators(summary: WeeklySummary) -> Row:
    """The limits whose holder is not a body: what the bodies leave of all."""
    together = summary.totals
    kept = together.in_time - sum(body.in_time for body in summary.bodies)
    late = together.breached - sum(body.breached for body in summary.bodies)
    before = together.previous.breached - sum(body.previous.breached for body in summary.bodies)
    return Row(("Кураторы", *(None,) * 5, kept, late, phrases.share_of(kept, late), before))


def _of_body(title: str, it: Compared) -> tuple[Value, ...]:
    share = phrases.share_of(it.in_time, it.breached)
    counts = (it.received, it.answered, it.declined, it.unanswered, it.open, it.in_time, it.breached)
    return (title, *counts, share, it.previous.breached)


def _limits(summary: WeeklySummary) -> Section:
    columns = (
        Column("title", "Чей срок", Kind.TEXT, 3.4),
        Column("limit", "Срок", Kind.TEXT, 3.4),
        Column("in_time", "В срок", width=0.9),
        Column("late", "Поздно", width=1.1),
        Column("open_overdue", "Про\u00adсрочено сейчас", width=1.4),
        Column("share", "Доля в срок", Kind.SHARE, 1.1),
        Column("median", "Медиана", Kind.TIME, 1.75),
        Column("ninth_decile", "Девять из десяти", Kind.TIME, 1.75),
        Column("longest", "Дольше всего", Kind.TIME, 1.75),
    )
    found = summary.limits
    return Section(
        "limits",
        "Соблюдение каждого срока",
        Sheet.LIMITS,
        tables=(
            Table(
                "limits",
                "Сроки, истёкшие за неделю",
                columns,
                tuple(Row(_of_limit(limit), limit.body, limit.limit) for limit in found),
                Row(
                    (
                        "Всего",
                        "",
                        sum(limit.in_time for limit in found),
                        sum(limit.late for limit in found),
                        sum(limit.open_overdue for limit in found),
                        phrases.share_of(
                            sum(limit.in_time for limit in found), sum(limit.late for limit in found)
                        ),
                        *("", "", ""),
                    )
                ),
                grouped=True,
                empty="Сроки за неделю не истекали.",
                note=f"Длительность — рабочее время от начала срока до выполнения. {phrases.NO_SHARE}",
            ),
        ),
    )


def _of_limit(it: LimitFigures) -> tuple[Value, ...]:
    return (
        it.title,
        _limit(it),
        it.in_time,
        it.late,
        it.open_overdue,
        phrases.share_of(it.in_time, it.late),
        it.median,
        it.ninth_decile,
        it.longest,
    )


def _limit(it: LimitFigures) -> str:
    return f"{titles.LIMITS[it.limit]} (п.\u00a0{it.clause})"


def _quality(summary: WeeklySummary) -> Section:
    columns = (
        Column("title", "Орган", Kind.TEXT, 3.6),
        Column("drafts", "Про\u00adектов рас\u00adсмотрено", width=1.25),
        Column("accepted_at_once", "Принято сразу", width=1.1),
        Column("rework_rounds", "Дора\u00adботок"),
        Column("returns", "Воз\u00adвратов"),
        Column("misroutings", "Направ\u00adлено не туда", width=1.1),
        Column("interim_promised", "Обе\u00adщано ответов", width=1.1),
        Column("interim_kept", "Из них в срок"),
        Column("repeated", "Повтор\u00adных"),
        Column("answers", "Отве\u00adтов"),
        Column("answers_with_photo", "Из них с фото"),
    )
    of_bodies = tuple(
        Row(_of_quality(it), it.body)
        for it in summary.quality
        if it.body is not None and _has_any(_of_quality(it)[1:])
    )
    together = next((_of_quality(it)[1:] for it in summary.quality if it.body is None), None)
    if together is None:
        together = tuple(sum(row.cells[place] for row in of_bodies) for place in range(1, len(columns)))  # type: ignore[misc]
    return Section(
        "quality",
        "Качество ответов",
        Sheet.QUALITY,
        tables=(
            Table(
                "quality",
                "Качество по органам",
                columns,
                of_bodies,
                Row(("Всего", *together)),
                empty="Проектов за неделю не рассматривали.",
            ),
        ),
    )


def _of_quality(it: Quality) -> tuple[Value, ...]:
    return (
        it.title,
        it.drafts,
        it.accepted_at_once,
        it.rework_rounds,
        it.returns,
        it.misroutings,
        it.interim_promised,
        it.interim_kept,
        it.repeated,
        it.answers,
        it.answers_with_photo,
    )


def _reports(summary: WeeklySummary) -> Section:
    escalations = (
        f"Сведений об истёкших сроках направлено: {phrases.number(summary.escalations)}, "
        f"получение подтверждено: {phrases.number(summary.acknowledged)}, "
        f"не подтверждено в срок и передано дальше: {phrases.number(summary.passed_on)}."
    )
    return Section(
        "reports",
        "Доклады и повышенная активность",
        Sheet.SUMMARY,
        lines=(escalations,),
        tables=(
            Table(
                "surges",
                "Повышенная активность по темам",
                (
                    Column("title", "Тема", Kind.TEXT, 3),
                    Column("location", "Место", Kind.TEXT, 2),
                    Column("began_at", "Началась", Kind.TEXT, 1.6),
                    Column("over_at", "Завершилась", Kind.TEXT, 1.6),
                    Column("count", "Сообщений", width=1.2),
                    Column("usual", "Обычно в день", Kind.MEAN),
                ),
                tuple(
                    Row(
                        (
                            it.title,
                            it.location or "вся область",
                            phrases.moment(it.began_at),
                            phrases.moment(it.over_at) if it.over_at else "продолжается",
                            it.count,
                            it.usual,
                        ),
                        it.topic,
                    )
                    for it in summary.surges
                ),
                empty="Повышенной активности не было.",
            ),
            Table(
                "governor_reports",
                "Доложено Губернатору",
                (
                    Column("message", "Сообщение", Kind.TEXT),
                    Column("at", "Когда", Kind.TEXT, 2),
                    Column("topic", "Тема", Kind.TEXT, 4),
                ),
                tuple(
                    Row((f"№ {it.message}", phrases.moment(it.at), it.title or "не указана"), it.message)
                    for it in summary.governor_reports
                ),
                empty="Куратор о сообщениях не докладывал.",
            ),
        ),
    )


def _gaps(summary: WeeklySummary) -> Section:
    return Section(
        "gaps",
        "Чего в данных недостаёт",
        Sheet.SUMMARY,
        lines=summary.gaps or ("Пропусков в данных нет.",),
    )


def _definitions(summary: WeeklySummary) -> Section:
    return Section(
        "definitions",
        "Определения",
        Sheet.DEFINITIONS,
        tables=(
            Table(
                "definitions",
                "Что значат слова сводки",
                (Column("term", "Слово", Kind.TEXT, 1.2), Column("meaning", "Значение", Kind.TEXT, 4)),
                tuple(Row((it.term, it.meaning)) for it in summary.definitions),
            ),
        ),
    )


def _small(title: str) -> str:
    return title[0].lower() + title[1:]


_PARTS: tuple[Callable[[WeeklySummary], Section], ...] = (
    _movement,
    _bodies,
    _limits,
    _quality,
    dynamics.weeks,
    dynamics.topics,
    dynamics.places,
    dynamics.hours,
    _reports,
    _gaps,
    _definitions,
)
