"""Calendars that time is counted by: the production calendar with its sources, and the act with its clauses."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Query, Request, Response

from api.deps import Service
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell.page import page
from calendar_rules.act_words import said
from calendar_rules.regulation import LimitName, digest
from calendar_rules.regulation_report import HOLDERS, length, readings, remarks
from calendar_rules.vocabulary import Role
from service.access.errors import NotFoundError
from service.directory.hours_text import DAYS
from service.directory.working_hours import BodyHours
from service.directory.year_of_days import year

router = Pages()

MONTHS = (
    *("Январь", "Февраль", "Март", "Апрель", "Май", "Июнь"),
    *("Июль", "Август", "Сентябрь", "Октябрь", "Ноябрь", "Декабрь"),
)
NO_YEAR = "Календаря на {year} год нет. Загружены годы с {first} по {last}."


@dataclass(frozen=True, slots=True)
class _Hours:
    """Whose hours, and which; `key` is None where they cannot be changed yet."""

    key: str | None
    title: str
    hours: BodyHours


@router.get("/admin/calendar", recorded=None, by=(Role.ADMIN,))
async def calendar(
    request: Request,
    admin: Viewer,
    service: Service,
    number: Annotated[int | None, Query(alias="year")] = None,
) -> Response:
    """A year of days with the act that each special one is by, and the limits with their clauses."""
    rules = service.rules
    today = datetime.now(UTC).astimezone(rules.zone).date()
    # Those loaded, and the first that is not.
    years = range(rules.production.first_year, rules.production.last_year + 2)
    number = min(today.year, years[-1]) if number is None else number
    if number not in years:
        raise NotFoundError(NO_YEAR.format(year=number, first=years[0], last=years[-2]))
    regulation = rules.regulation
    standing = (await service.directory.editing.standing()).directory
    department = standing.department
    whose: list[tuple[str | None, str, str | None]] = [
        (department.key if department.title else None, department.title or said("Департамент"), None)
    ]
    whose += [(body.key, body.title, body.key) for body in standing.bodies if body.active]
    found = await service.directory.hours.every([body for _, _, body in whose])
    shown = [_Hours(key, title, hours) for (key, title, _), hours in zip(whose, found, strict=True)]
    common = [item for item in shown[1:] if item.hours.texts == shown[0].hours.texts]
    return page(
        request,
        admin,
        "admin/calendar.html",
        year=year(rules.production, number, rules.file_in_force),
        years=years,
        months=MONTHS,
        today=today,
        hours=[item for item in shown if item not in common],
        common=[(item.key, item.title) for item in common],
        days=DAYS,
        by_holder=regulation.readings.calendars == "holder",
        act=regulation.act,
        digest=digest(regulation),
        limits=[
            (limit, length(regulation, name), HOLDERS[limit.holder], list(remarks(limit)))
            for name in LimitName
            for limit in (regulation.limits[name],)
        ],
        readings=[said(line) for line in readings(regulation)],
    )
