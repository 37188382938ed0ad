"""Parts of a report of any period beyond the summary of a week: measures, authors, load, and changes."""

from collections.abc import Sequence
from typing import Final

from calendar_rules.act_words import said
from calendar_rules.regulation import LimitName
from calendar_rules.russian import initials
from calendar_rules.titles import NETWORKS
from calendar_rules.vocabulary import Network
from service.reports.weekly.layout import Column, Kind, Row, Section, Sheet, Table, Value
from service.reports.weekly.summary import Authors, Measures, StepCount, WeeklySummary, Worker
from service.reports.weekly.words import WORDS

ALL_CURATORS: Final = (LimitName.ROUTING, LimitName.APPROVAL)
ALL_EXECUTORS: Final = (
    *(LimitName.RETURN, LimitName.CONTRIBUTION, LimitName.DRAFT, LimitName.REWORK, LimitName.FINAL_DRAFT),
    LimitName.PUBLICATION,
)


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _compared(
    summary: WeeklySummary, key: str, title: str, rows: Sequence[tuple[str, str, int, int]]
) -> Table:
    """Figures by key and title beside those of the period before."""
    words = WORDS[summary.unit]
    return Table(
        key,
        title,
        (
            Column("what", "Показатель", Kind.TEXT, 3),
            Column("count", _capital(words.over)),
            Column("previous", _capital(words.before)),
            Column("change", "Изменение"),
        ),
        tuple(Row((said, now, before, now - before), name) for name, said, now, before in rows),
    )


def quality_beside(summary: WeeklySummary, columns: Sequence[Column]) -> Sequence[Table]:
    """Quality of all together beside the period before, under the words of the table by bodies."""
    together = next((it for it in summary.quality if it.body is None), None)
    if not summary.is_report or together is None or together.previous is None:
        return ()
    rows = [
        (
            column.key,
            column.title.replace("\u00ad", ""),
            getattr(together, column.key),
            getattr(together.previous, column.key),
        )
        for column in columns
        if column.kind is Kind.COUNT
    ]
    return (_compared(summary, "quality_beside", "Изменение показателей качества", rows),)


def escalations(summary: WeeklySummary) -> Sequence[Table]:
    """Breaches that were told to superiors, and measures noted about breaches (cl. 20)."""
    if summary.measures is None:
        return ()
    counts = (
        ("escalations", "Сведения о нарушениях направлены", summary.escalations),
        ("acknowledged", "Ознакомление подтверждено", summary.acknowledged),
        ("unacknowledged", "Ознакомление не подтверждено", summary.unacknowledged),
    )
    return (
        Table(
            "escalations",
            said("Сведения о нарушениях (п.\u00a020)"),
            (Column("what", "Показатель", Kind.TEXT, 4), Column("count", "Нарушений")),
            tuple(Row((title, count), key) for key, title, count in counts),
        ),
        _measures(summary, summary.measures),
    )


def _measures(summary: WeeklySummary, it: Measures) -> Table:
    without, earlier = it.breaches - it.noted, it.previous.breaches - it.previous.noted
    return _compared(
        summary,
        "measures",
        said("Меры в перечне недостатков (п.\u00a020)"),
        [
            ("breaches", "Нарушений сроков", it.breaches, it.previous.breaches),
            ("noted", "Меры указаны", it.noted, it.previous.noted),
            ("without", "Меры не указаны", without, earlier),
        ],
    )


def people(summary: WeeklySummary) -> Section | None:
    """Authors who wrote more than once."""
    if summary.authors is None:
        return None
    return Section("people", "Авторы", Sheet.AUTHORS, tables=(*_authors(summary, summary.authors),))


def _authors(summary: WeeklySummary, it: Authors) -> Sequence[Table]:
    listed = Table(
        "authors",
        "Наибольшее число сообщений от одного автора",
        (
            Column("author", "Автор", Kind.TEXT, 3),
            Column("network", "Сеть", Kind.TEXT, 2),
            Column("count", "Сообщений"),
        ),
        tuple(
            Row(
                (f"Автор сообщения № {author.message}", NETWORKS[Network(author.network)], author.count),
                author.message,
            )
            for author in it.listed
        ),
        empty="Никто не обращался больше одного раза.",
    )
    return (
        _compared(
            summary,
            "repeated_authors",
            "Обращавшиеся неоднократно",
            [
                ("authors", "Авторов с несколькими сообщениями", it.authors, it.previous_authors),
                ("author_messages", "Сообщений от них", it.messages, it.previous_messages),
            ],
        ),
        listed,
    )


def load(summary: WeeklySummary) -> Section | None:
    """Load by curator and by executor."""
    if summary.load is None:
        return None
    curators = [worker for worker in summary.load.workers if worker.body is None]
    executors = [worker for worker in summary.load.workers if worker.body is not None]
    note = f"{said('Рабочих дней Департамента')}: {summary.load.working_days}."
    return Section(
        "load",
        "Нагрузка",
        Sheet.LOAD,
        tables=(
            *((_done("curators", "Кураторы", curators, ALL_CURATORS, note),) if summary.body is None else ()),
            _done("executors", "Исполнители", executors, ALL_EXECUTORS, note),
        ),
    )


def _done(key: str, title: str, workers: Sequence[Worker], limits: Sequence[LimitName], note: str) -> Table:
    """What each is at work on, and how many steps they took."""
    return Table(
        key,
        title,
        (
            *_WHO[key == "executors"],
            Column("open", "В работе сейчас", width=1.1),
            Column("done", "Шагов вы\u00adполнено", width=1.1),
            Column("per_day", "В рабо\u00adчий день", Kind.MEAN),
            *(Column(f"{limit}", _STEPS[limit], width=1.15) for limit in limits),
        ),
        tuple(
            Row(
                (
                    *_named(worker),
                    *(worker.open, worker.done, worker.per_day),
                    *(step.count if (step := _step(worker, limit)) else 0 for limit in limits),
                ),
                f"{worker.body or ''}\n{worker.person or ''}",
            )
            for worker in workers
        ),
        empty="Сведений нет.",
        note=note,
        grouped=key == "executors",
    )


_NAME: Final = Column("name", "Сотрудник", Kind.TEXT, 2.2)
_WHO: Final = {True: (Column("body", "Орган", Kind.TEXT, 3), _NAME), False: (_NAME,)}


def _named(worker: Worker) -> tuple[Value, ...]:
    name = initials(worker.name).replace(" ", "\u00a0") if worker.person else worker.name
    return (name,) if worker.body is None else (worker.body_title, name)


def _step(worker: Worker, limit: LimitName) -> StepCount | None:
    return next((step for step in worker.steps if step.limit == limit), None)


_STEPS: Final = {
    LimitName.ROUTING: "Направ\u00adлений",
    LimitName.APPROVAL: "Согласо\u00adваний",
    LimitName.RETURN: "Возвра\u00adтов",
    LimitName.CONTRIBUTION: "Передач инфор\u00adмации",
    LimitName.DRAFT: "Про\u00adектов",
    LimitName.REWORK: "Дора\u00adботок",
    LimitName.FINAL_DRAFT: "Оконча\u00adтельных ответов",
    LimitName.PUBLICATION: "Разме\u00adщений",
}
