"""Quality of bodies' work in a period, all together and by body."""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from service.reports.weekly.summary import Quality, QualityCounts
from store.database.session import Connection
from store.reports import quality
from store.reports.period import Span

TOGETHER: Final = "Всего"


def of_period(
    connection: Connection, span: Span, titles: Mapping[str, str], body: str | None = None
) -> tuple[Quality, ...]:
    """All together first, then bodies in the order of their titles, those with nothing left out.

    Of one body: what counts at it, which is all together, too.
    """
    counts = quality.counts(connection, span, body)
    bodies = sorted(counts.keys() - {None}, key=lambda key: (titles.get(key or "", ""), key or ""))
    return tuple(_quality(key, counts[key], titles) for key in (None, *bodies))


def beside(now: tuple[Quality, ...], before: tuple[Quality, ...]) -> tuple[Quality, ...]:
    """The quality of a period with that of the one before."""
    names = QualityCounts.model_fields
    known = {it.body: QualityCounts(**{name: getattr(it, name) for name in names}) for it in before}
    return tuple(it.model_copy(update={"previous": known.get(it.body, QualityCounts())}) for it in now)


def _quality(body: str | None, counts: Counter[str], titles: Mapping[str, str]) -> Quality:
    title = TOGETHER if body is None else titles.get(body, body)
    return Quality(body=body, title=title, **{name: counts[name] for name in QualityCounts.model_fields})
