"""One call of MAX's API, and what its errors mean."""

import json
from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Final

from service.networks.platforms.exchange import Replied, exchange, silent
from service.networks.platforms.meanings import Meaning
from service.networks.platforms.port import Fault

TITLE: Final = "MAX"
_BY_HAND = "пока разместите ответ вручную."
_NO_RIGHT = Meaning(
    Fault.PERSON,
    "MAX не разрешает боту это действие. Сделайте бота администратором канала с правами читать и писать; "
    + _BY_HAND,
)
_MEANINGS: Final[Mapping[int, Meaning]] = {
    HTTPStatus.UNAUTHORIZED: Meaning(
        Fault.PERSON, f"MAX не принял ключ бота. Администратор заменяет ключ аккаунта; {_BY_HAND}"
    ),
    HTTPStatus.FORBIDDEN: _NO_RIGHT,
    HTTPStatus.NOT_FOUND: Meaning(
        Fault.GONE, "В MAX больше нет этой публикации или комментария, или бот не администратор канала."
    ),
    HTTPStatus.BAD_REQUEST: Meaning(
        Fault.DATA, "MAX не принял запрос: проверьте ссылку и длину ответа (до 4000 знаков)."
    ),
    HTTPStatus.UNPROCESSABLE_ENTITY: Meaning(
        Fault.PERSON, f"MAX не принял комментарий под этой публикацией; {_BY_HAND}"
    ),
    HTTPStatus.TOO_MANY_REQUESTS: Meaning(Fault.LATER, "MAX просит подождать.", after=timedelta(seconds=5)),
    HTTPStatus.SERVICE_UNAVAILABLE: Meaning(Fault.LATER, "MAX пока не отвечает."),
}
_CLOSED = Meaning(Fault.PERSON, f"Комментарии под этой публикацией MAX закрыты; {_BY_HAND}")
_REFUSED = Meaning(Fault.PERSON, f"MAX отказал; {_BY_HAND}")
_IN_CODES: Final = (("not_found", _MEANINGS[404]), ("not.found", _MEANINGS[404]), ("disabled", _CLOSED))


async def call(
    base: str,
    token: str,
    path: str,
    *,
    query: Mapping[str, str] | None = None,
    content: object = None,
) -> Any:
    """What the API gives for a path: by GET, or with content by POST. Raises NetworkRefusalError."""
    acts = content is not None
    replied = await exchange(
        TITLE,
        "POST" if acts else "GET",
        f"{base}{path}",
        acts=acts,
        query=query,
        content=content,
        headers={"Authorization": token},
    )
    given = _parsed(replied)
    code = str(given.get("code") or "") if isinstance(given, Mapping) else ""
    is_refused = isinstance(given, Mapping) and given.get("success") is False
    if replied.status == HTTPStatus.OK and not is_refused:
        if given is None:
            raise silent(TITLE, acts=acts)
        return given
    meaning = next((meaning for part, meaning in _IN_CODES if part in code.lower()), None)
    meaning = meaning or (_REFUSED if replied.status == HTTPStatus.OK else _MEANINGS.get(replied.status))
    if meaning is None:
        raise silent(TITLE, acts=acts)
    raise meaning.error(f"{replied.status} {code}".strip(), _asked_to_wait(replied))


def _parsed(replied: Replied) -> Any:
    try:
        return json.loads(replied.content)
    except ValueError:
        return None


def _asked_to_wait(replied: Replied) -> timedelta | None:
    given = replied.headers.get("retry-after", "")
    return timedelta(seconds=min(int(given[:6]), 3600)) if given.isdecimal() else None
