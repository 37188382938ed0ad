"""A calculation in Russian, for a terminal: shares with intervals, queues, who is short, how many are needed."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Final

from calendar_rules import russian
from calendar_rules.regulation import LimitName
from service.load.results import Crowd, Interval, Needed, Result, Simulated, Tried, WithCurators
from service.runs.rules import Rules

_DAYS: Final = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
_RUN = russian.Noun("прогон", "прогона", "прогонов", "прогона")
_CURATOR = russian.Noun("куратор", "куратора", "кураторов", "куратора")


def lines(result: Result, rules: Rules) -> Iterator[str]:
    """The lines of a report, without ends."""
    plan, outcome = result.plan, result.outcome
    last = plan.begins + timedelta(days=plan.days - 1)
    yield (
        f"{rules.regulation.act.citation}. С {plan.begins:%d.%m.%Y} по {last:%d.%m.%Y}, "
        f"{russian.counted(plan.runs, _RUN)}, начальное число {plan.seed}. "
        f"Сообщений в день: {russian.tenths(result.per_day)}. Кураторов: {outcome.curators.people}."
    )
    yield "В скобках — от и до: границы, в которых истинное значение лежит в 95 случаях из 100."
    yield ""
    yield from _table(("В срок", "доля", "сроков за прогон"), _in_time(outcome, rules))
    yield ""
    yield (
        f"Ответ размещён: половина — за {_time(outcome.answer_median)}, 95 из 100 — за {_time(outcome.answer_p95)} "
        "рабочего времени кураторов от выявления."
    )
    yield ""
    yield from _table(
        ("Кто", "человек", "нагрузка", "ждут шага, мин", "делают шаг, мин", "доля ожидания опоздавших"),
        (_of_crowd(crowd) for crowd in outcome.crowds),
    )
    yield ""
    yield from _table(
        ("Очередь", "медиана", "95-й процентиль", "наибольшая", "больше всего"),
        (_of_queue(crowd) for crowd in outcome.crowds),
    )
    yield ""
    yield from _conclusions(outcome)
    if result.needed is not None:
        yield ""
        yield from _needed(result.needed)
    if result.tried:
        yield ""
        yield from _table(
            ("Если изменить", "направление, п. п.", "ответ, п. п.", "направление в срок", "ответ в срок"),
            (_of_change(tried) for tried in result.tried),
        )


def _in_time(outcome: Simulated, rules: Rules) -> Iterator[Sequence[str]]:
    for found in outcome.in_time:
        limit = rules.regulation.limits[found.limit]
        yield f"п. {limit.clause} {limit.title} ({limit.term})", percent(found.share), f"{found.counted:.0f}"


def _of_crowd(crowd: Crowd) -> Sequence[str]:
    return (
        crowd.title,
        str(crowd.people),
        percent(crowd.load),
        _number(crowd.waits),
        _number(crowd.handles),
        percent(crowd.of_lateness),
    )


def _of_queue(crowd: Crowd) -> Sequence[str]:
    queue = crowd.queue
    worst = f"{_DAYS[queue.worst[0]]}, {queue.worst[1]}–{queue.worst[1] + 1} ч" if queue.longest.mean else "—"
    return crowd.title, _number(queue.median), _number(queue.p95), _number(queue.longest), worst


def _conclusions(outcome: Simulated) -> Iterator[str]:
    for crowd in outcome.overloaded:
        yield (
            f"Перегрузка: {crowd.title} — требуется {_plain(crowd.load.mean)} имеющегося времени. Очередь растёт без "
            f"конца (за день на {russian.tenths(max(crowd.grows.mean, 0))}), поэтому доли в срок зависят от того, "
            "сколько это длится, и дальше будут хуже."
        )
    narrow = outcome.bottleneck
    if narrow is None:
        yield "Узкого места нет: из-за ожидания никто не опоздал."
        return
    yield (
        f"Узкое место: {narrow.title}. Из времени, которое опоздавшие ответы ждали людей, на них приходится "
        f"{_plain(narrow.of_lateness.mean)}; заняты на {_plain(narrow.busy.mean)}."
    )
    yield (
        f"Ожидание — {_plain(outcome.late_waited.mean)} времени опоздавших ответов; остальное — сама работа и "
        "сведения, которых ждёт орган: их больше людей не ускорит."
    )


def _needed(needed: Needed) -> Iterator[str]:
    goal = _plain(needed.goal)
    routing, answers = needed.for_routing, needed.for_answers
    yield (
        f"Чтобы {goal} направлений были в срок, нужно: {russian.counted(routing, _CURATOR)}."
        if routing is not None
        else f"Чтобы {goal} направлений были в срок, не хватит никакого числа кураторов."
    )
    yield (
        f"Чтобы {goal} ответов были в срок, нужно: {russian.counted(answers, _CURATOR)}."
        if answers is not None
        else f"{goal} ответов в срок одними кураторами не достичь: дело в органах или в самом сроке."
    )
    yield from _table(("Кураторов", "направление в срок", "ответ в срок"), map(_of_number, needed.tried))


def _of_number(tried: WithCurators) -> Sequence[str]:
    many = f"{tried.curators} (перегрузка)" if tried.overloaded else str(tried.curators)
    return many, percent(tried.routing), percent(tried.answer)


def _of_change(tried: Tried) -> Sequence[str]:
    shares = (tried.outcome.share(name) for name in (LimitName.ROUTING, LimitName.ANSWER))
    return (
        tried.title,
        points(tried.routing),
        points(tried.answer),
        *(percent(found.share) if found else "—" for found in shares),
    )


def percent(share: Interval) -> str:
    """A share with its interval: «95,2 % (94,8–95,6)»."""
    return f"{_plain(share.mean)} ({_tenth(100 * share.low)}–{_tenth(100 * share.high)})"


def points(difference: Interval) -> str:
    """A difference of shares in percentage points, with its interval: «+3,2 (2,1…4,3)»."""
    mean, low, high = (100 * end for end in (difference.mean, difference.low, difference.high))
    return f"{_signed(mean)} ({_signed(low)}…{_signed(high)})"


def _signed(value: float) -> str:
    shown = _tenth(abs(value))
    return shown if shown == "0,0" else f"{'+' if value > 0 else '−'}{shown}"


def _plain(share: float) -> str:
    return f"{_tenth(100 * share)} %"


def _tenth(value: float) -> str:
    return f"{russian.rounded(value):.1f}".replace(".", ",")


def _number(figure: Interval) -> str:
    return f"{_tenth(figure.mean)} ({_tenth(figure.low)}–{_tenth(figure.high)})"


def _time(minutes: Interval) -> str:
    mean, low, high = (
        russian.short_amount(timedelta(minutes=one)) for one in (minutes.mean, minutes.low, minutes.high)
    )
    return f"{mean} ({low} – {high})"


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Columns as wide as they need; the first to the left."""
    cells = [titles, *rows]
    widths = [max(len(row[place]) for row in cells) for place in range(len(titles))]
    for first, *others in cells:
        right = "  ".join(cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))
        yield f"{first.ljust(widths[0])}  {right}"
