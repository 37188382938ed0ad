"""Numbers and amounts of time in Russian, each with its noun in the right form."""

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, NamedTuple

from babel import Locale

_plural_form = Locale("ru").plural_form
_SECOND = timedelta(seconds=1)


class Noun(NamedTuple):
    """A noun, maybe with its adjective, in the forms it takes after a number."""

    one: str  # 1, 21
    few: str  # 2, 24
    many: str  # 5, 11
    other: str  # a fraction: 1,5


HOUR = Noun("час", "часа", "часов", "часа")
MINUTE = Noun("минута", "минуты", "минут", "минуты")
SECOND = Noun("секунда", "секунды", "секунд", "секунды")
DAY = Noun("день", "дня", "дней", "дня")
WORKING_HOUR = Noun("рабочий час", "рабочих часа", "рабочих часов", "рабочего часа")
WORKING_DAY = Noun("рабочий день", "рабочих дня", "рабочих дней", "рабочего дня")
CALENDAR_DAY = Noun("календарный день", "календарных дня", "календарных дней", "календарного дня")
TIMES = Noun("раз", "раза", "раз", "раза")


def number(value: float) -> str:
    """The number with a decimal comma, without idle zeros: «9», «1,5», «0,000001»."""
    return f"{value:.6f}".rstrip("0").rstrip(".").replace(".", ",")


_WHOLE: Final = Decimal(1)
_TENTH: Final = Decimal("0.1")
_NO_TENTH: Final = 0.05
_ALL: Final = 100


def rounded(value: float, to: Decimal = _TENTH) -> Decimal:
    """To a tenth, or to whatever else; a half goes away from zero, as offices round: 0,25 is 0,3."""
    return Decimal(repr(value)).quantize(to, ROUND_HALF_UP)


def percent(share: float) -> int:
    """A share in whole percent; never 100 or 0 of what is not quite all or nothing."""
    found = int(rounded(share * _ALL, _WHOLE))
    if found >= _ALL and share < 1:
        return _ALL - 1
    return 1 if found == 0 and share > 0 else found


def tenths(value: float) -> str:
    """A mean to a tenth: «0,6»; one that is something, but rounds to nothing, as «меньше 0,1»."""
    return "меньше 0,1" if 0 < value < _NO_TENTH else number(float(rounded(value)))


def counted(value: float, noun: Noun) -> str:
    """The number with the noun: «1 рабочий час», «9 рабочих часов», «1,5 рабочего часа»."""
    form: str = getattr(noun, _plural_form(value))
    return f"{number(value)} {form}"


def amount(time: timedelta) -> str:
    """Hours, minutes and seconds of an amount that is not negative: «1 час 30 минут», «24 часа»."""
    minutes, rest = divmod(time, timedelta(minutes=1))
    hours, minutes = divmod(minutes, 60)
    seconds = rest / _SECOND
    parts = ((hours, HOUR), (minutes, MINUTE), (int(seconds) if seconds.is_integer() else seconds, SECOND))
    return " ".join(counted(value, noun) for value, noun in parts if value) or counted(0, MINUTE)


def short_amount(time: timedelta) -> str:
    """Hours and minutes of an amount, to the nearest minute: «11 ч 30 мин», «45 мин»."""
    hours, minutes = divmod(int(rounded(time / timedelta(minutes=1), _WHOLE)), 60)
    parts = ((hours, "ч"), (minutes, "мин"))
    return " ".join(f"{value} {unit}" for value, unit in parts if value) or "0 мин"


def working_time(time: timedelta) -> str:
    """An amount of working time: «9 рабочих часов», «1 час 30 минут рабочего времени»."""
    hours, rest = divmod(time, timedelta(hours=1))
    return f"{amount(time)} рабочего времени" if rest or not hours else counted(hours, WORKING_HOUR)


def within(time: timedelta) -> str:
    """An amount of working time behind «в течение»: «4 рабочих часов», «1 часа 30 минут рабочего времени»."""
    minutes, _ = divmod(time, timedelta(minutes=1))
    hours, minutes = divmod(minutes, 60)
    if not minutes:
        return f"{hours} {'рабочего часа' if _is_one(hours) else 'рабочих часов'}"
    parts = [f"{hours} {'часа' if _is_one(hours) else 'часов'}"] if hours else []
    parts.append(f"{minutes} {'минуты' if _is_one(minutes) else 'минут'}")
    return f"{' '.join(parts)} рабочего времени"


def _is_one(value: int) -> bool:
    return str(_plural_form(value)) == "one"


def initials(name: str) -> str:
    """A person's name in short: «Петрова М. П.»."""
    family, *given = name.split()
    return " ".join((family, *(f"{part[0]}." for part in given)))
