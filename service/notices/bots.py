"""VK and MAX, which Apprise does not know: `vk://key-of-a-community/recipient`, `max://token-of-a-bot/chat`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import unquote

import httpx2

from service.notices.sending import Fate, Outcome, of_status

VKONTAKTE: Final = "vk"
MAX: Final = "max"
ROOM: Final[Mapping[str, int]] = {VKONTAKTE: 4096, MAX: 4000}
"""How many characters a message may have."""
_ADDRESS = re.compile(
    r"(?P<scheme>vk|max)://(?P<token>[^\s/?#]{1,500})/(?P<recipient>-?\d{1,19})/?", re.IGNORECASE
)
_WITHIN = httpx2.Timeout(10.0, connect=5.0)
_FOR_GOOD = frozenset({5, 7, 15, 27, 100, 900, 901, 902, 936, 945})
"""Errors of VK that another attempt does not change: no right, no such person, messages not allowed."""


@dataclass(frozen=True, slots=True)
class Bot:
    """Whose key, and to whom."""

    scheme: str
    token: str
    recipient: str

    @classmethod
    def of(cls, url: str) -> "Bot | None":
        """The bot of an address; None where it is written amiss."""
        found = _ADDRESS.fullmatch(url)
        return found and cls(found["scheme"].lower(), unquote(found["token"]), found["recipient"])


async def send(bot: Bot, text: str, parcel: str, bases: Mapping[str, str]) -> Outcome:
    """Send a text once; of one `parcel` VK shows only the first. `bases`: where the services answer, by scheme."""
    try:
        async with httpx2.AsyncClient(timeout=_WITHIN, follow_redirects=False) as client:
            if bot.scheme == MAX:
                answer = await client.post(
                    f"{bases[MAX]}/messages",
                    params={"chat_id": bot.recipient},
                    json={"text": text},
                    headers={"Authorization": bot.token},
                )
            else:
                answer = await client.post(
                    f"{bases[VKONTAKTE]}/method/messages.send",
                    data={
                        "access_token": bot.token,
                        "peer_id": bot.recipient,
                        "message": text,
                        "random_id": str(int(parcel[:8], 16) & 0x7FFFFFFF),
                        "dont_parse_links": "1",
                        "v": "5.199",
                    },
                )
    except httpx2.ConnectError:
        return Outcome(Fate.LATER, "Канал не отвечает.")
    except httpx2.HTTPError:
        return Outcome(Fate.UNKNOWN, "Канал прервал связь.")
    if answer.status_code != HTTPStatus.OK:
        return of_status(answer.status_code)
    return _of_vk(answer) if bot.scheme == VKONTAKTE else Outcome(Fate.TAKEN)


def _of_vk(answer: httpx2.Response) -> Outcome:
    """VK says in the body of a good answer that it has refused."""
    try:
        content = answer.json()
        error = content.get("error")
        code = int(error["error_code"]) if error else None
    except (ValueError, AttributeError, KeyError, TypeError):
        return Outcome(Fate.LATER, "Ответ ВКонтакте не разобран.")
    if code is None:
        return Outcome(Fate.TAKEN)
    if code in _FOR_GOOD:
        return Outcome(Fate.NEVER, f"ВКонтакте отказал (ошибка {code}): проверьте ключ и получателя.")
    return Outcome(Fate.LATER, f"ВКонтакте пока не принимает сообщения (ошибка {code}).")
