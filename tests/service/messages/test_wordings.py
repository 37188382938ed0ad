"""Texts of the same words, whatever their case and signs; nearly the same ones by their likeness."""

from service.messages.wordings import ALIKE, is_made_of, likeness, words

ANSWER = "Здравствуйте, Иван Петрович! Яму на ул. Советской, д. 5, засыпали, асфальт уложат до 5 декабря."
SAME = "ЗДРАВСТВУЙТЕ,  Иван Петрович! Яму на ул. Советской, д. 5, засыпали – асфальт уложат до 5 декабря"


def test_case_and_signs_make_no_other_wording() -> None:
    assert likeness(words(ANSWER), words(SAME)) == 100


def test_another_day_is_nearly_the_same() -> None:
    assert ALIKE <= likeness(words(ANSWER), words(SAME.replace("5 декабря", "9 декабря"))) < 100


def test_a_text_is_made_of_another_while_a_fair_part_is_left() -> None:
    earlier = words(ANSWER)
    assert is_made_of("Здравствуйте! Яму засыпали, асфальт уложат в мае, спасибо за снимок.", earlier)
    assert not is_made_of("Фонари горят, подрядчик оштрафован, спасибо за снимок.", earlier)
    assert not is_made_of("Фонари горят.", [])
