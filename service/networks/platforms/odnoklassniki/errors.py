"""Meanings of the codes of error of Odnoklassniki; of a good HTTP answer they stand in the body."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from service.networks.platforms.meanings import Meaning
from service.networks.platforms.port import Fault, NetworkRefusalError

_BY_HAND = "До тех пор ответ размещается вручную."


def _meaning(fault: Fault, advice: str, after: timedelta | None = None) -> Meaning:
    return Meaning(fault, f"Одноклассники: {advice}", after)


_BUSY = _meaning(Fault.LATER, "сеть временно не выполняет запрос.")
_PERHAPS_DONE = _meaning(Fault.UNKNOWN, "сеть сообщила об ошибке.")
_OFTEN = _meaning(Fault.LATER, "слишком частые запросы.", timedelta(minutes=1))
_LIMIT = _meaning(Fault.LATER, "исчерпан предел запросов.", timedelta(hours=1))
_TOKEN = _meaning(
    Fault.PERSON, f"ключ доступа истёк или отозван. Администратор получает новый и указывает его. {_BY_HAND}"
)
_APPLICATION = _meaning(
    Fault.PERSON,
    "приложение отключено, или его ключи указаны неверно. Администратор проверяет их в настройках приложения. "
    f"{_BY_HAND}",
)
_RIGHT = _meaning(
    Fault.PERSON,
    "у ключа нет прав VALUABLE_ACCESS и GROUP_CONTENT, или аккаунт не управляет группой. Администратор исправляет "
    f"права. {_BY_HAND}",
)
_CLOSED = _meaning(
    Fault.PERSON,
    "доступ закрыт настройками группы или автора. Разместите ответ вручную с аккаунта, которому он открыт.",
)
_BLOCKED = _meaning(
    Fault.PERSON,
    "сеть ограничила действия аккаунта. Войдите в него в браузере и снимите ограничение. " + _BY_HAND,
)
_ADDRESS = _meaning(
    Fault.PERSON, "сеть не принимает запросы с адреса сервера. Администратор обращается в поддержку сети."
)
_CENSORED = _meaning(
    Fault.DATA,
    "текст не пропустила проверка сети. Измените слова, которые она могла принять за запрещённые, и согласуйте ответ "
    "заново.",
)
_TOO_LONG = _meaning(Fault.DATA, "текст ответа длиннее, чем принимает сеть. Сократите его.")
_WRONG = _meaning(
    Fault.DATA,
    "запрос не принят. Проверьте, что ссылка ведёт на запись или комментарий; иначе разместите ответ вручную.",
)
_METHOD = _meaning(
    Fault.PERSON,
    "сеть больше не поддерживает этот вызов. Разместите ответ вручную и сообщите администратору.",
)
_GONE = _meaning(Fault.GONE, "записи или комментария больше нет.")
_OTHER = _meaning(
    Fault.PERSON,
    "сеть отказала по причине, которая программе неизвестна. Разместите ответ вручную и сообщите администратору код.",
)

CODES: Final[Mapping[int, Meaning]] = {
    **dict.fromkeys((1, 2, 704, 9999), _BUSY),
    8: _OFTEN,
    11: _LIMIT,
    **dict.fromkeys((102, 103, 451, 453), _TOKEN),
    **dict.fromkeys((101, 104, 210), _APPLICATION),
    **dict.fromkeys((10, 24, 50, 200), _RIGHT),
    **dict.fromkeys((456, 458, 701), _CLOSED),
    7: _BLOCKED,
    9: _ADDRESS,
    3: _METHOD,
    454: _CENSORED,
    601: _TOO_LONG,
    **dict.fromkeys((4, 100, 106, 140, 141, 160), _WRONG),
    **dict.fromkeys((300, 700, 702), _GONE),
}
CANNOT_BE_SEEN: Final = frozenset({7, 10, 24, 50, 456, 458})
"""What is there or not, this key does not see it."""


def refusal(code: int, *, acts: bool) -> NetworkRefusalError:
    """What an error in the body of an answer is; `acts`: what was asked for would have changed something."""
    meaning = CODES.get(code, _OTHER)
    return (_PERHAPS_DONE if acts and meaning is _BUSY else meaning).error(str(code))


def of_status(status: int, *, acts: bool) -> NetworkRefusalError:
    """What an answer is that the interface never gives: something before it has spoken."""
    wrong = 400 <= status < 500 and status not in (408, 429)  # noqa: PLR2004
    if wrong:
        address = (
            "по адресу из OTKLIK_ODNOKLASSNIKI_URL отвечают не Одноклассники. Администратор проверяет адрес."
        )
        return _meaning(Fault.PERSON, address).error(f"http {status}")
    return (_PERHAPS_DONE if acts and status >= 500 else _BUSY).error(f"http {status}")  # noqa: PLR2004
