"""Russian nouns after a number."""

_ELEVEN_TO_FOURTEEN = range(11, 15)
_TWO_TO_FOUR = range(2, 5)


def counted(number: int, one: str, few: str, many: str) -> str:
    """The number and its noun: «1 строка», «2 строки», «5 строк», «11 строк», «21 строка»."""
    return f"{number} {noun_for(number, one, few, many)}"


def noun_for(number: int, one: str, few: str, many: str) -> str:
    """The noun that goes with the number, without it."""
    if abs(number) % 100 in _ELEVEN_TO_FOURTEEN:
        return many
    last = abs(number) % 10
    if last == 1:
        return one
    return few if last in _TWO_TO_FOUR else many
