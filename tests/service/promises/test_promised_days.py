"""Days promised in the text of an answer: which are found, until when, and in which words."""

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.promises.promised_days import LONGEST_WHAT, PromisedDay, promised_days
from tests.service.promises.sentences import (
    AT,
    CALENDAR,
    MOSCOW,
    Sentence,
    closing,
    figures,
    seen,
    set_aside,
    written_after,
)


def found(text: str, at: datetime = AT) -> list[PromisedDay]:
    return promised_days(text, at, CALENDAR)


def untils(text: str, at: datetime = AT) -> list[datetime]:
    return [one.until for one in found(text, at)]


@pytest.mark.parametrize(
    ("sentences", "precision", "recall", "exact"),
    [(set_aside(), 0.98, 0.98, 0.97), (written_after(), 0.96, 0.96, 0.96), (seen(), 1.0, 0.97, 0.97)],
    ids=["set aside", "written after", "seen"],
)
def test_what_is_found_is_as_good_as_it_was_measured(
    sentences: list[Sentence], precision: float, recall: float, exact: float
) -> None:
    measured = figures(untils, sentences)
    assert measured.precision >= precision
    assert measured.recall >= recall
    assert measured.exact >= exact


def test_two_hundred_sentences_judge_it_and_a_third_of_them_promise_nothing() -> None:
    sentences = [*seen(), *set_aside(), *written_after()]
    assert len(sentences) == 300
    assert sum(not one.until for one in sentences) >= 100


def test_a_promise_names_the_deed_and_the_words_of_its_day() -> None:
    text = "Здравствуйте, Анна! Яму засыпали щебнем; асфальт уложим завтра\xa0до 18:00, ограждение снимем."
    [one] = found(text)
    assert one.what == "Асфальт уложим завтра до 18:00"
    assert one.fragment == text[one.start : one.end] == "завтра\xa0до 18:00"
    assert one.until == datetime(2026, 11, 27, 18, 0, tzinfo=MOSCOW)


def test_a_long_clause_is_shortened() -> None:
    [one] = found(f"До 5 декабря заменим {'очень ' * 60}старую трубу.")
    assert len(one.what) <= LONGEST_WHAT
    assert one.what.endswith("очень…")


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("Засыплем до 4 декабря.", datetime(2026, 12, 4, 16, 45, tzinfo=MOSCOW)),  # a Friday closes early
        ("Засыплем до 5 декабря.", datetime(2026, 12, 5, 23, 59, tzinfo=MOSCOW)),  # a Saturday is closed
        ("Засыплем до марта.", closing(date(2027, 2, 28))),
        ("Засыплем до конца марта.", closing(date(2027, 3, 31))),
        ("Засыплем в течение марта.", closing(date(2027, 3, 31))),
        ("Засыплем до следующей недели.", closing(date(2026, 11, 29))),
        ("Засыплем в течение 30 рабочих дней.", closing(CALENDAR.add_days(AT.date(), 30))),
        ("Засыплем в течение 10 календарных дней.", closing(date(2026, 12, 6))),
    ],
)
def test_a_term_ends_as_the_civil_code_and_the_bodys_hours_have_it(text: str, until: datetime) -> None:
    assert untils(text) == [until]


def test_a_term_counts_from_the_publication() -> None:
    published = datetime(2026, 12, 30, 22, 0, tzinfo=MOSCOW)
    assert untils("Засыплем завтра.", published) == [closing(date(2026, 12, 31))]
    assert untils("Засыплем через два дня.", published) == [closing(date(2027, 1, 1))]
    assert untils("Засыплем в течение месяца.", published) == [closing(date(2027, 1, 30))]
    assert untils("Засыплем до 15 января.", published) == [closing(date(2027, 1, 15))]


def test_a_month_is_as_long_as_the_next_one_allows() -> None:
    assert untils("Засыплем через месяц.", datetime(2027, 1, 31, 9, 0, tzinfo=MOSCOW)) == [
        closing(date(2027, 2, 28))
    ]


def test_a_day_that_has_just_been_is_no_promise_for_the_year_after() -> None:
    assert untils("Засыплем до 20 ноября.") == []
    assert untils("Засыплем до 20 мая.") == [closing(date(2027, 5, 20))]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "31.02.2027 до 32 декабря, 30 февраля",
        "Засыплем через 999 лет.",
        "до " * 2_000,
        "1, " * 1_900 + "5 декабря засыплем",
        "0:00 24:00 до 24:00 засыплем",
        "İİİ ﬁ ẞ засыплем до 5 декабря",
    ],
)
def test_any_text_is_read(text: str) -> None:
    for one in found(text):
        assert text[one.start : one.end].strip() == one.fragment


_WORDS = (
    *(
        "до",
        "с",
        "по",
        "в",
        "через",
        "на",
        "5",
        "31",
        "30.02",
        "12.12.2026",
        "декабря",
        "мая",
        "года",
        "неделю",
    ),
    *("срок", "засыплем", "не", ",", ".", "—", "18:00", "I", "квартале"),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(_WORDS), max_size=25).map(" ".join))
def test_words_in_any_order_are_read_and_name_the_future(text: str) -> None:
    for one in found(text):
        assert one.until > AT
        assert text[one.start : one.end].strip() == one.fragment
