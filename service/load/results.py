"""Figures of the record, the replay of the same weeks, and a calculation: what people and programs read.

Shares are from 0 to 1.
"""

from datetime import date
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from calendar_rules.regulation import LimitName

MOST_CURATORS: Final = 200
MOST_EXECUTORS: Final = 100
MOST_PER_DAY: Final = 2_000
MOST_BODIES: Final = 5


BodyKey = Annotated[str, Field(pattern=r"^[a-z0-9_-]+$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Table(_Part):
    """Таблица: названия столбцов и строки, в каждой столько же значений."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | int | float, ...], ...]


class BodyStaff(_Part):
    """Орган: сколько сообщений к нему пришло за четыре недели и сколько в нём исполнителей."""

    body: str
    title: str
    messages: int
    executors: int


class Record(_Part):
    """Что известно из записей за четыре недели."""

    messages: int
    per_day: float = Field(description="Сообщений в день, в среднем за неделю с выходными.")
    curators: int = Field(description="Кураторов, работавших в один день, самое большее.")
    bodies: tuple[BodyStaff, ...]
    tables: tuple[Table, ...] = Field(
        description="Соблюдение сроков, время шагов, поступление по часам, открытое у людей."
    )


class Spread(_Part):
    """Доля в срок: медиана прогонов, наименьшее и наибольшее."""

    median: float
    low: float
    high: float


class Replayed(_Part):
    """Доля в срок: какой она была и какой её называет модель."""

    limit: LimitName
    was: float
    model: Spread
    off: float = Field(description="На сколько то, что было, лежит вне пределов модели; 0 — внутри.")


class Question(_Part):
    """Что изменить; чего здесь нет, остаётся таким, как в записях."""

    curators: int | None = Field(default=None, ge=1, le=MOST_CURATORS, description="Кураторов всего.")
    per_day: float | None = Field(
        default=None,
        gt=0,
        le=MOST_PER_DAY,
        allow_inf_nan=False,
        description="Сообщений в день, в среднем за неделю с выходными.",
    )
    goal: float = Field(default=95, ge=1, lt=100, description="Сколько процентов нужно в срок.")
    bodies: dict[BodyKey, Annotated[int, Field(ge=1, le=MOST_EXECUTORS)]] = Field(
        default={}, max_length=MOST_BODIES, description="Исполнителей органа всего, по его ключу."
    )


class Variant(_Part):
    """Число людей и что с ним получается; `bodies` — органы, где исполнителей не столько, сколько в записях."""

    curators: int
    bodies: dict[str, int]
    routing: Spread | None = Field(description="Направлено в срок; null, если сравнивать нечего.")
    answer: Spread | None = Field(description="Отвечено в срок.")
    reaches: bool = Field(description="Медианы обеих долей не ниже цели.")


class Calculation(_Part):
    """Расчёт: первым стоит то, что спрошено, дальше — на человека меньше и больше."""

    runs: int
    variants: tuple[Variant, ...]


class LoadView(_Part):
    """Четыре недели по записям, их повтор моделью и расчёт, если он спрошен; null — ещё или вовсе нет."""

    first_day: date
    last_day: date
    record: Record | None = None
    replay: tuple[Replayed, ...] | None = None
    question: Question | None = Field(default=None, description="Что спрошено последним за час.")
    calculation: Calculation | None = None
    refused: str | None = Field(default=None, description="Почему этого не будет.")
    under_way: int | None = Field(default=None, description="Сколько процентов готово, пока считается.")
