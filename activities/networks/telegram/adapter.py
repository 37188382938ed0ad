"""Telegram as the program needs it: a bot hears the discussions that it was let into, and answers there."""

import hmac
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final

from pydantic import TypeAdapter, ValidationError

from activities.networks.exchange import valid
from activities.networks.fetching import Fetcher
from activities.networks.page.standing import PageStanding
from activities.networks.placing import named
from activities.networks.port import (
    Ability,
    Answer,
    Fault,
    Key,
    NetworkRefusalError,
    Platform,
    Published,
    PushAnswer,
    Pushed,
    Rate,
    Reading,
    Seen,
    SourceKind,
    Stands,
    Traits,
    Where,
)
from activities.networks.telegram.client import TITLE, call
from activities.networks.telegram.links import Place, comment_link, link, place_of
from activities.networks.telegram.messages import Chat, Message, Update
from activities.networks.telegram.sending import (
    ATTACHMENTS,
    LONGEST,
    LONGEST_WITH_FILES,
    MOST_ATTACHMENTS,
    first,
    sending,
)
from activities.networks.web_text import mentions
from calendar_rules.vocabulary import Network
from settings import Settings

TOKEN: Final = "bot_token"  # noqa: S105  the name of a key's part
SECRET: Final = "secret"  # noqa: S105
_MOST = 100
_SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105
_UPDATES, _CHAT, _MESSAGE = TypeAdapter(list[Update]), TypeAdapter(Chat), TypeAdapter(Message)
_NO_HISTORY = (
    "Telegram не показывает боту, что тот написал, а связь прервалась до ответа. Откройте обсуждение: если ответ там "
    "есть, подтвердите размещение его ссылкой; если нет, разместите его вручную."
)


class TelegramAdapter:
    """One bot is one source: Telegram forgets what it has told it, whichever discussion it was of."""

    platform: Final = Platform.TELEGRAM
    traits: Final = Traits(
        network=Network.MICROBLOG,
        abilities=frozenset(
            {
                Ability.READ,
                Ability.RECEIVE_PUSHES,
                Ability.PUBLISH_ON_OWN_PAGES,
                Ability.PUBLISH_ELSEWHERE,
                Ability.VERIFY,
            }
        ),
        kinds=frozenset({SourceKind.CHANNEL, SourceKind.COMMUNITY}),
        max_length=LONGEST,
        max_length_with_files=LONGEST_WITH_FILES,
        attachments=ATTACHMENTS,
        most_attachments=MOST_ATTACHMENTS,
        # A group takes twenty messages of a bot a minute; an answer takes two calls.
        rate=Rate(1, timedelta(seconds=1)),
        credentials=(TOKEN, SECRET),
        optional=frozenset({SECRET}),
        tells_names=True,
        finds_own=False,
    )

    def __init__(self, settings: Settings) -> None:
        self._base = settings.telegram_url
        self._standing = PageStanding(Fetcher(settings))

    async def names(self, key: Key) -> frozenset[str]:
        """Of the channel or group of its page, and of the discussion that belongs to it: numbers and public names."""
        page = named(key.own_page)
        if page is None:
            return frozenset()
        token, told = _token(key), set[str]()
        wanted: list[int | str] = [int(page) if page.startswith("-") else f"@{page}"]
        for chat_id in wanted:  # grows by the discussion
            chat = valid(_CHAT, await call(self._base, token, "getChat", {"chat_id": chat_id}), TITLE)
            told |= {str(chat.id)} | ({chat.username.lower()} if chat.username else set())
            if chat.type == "channel" and chat.linked_chat_id is not None:
                wanted.append(chat.linked_chat_id)
        return frozenset(told)

    async def read(self, where: Where, key: Key | None) -> Reading:
        """What people wrote since the last look. The cursor: `offset`, the number of the next update."""
        offset = int(where.cursor.get("offset", 0))
        given = await call(
            self._base,
            _token(key),
            "getUpdates",
            {"offset": offset, "limit": _MOST, "timeout": 0, "allowed_updates": ["message"]},
        )
        updates = valid(_UPDATES, given, TITLE)
        own = key.own_page.lower() if key else ""
        found = [
            it
            for update in updates
            for it in update.found
            if mentions(it.text, where.query) and (it.author_url or "-").lower() != own
        ]
        behind = max([offset, *(update.update_id + 1 for update in updates)])
        return Reading(found, {"offset": behind}, more=len(updates) == _MOST)

    async def publish(self, answer: Answer, key: Key) -> Published:
        place, token = place_of(answer.post_url), _token(key)
        chat, message = await self._discussion(place, token)
        method, said, files = sending(answer, chat.id, message)
        given = await call(self._base, token, method, said, files=files, acts=True)
        sent = valid(_MESSAGE, first(given), TITLE, acts=True)
        at = datetime.fromtimestamp(sent.date, UTC)
        if place.comment is not None and isinstance(place.chat, str):
            return Published(comment_link(place.chat.removeprefix("@"), place.message, sent.message_id), at)
        return Published(link(chat.id, chat.username, sent.message_id), at)

    async def find_own(self, answer: Answer, key: Key) -> Published | None:
        raise NetworkRefusalError(Fault.PERSON, _NO_HISTORY, code="no history")

    async def verify(self, url: str, text: str, key: Key | None) -> Seen:
        """By the bot that wrote it, which alone could have edited it; without its key as the public page shows it."""
        if key is None:
            return await self._standing.seen(f"{url}{'&' if '?' in url else '?'}embed=1", text)
        try:
            token = _token(key)
            chat, message = await self._discussion(place_of(url), token)
            # It has no buttons, and is given none: that nothing has changed is all that this tells.
            await call(
                self._base, token, "editMessageReplyMarkup", {"chat_id": chat.id, "message_id": message}
            )
        except NetworkRefusalError as refusal:
            if "message is not modified" in refusal.code:
                return Seen(Stands.STANDS, text)
            if "message to edit not found" in refusal.code or "MESSAGE_ID_INVALID" in refusal.code:
                return Seen(Stands.DELETED)
            if "can't be edited" in refusal.code:
                return await self.verify(url, text, None)  # a person has written it
            return Seen(Stands.UNKNOWN, why=refusal.advice)
        return Seen(Stands.STANDS, text)

    async def receive(self, pushed: Pushed, key: Key) -> PushAnswer:
        """An update by webhook, with the secret that was given when the webhook was set."""
        secret, given = key.credentials.get(SECRET), pushed.headers.get(_SECRET_HEADER, "")
        if not secret or not hmac.compare_digest(secret.encode(), given.encode()):
            return PushAnswer(HTTPStatus.FORBIDDEN)
        try:
            update = Update.model_validate_json(pushed.body)
        except ValidationError:
            return PushAnswer(HTTPStatus.OK)  # of a kind that is of no use here; refused, it would come again
        return PushAnswer(HTTPStatus.OK, event=str(update.update_id), found=update.found)

    async def _discussion(self, place: Place, token: str) -> tuple[Chat, int]:
        """The group in which a message stands, and its number there. A channel's own posts are never answered in it."""
        chat = valid(_CHAT, await call(self._base, token, "getChat", {"chat_id": place.chat}), TITLE)
        if chat.type != "channel":
            return chat, place.message
        if place.comment is None:
            raise NetworkRefusalError(
                Fault.PERSON,
                "Это запись самого канала: программа отвечает на комментарии под ней. Разместите ответ вручную.",
                code="channel",
            )
        if chat.linked_chat_id is None:
            raise NetworkRefusalError(
                Fault.PERSON,
                "У канала нет обсуждения, отвечать негде. Ответьте автору иначе.",
                code="no discussion",
            )
        group = await call(self._base, token, "getChat", {"chat_id": chat.linked_chat_id})
        return valid(_CHAT, group, TITLE), place.comment


def _token(key: Key | None) -> str:
    token = key.credentials.get(TOKEN) if key else None
    if not token:
        raise NetworkRefusalError(
            Fault.PERSON,
            "Для Telegram нужен ключ бота. Администратор заводит аккаунт с ключом.",
            code="no key",
        )
    return token
