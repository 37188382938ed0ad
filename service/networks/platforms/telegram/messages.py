"""Messages of people in a discussion, out of what a bot is told, and their links."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import Field

from service.messages.posts import key_of
from service.networks.platforms.exchange import Part
from service.networks.platforms.placing import TELEGRAM_NUMBERS, named
from service.networks.platforms.port import Fault, Found, NetworkRefusalError

_GROUPS = ("group", "supergroup")
_POST = re.compile(r"t\.me/(?:c/\d{1,13}|[a-z]\w{2,40})/(\d{1,15})(?:\?comment=(\d{1,15}))?")


class Chat(Part):
    """A chat, as far as it matters; `linked_chat_id`: the discussion group of a channel, and the other way round."""

    id: int
    type: str
    title: str = ""
    username: str | None = None
    linked_chat_id: int | None = None


class _User(Part):
    first_name: str = ""
    last_name: str = ""
    username: str | None = None
    is_bot: bool = False


class _Origin(Part):
    chat: Chat | None = None
    message_id: int | None = None


Post = tuple[str, int]
"""A post of a public channel: the channel's name, and the number there."""
Posts = Mapping[tuple[int, int], Post]
"""Posts of channels by where they show: the chat of the discussion, and the number in it."""


class Message(Part):
    """A message of a group; `is_automatic_forward`: a post of the channel that shows in its discussion group.

    `message_thread_id` is the number of that post, in the group, for whatever is written under it. One that is replied
    to says nothing of what it replied to itself.
    """

    message_id: int
    date: int
    chat: Chat
    sender: _User | None = Field(default=None, alias="from")
    sender_chat: Chat | None = None
    text: str = ""
    caption: str = ""
    is_automatic_forward: bool = False
    forward_origin: _Origin | None = None
    message_thread_id: int | None = None
    migrate_to_chat_id: int | None = None
    reply_to_message: "Message | None" = None

    def _url(self, post: Post | None) -> str:
        """Its link: in the group, or where the group has no public name, under the post of the public channel."""
        if self.chat.username is None and post is not None:
            return comment_link(*post, self.message_id)
        return link(self.chat.id, self.chat.username, self.message_id)

    def posts(self) -> Posts:
        """The posts of channels that it tells of: itself, or what it replies to."""
        told = [it for it in (self, self.reply_to_message) if it is not None]
        return {(self.chat.id, it.message_id): post for it in told if (post := it.of_channel) is not None}

    def under(self, known: Posts) -> Post | None:
        """The post of a channel under which it was written, by what it says itself, and by what is known of others."""
        if self.reply_to_message is not None and (post := self.reply_to_message.of_channel):
            return post
        return None if self.message_thread_id is None else known.get((self.chat.id, self.message_thread_id))

    @property
    def of_channel(self) -> Post | None:
        """The public channel and the number there of a post that was forwarded from it."""
        origin = self.forward_origin if self.is_automatic_forward else None
        if origin is None or origin.chat is None or not origin.chat.username or origin.message_id is None:
            return None
        return origin.chat.username, origin.message_id

    def found(self, known: Posts) -> Found | None:
        """What a person wrote; None for what the channel, the group itself or a bot did."""
        text = (self.text or self.caption).strip()
        if not text or self.chat.type not in _GROUPS or self.is_automatic_forward:
            return None
        if self.sender_chat is not None:
            if self.sender_chat.id in (self.chat.id, self.chat.linked_chat_id):
                return None
            author, name = self.sender_chat.title, self.sender_chat.username
        elif self.sender is not None and not self.sender.is_bot:
            author = f"{self.sender.first_name} {self.sender.last_name}"
            name = self.sender.username
        else:
            return None
        above, post = self.reply_to_message, self.under(known)
        is_right_under = above is None or above.of_channel is not None
        parent = "https://t.me/{}/{}".format(*post) if post else None
        return Found(
            url=self._url(post),
            author=" ".join(author.split()) or "Автор не указан",
            text=text,
            posted_at=datetime.fromtimestamp(self.date, UTC),
            parent_url=parent if is_right_under or above is None else above._url(post),
            author_url=f"https://t.me/{name}" if name else None,
        )

    def of_its_channel(self) -> Found:
        """A channel's own post: nothing that is found, but a message may have been registered of it."""
        return Found(
            url=self._url(None),
            author=self.chat.title or "Автор не указан",
            text=(self.text or self.caption).strip(),
            posted_at=datetime.fromtimestamp(self.date, UTC),
        )


class Update(Part):
    """What a bot is told."""

    update_id: int
    message: Message | None = None
    edited_message: Message | None = None
    edited_channel_post: Message | None = None

    @property
    def told(self) -> Message | None:
        """What it is of."""
        return self.message or self.edited_message or self.edited_channel_post

    def found(self, since: datetime, known: Posts) -> list[Found]:
        """What a person wrote, if it is that; what was edited may be new to us, unless it is older than `since`."""
        message = self.message or self.edited_message
        found = message.found(known) if message else None
        is_old = self.edited_message is not None and self.edited_message.date < since.timestamp()
        return [found] if found and not is_old else []

    def changed(self, known: Posts) -> list[Found]:
        """How what was edited reads now."""
        if self.edited_channel_post is not None:
            return [self.edited_channel_post.of_its_channel()]
        found = self.edited_message.found(known) if self.edited_message else None
        return [found] if found else []


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
