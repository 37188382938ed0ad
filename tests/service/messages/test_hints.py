"""Hints by clause 18: what of a text may fall under it, what may not, and in what time that is said."""

import time

import pytest

from calendar_rules.vocabulary import DeclineGround
from service.messages.hints import Hint, hints

OBSCENE, OFFICIAL, PERSON = (
    DeclineGround.OBSCENE_OR_INSULTING,
    DeclineGround.THREAT_TO_OFFICIAL,
    DeclineGround.HARM_TO_PERSON,
)


@pytest.mark.parametrize(
    "text",
    [
        *("х*й вам, а не дорога", "полный п....ц", "б**дь, почините", "е**ный свет", "п_здец", "х-у-й"),
        *("идите на х**", "х***", "x@йня", "бл@ть", "еб@ный двор"),
        *("вот же xуйня", "пи3дец на улице", "6ля", "мра3и", "гoвнo", "cyka", "pizdec", "blyat"),
        *("сууука когда", "хуууй", "БЛЯЯЯДЬ", "с у к а", "и х у й", "х.у.й", "в с е  с у к и"),
        *("ху\u200bй", "х\u0336у\u0336й\u0336", "ＸУЙ", "ёб твою мать", "уёбки", "хули не чистите"),
        *("мудак", "пидорасы в администрации", "долбоёбы", "Ублюдки!", "ИДИОТЫ", "сволочи"),
    ],
)
def test_obscene_words_are_seen_through_their_masks(text: str) -> None:
    assert [hint.ground for hint in hints(text)] == [OBSCENE]


@pytest.mark.parametrize(
    "text",
    [
        *("страховка", "застрахуй", "хлебушек", "х л е б", "Хуторской", "плохую и сухую", "психуй", "духи"),
        *("оскорблять", "употреблять", "команда", "колебание", "с а б л я", "рубля", "погреб", "гребля"),
        *("скипидар", "педагог", "Херсон", "мандарин", "межоперационный", "рассудок", "Анастасия Олеговна"),
        *("сразу", "творог", "требовать", "тебя", "волшебный", "вебинар", "скотный двор", "уродует", "Ебург"),
        *(
            "сухие суки дерева",
            "бездомная сука со щенками",
            "цена*",
            "на*",
            "5*5",
            "д.5 к.2",
            "и т.д. и т.п.",
        ),
        *("В.В. Иванов", "г.о. Кинешма", "a*b", "mail@example.ru", "С у в а ж е н и е м"),
    ],
)
def test_ordinary_words_are_not_taken_for_obscene_ones(text: str) -> None:
    assert hints(text) == []


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("Я вас взорву", OFFICIAL),
        ("Я этого директора зарежу", OFFICIAL),
        ("Морду вам набью", OFFICIAL),
        ("убью соседа", PERSON),
        ("хочу его убить", PERSON),
    ],
)
def test_a_threat_in_the_first_person_is_named_with_whom_it_is_aimed_at(
    text: str, ground: DeclineGround
) -> None:
    assert [hint.ground for hint in hints(text)] == [ground]


@pytest.mark.parametrize(
    "text",
    [
        *("дорога убивает", "нас убьёт", "провод убьёт ребёнка", "ждём, пока кого-нибудь убьёт?"),
        *("сосед кричит «я вас убью»", "он сказал, что убью тебя", "я не убью вас", "хочу убить время"),
        *("всех бы вас расстрелять", "чтоб вам по этой дороге ездить", "убью машину на ваших дорогах"),
        *("ноги переломаем на вашем льду", "переломаю себе ноги", "буду бить во все колокола", "сожгу мусор"),
        *("завалю вас жалобами", "разобью машину и подам на вас в суд", "скоро сами себя убьём"),
    ],
)
def test_what_is_feared_quoted_denied_or_wished_is_no_threat(text: str) -> None:
    assert hints(text) == []


def test_hints_come_in_the_order_of_the_text_with_its_own_words() -> None:
    text = "Почините дорогу, Х*Й  бы вас побрал. Завтра приеду и всех вас убью, сволочи, сволочи!"
    assert hints(text) == [
        Hint(ground=OBSCENE, fragment="Х*Й"),
        Hint(ground=OFFICIAL, fragment="приеду и всех вас убью"),
        Hint(ground=OBSCENE, fragment="сволочи"),
    ]


@pytest.mark.parametrize(
    "part",
    ["х*", "а.б.", "с у ", "убью ", "«", "еб", "x", "*", "п*а*", "готов ", "\u0301", "ﷺ", "сука ", "а" * 99],
)
def test_any_text_is_judged_soon(part: str) -> None:
    text = part * (20_000 // len(part))
    started = time.process_time()
    hints(text)
    assert time.process_time() - started < 2
