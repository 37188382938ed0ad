"""Situations for tests of the simulation: an act, hours, and a few people."""

from datetime import date

from calendar_rules.production_calendar import current
from calendar_rules.regulation import Regulation, order_238
from calendar_rules.schedules import Schedules, assumed
from service.load.given import Body, Crew, Given, Plan, Spent, TimesOfBodies, TimesOfCurators
from service.runs.rules import Rules

QUIET = date(2026, 3, 16)
"""A Monday before six weeks without a day off but the weekends."""


def rules(schedules: Schedules | None = None, act: Regulation | None = None) -> Rules:
    return Rules(act or order_238(), schedules or assumed(), current())


def always(hours: list[list[str]]) -> Schedules:
    """The same hours on every day of the week."""
    week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), hours)
    return Schedules.model_validate({"default": {"timezone": "Europe/Moscow", "week": week}})


def in_hours(per_hour: float, *hours: int) -> tuple[tuple[float, ...], ...]:
    """So many messages in each of these hours of every day."""
    return (tuple(per_hour if hour in hours else 0.0 for hour in range(24)),) * 7


def given(**fields: object) -> Given:
    """Two curators, one body with two executors; every step takes ten minutes."""
    return Given.model_validate(
        {
            "curators": (Crew(people=2),),
            "times": TimesOfCurators(routing=Spent(minutes=10), approval=Spent(minutes=10)),
            "bodies": {"roads": Body(title="Дороги", crews=(Crew(people=2),))},
            "times_of_bodies": TimesOfBodies(drafting=Spent(minutes=10), publication=Spent(minutes=10)),
            "kinds": ({"share": 1, "bodies": ("roads",)},),
            "by_hour": in_hours(1, 10),
            **fields,
        }
    )


def plan(**fields: object) -> Plan:
    return Plan.model_validate({"begins": QUIET, "days": 7, "warm_up": 0, "runs": 2, **fields})
