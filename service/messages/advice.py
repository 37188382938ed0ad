"""Advice on the tone of an answer: what a person would rather not read. It never stops anybody.

The rules are the project's own, over dictionary forms, so that «на ваше обращение сообщаем» is found in any form.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from rapidfuzz.distance import Levenshtein

from service.language.morphology import readings
from service.language.reading import reads_texts

_WORD = re.compile(r"[А-Яа-яЁё]+(?:-[А-Яа-яЁё]+)*")
_LOOKED_AT = 400
"""Words of a text; an answer in a network has fewer."""

_GREETINGS = frozenset(
    {"здравствуйте", "здравствуй", "приветствовать", "здравствовать", "уважаемый", "приветствие"}
)
_GREETING_WORDS = 4
_OPENERS = (
    (
        ("на", "ваш", "обращение"),
        "«На ваше обращение сообщаем» звучит казённо. Начните с сути: что сделано или будет.",
    ),
    (("в", "ответ", "на"), "«В ответ на…» можно опустить: человек помнит, о чём спросил."),
    (("сообщать", "следующий"), "«Сообщаем следующее» ничего не говорит: начните с самого ответа."),
    (
        ("в", "рамка", "компетенция"),
        "«В рамках компетенции» понятно только служащим. Скажите, что именно вы сделаете.",
    ),
    (("довести", "до", "сведение"), "Вместо «довести до сведения» проще: «сообщаем» или сразу суть."),
    (("в", "соответствие", "с"), "Ссылку на норму лучше поставить в конец, а начать с сути."),
    (("надлежащий", "образ"), "«Надлежащим образом» можно сказать конкретнее."),
    (("данный", "вопрос"), "Вместо «данный вопрос» назовите то, о чём речь."),
    (("принять", "к", "сведение"), "«Принято к сведению» не отвечает: что будет сделано и когда?"),
)
_SIGNS_OF_A_DATE = re.compile(
    r"\d{1,2}[./]\d{1,2}|\d{1,2}\s+(?:январ|феврал|март|апрел|ма[яй]|июн|июл|август|сентябр|октябр|ноябр|декабр)"
    r"|\b(?:сегодня|завтра|послезавтра)\b|\b(?:понедельник|вторник|сред[уаые]|четверг|пятниц|суббот|воскресень)"
    r"|\bдо\s+конца\b|\b(?:январ|феврал|март|апрел|ма[ея]|июн|июл|август|сентябр|октябр|ноябр|декабр)[а-яё]*"
    r"|\b20\d\d\b|\b(?:в\s+течени[ие]|через)\s+\S+|\bк\s+\d",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?…\n]+")
NO_GREETING = "Поздоровайтесь: ответ начинают с «Здравствуйте!»."
NO_DATE = "Обещание без срока: «{promise}». Назовите день или хотя бы месяц."
NAME_MISSPELT = "«{written}»: имя автора сообщения пишется иначе, проверьте."
_LIKE = 2
"""Letters by which a name may differ to be taken for the author's, misspelt."""
_SHORTEST_NAME = 4
_NAMES = 5
"""Words of an author's name."""


@reads_texts(author=lambda: "Анна Петрова")
def advice(text: str, author: str) -> Sequence[str]:
    """What could be better in the text of an answer to this author; in the order of the text's own weight.

    Loads the dictionary at first: not on the event loop.
    """
    found = list(islice(_WORD.finditer(text), _LOOKED_AT))
    if not found:
        return ()
    words = [match.group() for match in found]
    read = {word: _forms(word) for word in dict.fromkeys(words)}
    forms = [read[word] for word in words]
    return [
        *_greeting(forms),
        *_name(words, author),
        *_phrases(forms),
        *_promises(text if len(found) < _LOOKED_AT else text[: found[-1].end()]),
    ]


def _forms(word: str) -> frozenset[str]:
    return frozenset({word.lower(), *(str(reading.normal_form) for reading in readings(word)[:3])})


def _greeting(forms: Sequence[frozenset[str]]) -> Iterator[str]:
    opening = frozenset[str]().union(*forms[:_GREETING_WORDS])
    if (
        opening.isdisjoint(_GREETINGS)
        and not {"добрый", "день"} <= opening
        and not {"добрый", "вечер"} <= opening
    ):
        yield NO_GREETING


def _phrases(forms: Sequence[frozenset[str]]) -> Iterator[str]:
    for phrase, said in _OPENERS:
        starts = range(len(forms) - len(phrase) + 1)
        if any(all(word in forms[start + place] for place, word in enumerate(phrase)) for start in starts):
            yield said


def _promises(text: str) -> Iterator[str]:
    """Each sentence that says what will be done, and no word of when; the first two."""
    found = 0
    for short in dict.fromkeys(" ".join(sentence.split()) for sentence in _SENTENCE.findall(text)):
        if _SIGNS_OF_A_DATE.search(short) or not _promises_something(short):
            continue
        found += 1
        if found > 2:  # noqa: PLR2004
            return
        yield NO_DATE.format(promise=short if len(short) <= 60 else f"{short[:57].rstrip()}…")  # noqa: PLR2004


def _promises_something(sentence: str) -> bool:
    for match in _WORD.finditer(sentence):
        word = match.group()
        read = readings(word)
        if not read or read[0].tag.POS != "VERB" or "futr" not in read[0].tag:
            continue
        # «Будет» and the first and third persons: what the body or somebody else is to do.
        if "2per" not in read[0].tag:
            return True
    return False


def _name(words: Sequence[str], author: str) -> Iterator[str]:
    """A word that is all but the author's name, written otherwise and not in another case of it."""
    for name in _WORD.findall(author)[:_NAMES]:
        if len(name) < _SHORTEST_NAME:
            continue
        cases = _cases(name)
        if any(word.lower() in cases for word in words):
            continue
        for word in words:
            if word[0].isupper() and word[0] == name[0] and _is_like(word.lower(), name.lower()):
                yield NAME_MISSPELT.format(written=word)
                break


def _cases(name: str) -> frozenset[str]:
    return frozenset({name.lower(), *(str(form.word) for read in readings(name)[:3] for form in read.lexeme)})


def _is_like(word: str, name: str) -> bool:
    return len(word) >= _SHORTEST_NAME and 0 < Levenshtein.distance(word, name, score_cutoff=_LIKE) <= _LIKE
