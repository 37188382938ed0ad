"""Words for what a simulation says: shares, differences, and what the head should make of them."""

from collections.abc import Sequence
from typing import Final

from api.web.load.pictures import percent
from calendar_rules import russian
from calendar_rules.act_words import said
from calendar_rules.regulation import LimitName
from calendar_rules.russian import Noun, counted, rounded
from service.load.replay import Beside, Figure
from service.load.results import Crowd, Interval, Result, Tried

_MESSAGE: Final = Noun("сообщение", "сообщения", "сообщений", "сообщения")
_POINT: Final = "\u00a0п.\u00a0п."
_PERCENT: Final = "\u00a0%"
_TO: Final = "\u2060–\u2060"
"""Numbers stay on one line with what they are of."""
FIGURES: Final = {
    Figure.ROUTING: "Направлено в срок",
    Figure.APPROVAL: "Согласовано в срок",
    Figure.ANSWER: "Отвечено в срок",
    Figure.QUEUE_MEDIAN: "Очередь к кураторам, обычно",
    Figure.QUEUE_P95: "Очередь к кураторам, не больше в 95 % времени",
    Figure.QUEUE_LONGEST: "Очередь к кураторам, наибольшая",
}
STEPS: Final = {
    LimitName.ROUTING: "Направление",
    LimitName.APPROVAL: "Согласование",
    LimitName.RETURN: "Возврат куратору",
    LimitName.CONTRIBUTION: "Информация для общего ответа",
    LimitName.DRAFT: "Проект ответа",
    LimitName.REWORK: "Доработка",
    LimitName.FINAL_DRAFT: "Окончательный проект",
    LimitName.PUBLICATION: "Размещение",
}


def _is_share(figure: Figure) -> bool:
    return figure in (Figure.ROUTING, Figure.APPROVAL, Figure.ANSWER)


def value(figure: Figure, of: float) -> str:
    """A figure as its table has it: «97,0 %», «1,5»."""
    return f"{percent(of)}{_PERCENT}" if _is_share(figure) else tenth(of)


def tenth(of: float) -> str:
    """A number to a tenth."""
    return russian.number(float(rounded(of)))


def claimed(one: Beside) -> str:
    """Between which the model claims it: «93,8–100 %»."""
    if _is_share(one.figure):
        return f"{percent(one.low)}{_TO}{percent(one.high)}{_PERCENT}"
    return f"{tenth(one.low)}{_TO}{tenth(one.high)}"


def off(one: Beside) -> str:
    """By how much the model is wrong, and what is to be made of it."""
    by = (
        f"{percent(one.off)}{_POINT}" if _is_share(one.figure) else counted(float(rounded(one.off)), _MESSAGE)
    )
    return f"модель ошибается на {by}, доверять ей в этом нельзя"


def verdict(figures: Sequence[Beside]) -> str:
    """One sentence about the replay."""
    wrong = [one for one in figures if one.off]
    if not wrong:
        return "Всё, что было, лежит в пределах, за которые модель ручается."
    listed = ", ".join(_lower(FIGURES[one.figure]) for one in wrong)
    return f"Модель ошибается больше, чем обещает: {listed}."


def _lower(title: str) -> str:
    return title[0].lower() + title[1:]


def interval(share: Interval) -> str:
    """«92,8 % (89–96,7)»."""
    return f"{percent(share.mean)}{_PERCENT} ({percent(share.low)}{_TO}{percent(share.high)})"


def difference(by: Interval) -> str:
    """«+10,5 п. п.»; what may be chance is said to be none."""
    if by.low <= 0 <= by.high:
        return "без заметных изменений"
    sign = "+" if by.mean > 0 else "−"
    return f"{sign}{percent(abs(by.mean))}{_POINT}"


def measure(one: Tried) -> str:
    """A change that was tried; the hours themselves would say less than what they come to."""
    title = said("рабочий день Департамента на час дольше") if one.change.week is not None else one.title
    return title[0].upper() + title[1:]


def needed(result: Result) -> Sequence[str]:
    """How many curators reach the goal, first of routings, then of answers."""
    found = result.needed
    if found is None:
        return ()
    goal, now = f"{percent(found.goal)}{_PERCENT}", result.outcome.curators.people
    lines = []
    if found.for_routing is None:
        lines.append(f"В срок направлять {goal} сообщений не получится ни при каком числе кураторов.")
    else:
        lines.append(
            f"Чтобы в срок направлялось {goal} сообщений, кураторов нужно: {found.for_routing}. "
            f"В расчёте их {now}."
        )
    if found.for_answers is None:
        lines.append(
            f"В срок отвечать на {goal} сообщений не получится ни при каком числе кураторов: задерживают не они."
        )
    else:
        lines.append(f"Для {goal} ответов в срок кураторов нужно: {found.for_answers}.")
    return lines


def bottleneck(result: Result) -> str:
    """Who holds answers up, in a sentence."""
    outcome = result.outcome
    if outcome.overloaded:
        names = "; ".join(_named(crowd) for crowd in outcome.overloaded)
        return f"Не справляются: {names}. Очередь к ним растёт без конца, и чем дольше, тем ниже будут доли в срок."
    found = outcome.bottleneck
    if found is None:
        return "Узкого места нет: ответы не опаздывают из-за ожидания."
    late, busy = percent(found.of_lateness.mean), percent(found.busy.mean)
    return (
        f"Узкое место — {_named(found)}: из всего ожидания в опоздавших ответах {late}{_PERCENT} — ожидание их, "
        f"сообщениями они заняты {busy}{_PERCENT} рабочего времени."
    )


def _named(crowd: Crowd) -> str:
    return (
        f"кураторы ({crowd.people})" if crowd.body is None else f"{crowd.title} (исполнителей {crowd.people})"
    )
