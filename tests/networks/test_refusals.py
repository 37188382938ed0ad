"""Refusals of networks, and what their codes ask for."""

import pytest

from service.networks.platforms.meanings import meanings_of
from service.networks.platforms.port import Fault


@pytest.mark.parametrize("platform", ["vkontakte", "odnoklassniki", "youtube", "max", "telegram"])
def test_an_advice_is_a_sentence_that_names_the_network(platform: str) -> None:
    meanings = meanings_of(platform)
    assert all(meanings.title in it.advice and it.advice.endswith(".") for it in meanings.entries)


def test_a_refusal_asks_for_what_its_code_means() -> None:
    for refusal, fault in (
        (meanings_of("odnoklassniki").refusal("700"), Fault.GONE),
        (meanings_of("odnoklassniki").refusal("2"), Fault.LATER),
        (meanings_of("youtube").refusal("backendError", acts=True), Fault.UNKNOWN),
        (meanings_of("telegram").refusal("400", words="chat not found"), Fault.PERSON),
        (meanings_of("telegram").refusal("400", words="of no kind"), Fault.DATA),
        (meanings_of("vkontakte").of_status(502, acts=False), Fault.LATER),
        (meanings_of("vkontakte").of_status(502, acts=True), Fault.UNKNOWN),
        (meanings_of("vkontakte").of_status(429, acts=True), Fault.LATER),
    ):
        assert refusal.fault is fault, refusal
