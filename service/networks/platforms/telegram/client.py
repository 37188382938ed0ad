"""One call of the Bot API, and those that put an answer into a discussion."""

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from service.networks.platforms.exchange import Part, exchange, silent
from service.networks.platforms.meanings import meanings_of
from service.networks.platforms.port import Answer, Fault, File, NetworkRefusalError, Platform

MEANINGS: Final = meanings_of(Platform.TELEGRAM)
TITLE: Final = MEANINGS.title
_TOKEN = re.compile(r"\d{1,20}:[\w-]{10,100}")
LONGEST: Final = 4096
LONGEST_WITH_FILES: Final = 1024
"""Characters of what stands under a photo or a video."""
ATTACHMENTS: Final[Mapping[str, int]] = {"image": 10 * 2**20, "video": 50 * 2**20}
"""The largest file of each kind, in bytes."""
MOST_ATTACHMENTS: Final = 10
_KINDS: Final[Mapping[str, str]] = {"image": "photo", "video": "video"}


class _Parameters(Part):
    retry_after: int | None = None


class _Answer(Part):
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
        replied = await exchange(TITLE, "POST", address, acts=acts, form=_as_form(content), files=files)
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
    wait, code = answer.parameters.retry_after, str(answer.error_code)
    raise MEANINGS.refusal(
        f"{code} {answer.description}"[:200],
        code,
        words=answer.description,
        after=None if wait is None else timedelta(seconds=wait),
    )


class Sending(NamedTuple):
    """A method with its parameters, and the files that go in parts of these names."""

    method: str
    given: Mapping[str, object]
    files: Mapping[str, File]


def sending(answer: Answer, chat: int, message: int) -> Sending:
    """What puts the answer into the chat, in reply to a message there."""
    to: dict[str, object] = {
        "chat_id": chat,
        "reply_parameters": {"message_id": message, "allow_sending_without_reply": False},
    }
    if not answer.files:
        said = {"text": answer.text, "link_preview_options": {"is_disabled": True}}
        return Sending("sendMessage", {**to, **said}, {})
    if len(answer.files) == 1:
        (file,) = answer.files
        kind = _kind(file)
        return Sending(f"send{kind.capitalize()}", {**to, "caption": answer.text}, {kind: file})
    parts = {f"file{place}": file for place, file in enumerate(answer.files)}
    # Under an album stands what is said of its first picture.
    media = [
        {"type": _kind(file), "media": f"attach://{name}"} | ({"caption": answer.text} if not place else {})
        for place, (name, file) in enumerate(parts.items())
    ]
    return Sending("sendMediaGroup", {**to, "media": media}, parts)


def _as_form(given: Mapping[str, object]) -> dict[str, str]:
    """Parameters as a form has them, which goes where files do."""
    return {name: it if isinstance(it, str) else json.dumps(it) for name, it in given.items()}


def first(sent: Any) -> Any:
    """Of an album the message that has the text."""
    return sent[0] if isinstance(sent, list) and sent else sent


def _kind(file: File) -> str:
    return _KINDS[file.type.partition("/")[0]]
