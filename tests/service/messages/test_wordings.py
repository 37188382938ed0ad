"""Texts of the same words are known by a digest, whomever they greet; nearly the same ones by their likeness."""

from service.messages.wordings import ALIKE, digest, is_made_of, likeness, words

ANSWER = "Здравствуйте, Иван Петрович! Яму на ул. Советской, д. 5, засыпали, асфальт уложат до 5 декабря."
SAME = "ЗДРАВСТВУЙТЕ!  Яму на ул. Лежневской, 14 засыпали – асфальт уложат до 5 декабря"


def test_case_signs_names_and_addresses_make_no_other_wording() -> None:
    assert digest(ANSWER) == digest(SAME) is not None
    assert likeness(words(ANSWER), words(SAME)) == 100


def test_another_day_is_another_wording_and_nearly_the_same() -> None:
    other = SAME.replace("5 декабря", "9 декабря")
    assert digest(other) != digest(ANSWER)
    assert ALIKE <= likeness(words(ANSWER), words(other)) < 100


def test_a_few_words_are_everybodys() -> None:
    assert digest("Здравствуйте, Анна! Сделано.") is None


def test_a_text_is_made_of_another_while_a_fair_part_is_left() -> None:
    earlier = words(ANSWER)
    assert is_made_of("Здравствуйте! Яму засыпали, асфальт уложат в мае, спасибо за снимок.", earlier)
    assert not is_made_of("Фонари горят, подрядчик оштрафован, спасибо за снимок.", earlier)
    assert not is_made_of("Фонари горят.", [])
