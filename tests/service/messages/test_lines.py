"""The line that tells what a message is about."""

from service.access import wording
from service.messages.lines import subject


def test_a_message_is_told_by_the_first_sentences_that_say_something() -> None:
    for text, told in (
        ("Яма!", "Яма!"),
        ("", wording.TEXT_IS_IN_A_PICTURE),
        # What stands behind the first sentence that tells is read below.
        (
            "В Палехе закрылась единственная аптека, дежурной нет. Ребёнку в полночь лекарство купить негде.",
            "В Палехе закрылась единственная аптека, дежурной нет",
        ),
        # An address by itself tells nothing, nor does a cry.
        (
            "Иваново, проспект Ленина. С крыши торгового ряда свисает глыба льда. Уберите.",
            "Иваново, проспект Ленина. С крыши торгового ряда свисает глыба льда",
        ),
        (
            "Сколько можно?! В подъезде на ул. им. Фрунзе третий день темно. Помогите.",
            "Сколько можно?! В подъезде на ул. им. Фрунзе третий день темно",
        ),
        (
            "Добрый день! дорога к кладбищу в Лежневе не чищена с первого снега. Ограду повалило.",
            "Дорога к кладбищу в Лежневе не чищена с первого снега",
        ),
        ("\n\nПервая строка\nВторая строка", "Первая строка"),
    ):
        assert subject(text) == told


def test_a_long_sentence_is_cut_between_words() -> None:
    told = subject("Очень " + "долгая " * 40 + "жалоба.")
    assert len(told) <= 161
    assert told.endswith("долгая…")
