"""Stories of an ordinary month, each by itself; importing this package adds them all."""

from tests.office.stories import (
    competence,
    ends,
    fairness,
    holidays,
    joint,
    late,
    mistakes,
    ordinary,
    people,
)

__all__ = ["competence", "ends", "fairness", "holidays", "joint", "late", "mistakes", "ordinary", "people"]
