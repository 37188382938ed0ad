"""Checks of what time is counted by, for an operator: files and zone data before they are brought into force."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from calendar_rules import calendar_report, production_calendar, production_year, zones
from calendar_rules.moments import moment_text
from service.directory.calendar_forecast import forecast
from service.runs import time_in_force
from service.runs.rules import Rules, load_files
from settings import Settings
from store.database.engines import Database
from store.database.session import DatabaseError
from telemetry.logs import reason

_SHOWN = timedelta(days=5 * 366)
_NOT_COUNTED = "База данных не отвечает или не подготовлена ({reason}): какие сроки сдвинутся, не посчитано."
_NO_DATABASE = "Базы данных здесь ещё нет: какие сроки сдвинутся, не посчитано."


async def of_calendar(settings: Settings, file: Path) -> int:
    """Print what a production calendar is, and what it will move; returns the exit code.

    Raises CalendarError for a file that is not accepted, RulesError for another file of the installation.
    """
    new, years = production_calendar.load(file), production_year.read_years(file)
    rules = load_files(settings)
    await _take_over(settings, rules)
    for line in calendar_report.report(new, years, rules.production):
        print(line)  # noqa: T201
    if ending := production_calendar.ending(datetime.now(UTC).date(), new):
        print("", ending, sep="\n")  # noqa: T201
    return await _foretell(settings, rules, lambda changed: changed.keep_time(new, changed.zones))


async def of_zones(settings: Settings, directory: Path | None) -> int:
    """Print what zone data are, and what they will move; returns the exit code.

    Raises ZonesError for data that cannot be used, RulesError for another file of the installation.
    """
    zones.use(directory or settings.tzdata)
    rules = load_files(settings)
    found, release = rules.zones, rules.release
    stands = await _take_over(settings, rules)
    found = {**found, **zones.rules_of_all(rules.schedules.zones)}
    print(f"Выпуск часовых поясов: {release}. В программе: {zones.packaged_release()}.")  # noqa: T201
    if stands is not None:
        print(f"Действует: {stands.release}.")  # noqa: T201
        if release < stands.release:
            print("  — проверяемый выпуск старше действующего, применён не будет")  # noqa: T201
    now = datetime.now(UTC)
    for name in sorted(found):
        print("", *_zone(name, found[name], now), sep="\n")  # noqa: T201
        in_force = stands.zones.get(name) if stands is not None else None
        for whose, rules_there in (("действующих", in_force), ("поясов программы", _packaged(name))):
            if rules_there is not None and rules_there != found[name]:
                print(f"  — правила иные, чем у {whose}: {rules_there}, здесь {found[name]}")  # noqa: T201
    return await _foretell(settings, rules, lambda changed: changed.keep_time(changed.production, found))


def _zone(name: str, rules: str, now: datetime) -> list[str]:
    zone = zones.zone(f"{name} {rules}")
    shifts = zones.shifts(zone, now, now + _SHOWN)
    lines = [f"{name}: сейчас UTC{_offset(now.astimezone(zone))}"]
    lines += [f"  — {moment_text(shift)} часы переводятся на UTC{_offset(shift)}" for shift in shifts]
    return lines if shifts else [f"{lines[0]}, переводов часов до {(now + _SHOWN).year} года нет"]


def _offset(at: datetime) -> str:
    return f"{at:%z}"[:3] + ":" + f"{at:%z}"[3:5]


def _packaged(name: str) -> str | None:
    try:
        return zones.packaged_rules_of(name)
    except KeyError:
        return None


async def _take_over(settings: Settings, rules: Rules) -> time_in_force.TimeInForce | None:
    """Count by what is in force, where there is a database that answers."""
    if not _has_database(settings):
        return None
    database = Database(settings.database_url)
    try:
        async with database.read() as session:
            return await time_in_force.take_over(session, rules)
    except DatabaseError:
        return None
    finally:
        await database.dispose()


async def _foretell(settings: Settings, rules: Rules, change: Callable[[Rules], None]) -> int:
    print()  # noqa: T201
    if not _has_database(settings):
        print(_NO_DATABASE)  # noqa: T201
        return 0
    database = Database(settings.database_url)
    try:
        found = await forecast(database, rules, change)
    except DatabaseError as error:
        print(_NOT_COUNTED.format(reason=reason(error)))  # noqa: T201
        return 1
    finally:
        await database.dispose()
    print(*found.lines(), sep="\n")  # noqa: T201
    return 0


def _has_database(settings: Settings) -> bool:
    return settings.sqlite_file is None or settings.sqlite_file.exists()
