"""Meanings of the codes of error of Meta's Graph API."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from service.networks.platforms.exchange import Replied
from service.networks.platforms.meanings import Meaning
from service.networks.platforms.port import Fault, NetworkRefusalError

_BY_HAND = "До тех пор ответ размещается вручную."


def _meaning(fault: Fault, advice: str, after: timedelta | None = None) -> Meaning:
    return Meaning(fault, f"Instagram: {advice}", after)


_BUSY = _meaning(Fault.LATER, "сеть временно не выполняет запрос.")
_PERHAPS_DONE = _meaning(Fault.UNKNOWN, "сеть сообщила об ошибке.")
_LIMIT = _meaning(Fault.LATER, "исчерпан предел запросов.", timedelta(hours=1))
_TOKEN = _meaning(
    Fault.PERSON, f"ключ доступа истёк или отозван. Администратор получает новый и указывает его. {_BY_HAND}"
)
_RIGHT = _meaning(
    Fault.PERSON,
    f"у ключа нет права читать комментарии и отвечать на них. Администратор даёт приложению это право. {_BY_HAND}",
)
_BLOCKED = _meaning(
    Fault.PERSON,
    f"сеть ограничила действия аккаунта. Войдите в него в приложении и снимите ограничение. {_BY_HAND}",
)
_METHOD = _meaning(
    Fault.PERSON,
    "сеть больше не поддерживает этот вызов. Разместите ответ вручную и сообщите администратору.",
)
_WRONG = _meaning(
    Fault.DATA, "запрос не принят. Проверьте текст и ссылку на комментарий; иначе разместите ответ вручную."
)
_GONE = _meaning(Fault.GONE, "публикации или комментария больше нет, или они не видны этому аккаунту.")
_OTHER = _meaning(
    Fault.PERSON,
    "сеть отказала по причине, которая программе неизвестна. Разместите ответ вручную и сообщите администратору код.",
)
_WRONG_ADDRESS = _meaning(
    Fault.PERSON, "по адресу из OTKLIK_INSTAGRAM_URL отвечает не Instagram. Администратор проверяет адрес."
)

CODES: Final[Mapping[int, Meaning]] = {
    **dict.fromkeys((1, 2), _BUSY),
    **dict.fromkeys((4, 17, 32, 341, 613, 80002), _LIMIT),
    **dict.fromkeys((102, 190, 463, 467), _TOKEN),
    **dict.fromkeys((10, 200, 230, 294, 299), _RIGHT),
    **dict.fromkeys((25, 368, 459, 464), _BLOCKED),
    3: _METHOD,
    **dict.fromkeys((100, 1500), _WRONG),
    803: _GONE,
}
_NOT_THERE = 33
"""The subcode of 100 for what does not exist, or not for this key."""


class _Said(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Error(_Said):
    code: int
    error_subcode: int | None = None
    is_transient: bool = False


class _Body(_Said):
    error: _Error


def refusal(replied: Replied, *, acts: bool) -> NetworkRefusalError:
    """What an answer that is not of success is."""
    try:
        error = _Body.model_validate_json(replied.content).error
    except ValidationError:
        later = replied.status >= 500 or replied.status in (408, 429)  # noqa: PLR2004
        meaning = (_PERHAPS_DONE if acts and replied.status >= 500 else _BUSY) if later else _WRONG_ADDRESS  # noqa: PLR2004
        return meaning.error(f"http {replied.status}")
    meaning = CODES.get(error.code, _OTHER)
    if error.code == 100 and error.error_subcode == _NOT_THERE:  # noqa: PLR2004 - Meta's own number
        meaning = _GONE
    elif error.is_transient and meaning is not _LIMIT:
        meaning = _BUSY
    code = str(error.code) if error.error_subcode is None else f"{error.code}/{error.error_subcode}"
    if meaning is _LIMIT:
        return meaning.error(code, _regained_after(replied.headers))
    return (_PERHAPS_DONE if acts and meaning is _BUSY else meaning).error(code)


def _regained_after(headers: Mapping[str, str]) -> timedelta | None:
    """When Meta says that calls are allowed again (X-Business-Use-Case-Usage, minutes)."""
    try:
        usage = json.loads(headers.get("x-business-use-case-usage", ""))
        minutes = max(int(it["estimated_time_to_regain_access"]) for part in usage.values() for it in part)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return timedelta(minutes=min(minutes, 24 * 60)) if minutes > 0 else None
