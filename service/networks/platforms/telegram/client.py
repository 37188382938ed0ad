"""One call of the Bot API, and what its errors mean."""

import re
from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from service.networks.platforms.exchange import exchange, silent
from service.networks.platforms.meanings import Meaning
from service.networks.platforms.port import Fault, File, NetworkRefusalError
from service.networks.platforms.telegram.sending import as_form

TITLE: Final = "Telegram"
_TOKEN = re.compile(r"\d{1,20}:[\w-]{10,100}")
_BY_HAND = "пока разместите ответ вручную."
_KEY = Meaning(
    Fault.PERSON, f"Telegram не принял ключ бота. Администратор заменяет ключ аккаунта; {_BY_HAND}"
)
_NOT_LET_IN = Meaning(
    Fault.PERSON,
    "Telegram не пускает бота в это обсуждение. Добавьте бота в группу и разрешите ему писать; " + _BY_HAND,
)
_MEANINGS: Final[Mapping[int, Meaning]] = {
    HTTPStatus.UNAUTHORIZED: _KEY,
    # Of a bot that there is not.
    HTTPStatus.NOT_FOUND: _KEY,
    HTTPStatus.FORBIDDEN: _NOT_LET_IN,
    HTTPStatus.CONFLICT: Meaning(
        Fault.LATER, "Сообщения бота Telegram сейчас получает другая программа. Будет опрошен ещё раз."
    ),
    HTTPStatus.TOO_MANY_REQUESTS: Meaning(
        Fault.LATER, "Telegram просит подождать.", after=timedelta(seconds=5)
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Meaning(Fault.DATA, "Telegram не принял такой большой ответ."),
}
_BY_WORDS: Final[tuple[tuple[re.Pattern[str], Meaning], ...]] = tuple(
    (re.compile(words, re.IGNORECASE), meaning)
    for words, meaning in (
        (
            "webhook is active",
            Meaning(
                Fault.PERSON,
                "У бота Telegram включён приём по адресу (webhook): что пишут в его обсуждениях, приходит в "
                "«Найденное» само, а опрашивать бота нельзя. Отключите этот источник или приём "
                "(otklik webhook remove).",
            ),
        ),
        (
            r"repl(?:y|ied) (?:message )?not found|message to be replied not found|message thread not found"
            r"|message not found|MESSAGE_ID_INVALID",
            Meaning(Fault.GONE, "В Telegram больше нет сообщения, на которое дан ответ."),
        ),
        (
            "message is too long|caption is too long|message text is empty|can't parse",
            Meaning(
                Fault.DATA,
                "Telegram не принял текст: он пуст или длиннее 4096 знаков, а под фото и видео 1024. "
                "Исправьте текст ответа.",
            ),
        ),
        (
            "PHOTO_|IMAGE_PROCESS_FAILED|VIDEO_|MEDIA_|wrong file|wrong type|failed to get HTTP",
            Meaning(
                Fault.PERSON,
                "Telegram не принял фото или видео. Разместите от имени органа текст без вложений или ответ вручную.",
            ),
        ),
        (
            "chat not found|not enough rights|no rights|need administrator|CHAT_WRITE_FORBIDDEN|TOPIC_CLOSED"
            "|CHAT_ADMIN_REQUIRED|upgraded to a supergroup|not a member",
            _NOT_LET_IN,
        ),
    )
)
_OTHER = Meaning(Fault.DATA, "Telegram не принял запрос: проверьте ссылку на сообщение.")


class _Parameters(BaseModel):
    retry_after: int | None = None


class _Answer(BaseModel):
    ok: bool
    result: Any = None
    error_code: int = 0
    description: str = ""
    parameters: _Parameters = _Parameters()


async def call(
    base: str,
    token: str,
    method: str,
    content: Mapping[str, object],
    *,
    files: Mapping[str, File] | None = None,
    acts: bool = False,
) -> Any:
    """What the API gives for a call. `acts`: it changes something there. Raises NetworkRefusalError.

    The code of a refusal is Telegram's own, with its words where they say more.
    """
    if not _TOKEN.fullmatch(token):
        raise NetworkRefusalError(
            Fault.PERSON,
            "Ключ бота Telegram записан с ошибкой: нужен вид 123456:ABC… Администратор заменяет ключ аккаунта.",
            code="token",
        )
    address = f"{base}/bot{token}/{method}"
    if files:
        replied = await exchange(TITLE, "POST", address, acts=acts, form=as_form(content), files=files)
    else:
        replied = await exchange(TITLE, "POST", address, acts=acts, content=dict(content))
    try:
        answer = _Answer.model_validate_json(replied.content)
    except ValidationError:
        raise silent(TITLE, acts=acts) from None
    if answer.ok:
        return answer.result
    if answer.error_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise silent(TITLE, acts=acts)
    wait = answer.parameters.retry_after
    raise _meaning(answer).error(
        f"{answer.error_code} {answer.description}"[:200], None if wait is None else timedelta(seconds=wait)
    )


def _meaning(answer: _Answer) -> Meaning:
    for words, meaning in _BY_WORDS:
        if words.search(answer.description):
            return meaning
    return _MEANINGS.get(answer.error_code, _OTHER)
