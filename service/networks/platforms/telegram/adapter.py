"""Telegram as the program needs it: a bot hears the discussions that it was let into, and answers there."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from pydantic import TypeAdapter

from calendar_rules.vocabulary import Network
from service.networks.platforms.checks import credential
from service.networks.platforms.exchange import valid
from service.networks.platforms.fetching import Fetcher
from service.networks.platforms.page.standing import PageStanding
from service.networks.platforms.port import (
    Ability,
    Answer,
    Fault,
    Key,
    NetworkRefusalError,
    Platform,
    Published,
    Rate,
    Reading,
    Seen,
    SourceKind,
    Stands,
    Together,
    Traits,
    Where,
)
from service.networks.platforms.telegram.client import (
    ATTACHMENTS,
    LONGEST,
    LONGEST_WITH_FILES,
    MOST_ATTACHMENTS,
    TITLE,
    call,
    first,
    sending,
)
from service.networks.platforms.telegram.hearing import OLDEST, Cursor, Heard
from service.networks.platforms.telegram.messages import (
    Chat,
    Message,
    Place,
    Update,
    chat_of,
    comment_link,
    link,
    place_of,
)
from settings import Settings

TOKEN: Final = "bot_token"  # noqa: S105  the name of a key's part
_ALLOWED_UPDATES: Final = ("message", "edited_message", "edited_channel_post")
_MOST = 100
_ASKED_AGAIN = timedelta(hours=1)
"""How long the chats of an address are taken for what they were: a channel may be given another discussion."""
_UPDATES, _CHAT, _MESSAGE = TypeAdapter(list[Update]), TypeAdapter(Chat), TypeAdapter(Message)
_NO_HISTORY = (
    "Telegram не показывает боту, что тот написал, а связь прервалась до ответа. Откройте обсуждение: если ответ там "
    "есть, подтвердите размещение его ссылкой; если нет, разместите его вручную."
)


class TelegramAdapter(Together):
    """Telegram forgets what it has told a bot, whichever discussion it was of: all sources of a bot are read in one."""

    platform: Final = Platform.TELEGRAM
    traits: Final = Traits(
        network=Network.MICROBLOG,
        abilities=frozenset(
            {
                Ability.READ,
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
        credentials=(TOKEN,),
        key_named="ключ бота (его выдаёт @BotFather тому, кто бота создал), которого администратор канала или группы "
        "добавил в обсуждение",
        read_together=TOKEN,
        finds_own=False,
    )

    def __init__(self, settings: Settings, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._base = settings.telegram_url
        self._standing = PageStanding(Fetcher(settings))
        self._clock = clock

    async def read(self, where: Where, key: Key | None) -> Reading:
        _token(key)
        assert key is not None  # noqa: S101  there is a token in it
        (reading,) = await self.read_together([(where, key)])
        if isinstance(reading, NetworkRefusalError):
            raise reading
        return reading

    async def read_together(
        self, sources: Sequence[tuple[Where, Key]]
    ) -> Sequence[Reading | NetworkRefusalError]:
        """What people wrote in the discussion of each source since the last look, by one call for all of them.

        The next call tells Telegram how far the last one was kept: by the furthest of their cursors.
        """
        now = self._clock()
        heard = [await self._heard(where, key, now) for where, key in sources]
        hearing = [it for it in heard if isinstance(it, Heard)]
        if not hearing:
            return [it for it in heard if isinstance(it, NetworkRefusalError)]
        offset = max(it.cursor.offset for it in hearing)
        given = await call(
            self._base,
            _token(sources[0][1]),
            "getUpdates",
            {"offset": offset, "limit": _MOST, "timeout": 0, "allowed_updates": list(_ALLOWED_UPDATES)},
        )
        updates = valid(_UPDATES, given, TITLE)
        behind = max([offset, *(update.update_id + 1 for update in updates)])
        own = {key.own_page.lower() for _, key in sources}
        return [
            it.reading(updates, behind, own, now - OLDEST, more=len(updates) == _MOST)
            if isinstance(it, Heard)
            else it
            for it in heard
        ]

    async def _heard(self, where: Where, key: Key, now: datetime) -> Heard | NetworkRefusalError:
        """Whose updates are a source's: what chats its address means is asked once an hour."""
        try:
            named = chat_of(where.address)
            cursor = Cursor.model_validate(dict(where.cursor))
            if cursor.bot != (bot := _token(key).partition(":")[0]):
                cursor = Cursor(bot=bot, posts=cursor.posts)  # each bot counts its own updates
            if not cursor.chats or cursor.asked_at is None or now - cursor.asked_at >= _ASKED_AGAIN:
                chat = await self._chat(_token(key), named)
                linked = chat.linked_chat_id if chat.type == "channel" else None
                cursor.chats = {chat.id} | ({linked} if linked else set())
                cursor.asked_at = now
        except NetworkRefusalError as refused:
            if refused.fault is Fault.LATER:
                raise
            return refused
        return Heard(cursor, named, where.query)

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

    async def _discussion(self, place: Place, token: str) -> tuple[Chat, int]:
        """The group in which a message stands, and its number there. A channel's own posts are never answered in it."""
        chat = await self._chat(token, place.chat)
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
        return await self._chat(token, chat.linked_chat_id), place.comment

    async def _chat(self, token: str, chat: int | str) -> Chat:
        return valid(_CHAT, await call(self._base, token, "getChat", {"chat_id": chat}), TITLE)


def _token(key: Key | None) -> str:
    return credential(key, TOKEN, TITLE, "ключ бота")
