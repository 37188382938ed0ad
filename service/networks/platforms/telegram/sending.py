"""The call that puts an answer into a discussion: a text, a photo or video with it, or an album."""

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from service.networks.platforms.port import Answer, File

LONGEST: Final = 4096
LONGEST_WITH_FILES: Final = 1024
"""Characters of what stands under a photo or a video."""
ATTACHMENTS: Final[Mapping[str, int]] = {"image": 10 * 2**20, "video": 50 * 2**20}
"""The largest file of each kind, in bytes."""
MOST_ATTACHMENTS: Final = 10
_KINDS: Final[Mapping[str, str]] = {"image": "photo", "video": "video"}


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


def as_form(given: Mapping[str, object]) -> dict[str, str]:
    """Parameters as a form has them, which goes where files do."""
    return {name: it if isinstance(it, str) else json.dumps(it) for name, it in given.items()}


def first(sent: Any) -> Any:
    """Of an album the message that has the text."""
    return sent[0] if isinstance(sent, list) and sent else sent


def _kind(file: File) -> str:
    return _KINDS[file.type.partition("/")[0]]
