import pytest

from calendar_rules.plural import counted


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0 строк"),
        (1, "1 строка"),
        (2, "2 строки"),
        (4, "4 строки"),
        (5, "5 строк"),
        (11, "11 строк"),
        (12, "12 строк"),
        (14, "14 строк"),
        (21, "21 строка"),
        (22, "22 строки"),
        (111, "111 строк"),
        (1_001, "1001 строка"),
    ],
)
def test_the_noun_goes_with_its_number(number: int, text: str) -> None:
    assert counted(number, "строка", "строки", "строк") == text
