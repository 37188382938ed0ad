"""Contents of a report, laid out once: sections, tables and lines that page, DOCX, XLSX and PDF all show.

A number stands here once, so that it cannot be another one in another document. Moments are those of the summary, which
are in the Department's zone; durations are working time. Keys of rows and columns say what a number counts, for links.
"""

from collections.abc import Callable, Mapping
from typing import Final

from calendar_rules import titles
from calendar_rules.act_words import said
from service.reports.weekly import balance as balances
from service.reports.weekly import dynamics, kept_parts, phrases, promised, report_parts, verdicts
from service.reports.weekly import period as periods
from service.reports.weekly.layout import Column, Contents, Kind, Picture, Row, Section, Sheet, Table, Value
from service.reports.weekly.summary import Compared, WeeklySummary
from service.reports.weekly.words import WORDS
from store.reports.limits import CURATORS


def of(summary: WeeklySummary) -> Contents:
    """The summary as it is read."""
    return Contents(
        summary=summary,
        title=phrases.title(summary),
        status=phrases.status(summary),
        balance=phrases.balance(summary.balance),
        sections=tuple(section for part in _PARTS if (section := part(summary)) is not None),
    )


def picture_in_words(contents: Contents, picture: Picture) -> str:
    """What a picture shows, for those who cannot see it."""
    summary = contents.summary
    words = WORDS[summary.unit]
    return _SAID[picture].format(
        over=phrases.over(periods.named(summary.unit, summary.period)),
        before=words.before,
        each=words.each,
        within=words.within,
    )


_SAID: Final[Mapping[Picture, str]] = {
    Picture.BODIES: "Столбики: сколько сроков соблюдено и сколько нарушено {over}, по органам; сначала те, "
    "у кого нарушений больше. "
    "Те же числа — в таблице ниже.",
    Picture.WEEKS: "Линия: доля соблюдённых сроков {over} и раньше, {each}, рядом с целью 100 %. "
    "Те же числа — в таблице ниже.",
    Picture.TOPICS: "Столбики: сколько сообщений поступило по темам {over} и {before}. "
    "Те же числа — в таблице ниже.",
}


# ---- the parts


def _movement(summary: WeeklySummary) -> Section:
    balance, words = summary.balance, WORDS[summary.unit]
    rows = [
        (balances.OPENING, f"Было в работе на начало {words.of}", balance.opening),
        ("received", f"Поступило {words.over}", balance.received),
        ("reopened", "Открыто снова", balance.reopened),
        ("answered", "Размещён ответ", balance.answered),
        *(
            (
                balances.declined(it.ground),
                f"Не подлежит ответу: {_small(titles.DECLINE_GROUNDS[it.ground])}",
                it.count,
            )
            for it in balance.declined
        ),
        *(
            (
                balances.closed(it.reason),
                f"Закрыто без ответа: {_small(titles.CLOSE_REASONS[it.reason])}",
                it.count,
            )
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
                tuple(Row((title, count), key) for key, title, count in rows),
                Row((f"Осталось в работе на конец {words.of}", balance.closing), balances.CLOSING),
            ),
            _beside(summary),
        ),
    )


def _beside(summary: WeeklySummary) -> Table:
    totals, words = summary.totals, WORDS[summary.unit]
    notes = [phrases.counted_anew(summary)]
    if summary.nobodys:
        notes.append(
            f"Из нарушенных сроков не отнесены ни к кому: {phrases.number(summary.nobodys)} (сроки отдельных шагов "
            "вместе длиннее срока ответа)."
        )
    return Table(
        "totals",
        f"Выявленные {words.over} сообщения",
        (
            Column("what", "Показатель", Kind.TEXT, 3),
            Column("count", _capital(words.over)),
            Column("previous", _capital(words.before)),
            Column("change", "Изменение"),
        ),
        tuple(
            Row((title, now, before, now - before), name)
            for name, title in _FIGURES.items()
            for now, before in [(getattr(totals, name), getattr(totals.previous, name))]
        ),
        note=" ".join(note for note in notes if note) or None,
    )


_FIGURES: Final[Mapping[str, str]] = {
    "received": "Поступило",
    "answered": "Размещён ответ",
    "declined": "Не подлежит ответу",
    "unanswered": "Закрыто без ответа",
    "open": "В работе",
    "in_time": "Сроков соблюдено",
    "breached": "Сроков нарушено",
    "returns": "Возвратов",
    "rework_rounds": "Доработок",
}


def _bodies(summary: WeeklySummary) -> Section | None:
    if summary.body is not None:
        return None
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
        Column("previous_breached", f"Нарушено {WORDS[summary.unit].before}", width=1.4),
    )
    rows = (
        *(Row(_of_body(body.title, body), body.body) for body in summary.bodies),
        Row(_of_curators(summary.curators), CURATORS),
    )
    notes = [
        "Сообщение учитывается у каждого органа, у которого оно было, нарушение срока ответа — у каждого, за кем оно "
        f"учтено; в итоге — один раз. {phrases.NO_SHARE}",
        phrases.counted_anew(summary, short=True),
    ]
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
                tuple(row for row in rows if any(row.cells[1:])),
                Row(_of_body("Всего", summary.totals)),
                empty="Органам сообщения не поступали.",
                note=" ".join(note for note in notes if note),
            ),
        ),
    )


def _of_curators(it: Compared) -> tuple[Value, ...]:
    share = phrases.share_of(it.in_time, it.breached)
    return ("Кураторы", *(None,) * 5, it.in_time, it.breached, share, it.previous.breached)


def _of_body(title: str, it: Compared) -> tuple[Value, ...]:
    share = phrases.share_of(it.in_time, it.breached)
    counts = (it.received, it.answered, it.declined, it.unanswered, it.open, it.in_time, it.breached)
    return (title, *counts, share, it.previous.breached)


def _reports(summary: WeeklySummary) -> Section:
    escalations = (
        f"Сведений об истёкших сроках направлено: {phrases.number(summary.escalations)}, "
        f"ознакомление подтверждено: {phrases.number(summary.acknowledged)}, "
        f"не подтверждено: {phrases.number(summary.unacknowledged)}."
    )
    return Section(
        "reports",
        "Доклады и повышенная активность",
        Sheet.SUMMARY,
        lines=(escalations,),
        tables=(
            *report_parts.escalations(summary),
            *((_surges(summary),) if summary.body is None else ()),
            Table(
                "governor_reports",
                said("Доложено Губернатору"),
                (
                    Column("message", "Сообщение", Kind.TEXT),
                    Column("at", "Когда", Kind.TEXT, 2),
                    Column("topic", "Тема", Kind.TEXT, 4),
                ),
                tuple(
                    Row((f"№ {it.message}", phrases.moment(it.at), it.title or "не указана"), it.message)
                    for it in summary.governor_reports
                ),
                empty="Докладов не было.",
            ),
        ),
    )


def _surges(summary: WeeklySummary) -> Table:
    return Table(
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
                    it.location or said("вся область"),
                    phrases.moment(it.began_at),
                    phrases.moment(it.over_at) if it.over_at else "продолжается",
                    it.count,
                    it.usual,
                ),
                str(it.surge) if it.surge else None,
            )
            for it in summary.surges
        ),
        empty="Повышенной активности не было.",
    )


def _gaps(summary: WeeklySummary) -> Section:
    return Section(
        "gaps",
        "Неполнота сведений",
        Sheet.SUMMARY,
        lines=summary.gaps or ("Неполнота сведений не выявлена.",),
    )


def _definitions(summary: WeeklySummary) -> Section:
    return Section(
        "definitions",
        "Определения",
        Sheet.DEFINITIONS,
        tables=(
            Table(
                "definitions",
                "Термины отчёта" if summary.is_report else "Термины сводки",
                (Column("term", "Термин", Kind.TEXT, 1.2), Column("meaning", "Определение", Kind.TEXT, 4)),
                tuple(Row((it.term, it.meaning)) for it in summary.definitions),
            ),
        ),
    )


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _small(title: str) -> str:
    return title[0].lower() + title[1:]


_PARTS: tuple[Callable[[WeeklySummary], Section | None], ...] = (
    _movement,
    _bodies,
    kept_parts.limits,
    kept_parts.quality,
    verdicts.of,
    promised.section,
    dynamics.weeks,
    dynamics.topics,
    dynamics.places,
    report_parts.people,
    report_parts.load,
    _reports,
    _gaps,
    _definitions,
)
