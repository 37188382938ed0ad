"""What people wrote in a discussion, of what a bot is told."""

from datetime import UTC, datetime

from pydantic import BaseModel, Field

from activities.networks.port import Found
from activities.networks.telegram.links import comment_link, link

_GROUPS = ("group", "supergroup")


class Chat(BaseModel):
    """A chat, as far as it matters; `linked_chat_id`: the discussion group of a channel, and the other way round."""

    id: int
    type: str
    title: str = ""
    username: str | None = None
    linked_chat_id: int | None = None


class _User(BaseModel):
    first_name: str = ""
    last_name: str = ""
    username: str | None = None
    is_bot: bool = False


class _Origin(BaseModel):
    chat: Chat | None = None
    message_id: int | None = None


class Message(BaseModel):
    """A message of a group; `is_automatic_forward`: a post of the channel that shows in its discussion group."""

    message_id: int
    date: int
    chat: Chat
    sender: _User | None = Field(default=None, alias="from")
    sender_chat: Chat | None = None
    text: str = ""
    caption: str = ""
    is_automatic_forward: bool = False
    forward_origin: _Origin | None = None
    reply_to_message: "Message | None" = None

    @property
    def url(self) -> str:
        """Its link: in the group, or where the group has no public name, under the post of the public channel."""
        post = self.reply_to_message.of_channel if self.reply_to_message else None
        if self.chat.username is None and post is not None:
            return comment_link(*post, self.message_id)
        return link(self.chat.id, self.chat.username, self.message_id)

    @property
    def of_channel(self) -> tuple[str, int] | None:
        """The public channel and the number there of a post that was forwarded from it."""
        origin = self.forward_origin if self.is_automatic_forward else None
        if origin is None or origin.chat is None or not origin.chat.username or origin.message_id is None:
            return None
        return origin.chat.username, origin.message_id

    def found(self) -> Found | None:
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
        above = self.reply_to_message
        post = above.of_channel if above else None
        return Found(
            url=self.url,
            author=" ".join(author.split()) or "Автор не указан",
            text=text,
            posted_at=datetime.fromtimestamp(self.date, UTC),
            parent_url="https://t.me/{}/{}".format(*post) if post else above.url if above else None,
            author_url=f"https://t.me/{name}" if name else None,
        )


class Update(BaseModel):
    """What a bot is told."""

    update_id: int
    message: Message | None = None

    @property
    def found(self) -> list[Found]:
        """What a person wrote, if it is that."""
        found = self.message.found() if self.message else None
        return [found] if found else []
