"""Codes of error in docs/run/networks.md are what adapters make of them."""

import re

import pytest

from service.networks.platforms.meanings import meanings_of
from service.networks.platforms.port import Fault, NetworkRefusalError
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


@pytest.mark.parametrize("platform", ["vkontakte", "odnoklassniki"])
def test_the_table_of_refusals_is_that_of_the_adapter(platform: str) -> None:
    meanings = meanings_of(platform)
    entries = section(DOCS / "run/networks.md", "Refusals").split("\n- **")
    (entry,) = (entry for entry in entries if entry.startswith(f"{meanings.title}**"))
    row = dict(re.findall(r"\*([A-Z][a-z ]+):\* ([^*]+)", entry))
    shown = {code: fault for column, fault in COLUMNS.items() for code in _numbers(row[column])}
    expected = {int(code): it.fault for code, it in meanings.by_code.items() if code.isdecimal()}
    ranged = {code for code in shown if code not in expected}
    # A range may run over numbers that the network does not have.
    assert {code: fault for code, fault in shown.items() if code not in ranged} == expected
    assert len(ranged) < 5


@pytest.mark.parametrize("platform", ["vkontakte", "odnoklassniki", "youtube", "max", "telegram"])
def test_an_advice_is_a_sentence_that_names_the_network(platform: str) -> None:
    meanings = meanings_of(platform)
    assert all(meanings.title in it.advice and it.advice.endswith(".") for it in meanings.entries)


@pytest.mark.parametrize(
    ("refusal", "fault"),
    [
        (meanings_of("odnoklassniki").refusal("700"), Fault.GONE),
        (meanings_of("odnoklassniki").refusal("5000"), Fault.PERSON),
        (meanings_of("odnoklassniki").refusal("2"), Fault.LATER),
        (meanings_of("youtube").refusal("backendError", acts=True), Fault.UNKNOWN),
        (meanings_of("telegram").refusal("400", words="chat not found"), Fault.PERSON),
        (meanings_of("telegram").refusal("400", words="of no kind"), Fault.DATA),
        (meanings_of("vkontakte").of_status(502, acts=False), Fault.LATER),
        (meanings_of("vkontakte").of_status(502, acts=True), Fault.UNKNOWN),
        (meanings_of("vkontakte").of_status(404, acts=True), Fault.PERSON),
        (meanings_of("vkontakte").of_status(429, acts=True), Fault.LATER),
    ],
)
def test_a_refusal_asks_for_what_its_code_means(refusal: NetworkRefusalError, fault: Fault) -> None:
    assert refusal.fault is fault
