"""Wording of load, in Russian: steps, refusals, and the tables as people read them."""

from typing import Final

from calendar_rules.regulation import LimitName
from calendar_rules.russian import tenths
from service.load.results import LoadView, Replayed, Spread, Table, Variant

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
NOBODY: Final = "Исполнитель не назначен"
NO_RECORD: Final = (
    "За четыре последние полные недели ни одно сообщение не направлено: таблиц нет, рассчитывать не по чему."
)
NO_BODY: Final = "Сообщений органа «{body}» в записях нет: изменить число его исполнителей нельзя."
NO_DATABASE: Final = "Базы данных ещё нет: рассчитывать не по чему."

IN_TIME, OF_IN_TIME = "Соблюдение сроков", ("Срок", "Наступил", "Соблюдён, %")
TIMES, OF_TIMES = (
    "Время шагов, рабочие минуты",
    ("Шаг", "Сделано", "Ожидание, половине хватило", "Работа, половине хватило", "Работа, 9 из 10 хватило"),
)
ARRIVALS, OF_ARRIVALS = (
    "Поступление по часам, сообщений в среднем",
    ("Час", "пн", "вт", "ср", "чт", "пт", "сб", "вс"),
)
OPEN, OF_OPEN = "Открытые сообщения сейчас", ("Кто", "Открыто")
_TO: Final = "\u2060–\u2060"
_PERCENT: Final = "\u00a0%"
"""Numbers stay on one line with what they are of."""


def replay(load: LoadView) -> Table:
    """The replay beside what was, with what is to be made of it."""
    rows = tuple(
        (STEPS.get(one.limit, "Ответ"), _share(one.was), _spread(one.model), _doubt(one))
        for one in load.replay or ()
    )
    columns = "Доля в срок", "Было", "По модели", "Вывод"
    return Table(title="Повтор моделью", columns=columns, rows=rows)


def cell(value: str | float) -> str:
    """A cell of a table as people read it."""
    return tenths(value) if isinstance(value, float) else str(value)


def calculated(load: LoadView) -> Table:
    """Shares in time by the number of people; what was asked for comes first."""
    variants = load.calculation.variants if load.calculation else ()
    rows = tuple((_people(one, load), _spread(one.routing), _spread(one.answer)) for one in variants)
    return Table(title="Расчёт", columns=("Людей", "Направлено в срок", "Отвечено в срок"), rows=rows)


def verdict(load: LoadView) -> str:
    """Which of the numbers of people reach the goal."""
    goal = f"{tenths(load.question.goal if load.question else 0)}{_PERCENT}"
    variants = load.calculation.variants if load.calculation else ()
    reached = [_people(one, load) for one in variants if one.reaches]
    if not reached:
        return f"Ни при одном из этих чисел в срок не направляется и не получает ответа {goal} сообщений."
    return f"Цель — {goal} направлений и ответов в срок — достигается: {' · '.join(reached)}."


def _share(value: float) -> str:
    """«92,8 %»."""
    return f"{tenths(100 * value)}{_PERCENT}"


def _spread(shares: Spread | None) -> str:
    """The median of runs with the least and the greatest: «92,8 % (89,0–96,7)»."""
    if shares is None:
        return "нет"
    return f"{_share(shares.median)} ({tenths(100 * shares.low)}{_TO}{tenths(100 * shares.high)})"


def _doubt(one: Replayed) -> str:
    if not one.off:
        return "в пределах модели"
    return f"модель ошибается на {tenths(100 * one.off)}\u00a0п.\u00a0п., доверять ей в этом нельзя"


def _people(variant: Variant, load: LoadView) -> str:
    """«Кураторов 5; Дороги: исполнителей 4»."""
    titles = {body.body: body.title for body in load.record.bodies} if load.record else {}
    bodies = (f"; {titles.get(body, body)}: исполнителей {many}" for body, many in variant.bodies.items())
    return f"Кураторов {variant.curators}{''.join(bodies)}"
