"""Figures of the record as they are shown to those who ask how many people the work takes."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from math import ceil

from pydantic import BaseModel, ConfigDict, Field

from calendar_rules.regulation import LimitName
from service.load.figures import STEPS, Figures, Share, Took
from service.load.given import Given

_MINUTE = timedelta(minutes=1)


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class StepTimes(_Part):
    """Время одного шага в рабочих минутах его исполнителя: ожидание и работа."""

    limit: LimitName = Field(description="Срок, в который шаг укладывается.")
    count: int = Field(description="Сделано шагов в рабочее время.")
    waiting_median: float
    handling_median: float
    handling_p90: float


class BodyLoad(_Part):
    """Орган: сколько сообщений к нему пришло и сколько у него исполнителей."""

    body: str
    title: str
    messages: int
    executors: int


class RecordFigures(_Part):
    """Что известно из записей за период. Доли — от 0 до 1; null, где делить не на что."""

    messages: int
    per_day: float = Field(description="Сообщений в день, в среднем за неделю с выходными.")
    curators: int = Field(description="Кураторов, которые были на работе одновременно.")
    on_saturdays: int = Field(description="Из них дежурят по субботам.")
    declined: float | None = Field(description="Доля закрытых без направления.")
    returned: float | None = Field(description="Доля возвращённых органами (п. 8).")
    reworked: float | None = Field(description="Доля проектов, отправленных на доработку (п. 11).")
    joint: float | None = Field(description="Доля направленных нескольким органам (п. 15).")
    interim: float | None = Field(description="Доля промежуточных среди ответов (п. 14).")
    at_once: float | None = Field(
        description="Доля шагов кураторов, которые никого не ждали: чем она больше, тем больше завышено время работы."
    )
    outside: int = Field(description="Шагов, сделанных вне рабочего времени: сколько они заняли, неизвестно.")
    steps: tuple[StepTimes, ...]
    by_hour: tuple[tuple[float, ...], ...] = Field(
        description="Сообщений в среднем за каждый час недели, с понедельника, по часам Департамента."
    )
    topics: dict[str, int] = Field(description="Сообщений по темам.")
    bodies: tuple[BodyLoad, ...]


def of(found: Figures, given: Given) -> RecordFigures:
    """The figures with what is given of them, by which messages are drawn."""
    since = found.span[0]
    came = [road for road in found.roads if road.at >= since]
    to_bodies = Counter(body for road in came for body in road.bodies)
    topics = Counter(road.topic for road in came if road.topic is not None)
    return RecordFigures(
        messages=len(came),
        per_day=given.per_day,
        curators=given.curators[0].people,
        on_saturdays=sum(crew.people for crew in given.curators[1:]),
        declined=found.ended_at_once.value,
        returned=_all(found.returns.values()),
        reworked=_all(found.rework.values()),
        joint=found.joint.value,
        interim=found.interim.value,
        at_once=Share(
            sum(one.begun == one.came for one in found.took if one.holder is None),
            sum(one.holder is None for one in found.took),
        ).value,
        outside=sum(one.handling is None for one in found.took),
        steps=tuple(_steps(found.took)),
        by_hour=given.by_hour,
        topics=dict(topics.most_common()),
        bodies=tuple(
            BodyLoad(
                body=key,
                title=given.bodies[key].title or key,
                messages=many,
                executors=sum(crew.people for crew in given.bodies[key].crews),
            )
            for key, many in to_bodies.most_common()
        ),
    )


def _all(shares: Iterable[Share]) -> float | None:
    every = list(shares)
    return Share(sum(one.part for one in every), sum(one.whole for one in every)).value


def _steps(took: Iterable[Took]) -> Iterable[StepTimes]:
    times: dict[LimitName, tuple[list[float], list[float]]] = {limit: ([], []) for limit in STEPS}
    for one in took:
        if one.waiting is not None and one.handling is not None:
            waiting, handling = times[one.limit]
            waiting.append(one.waiting / _MINUTE)
            handling.append(one.handling / _MINUTE)
    for limit, (waiting, handling) in times.items():
        if handling:
            yield StepTimes(
                limit=limit,
                count=len(handling),
                waiting_median=_quantile(waiting, 0.5),
                handling_median=_quantile(handling, 0.5),
                handling_p90=_quantile(handling, 0.9),
            )


def _quantile(values: list[float], share: float) -> float:
    return round(sorted(values)[max(ceil(len(values) * share) - 1, 0)], 1)
