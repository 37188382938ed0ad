"""Other acts and other working hours, by what differs from the default."""

from typing import Any

from calendar_rules.regulation import Regulation, order_238
from calendar_rules.schedules import Schedules, assumed

_FIVE_DAYS = ("mon", "tue", "wed", "thu", "fri")


def act(**changes: Any) -> Regulation:
    """Order 238 with other values: `act(readings__counting__ends_at_closing="due_then")`."""
    data = order_238().model_dump(mode="json", by_alias=True)
    for path, value in changes.items():
        *tables, field = path.split("__")
        table = data
        for name in tables:
            table = table[name]
        table[field] = value
    return Regulation.model_validate(data)


def hours(*intervals: tuple[str, str]) -> dict[str, Any]:
    """A week of five equal days."""
    return {day: [list(interval) for interval in intervals] for day in _FIVE_DAYS}


def schedules(
    department: dict[str, Any] | None = None,
    *,
    exceptions: dict[str, list[list[str]]] | None = None,
    **bodies: dict[str, Any],
) -> Schedules:
    """The default schedules with another week or single days of the Department, and bodies with fields of their own."""
    default = assumed().default.model_dump(mode="json")
    default |= {"week": department or default["week"], "exceptions": exceptions or {}}
    return Schedules.model_validate({"default": default, "bodies": bodies})
