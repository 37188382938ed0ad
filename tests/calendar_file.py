"""A file of the production calendar as an operator has one: the one of the program, with a day off more."""

import json
from datetime import date
from pathlib import Path

from calendar_rules.production_calendar import DATA_FILE, ProductionCalendar, load


def with_day_off(file: Path, day: date, name: str = "День области") -> ProductionCalendar:
    """Write a file in which an ordinary working day is a day off; returns what it holds."""
    years = json.loads(DATA_FILE.read_text("utf-8"))
    year = years[str(day.year)]
    year["days_off"][day.isoformat()] = name
    totals = year["totals"]
    totals["working_days"] -= 1
    totals["non_working_days"] += 1
    totals["hours_40"] -= 8
    working, hours = totals["months"][f"{day.month:02d}"]
    totals["months"][f"{day.month:02d}"] = [working - 1, hours - 8]
    file.write_text(json.dumps(years, ensure_ascii=False), "utf-8")
    return load(file)
