"""The production calendar of Russia: days off, working Saturdays and shortened days, for any schedule.

The module answers for the calendar shipped with the program (`current()`); a message carries a calendar of
its own, so that new data never changes what is already running.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, PlainSerializer, computed_field

from calendar_rules import labour_code, production_year, russian
from calendar_rules.errors import CalendarError, CalendarRangeError, outside_years
from calendar_rules.explanation import holiday_reason, uncapitalised
from calendar_rules.labour_code import SHORTENED_BY
from calendar_rules.work_calendar import WorkCalendar
from calendar_rules.working_hours import WEEKDAYS, Intervals, ending_earlier

DATA_FILE = Path(__file__).parent / "data" / "production_calendar.json"
_SATURDAY = 5


class ProductionCalendar(BaseModel):
    """Loaded years of the production calendar, immutable and compact in JSON.

    Days before the years raise CalendarRangeError; of days after them the Labour Code alone answers (see
    `labour_code`). The decree days of 2020–21 are working days with a name.
    """

    model_config = ConfigDict(frozen=True)

    first_year: int
    last_year: int
    days_off: dict[date, str]  # with holidays on weekends, for schedules that work then
    working_weekends: dict[date, date]  # each with the weekday it was exchanged for
    shortened: Annotated[frozenset[date], PlainSerializer(sorted, return_type=list[date])]
    decree_days: dict[date, str]

    @computed_field  # type: ignore[prop-decorator]
    @cached_property
    def version(self) -> str:
        """A digest of the loaded years: equal years of equal days have equal versions."""
        fields = self.model_dump(mode="json", exclude={"version"})
        in_order = {
            name: dict(sorted(of.items())) if isinstance(of, dict) else of for name, of in fields.items()
        }
        content = json.dumps(in_order, ensure_ascii=False, separators=(",", ":"))
        return f"{self.first_year}-{self.last_year}-{sha256(content.encode()).hexdigest()[:12]}"

    @property
    def years(self) -> range:
        """The loaded years."""
        return range(self.first_year, self.last_year + 1)

    def is_working_day(self, day: date) -> bool:
        """Whether the day is working in a five-day week."""
        if self._is_provisional(day):
            return labour_code.is_working_day(day)
        return day in self.working_weekends or (day.weekday() < _SATURDAY and day not in self.days_off)

    def is_shortened(self, day: date) -> bool:
        """Whether the working day ends an hour earlier (Labour Code, art. 95)."""
        if self._is_provisional(day):
            return labour_code.is_shortened(day)
        return day in self.shortened

    def name(self, day: date) -> str | None:
        """Why the day is not like any other of its weekday; None if it is."""
        if self._is_provisional(day):
            return labour_code.holiday(day) or ("Сокращённый день" if labour_code.is_shortened(day) else None)
        if found := self.days_off.get(day) or self.decree_days.get(day):
            return found
        if exchanged := self.working_weekends.get(day):
            kind = "Рабочая суббота" if day.weekday() == _SATURDAY else "Рабочее воскресенье"
            return f"{kind} (перенос на {exchanged:%d.%m.%Y})"
        return "Сокращённый день" if day in self.shortened else None

    def only(self, first_year: int, last_year: int) -> "ProductionCalendar":
        """The same calendar of fewer years, as a message carries it.

        Raises CalendarRangeError for years that are not loaded, CalendarError for years in the wrong order.
        """
        for year in (first_year, last_year):
            self._refuse_unloaded(date(year, 1, 1))
        years = range(first_year, last_year + 1)
        if not years:
            raise CalendarError(f"Годы {first_year}–{last_year} заданы неверно.")
        return ProductionCalendar(
            first_year=first_year,
            last_year=last_year,
            days_off={day: name for day, name in self.days_off.items() if day.year in years},
            working_weekends={
                day: other for day, other in self.working_weekends.items() if day.year in years
            },
            shortened=frozenset(day for day in self.shortened if day.year in years),
            decree_days={day: name for day, name in self.decree_days.items() if day.year in years},
        )

    def carried_from(self, day: date) -> "ProductionCalendar":
        """The calendar as a message detected on that day carries it: from the year before to the last one.

        Raises CalendarRangeError for a day that this calendar does not answer for.
        """
        self._is_provisional(day)
        return self.only(max(self.first_year, min(day.year - 1, self.last_year)), self.last_year)

    def runs_out_in(self, today: date) -> int:
        """Days from `today` to the last loaded one, negative after it; then counting is provisional."""
        return (date(self.last_year, 12, 31) - today).days

    def work_calendar(
        self,
        timezone: str,
        week: Mapping[str, Sequence[Sequence[str]]],
        exceptions: Mapping[date, Sequence[Sequence[str]]] | None = None,
    ) -> WorkCalendar:
        """The working calendar of a schedule under this production calendar.

        Days off are closed, also on weekends. A working Saturday has the hours of the weekday it was
        exchanged for (its own if the schedule is closed on that weekday). A shortened day ends an hour
        earlier by the wall clock. `exceptions` of the schedule win over all of these.
        """
        own = WorkCalendar(timezone=timezone, week=week, exceptions=exceptions or {})
        hours: dict[date, Intervals] = dict.fromkeys(self.days_off, ())
        for day, exchanged in self.working_weekends.items():
            hours[day] = _usual_hours(own, exchanged) or _usual_hours(own, day)
        shortened = self.shortened - own.exceptions.keys()
        for day in sorted(shortened):
            hours[day] = ending_earlier(hours.get(day, _usual_hours(own, day)), SHORTENED_BY)
        return WorkCalendar(
            timezone=own.timezone,
            week=own.week,
            exceptions={
                **{day: found for day, found in sorted(hours.items()) if found != _usual_hours(own, day)},
                **own.exceptions,
            },
            names={day: name for day, name in self._reasons().items() if day not in own.exceptions},
            shortened=shortened,
            years=(self.first_year, self.last_year),
        )

    def _reasons(self) -> dict[date, str]:
        """Names of days worded for an explanation."""
        return {
            **{day: holiday_reason(name) for day, name in self.days_off.items()},
            **{day: uncapitalised(self.name(day) or "") for day in self.working_weekends},
            **{day: f"{name} — по норме рабочий день" for day, name in self.decree_days.items()},
        }

    def __hash__(self) -> int:
        return hash(self.version)

    def _is_provisional(self, day: date) -> bool:
        """Whether the Labour Code alone answers for the day. Raises where this calendar does not answer."""
        if isinstance(day, datetime):
            raise CalendarError(f"Нужен день, а не момент {day}: день момента зависит от часового пояса.")
        if day.year > self.last_year:
            return True
        self._refuse_unloaded(day)
        return False

    def _refuse_unloaded(self, day: date) -> None:
        if not self.first_year <= day.year <= self.last_year:
            raise CalendarRangeError(
                outside_years(f"День {day:%d.%m.%Y}", self.first_year, self.last_year, day.year)
            )


def load(path: Path) -> ProductionCalendar:
    """The calendar of a data file. Raises CalendarError that names the place and the reason."""
    years = production_year.read_years(path)
    return ProductionCalendar(
        first_year=min(years),
        last_year=max(years),
        days_off={
            day: name
            for year in years.values()
            for day, name in (year.days_off | year.holidays_on_weekend).items()
        },
        working_weekends={day: other for year in years.values() for day, other in year.exchanged().items()},
        shortened=frozenset(day for year in years.values() for day in year.shortened),
        decree_days={day: name for year in years.values() for day, name in year.decree_days().items()},
    )


def with_edition(path: Path) -> tuple[ProductionCalendar, str]:
    """The same, read once as long as the file stays as it is, and a digest of the file: another text, another edition.

    Raises CalendarError that names the place and the reason.
    """
    try:
        file = path.stat()
    except OSError:
        return load(path), ""  # which says why
    return _as_of(path, file.st_mtime_ns, file.st_size)


@lru_cache(maxsize=4)
def _as_of(path: Path, _changed_at: int, _size: int) -> tuple[ProductionCalendar, str]:
    return load(path), sha256(path.read_bytes()).hexdigest()[:12]


@lru_cache(maxsize=1)
def current() -> ProductionCalendar:
    """The calendar shipped with the program."""
    return with_edition(DATA_FILE)[0]


def is_working_day(day: date) -> bool:
    """Whether the day is working in Russia, five-day week. Raises CalendarRangeError before `years`."""
    return current().is_working_day(day)


def is_shortened(day: date) -> bool:
    """Whether the working day ends an hour earlier. Raises CalendarRangeError before `years`."""
    return current().is_shortened(day)


def name(day: date) -> str | None:
    """Why the day is exceptional, or None. Raises CalendarRangeError before `years`."""
    return current().name(day)


WARN_BEFORE = 60  # days


def ending(today: date, calendar: ProductionCalendar | None = None) -> str | None:
    """The warning, in Russian, for those who run the program that the loaded years end soon; None before that.

    `calendar`: the one of the installation, where it is not the one shipped with the program.
    """
    calendar = calendar or current()
    left = calendar.runs_out_in(today)
    if left > WARN_BEFORE:
        return None
    last = calendar.last_year
    days = russian.counted(abs(left), russian.DAY)
    when = "заканчивается сегодня"
    if left:
        when = f"закончился {days} назад" if left < 0 else f"заканчивается через {days}"
    return (
        f"Производственный календарь загружен по {last} год и {when}: сроки за его пределами "
        f"считаются предварительно, по Трудовому кодексу. "
        f"Добавьте {last + 1} год в файл OTKLIK_CALENDAR (docs/run/new-calendar-year.md)."
    )


def runs_out_in(today: date) -> int:
    """Days from `today` to the last loaded one; negative once it has passed."""
    return current().runs_out_in(today)


def _usual_hours(schedule: WorkCalendar, day: date) -> Intervals:
    return schedule.week.get(WEEKDAYS[day.weekday()], ())


years: range
"""The loaded years of the calendar shipped with the program."""


def __getattr__(attribute: str) -> range:
    # Read when asked for: a broken file is reported by whoever needs it, and does not make the import fail.
    if attribute == "years":
        return current().years
    raise AttributeError(attribute)
