"""Tables of a report: how limits were kept, and how well bodies worked."""

from calendar_rules import titles
from calendar_rules.act_words import said
from service.reports.weekly import phrases, report_parts
from service.reports.weekly.layout import Column, Kind, Row, Section, Sheet, Table, Value
from service.reports.weekly.summary import LimitFigures, Quality, WeeklySummary
from service.reports.weekly.words import WORDS
from store.reports.limits import CURATORS


def limits(summary: WeeklySummary) -> Section:
    words = WORDS[summary.unit]
    columns = (
        Column("title", "Ответственный", Kind.TEXT, 3.4),
        Column("limit", "Срок", Kind.TEXT, 3.4),
        Column("in_time", "В срок", width=0.9),
        Column("late", "С нару\u00adшением срока", width=1.25),
        Column("open_overdue", "Про\u00adсрочено сейчас", width=1.4),
        Column("share", "Доля в срок", Kind.SHARE, 1.1),
        *(
            (Column("previous_late", f"С нару\u00adшением {words.before}", width=1.4),)
            if summary.is_report
            else ()
        ),
        Column("median", "Медиана", Kind.TIME, 1.75),
        Column("ninth_decile", "90-й про\u00adцентиль", Kind.TIME, 1.75),
        Column("longest", "Наи\u00adбольшая", Kind.TIME, 1.75),
    )
    total = summary.limits_total
    return Section(
        "limits",
        "Соблюдение каждого срока",
        Sheet.LIMITS,
        tables=(
            Table(
                "limits",
                f"Сроки, исполненные или истёкшие {words.over}",
                columns,
                tuple(
                    Row(_of_limit(limit, summary.is_report), limit.body or CURATORS, limit.limit)
                    for limit in summary.limits
                ),
                Row(
                    (
                        "Всего",
                        "",
                        *(total.in_time, total.late, total.open_overdue),
                        phrases.share_of(total.in_time, total.late),
                        *((_late_before(summary),) if summary.is_report else ()),
                        *("", "", ""),
                    )
                ),
                grouped=True,
                empty=f"Сроки {words.over} не истекали.",
                note="Длительность — рабочее время от начала срока до выполнения. В итоге каждый срок учтён один раз. "
                f"{phrases.NO_SHARE}",
            ),
        ),
    )


def _late_before(summary: WeeklySummary) -> int | None:
    return summary.limits_total_before.late if summary.limits_total_before else None


def _of_limit(it: LimitFigures, is_report: bool) -> tuple[Value, ...]:
    return (
        it.title,
        _limit(it),
        it.in_time,
        it.late,
        it.open_overdue,
        phrases.share_of(it.in_time, it.late),
        *((it.previous.late if it.previous else 0,) if is_report else ()),
        it.median,
        it.ninth_decile,
        it.longest,
    )


def _limit(it: LimitFigures) -> str:
    return f"{titles.LIMITS[it.limit]} (п.\u00a0{it.clause})"


def quality(summary: WeeklySummary) -> Section:
    columns = (
        Column("title", "Орган", Kind.TEXT, 3.6),
        Column("drafts", "Про\u00adектов рас\u00adсмотрено", width=1.25),
        Column("accepted_at_once", "Согла\u00adсовано без дора\u00adботки", width=1.25),
        Column("rework_rounds", "Дора\u00adботок"),
        Column("returns", "Воз\u00adвратов"),
        Column("misroutings", "Направ\u00adлено не по компе\u00adтенции", width=1.25),
        Column(
            "interim_promised",
            said("Насту\u00adпил срок оконча\u00adтельного ответа (п.\u00a014)"),
            width=1.35,
        ),
        Column("interim_kept", "Из них испол\u00adнено в срок", width=1.1),
        Column("repeated", "Повтор\u00adных"),
        Column("answers", "Отве\u00adтов"),
        Column("answers_with_photo", "Из них с фото"),
    )
    of_bodies = tuple(
        Row(_of_quality(it), it.body)
        for it in summary.quality
        if it.body is not None and any(_of_quality(it)[1:])
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
                empty=f"Проектов {WORDS[summary.unit].over} не рассматривали.",
            ),
            *report_parts.quality_beside(summary, columns),
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
