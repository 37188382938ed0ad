"""Summaries made by hand, to be read back from what is made of them: the program's sample, with more rows."""

from datetime import date, timedelta
from typing import Any

from calendar_rules.regulation import HolderRole, LimitName
from calendar_rules.vocabulary import Network
from service.reports.weekly.period import Unit
from service.reports.weekly.sample import sample
from service.reports.weekly.summary import (
    Balance,
    BodyFigures,
    Compared,
    Dimension,
    Figures,
    Kept,
    LimitFigures,
    Point,
    Quality,
    QualityCounts,
    TopicFigures,
    Trend,
    WeeklySummary,
)

BODIES = (
    ("roads", "Департамент дорожного хозяйства и транспорта Ивановской области"),
    ("housing", "Департамент жилищно-коммунального хозяйства Ивановской области"),
    ("health", "Департамент здравоохранения Ивановской области"),
    ("education", "Департамент образования и науки Ивановской области"),
    ("social", "Департамент социальной защиты населения Ивановской области"),
    ("kineshma", "Администрация городского округа Кинешма"),
    ("ecology", "Служба государственной жилищной инспекции Ивановской области"),
)
TOPICS = (
    ("snow", "Уборка снега и наледи"),
    ("potholes", "Ямы и выбоины на дорогах"),
    ("heating", "Отопление и горячее водоснабжение"),
    ("waste", "Вывоз мусора, контейнерные площадки"),
    ("doctors", "Запись к врачу, очереди в поликлиниках"),
    ("kindergartens", "Места в детских садах"),
    ("buses", "Общественный транспорт: интервалы и расписание"),
    ("benefits", "Выплаты и льготы"),
)
PLACES = ("Иваново", "Кинешма", "Шуя", "Вичуга", "Фурманов", "Тейково", "Родники", "Приволжск", "Южа", "Комсомольск",
    "Кохма", "Пучеж", "Юрьевец", "Гаврилов Посад", "Наволоки", "Заволжск", "Плёс", "Лежнево", "Савино")  # fmt: skip


def _figures(number: int) -> Figures:
    """Figures that are told from one another wherever they stand."""
    return Figures(
        received=11 + 7 * number,
        answered=8 + 5 * number,
        declined=number % 3,
        unanswered=number % 2,
        open=2 + number,
        in_time=30 + 13 * number,
        breached=(number * 5) % 9,
        returns=number % 4,
        rework_rounds=3 + number,
    )


def _compared(number: int) -> Compared:
    return Compared(**_figures(number).model_dump(), previous=_figures(number + 1))


def _totals() -> Compared:
    """Limits of all add up: the bodies' and the curators'."""
    bodies = [_compared(place) for place in range(len(BODIES))]

    def together(number: int, of_bodies: list[Figures], kept: int, late: int) -> dict[str, Any]:
        in_time = kept + sum(body.in_time for body in of_bodies)
        return _figures(number).model_dump() | {
            "in_time": in_time,
            "breached": late + sum(body.breached for body in of_bodies),
        }

    before = Figures(**together(28, [body.previous for body in bodies], 270, 21))
    return Compared(**together(30, list(bodies), 298, 18), previous=before)


def _limit(
    number: int, key: str | None, title: str, limit: LimitName, clause: int, *, took: bool = True
) -> LimitFigures:
    """`took`: there are durations of it."""
    lasted = timedelta(hours=3, minutes=clause + number)
    return LimitFigures(
        holder=HolderRole.EXECUTOR if key else HolderRole.CURATOR,
        body=key,
        title=title,
        limit=limit,
        clause=clause,
        in_time=10 + number * clause,
        late=number % 4,
        open_overdue=number % 3,
        median=lasted if took else None,
        ninth_decile=2 * lasted if took else None,
        longest=7 * lasted if took else None,
    )


def _limits() -> tuple[LimitFigures, ...]:
    of_curators = ((LimitName.ROUTING, 7), (LimitName.APPROVAL, 11))
    of_bodies = ((LimitName.ANSWER, 9), (LimitName.DRAFT, 10), (LimitName.PUBLICATION, 13))
    return (
        *(_limit(20, None, "Кураторы Департамента", limit, clause) for limit, clause in of_curators),
        *(
            _limit(number, key, title, limit, clause, took=number != len(BODIES) - 1)
            for number, (key, title) in enumerate(BODIES)
            for limit, clause in of_bodies
        ),
    )


def _quality(number: int, key: str | None, title: str) -> Quality:
    counts = {name: 40 - 3 * place + number for place, name in enumerate(QualityCounts.model_fields)}
    return Quality(body=key, title=title, **counts)


def _trends() -> tuple[Trend, ...]:
    values = (
        *((Dimension.TOPIC, key, title) for key, title in TOPICS),
        *((Dimension.LOCATION, name.lower(), name) for name in PLACES),
        *((Dimension.NETWORK, network.value, network.name) for network in Network),
    )
    return tuple(
        Trend(
            dimension=dimension,
            key=key,
            title=title,
            count=60 + 7 * place,
            previous=40 + 5 * place,
            mean_of_four=12.75 + place,
        )
        for place, (dimension, key, title) in enumerate(values)
    )


def full(**changed: object) -> WeeklySummary:
    """A week of a middle region, with something of everything."""
    limits = _limits()
    made = {
        "is_report": False,
        "measures": None,
        "authors": None,
        "load": None,
        "promises": (),
        "totals": _totals(),
        "curators": Compared(in_time=298, breached=18, previous=Figures(in_time=270, breached=21)),
        "bodies": tuple(
            BodyFigures(**_compared(place).model_dump(), body=key, title=title)
            for place, (key, title) in enumerate(BODIES)
        ),
        "topics": (
            *(
                TopicFigures(**_compared(place).model_dump(), topic=key, title=title)
                for place, (key, title) in enumerate(TOPICS)
            ),
            TopicFigures(topic=None, title="Не направлено", received=4),
        ),
        "limits": limits,
        "limits_total": Kept(
            in_time=sum(it.in_time for it in limits),
            late=sum(it.late for it in limits),
            open_overdue=sum(it.open_overdue for it in limits),
        ),
        "quality": (
            *(_quality(place, key, title) for place, (key, title) in enumerate(BODIES)),
            _quality(1000, None, "Все органы"),
        ),
        "trends": _trends(),
        "weeks": tuple(
            Point(
                period=f"2026-W{number}",
                received=150 + number,
                in_time=600 + number * 3,
                breached=70 - number,
            )
            for number in range(35, 48)
        ),
    }
    return sample().model_copy(update=made | changed)


def empty() -> WeeklySummary:
    """A week in which nothing was."""
    lists = ("bodies", "topics", "limits", "quality", "trends", "surges", "governor_reports", "gaps")
    numbers = ("opening", "received", "reopened", "answered", "closing")
    return full(
        totals=Compared(),
        curators=Compared(),
        limits_total=Kept(),
        balance=Balance(**dict.fromkeys(numbers, 0), declined=(), closed_otherwise=()),
        weeks=(Point(period="2026-W47", received=0, in_time=0, breached=0),),
        **dict.fromkeys(("escalations", "acknowledged", "unacknowledged"), 0),
        **dict.fromkeys(lists, ()),
    )


def report_of_body() -> WeeklySummary:
    """A month of one body, as somebody asks for it."""
    return full(
        period="2026-11",
        unit=Unit.MONTH,
        first_day=date(2026, 11, 1),
        last_day=date(2026, 11, 30),
        body=BODIES[0][0],
        body_title=BODIES[0][1],
        version=0,
        is_report=True,
        bodies=(),
        surges=(),
        weeks=(Point(period="2026-11", received=221, in_time=600, breached=3),),
        limits_total_before=Kept(),
        measures=sample().measures,
        authors=sample().authors,
        load=sample().load,
    )
