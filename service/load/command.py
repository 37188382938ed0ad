"""The command `otklik simulate`: what it is given, what is tried, and what it prints."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from service.load import printing
from service.load.calculation import calculate
from service.load.given import Change, Given, GivenError, Plan, change_of, load
from service.load.results import Result
from service.load.situations import with_people
from service.runs.rules import Rules, RulesError, load_files
from settings import Settings

_DUTY: Final = (("10:00", "14:00"),)
_WEEK: Final = 7


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


def main(settings: Settings, given: Path, asked: Asked, *, as_json: bool) -> str:
    """The text to print, of a calculation by the act and hours of the settings. Raises LoadError."""
    try:
        rules = load_files(settings)
        result = calculated(load(given), rules, asked)
    except (RulesError, GivenError) as error:
        raise LoadError(str(error)) from error
    return result.model_dump_json(indent=2) if as_json else "\n".join(printing.lines(result, rules))


def calculated(given: Given, rules: Rules, asked: Asked) -> Result:
    """The result of what was asked for; without changes named, of one curator more and of a duty on Saturdays.

    Raises GivenError.
    """
    if asked.per_day is not None:
        given = given.with_per_day(asked.per_day)
    if asked.curators is not None:
        more = asked.curators - sum(crew.people for crew in given.curators)
        given = given.changed(curators=with_people(given.curators, more, "кураторов"))
    changes = [change_of(text) for text in asked.changes] or [Change(curators=1), Change(saturday=_DUTY)]
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
