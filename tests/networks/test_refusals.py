"""Codes of error in docs/run/networks.md are what adapters make of them."""

import re
from collections.abc import Mapping

import pytest

from service.networks.platforms.meanings import Meaning
from service.networks.platforms.odnoklassniki import errors as odnoklassniki
from service.networks.platforms.port import Fault
from service.networks.platforms.vkontakte import errors as vkontakte
from tests.documents import DOCS, section

COLUMNS = {
    "Later": Fault.LATER,
    "A person": Fault.PERSON,
    "Other data": Fault.DATA,
    "Gone": Fault.GONE,
}


def _numbers(cell: str) -> set[int]:
    """`1, 4–6` and whatever words stand between; HTTP's 5xx and subcodes are no codes."""
    bare = re.sub(r"with subcode \d+|\d+ with subcode \d+|5xx", "", cell)
    found: set[int] = set()
    for first, last in re.findall(r"(\d+)(?:–(\d+))?", bare):
        found |= set(range(int(first), int(last or first) + 1))
    return found


@pytest.mark.parametrize(
    ("network", "codes"),
    [
        ("ВКонтакте", vkontakte.CODES),
        ("Одноклассники", odnoklassniki.CODES),
    ],
)
def test_the_table_of_refusals_is_that_of_the_adapter(network: str, codes: Mapping[int, Meaning]) -> None:
    entries = section(DOCS / "run/networks.md", "Refusals").split("\n- **")
    (entry,) = (entry for entry in entries if entry.startswith(f"{network}**"))
    row = dict(re.findall(r"\*([A-Z][a-z ]+):\* ([^*]+)", entry))
    shown = {code: fault for column, fault in COLUMNS.items() for code in _numbers(row[column])}
    expected = {code: meaning.fault for code, meaning in codes.items()}
    ranged = {code for code in shown if code not in expected}
    # A range may run over numbers that the network does not have.
    assert {code: fault for code, fault in shown.items() if code not in ranged} == expected
    assert len(ranged) < 5
