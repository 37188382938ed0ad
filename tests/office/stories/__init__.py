"""What happens in an ordinary month, each story by itself; importing this package adds them all."""

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
