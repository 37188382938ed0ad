"""Work of the load: tables of the record, the replay of the same weeks, and the calculation of a question.

It is made in a thread of the worker (`service.load.making`), the same for all who may read it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Final, Self

from calendar_rules.regulation import LimitName
from service.access.errors import ConflictError
from service.load import figures, wording
from service.load.figures import WEEKS, Figures
from service.load.results import Calculation, LoadView, Question, Record, Replayed, Spread, Variant
from service.load.simulation import Office
from service.runs.rules import Rules
from store.database.session import Connection
from store.load.tables import LoadCalculationRow
from store.reports.limits import Holder
from store.reports.period import Span

RUNS: Final = 20
COMPARED: Final = (LimitName.ROUTING, LimitName.APPROVAL, LimitName.ANSWER)
_MORE_CURATORS: Final = (-1, 1, 2)
_MORE_EXECUTORS: Final = (-1, 1)

Tell = Callable[[float], None]
"""Hears which share of the runs is done."""
Shares = Mapping[LimitName, float]
"""Which share of each limit was in time, in one run."""


@dataclass(frozen=True, slots=True)
class AskedLoad:
    """The four weeks before `until`, a Monday, and a question."""

    until: date
    question: Question | None = None

    @classmethod
    def from_row(cls, row: LoadCalculationRow) -> Self:
        """What a row on record asks for."""
        return cls(row.until, Question.model_validate(row.question) if row.question else None)

    def span(self, rules: Rules) -> Span:
        """From the first moment of these days to the first after them."""
        until = datetime(self.until.year, self.until.month, self.until.day, tzinfo=rules.zone)
        return until - timedelta(weeks=WEEKS), until

    def load(self, **fields: object) -> LoadView:
        """What is known of it: the days, the question, and the fields."""
        first, last = self.until - timedelta(weeks=WEEKS), self.until - timedelta(days=1)
        return LoadView.model_validate(
            {"first_day": first, "last_day": last, "question": self.question, **fields}
        )


def last_weeks(today: date) -> AskedLoad:
    """The whole weeks that ended last, without a question."""
    return AskedLoad(today - timedelta(days=today.weekday()))


def read_record(connection: Connection, rules: Rules, asked: AskedLoad) -> tuple[Figures, Record]:
    """The figures, and the same as people read them.

    Raises ConflictError where no message of these weeks was routed, or a body that is asked about has none.
    """
    found = figures.read(connection, asked.span(rules), rules)
    known = {body for arrival in found.counted for body in arrival.bodies}
    if not known:
        raise ConflictError(wording.NO_RECORD)
    for body in asked.question.bodies if asked.question else ():
        if body not in known:
            raise ConflictError(wording.NO_BODY.format(body=body))
    return found, figures.of_record(connection, found)


def simulated(found: Figures, record: Record, rules: Rules, asked: AskedLoad, tell: Tell) -> LoadView:
    """The replay of the very messages, and what becomes of others with the people asked about.

    `tell` hears after each run which share of them is done.
    """
    question = asked.question
    numbers = list(_numbers(found, question)) if question else []
    done = 0

    def runs(people: Mapping[Holder, int], per_day: float | None) -> Iterator[Shares]:
        nonlocal done
        for seed in range(RUNS):
            yield Office(found, rules, people, seed).run(per_day)
            done += 1
            tell(done / (RUNS * (1 + len(numbers))))

    replay = list(_replayed(found, list(runs({}, None))))
    if question is None:
        return asked.load(record=record, replay=replay)
    per_day = question.per_day or found.per_day
    variants = tuple(
        _variant(curators, bodies, list(runs({None: curators, **bodies}, per_day)), question.goal / 100)
        for curators, bodies in numbers
    )
    return asked.load(record=record, replay=replay, calculation=Calculation(runs=RUNS, variants=variants))


def _replayed(found: Figures, shares: list[Shares]) -> Iterator[Replayed]:
    for limit in COMPARED:
        kept, model = found.kept.get(limit), _spread(shares, limit)
        if kept and model is not None:
            was = sum(kept) / len(kept)
            off = max(model.low - was, was - model.high)
            # Where all runs say the same, one message makes nobody wrong.
            is_off = off > 1 / len(kept)
            yield Replayed(limit=limit, was=was, model=model, off=off if is_off else 0)


def _numbers(found: Figures, question: Question) -> Iterator[tuple[int, dict[Holder, int]]]:
    """Numbers of curators and of executors: as asked, then one or two fewer or more of each."""
    curators = question.curators or found.people(None)
    bodies: dict[Holder, int] = dict(question.bodies.items())
    yield curators, bodies
    for more in _MORE_CURATORS:
        if curators + more:
            yield curators + more, bodies
    for body, executors in bodies.items():
        for more in _MORE_EXECUTORS:
            if executors + more:
                yield curators, bodies | {body: executors + more}


def _variant(curators: int, bodies: Mapping[Holder, int], shares: list[Shares], goal: float) -> Variant:
    both = _spread(shares, LimitName.ROUTING), _spread(shares, LimitName.ANSWER)
    return Variant(
        curators=curators,
        bodies={body or "": many for body, many in bodies.items()},
        routing=both[0],
        answer=both[1],
        reaches=all(one is None or one.median >= goal for one in both),
    )


def _spread(shares: list[Shares], limit: LimitName) -> Spread | None:
    found = [one[limit] for one in shares if limit in one]
    return Spread(median=median(found), low=min(found), high=max(found)) if found else None
