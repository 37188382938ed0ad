"""The command `otklik simulate`: what it is given, what is tried, and what it prints."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from service.load import printing
from service.load.calculation import calculate
from service.load.given import Given, GivenError, Plan, change_of, load
from service.load.observed import last_weeks, observed
from service.load.question import Question
from service.load.results import Result
from service.load.situations import with_people
from service.runs.rules import Rules, RulesError, RulesInForce, load_files
from settings import Settings
from store.database.engines import Database

_WEEK: Final = 7
NO_DATABASE: Final = "Базы данных ещё нет. Укажите исходные данные в файле: --given (docs/use/load.md)."
NOTHING: Final = (
    "С {since:%d.%m.%Y} по {last:%d.%m.%Y} ни одно сообщение не направлено, считать не по чему. Укажите исходные "
    "данные в файле: --given (docs/use/load.md)."
)


class LoadError(ValueError):
    """Something that was asked for cannot be simulated; the text says what and why, in Russian."""


class Asked(NamedTuple):
    """What was asked for; None where it is as given. `goal` is in percent, `changes` are TOML (see `change_of`)."""

    begins: date | None = None
    curators: int | None = None
    per_day: float | None = None
    days: int = 28
    runs: int = 20
    seed: int = 1
    goal: float = 95
    changes: Sequence[str] = ()


async def main(settings: Settings, given: Path | None, asked: Asked, *, as_json: bool) -> str:
    """The text to print, of a file or, without one, of the last four whole weeks of the installation's record.

    By the act and the hours of the settings. Raises LoadError, and DatabaseError.
    """
    try:
        if given is None:
            found, rules = await _recorded(settings)
        else:
            found, rules = load(given), load_files(settings)
        result = calculated(found, rules, asked)
    except (RulesError, GivenError) as error:
        raise LoadError(str(error)) from error
    return result.model_dump_json(indent=2) if as_json else "\n".join(printing.lines(result, rules))


async def _recorded(settings: Settings) -> tuple[Given, Rules]:
    if settings.sqlite_file is not None and not settings.sqlite_file.exists():
        raise LoadError(NO_DATABASE)
    database = Database(settings.database_url)
    try:
        rules = await RulesInForce(settings, database).now()
        return await of_record(database, rules, datetime.now(rules.zone).date()), rules
    finally:
        await database.dispose()


async def of_record(database: Database, rules: Rules, today: date) -> Given:
    """The figures of the last whole weeks before a day. Raises LoadError where nothing was routed in them."""
    since, until = last_weeks(today)
    found = await observed(
        database, rules, *(datetime.combine(day, time(0), rules.zone) for day in (since, until))
    )
    if found is None:
        raise LoadError(NOTHING.format(since=since, last=until - timedelta(days=1)))
    return found


def calculated(given: Given, rules: Rules, asked: Asked) -> Result:
    """The result of what was asked for; without changes named, with those that the page tries.

    Raises GivenError.
    """
    if asked.per_day is not None:
        given = given.with_per_day(asked.per_day)
    if asked.curators is not None:
        more = asked.curators - sum(crew.people for crew in given.curators)
        given = given.changed(curators=with_people(given.curators, more, "кураторов"))
    changes = [change_of(text) for text in asked.changes] or [*Question().tried(given, rules)]
    return calculate(given, rules, _plan(asked, rules), changes)


def _plan(asked: Asked, rules: Rules) -> Plan:
    today = datetime.now(rules.zone).date()
    monday = today + timedelta(days=_WEEK - today.weekday())
    return Plan(
        begins=asked.begins or monday,
        days=asked.days,
        runs=asked.runs,
        seed=asked.seed,
        goal=asked.goal / 100,
    )
