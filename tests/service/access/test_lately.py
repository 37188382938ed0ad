"""Memory of late: so many entries, those put in last."""

from service.access.lately import Lately


def test_what_was_put_in_first_is_forgotten_first() -> None:
    known: Lately[str, int] = Lately(2)
    known["a"] = 1
    known["b"] = 2
    known["a"] = 3
    known["c"] = 4
    assert dict(known) == {"a": 3, "c": 4}
