"""Messages a bot was told that belong to a source: by the chats that its address means."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pydantic import BaseModel, Field

from service.networks.platforms.port import Found, Reading
from service.networks.platforms.telegram.messages import Message, Posts, Update
from service.networks.platforms.web_text import mentions

OLDEST: Final = timedelta(days=7)
"""How old what was edited may be, to be found although it was not before."""
_REMEMBERED: Final = 500
"""Posts of a channel under which it is known who writes."""


class Cursor(BaseModel):
    """`offset` is the number of the next update of `bot`, which is its number; `chats` is what the address means.

    `posts` are names of posts by their numbers in the group (`chat/number`), of a channel whose group has no name.
    """

    bot: str = ""
    offset: int = 0
    chats: set[int] = Field(default_factory=set)
    asked_at: datetime | None = None
    posts: dict[str, str] = Field(default_factory=dict)

    def known(self) -> Posts:
        """The posts that are remembered."""
        parts = ((place.partition("/"), post.partition("/")) for place, post in self.posts.items())
        return {(int(at[0]), int(at[2])): (post[0], int(post[2])) for at, post in parts}

    def remember(self, posts: Posts) -> None:
        """Keep these posts, and forget the first of too many."""
        self.posts |= {f"{chat}/{number}": f"{name}/{post}" for (chat, number), (name, post) in posts.items()}
        self.posts = dict(list(self.posts.items())[-_REMEMBERED:])


@dataclass(frozen=True, slots=True)
class Heard:
    """A source in a look of its bot: how far it was read, its chat by number or name, and the words that are sought."""

    cursor: Cursor
    named: int | str
    query: str | None

    def reading(
        self,
        updates: Iterable[Update],
        behind: int,
        own: Collection[str],
        since: datetime,
        *,
        more: bool,
    ) -> Reading:
        """What of these updates is the source's; `behind`: the next update, `own`: pages whose words are no find."""
        found: list[Found] = []
        changed: list[Found] = []
        for update, message in self._its(updates):
            self.cursor.remember(message.posts())
            if message.migrate_to_chat_id is not None:
                self.cursor.chats.add(message.migrate_to_chat_id)
            known = self.cursor.known()
            found += [it for it in update.found(since, known) if mentions(it.text, self.query)]
            changed += update.changed(known)
        self.cursor.offset = behind
        return Reading(
            _of_others(found, own), self.cursor.model_dump(mode="json"), more=more, changed=changed
        )

    def _its(self, updates: Iterable[Update]) -> Iterator[tuple[Update, Message]]:
        for update in updates:
            message = update.told
            if message is not None and self._is_its(message):
                yield update, message

    def _is_its(self, message: Message) -> bool:
        post = message.of_channel or message.under(self.cursor.known())
        names = {f"@{name.lower()}" for name in (message.chat.username, post and post[0]) if name}
        return message.chat.id in self.cursor.chats or self.named in names


def _of_others(found: Iterable[Found], own: Collection[str]) -> Sequence[Found]:
    return [it for it in found if (it.author_url or "-").lower() not in own]
