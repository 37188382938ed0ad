"""The words for a period in Russian, by what it is: a week, a month, a quarter, a year, or some days."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from service.reports.weekly.period import Unit


@dataclass(frozen=True, slots=True)
class Words:
    """A period in the forms in which reports name it."""

    one: str
    """«неделя»"""
    over: str
    """«за неделю»"""
    of: str
    """«недели»"""
    of_this: str
    """«этой недели»"""
    within: str
    """«на этой неделе»"""
    before: str
    """«неделей раньше»"""
    mean: str
    """«в среднем за четыре недели»"""
    each: str
    """«по неделям»"""


WORDS: Final[Mapping[Unit, Words]] = {
    Unit.WEEK: Words(
        *("неделя", "за неделю", "недели", "этой недели", "на этой неделе", "неделей раньше"),
        *("в среднем за четыре недели", "по неделям"),
    ),
    Unit.MONTH: Words(
        *("месяц", "за месяц", "месяца", "этого месяца", "в этом месяце", "месяцем раньше"),
        *("в среднем за четыре месяца", "по месяцам"),
    ),
    Unit.QUARTER: Words(
        *("квартал", "за квартал", "квартала", "этого квартала", "в этом квартале", "кварталом раньше"),
        *("в среднем за четыре квартала", "по кварталам"),
    ),
    Unit.YEAR: Words(
        *("год", "за год", "года", "этого года", "в этом году", "годом раньше"),
        *("в среднем за четыре года", "по годам"),
    ),
    Unit.DAYS: Words(
        *("период", "за период", "периода", "этого периода", "в этом периоде", "периодом раньше"),
        *("в среднем за четыре таких периода", "по периодам"),
    ),
}
