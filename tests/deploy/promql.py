"""Evaluator of the part of PromQL that the alerts use, over series that a test writes down.

Prometheus has no package that brings `promtool`. The grammar is that of `promql_parser`; what is evaluated here is held
against `promtool` by `make check-rules`, which runs the same tests of the alerts.

It knows: selectors with offset, ranges, subqueries, `increase`, `rate`, `changes`, `quantile_over_time`,
`histogram_quantile`, `abs`, `absent`, `time`; `sum`, `min`, `max`, `count`, with `by`; comparisons that filter, `+`,
`-`, `*`, `/`, `or`, `unless`. Anything else is refused.
"""

import math
import operator
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import promql_parser as ql

Labels = frozenset[tuple[str, str]]
Vector = dict[Labels, float]
Samples = list[tuple[float, float]]
"""Moments in seconds, with values."""
Series = Mapping[Labels, Samples]
"""A NaN is where the series is marked as gone."""

NAME: Final = "__name__"
_LOOKED_BACK = 300.0  # seconds
_SUBQUERY_STEP = 60.0

_COMPARED: Mapping[str, Callable[[float, float], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}
_COMPUTED: Mapping[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
_AGGREGATED: Mapping[str, Callable[[Sequence[float]], float]] = {
    "sum": sum,
    "min": min,
    "max": max,
    "count": len,
}


@dataclass(frozen=True)
class Evaluation:
    """What an expression is at a moment, in seconds."""

    series: Series
    at: float

    def value(self, expr: ql.Expr) -> Vector | float:
        """A vector or a scalar. Raises NotImplementedError for what is beyond this evaluator."""
        match expr:
            case ql.ParenExpr():
                return self.value(expr.expr)
            case ql.NumberLiteral():
                return expr.val
            case ql.VectorSelector():
                return self._selected(expr)
            case ql.AggregateExpr():
                return self._aggregated(expr)
            case ql.BinaryExpr():
                return self._binary(expr)
            case ql.Call():
                return self._called(expr)
        raise NotImplementedError(f"{type(expr).__name__}: {expr}")

    def vector(self, expr: ql.Expr) -> Vector:
        """The same of an expression that is no scalar."""
        found = self.value(expr)
        if isinstance(found, float):
            raise NotImplementedError(f"a scalar, where a vector is needed: {expr}")
        return found

    def _selected(self, selector: ql.VectorSelector) -> Vector:
        until = self.at - (selector.offset.total_seconds() if selector.offset else 0.0)
        found = {}
        for labels, samples in self._matching(selector):
            at, value = samples[bisect_right(samples, until, key=_moment) - 1]
            if until - _LOOKED_BACK < at <= until and not math.isnan(value):
                found[labels] = value
        return found

    def _matching(self, selector: ql.VectorSelector) -> Iterable[tuple[Labels, Samples]]:
        if selector.at is not None or selector.matchers.or_matchers:
            raise NotImplementedError(str(selector))
        for labels, samples in self.series.items():
            known = dict(labels)
            if (selector.name is None or known[NAME] == selector.name) and all(
                _matches(matcher, known.get(matcher.name, "")) for matcher in selector.matchers.matchers
            ):
                yield labels, samples

    def _range(self, expr: ql.Expr) -> tuple[Mapping[Labels, Samples], float]:
        """The samples within a range of this many seconds that ends now."""
        match expr:
            case ql.MatrixSelector() if expr.vector_selector.offset is None:
                seconds = expr.range.total_seconds()
                return {
                    labels: [
                        (at, value)
                        for at, value in samples[
                            bisect_right(samples, self.at - seconds, key=_moment) : bisect_right(
                                samples, self.at, key=_moment
                            )
                        ]
                        if not math.isnan(value)
                    ]
                    for labels, samples in self._matching(expr.vector_selector)
                }, seconds
            case ql.SubqueryExpr():
                if expr.range is None or expr.offset is not None:
                    raise NotImplementedError(str(expr))
                seconds = expr.range.total_seconds()
                step = expr.step.total_seconds() if expr.step else _SUBQUERY_STEP
                found: dict[Labels, Samples] = defaultdict(list)
                first = math.floor((self.at - seconds) / step) + 1
                for number in range(first, math.floor(self.at / step) + 1):
                    moment = Evaluation(self.series, number * step)
                    for labels, value in moment.vector(expr.expr).items():
                        found[labels].append((moment.at, value))
                return found, seconds
        raise NotImplementedError(f"{type(expr).__name__}: {expr}")

    def _aggregated(self, expr: ql.AggregateExpr) -> Vector:
        if expr.param is not None or (expr.modifier and expr.modifier.type != ql.AggModifierType.By):
            raise NotImplementedError(str(expr))
        kept = set(expr.modifier.labels) if expr.modifier else set()
        groups: dict[Labels, list[float]] = defaultdict(list)
        for labels, value in self.vector(expr.expr).items():
            groups[frozenset(label for label in labels if label[0] in kept)].append(value)
        aggregate = _AGGREGATED[str(expr.op)]
        return {labels: float(aggregate(values)) for labels, values in groups.items()}

    def _binary(self, expr: ql.BinaryExpr) -> Vector | float:
        sign, left, right = str(expr.op), self.value(expr.lhs), self.value(expr.rhs)
        if expr.modifier is not None and (expr.modifier.matching or expr.modifier.return_bool):
            raise NotImplementedError(str(expr))
        if isinstance(left, dict) and isinstance(right, dict):
            return _of_vectors(sign, left, right)
        if isinstance(left, float) and isinstance(right, float):
            return _COMPUTED[sign](left, right)
        vector = left if isinstance(left, dict) else right
        assert isinstance(vector, dict)
        both = {
            labels: (
                left if isinstance(left, float) else value,
                right if isinstance(right, float) else value,
            )
            for labels, value in vector.items()
        }
        if sign in _COMPUTED:
            return {_nameless(labels): _COMPUTED[sign](*pair) for labels, pair in both.items()}
        return {labels: vector[labels] for labels, pair in both.items() if _COMPARED[sign](*pair)}

    def _called(self, expr: ql.Call) -> Vector | float:
        name, given = expr.func.name, expr.args
        match name:
            case "time":
                return self.at
            case "abs":
                return {_nameless(labels): abs(value) for labels, value in self.vector(given[0]).items()}
            case "absent":
                return {} if self.vector(given[0]) else {_said_of(given[0]): 1.0}
            case "increase" | "rate" | "changes":
                ranges, seconds = self._range(given[0])
                counted = {
                    labels: _changes(samples) if name == "changes" else _increase(samples, self.at, seconds)
                    for labels, samples in ranges.items()
                }
                by = seconds if name == "rate" else 1.0
                return {
                    _nameless(labels): value / by for labels, value in counted.items() if value is not None
                }
            case "quantile_over_time":
                ranges, _ = self._range(given[1])
                return {
                    _nameless(labels): _quantile(self.value(given[0]), [value for _, value in samples])
                    for labels, samples in ranges.items()
                    if samples
                }
            case "histogram_quantile":
                return _of_histograms(self.value(given[0]), self.vector(given[1]))
        raise NotImplementedError(name)


def _moment(sample: tuple[float, float]) -> float:
    return sample[0]


def _matches(matcher: ql.Matcher, value: str) -> bool:
    match matcher.op:
        case ql.MatchOp.Equal:
            return value == matcher.value
        case ql.MatchOp.NotEqual:
            return value != matcher.value
        case ql.MatchOp.Re:
            return re.fullmatch(matcher.value, value) is not None
        case _:
            return re.fullmatch(matcher.value, value) is None


def _nameless(labels: Labels) -> Labels:
    return frozenset(label for label in labels if label[0] != NAME)


def _of_vectors(sign: str, left: Vector, right: Vector) -> Vector:
    others = {_nameless(labels): value for labels, value in right.items()}
    if sign == "unless":
        return {labels: value for labels, value in left.items() if _nameless(labels) not in others}
    if sign == "or":
        ours = {_nameless(labels) for labels in left}
        return left | {labels: value for labels, value in right.items() if _nameless(labels) not in ours}
    pairs = [
        (labels, value, others[_nameless(labels)])
        for labels, value in left.items()
        if _nameless(labels) in others
    ]
    if sign in _COMPUTED:
        return {_nameless(labels): _COMPUTED[sign](one, other) for labels, one, other in pairs}
    return {labels: one for labels, one, other in pairs if _COMPARED[sign](one, other)}


def _said_of(expr: ql.Expr) -> Labels:
    """The labels that an absent selector tells of."""
    if not isinstance(expr, ql.VectorSelector):
        return frozenset()
    return frozenset(
        (matcher.name, matcher.value) for matcher in expr.matchers.matchers if matcher.op == ql.MatchOp.Equal
    )


def _changes(samples: Samples) -> float | None:
    return float(sum(one[1] != next_[1] for one, next_ in pairwise(samples))) if samples else None


def _increase(samples: Samples, until: float, seconds: float) -> float | None:
    """The increase of a counter, extrapolated to the ends of the range as Prometheus does it."""
    if len(samples) < 2:
        return None
    (first_at, first), (last_at, last) = samples[0], samples[-1]
    grown = last - first
    grown += sum(one[1] for one, next_ in pairwise(samples) if next_[1] < one[1])
    sampled = last_at - first_at
    usual = sampled / (len(samples) - 1)
    before, after = first_at - (until - seconds), until - last_at
    if before >= usual * 1.1:
        before = usual / 2
    if grown > 0 and first >= 0:
        before = min(before, sampled * first / grown)
    if after >= usual * 1.1:
        after = usual / 2
    return grown * (sampled + before + after) / sampled


def _quantile(part: Vector | float, values: Sequence[float]) -> float:
    assert isinstance(part, float)
    ordered = sorted(values)
    rank = part * (len(ordered) - 1)
    low = math.floor(rank)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] * (1 - (rank - low)) + ordered[high] * (rank - low)


def _of_histograms(part: Vector | float, vector: Vector) -> Vector:
    assert isinstance(part, float)
    histograms: dict[Labels, list[tuple[float, float]]] = defaultdict(list)
    for labels, value in vector.items():
        known = dict(labels)
        rest = frozenset(label for label in labels if label[0] not in ("le", NAME))
        histograms[rest].append((float(known["le"]), value))
    return {
        labels: found
        for labels, buckets in histograms.items()
        if (found := _in_buckets(part, sorted(buckets))) is not None
    }


def _in_buckets(part: float, buckets: Sequence[tuple[float, float]]) -> float | None:
    total = buckets[-1][1]
    if not total:
        return math.nan
    rank = part * total
    index = next(number for number, (_, count) in enumerate(buckets) if count >= rank)
    end, count = buckets[index]
    if math.isinf(end):
        return buckets[-2][0]
    start, before = buckets[index - 1] if index else (0.0, 0.0)
    return start + (end - start) * (rank - before) / (count - before)
