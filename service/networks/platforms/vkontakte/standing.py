"""Comments on a wall: an answer of the body looked for, and one at its link checked."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from service.networks.platforms.checks import CLOCKS_DIFFER, compared, same
from service.networks.platforms.port import (
    Answer,
    NetworkRefusalError,
    Published,
    Seen,
    Stands,
)
from service.networks.platforms.vkontakte.client import CANNOT_BE_SEEN, Client, Comment, Comments, Posts
from service.networks.platforms.vkontakte.place import Place

_ON_A_PAGE, _OVERLAP = 100, 20
_CALLS = 4
_GONE: Final = frozenset({"18", "104"})
_PERHAPS: Final = CANNOT_BE_SEEN | {"100"}

_CLOSED = "Комментарии закрыты, и программе их не видно. Откройте ссылку и проверьте сами."
_TOO_MANY = (
    "Под записью слишком много комментариев, чтобы найти среди них ответ. Откройте ссылку и проверьте сами."
)
_NO_COMMENT = "Ссылка ведёт не на комментарий ВКонтакте. Откройте её и проверьте сами."


@dataclass
class _Search:
    """A walk through comments, the newest first, in as many calls as a key has in a second.

    `since`: older ones are not it, in seconds of Unix. `ended`: all were seen that could be it.
    """

    client: Client
    token: str
    place: Place
    is_it: Callable[[Comment, int | None], bool]
    since: float = 0
    ended: bool = True
    calls: int = 0
    threads: list[int] = field(default_factory=list)

    async def everywhere(self) -> tuple[Comment, int | None] | None:
        """Under the post and in its threads; the comment that is it, with the one in whose thread it stands."""
        found = await self.level(None)
        while found is None and self.threads:
            found = await self.level(self.threads.pop(0))
        return found

    async def level(self, thread: int | None) -> tuple[Comment, int | None] | None:
        """Right under the post with the beginnings of its threads, or in one thread."""
        offset = 0
        while True:
            if self.calls == _CALLS:
                self.ended = False
                return None
            answer = await self._page(thread, offset)
            for comment, root in self._of(answer, thread):
                if self.is_it(comment, root):
                    return comment, root
            if len(answer.items) < _ON_A_PAGE or answer.items[-1].date < self.since:
                return None
            offset += _ON_A_PAGE - _OVERLAP  # what is deleted meanwhile moves the rest forward

    async def _page(self, thread: int | None, offset: int) -> Comments:
        self.calls += 1
        given: dict[str, str | int] = {
            "owner_id": self.place.owner,
            "post_id": self.place.post,
            "sort": "desc",
            "count": _ON_A_PAGE,
            "offset": offset,
        }
        given |= {"comment_id": thread} if thread else {"thread_items_count": 10}
        return await self.client.call("wall.getComments", self.token, given, Comments)

    def _of(self, answer: Comments, thread: int | None) -> Iterator[tuple[Comment, int | None]]:
        for comment in answer.items:
            yield comment, thread
            under = comment.thread
            if under is None or thread:
                continue
            if under.count > len(under.items) and comment.id not in self.threads:
                self.threads.append(comment.id)
            for reply in under.items:
                yield reply, comment.id


async def find_own(client: Client, token: str, place: Place, group: int, answer: Answer) -> Published | None:
    """Our comment with this text at this place, not written before the answer was."""
    since = (answer.written_at - CLOCKS_DIFFER).timestamp()

    def is_it(comment: Comment, root: int | None) -> bool:
        # Two people under one post may get the same words.
        in_place = place.comment in (root, comment.reply_to_comment) if place.comment else root is None
        return (
            comment.from_id == -group
            and comment.date >= since
            and in_place
            and not comment.deleted
            and same(comment.text, answer.text)
        )

    search = _Search(client, token, place, is_it, since)
    if place.comment:
        found = await search.level(place.thread or place.comment)
        if found is None and place.thread is None:
            # The comment may itself stand in a thread that its link does not name.
            search.since = 0
            found = await search.everywhere()
    else:
        found = await search.level(None)
    if found is None:
        return None
    comment, root = found
    url = Place(place.owner, place.post, comment.id, root).url
    return Published(url, datetime.fromtimestamp(comment.date, UTC))


async def verify(client: Client, token: str, place: Place | None, text: str) -> Seen:
    """Whether the comment at this place has this text: what is closed is told apart from what is gone."""
    if place is None or place.comment is None:
        return Seen(Stands.UNKNOWN, why=_NO_COMMENT)
    wanted = place.comment
    try:
        found = await _directly(client, token, place, wanted)
        if found is None:
            search = _Search(client, token, place, lambda comment, _root: comment.id == wanted)
            among = await (search.level(place.thread) if place.thread else search.everywhere())
            if among is None:
                return Seen(Stands.DELETED) if search.ended else Seen(Stands.UNKNOWN, why=_TOO_MANY)
            found = among[0]
    except NetworkRefusalError as refused:
        return await _unseen(client, token, place, refused)
    if found.deleted:
        return Seen(Stands.DELETED)
    return compared(found.text, text)


async def _directly(client: Client, token: str, place: Place, wanted: int) -> Comment | None:
    """The comment by one call, which begins at its number."""
    given: dict[str, str | int] = {
        "owner_id": place.owner,
        "post_id": place.post,
        "start_comment_id": wanted,
        "sort": "asc",
        "count": 1,
    }
    given |= {"comment_id": place.thread} if place.thread else {}
    answer = await client.call("wall.getComments", token, given, Comments)
    return next((it for it in answer.items if it.id == wanted), None)


async def _unseen(client: Client, token: str, place: Place, refused: NetworkRefusalError) -> Seen:
    """What a refusal to show comments says of the answer; raises one that says nothing of it."""
    if refused.code in _GONE:
        return Seen(Stands.DELETED)
    if refused.code not in _PERHAPS:
        raise refused
    posts = await client.call("wall.getById", token, {"posts": f"{place.owner}_{place.post}"}, Posts)
    # A post that is not shown may be hidden; only VK's own word says that it was deleted.
    if any(post.is_deleted for post in posts.items):
        return Seen(Stands.DELETED)
    return Seen(Stands.UNKNOWN, why=_CLOSED)
