"""Links of Telegram, and which message of which chat they name."""

import re
from dataclasses import dataclass

from service.messages.posts import key_of
from service.networks.platforms.placing import TELEGRAM_NUMBERS, named
from service.networks.platforms.port import Fault, NetworkRefusalError

_POST = re.compile(r"t\.me/(?:c/\d{1,13}|[a-z]\w{2,40})/(\d{1,15})(?:\?comment=(\d{1,15}))?")


@dataclass(frozen=True, slots=True)
class Place:
    """A message of a chat; `comment`: one under a post of a channel, in the channel's discussion group."""

    chat: int | str
    message: int
    comment: int | None = None


def place_of(url: str) -> Place:
    """What a link names. Raises NetworkRefusalError."""
    found = _POST.fullmatch(key_of(url))
    if found is None:
        raise NetworkRefusalError(
            Fault.DATA,
            "Это не ссылка на сообщение в Telegram (нужна вида https://t.me/группа/123).",
            code="link",
        )
    message, comment = found.groups()
    return Place(chat_of(url), int(message), int(comment) if comment else None)


def chat_of(address: str) -> int | str:
    """The channel or group that a link leads to: its number, or its name with @. Raises NetworkRefusalError."""
    page = named(address)
    if page is None:
        raise NetworkRefusalError(
            Fault.DATA,
            "Адрес источника не ведёт на канал или группу Telegram. Укажите адрес вида https://t.me/канал.",
            code="address",
        )
    return int(page) if page.startswith("-") else f"@{page}"


def link(chat: int, username: str | None, message: int) -> str:
    """The link of a message; of a chat without a public name only its members can open it."""
    return f"https://t.me/{username or f'c/{TELEGRAM_NUMBERS - chat}'}/{message}"


def comment_link(channel: str, post: int, comment: int) -> str:
    """The link of a comment under a post of a public channel."""
    return f"https://t.me/{channel}/{post}?comment={comment}"
