"""Promises that bodies gave in answers, as a report counts them: given, kept, moved, broken."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from service.reports.weekly.items import Item
from service.reports.weekly.layout import Column, Kind, Row, Section, Sheet, Table, Value
from service.reports.weekly.summary import PromiseFigures, WeeklySummary
from store.database.session import Connection
from store.reports import promises
from store.reports.period import Span

TOGETHER = "Всего"
_COLUMNS = (
    Column("title", "Орган", Kind.TEXT, 4.6),
    Column("given", "Дано", width=1.2),
    Column("kept", "Испол\u00adнено", width=1.2),
    Column("moved", "Перене\u00adсено", width=1.2),
    Column("broken", "Не подтвер\u00adждено", width=1.2),
)


def of_period(
    connection: Connection, span: Span, titles: Mapping[str, str], body: str | None = None
) -> tuple[PromiseFigures, ...]:
    """All together first, then bodies in the order of their titles; nothing where nothing happened."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for item in items(connection, span, body):
        counts[item.body or ""][item.field] += 1
    if not counts:
        return ()
    together = sum(counts.values(), Counter[str]())
    return (
        PromiseFigures(body=None, title=TOGETHER, **together),
        *(
            PromiseFigures(body=key, title=titles.get(key, key), **counts[key])
            for key in sorted(counts, key=lambda key: (titles.get(key, key), key))
        ),
    )


def items(connection: Connection, span: Span, body: str | None = None) -> Iterator[Item]:
    """Everything that is counted, under the names of its fields."""
    for one in promises.of_period(connection, span, body):
        yield Item(one.what, one.message, one.at, one.body)


def section(summary: WeeklySummary) -> Section | None:
    """Promises by body; none where nothing happened to any."""
    if not summary.promises:
        return None
    together, *bodies = summary.promises
    table = Table(
        "promises",
        "Обещания по органам",
        _COLUMNS,
        tuple(Row(_cells(it), it.body) for it in bodies),
        Row(_cells(together)),
        note="Обещание — день, который орган сам назвал в ответе. Сроком порядка он не является.",
    )
    return Section("promises", "Обещания в ответах", Sheet.PROMISES, tables=(table,))


def _cells(it: PromiseFigures) -> tuple[Value, ...]:
    return (it.title, it.given, it.kept, it.moved, it.broken)
