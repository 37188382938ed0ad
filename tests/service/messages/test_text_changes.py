"""Changes between two versions of a text."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.messages.text_changes import Change, changes

TEXTS = st.text(st.sampled_from("Яма засыпана завтра, и. ёж-2\n "), max_size=60)


def of(before: str, after: str, *kinds: Change) -> str:
    return "".join(item.text for item in changes(before, after) if item.change in kinds)


@given(TEXTS, TEXTS)
def test_both_versions_are_in_the_changes(before: str, after: str) -> None:
    assert of(before, after, Change.KEPT, Change.REMOVED) == before
    assert of(before, after, Change.KEPT, Change.ADDED) == after


def test_words_change_as_wholes() -> None:
    found = changes("Яму засыплем скоро.", "Яму засыплем завтра.")
    assert [(item.change, item.text) for item in found] == [
        (Change.KEPT, "Яму засыплем "),
        (Change.REMOVED, "скоро"),
        (Change.ADDED, "завтра"),
        (Change.KEPT, "."),
    ]


def test_a_sentence_that_was_rewritten_is_no_row_of_islands() -> None:
    found = changes("Работы будут выполнены скоро", "За ними проследит Иванов")
    assert [item.change for item in found] == [Change.REMOVED, Change.ADDED]


@pytest.mark.parametrize("text", ["", "Без изменений."])
def test_what_did_not_change_is_kept(text: str) -> None:
    assert all(item.change is Change.KEPT for item in changes(text, text))


def test_long_texts_are_compared_at_once() -> None:
    before = "Здравствуйте! Участок внесён в план ремонта дорог на год. " * 340
    after = before.replace("план", "перечень").replace("год", "2027 год")
    began = time.thread_time()
    assert of(before, after, Change.KEPT, Change.ADDED) == after
    assert time.thread_time() - began < 2
