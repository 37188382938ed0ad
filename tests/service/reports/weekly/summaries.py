"""Summaries made by hand, to be read back from what is made of them."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from calendar_rules.regulation import HolderRole, LimitName
from calendar_rules.vocabulary import CloseReason, DeclineGround
from service.reports.weekly.period import Unit
from service.reports.weekly.summary import (
    Authors,
    Balance,
    BodyFigures,
    ClosedOtherwise,
    Compared,
    Declined,
    Definition,
    Dimension,
    Figures,
    GovernorReport,
    Kept,
    LimitFigures,
    Load,
    Measures,
    Noted,
    Point,
    Quality,
    RepeatedAuthor,
    StepCount,
    SurgeOfWeek,
    TopicFigures,
    Trend,
    WeeklySummary,
    Worker,
)

ZONE = ZoneInfo("Europe/Moscow")
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

    def together(figures: Figures, of_bodies: list[Figures], kept: int, late: int) -> Figures:
        return figures.model_copy(
            update={
                "in_time": sum(body.in_time for body in of_bodies) + kept,
                "breached": sum(body.breached for body in of_bodies) + late,
            }
        )

    now = together(_figures(30), list(bodies), 298, 18)
    return Compared(
        **now.model_dump(), previous=together(_figures(28), [body.previous for body in bodies], 270, 21)
    )


def _limits() -> tuple[LimitFigures, ...]:
    of_curators = [
        LimitFigures(
            holder=HolderRole.CURATOR,
            body=None,
            title="Кураторы Департамента",
            limit=limit,
            clause=clause,
            in_time=140 + clause,
            late=clause,
            open_overdue=clause % 2,
            median=timedelta(minutes=41 + clause),
            ninth_decile=timedelta(hours=1, minutes=20 + clause),
            longest=timedelta(hours=5, minutes=clause),
        )
        for limit, clause in ((LimitName.ROUTING, 7), (LimitName.APPROVAL, 11))
    ]
    of_bodies = [
        LimitFigures(
            holder=HolderRole.EXECUTOR,
            body=key,
            title=title,
            limit=limit,
            clause=clause,
            in_time=10 + number * clause,
            late=number % 4,
            open_overdue=number % 3,
            median=timedelta(hours=3, minutes=clause + number) if number != len(BODIES) - 1 else None,
            ninth_decile=timedelta(hours=6, minutes=clause + number) if number != len(BODIES) - 1 else None,
            longest=timedelta(hours=21, minutes=30 + number) if number != len(BODIES) - 1 else None,
        )
        for number, (key, title) in enumerate(BODIES)
        for limit, clause in ((LimitName.ANSWER, 9), (LimitName.DRAFT, 10), (LimitName.PUBLICATION, 13))
    ]
    return (*of_curators, *of_bodies)


def _quality(number: int, key: str | None, title: str) -> Quality:
    return Quality(
        body=key,
        title=title,
        drafts=40 + number,
        accepted_at_once=30 + number,
        rework_rounds=12 + number,
        returns=3 + number,
        misroutings=1 + number,
        interim_promised=6 + number,
        interim_kept=5 + number,
        repeated=2 + number,
        answers=33 + number,
        answers_with_photo=21 + number,
    )


def _trends() -> tuple[Trend, ...]:
    return (
        *(
            Trend(
                dimension=Dimension.TOPIC,
                key=key,
                title=title,
                count=11 + 7 * place,
                previous=18 + 7 * place,
                mean_of_four=12.75 + place,
            )
            for place, (key, title) in enumerate(TOPICS)
        ),
        *(
            Trend(
                dimension=Dimension.LOCATION,
                key=name.lower(),
                title=name,
                count=60 - 3 * place,
                previous=40 - place,
                mean_of_four=41.5,
            )
            for place, name in enumerate(PLACES)
        ),
        *(
            Trend(
                dimension=Dimension.NETWORK,
                key=key,
                title=title,
                count=count,
                previous=count + 3,
                mean_of_four=count + 0.25,
            )
            for key, title, count in (
                ("vkontakte", "ВКонтакте", 151),
                ("odnoklassniki", "Одноклассники", 62),
                ("forum", "Форумы", 9),
            )
        ),
    )


def full(**changed: object) -> WeeklySummary:
    """A week of a middle region, with something of everything."""
    bodies = [
        BodyFigures(**_compared(place).model_dump(), body=key, title=title)
        for place, (key, title) in enumerate(BODIES)
    ]
    topics = [
        TopicFigures(**_compared(place).model_dump(), topic=key, title=title)
        for place, (key, title) in enumerate(TOPICS)
    ]
    monday = datetime(2026, 11, 23, 8, 0, tzinfo=ZONE)
    made = WeeklySummary(
        period="2026-W47",
        version=1,
        made_at=monday,
        made_by=None,
        first_day=date(2026, 11, 16),
        last_day=date(2026, 11, 22),
        totals=_totals(),
        curators=Compared(in_time=298, breached=18, previous=Figures(in_time=270, breached=21)),
        bodies=tuple(bodies),
        topics=(*topics, TopicFigures(topic=None, title="Не направлено", received=4)),
        balance=Balance(
            opening=57,
            received=221,
            reopened=2,
            answered=190,
            declined=(
                Declined(ground=DeclineGround.OBSCENE_OR_INSULTING, count=6),
                Declined(ground=DeclineGround.THREAT_TO_OFFICIAL, count=1),
            ),
            closed_otherwise=(
                ClosedOtherwise(reason=CloseReason.NO_REPLY, count=3),
                ClosedOtherwise(reason=CloseReason.DELETED, count=5),
            ),
            closing=75,
        ),
        limits=_limits(),
        limits_total=Kept(
            in_time=sum(it.in_time for it in _limits()),
            late=sum(it.late for it in _limits()),
            open_overdue=sum(it.open_overdue for it in _limits()),
        ),
        quality=(
            *(_quality(place, key, title) for place, (key, title) in enumerate(BODIES)),
            _quality(1000, None, "Все органы"),
        ),
        trends=_trends(),
        weeks=tuple(
            Point(
                period=f"2026-W{number}",
                received=150 + number,
                in_time=600 + number * 3,
                breached=70 - number,
            )
            for number in range(35, 48)
        ),
        escalations=34,
        acknowledged=31,
        passed_on=2,
        surges=(
            SurgeOfWeek(
                topic="snow",
                title="Уборка снега и наледи",
                location="Кинешма",
                began_at=datetime(2026, 11, 18, 9, 12, tzinfo=ZONE),
                over_at=datetime(2026, 11, 20, 18, 0, tzinfo=ZONE),
                count=23,
                usual=1.857,
            ),
            SurgeOfWeek(
                topic="heating",
                title="Отопление и горячее водоснабжение",
                location=None,
                began_at=datetime(2026, 11, 21, 7, 40, tzinfo=ZONE),
                over_at=None,
                count=17,
                usual=2.5,
            ),
        ),
        governor_reports=(
            GovernorReport(
                message="4711",
                at=datetime(2026, 11, 19, 15, 5, tzinfo=ZONE),
                topic="heating",
                title="Отопление и горячее водоснабжение",
            ),
        ),
        gaps=("У 4 сообщений не указано место: в сведениях по населённым пунктам их нет.",),
        definitions=(
            Definition(
                term="Поступило",
                meaning="Сообщения, выявленные за неделю; зарегистрированные ошибочно не считаются.",
            ),
            Definition(
                term="В срок", meaning="Срок завершился за неделю, и обязанность выполнена до его истечения."
            ),
            Definition(
                term="Нарушено",
                meaning="Срок истёк раньше, чем обязанность выполнена; срок ответа — за тем, на чьём шаге истёк.",
            ),
            Definition(
                term="Медиана", meaning="Половина сроков выполнена быстрее, половина — дольше. Рабочее время."
            ),
            Definition(
                term="90-й процентиль",
                meaning="Столько рабочего времени хватило в девяти случаях из десяти.",
            ),
        ),
    )
    return made.model_copy(update=changed)


def empty() -> WeeklySummary:
    """A week in which nothing was."""
    nothing = Balance(
        opening=0, received=0, reopened=0, answered=0, declined=(), closed_otherwise=(), closing=0
    )
    return full(
        totals=Compared(),
        curators=Compared(),
        limits_total=Kept(),
        bodies=(),
        topics=(),
        balance=nothing,
        limits=(),
        quality=(),
        trends=(),
        weeks=(Point(period="2026-W47", received=0, in_time=0, breached=0),),
        escalations=0,
        acknowledged=0,
        passed_on=0,
        surges=(),
        governor_reports=(),
        gaps=(),
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
        measures=Measures(breaches=3, noted=1, previous=Noted()),
        authors=Authors(
            authors=1,
            messages=3,
            previous_authors=0,
            previous_messages=0,
            listed=(RepeatedAuthor(message="12", network="vkontakte", count=3),),
        ),
        load=Load(
            working_days=20,
            workers=(
                Worker(
                    person="executor-roads",
                    name="Горелова Светлана Юрьевна",
                    body=BODIES[0][0],
                    body_title=BODIES[0][1],
                    open=4,
                    steps=(StepCount(limit=LimitName.DRAFT, count=7),),
                    done=9,
                    per_day=0.25,
                ),
            ),
        ),
    )
