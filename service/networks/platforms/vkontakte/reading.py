"""News in a search of VK and on a wall: nothing twice, and nothing lost between two looks.

A look that needs many calls is taken in parts: what is left stands in the cursor, and `Reading.more` says so.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import ClassVar, Final

from pydantic import BaseModel, Field

from service.networks.platforms.looks import Cursor, looked
from service.networks.platforms.port import Fault, Found, NetworkRefusalError, Reading, Where
from service.networks.platforms.vkontakte.client import (
    CANNOT_BE_SEEN,
    Client,
    Comment,
    Comments,
    Post,
    Posts,
    Topics,
)
from service.networks.platforms.vkontakte.place import Place, elsewhere, page, page_of

CALLS_AT_ONCE: Final = 5
"""Of one part of a look: the pace of a key counts looks."""
_SEARCH_PAGES, _SEARCH_AT_ONCE = 5, 200
_SEARCH_SHOWS = 900  # VK shows the first 1,000 it has found, some of which it then leaves out
_INDEXED_LATE = 15 * 60  # seconds: posts come into the search some time after they were written
_ON_A_PAGE = 100
_LAST_UPDATED_FIRST = 1  # of `board.getTopics`
_OVERLAP = 20  # of pages: what is deleted meanwhile moves the rest forward
_PAGES_OF_A_POST = 10
_OF_THIS_POST: Final = CANNOT_BE_SEEN | {"18", "100", "104"}
"""Codes that speak of what was asked for, and not of the key."""
_LOOKED_AT_ANYWAY = (
    2  # posts of a look whose number of comments is as it was: one deleted and one new hide each other
)


class _SearchCursor(Cursor):
    """`until` is set while what is older than it is still to be read."""

    kept_back: ClassVar[int] = _INDEXED_LATE
    until: int | None = None


class _Step(BaseModel):
    """A page of comments still to be read, the newest first: of the post, or of a thread.

    `is_topic`: `post` is the number of a topic.
    """

    post: int
    thread: int | None = None
    offset: int = 0
    page: int = 1
    is_topic: bool = False

    def is_beside(self, other: "_Step") -> bool:
        """Whether it is of the same post or topic."""
        return (self.post, self.is_topic) == (other.post, other.is_topic)


class _WallCursor(Cursor):
    """`offset`: of the next page of posts, while they are read; `turn`: whose comments are looked at anyway.

    `counts`: how many comments each post had, and `topics` the signs of activity of each discussion, which are still to
    be looked at in this look where `looks_at_topics` says so.
    """

    owner: int = 0
    offset: int | None = 0
    counts: dict[int, int] = Field(default_factory=dict)
    steps: list[_Step] = Field(default_factory=list)
    turn: int = 0
    topics: dict[int, str] = Field(default_factory=dict)
    looks_at_topics: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the look is left."""
        return not (self.steps or self.offset or self.looks_at_topics)

    def settle(self) -> None:
        """The look is whole: the next begins with the first page of posts."""
        super().settle()
        self.offset = 0


def _at(seconds: int) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def found_post(post: Post, author: str) -> Found:
    """A post, or a comment as the search shows it."""
    parent = Place(post.owner_id, post.post_id) if post.post_type == "reply" and post.post_id else None
    place = Place(parent.owner, parent.post, post.id) if parent else Place(post.owner_id, post.id)
    return Found(
        place.url,
        author,
        post.whole_text,
        _at(post.date),
        parent.url if parent else None,
        page(post.from_id),
        post.shows,
    )


def found_comment(comment: Comment, owner: int, post: int, root: int | None, author: str) -> Found:
    """A comment; `root` is the one under whose thread it stands."""
    parent = Place(owner, post)
    if root:
        answered = comment.reply_to_comment or root
        parent = Place(owner, post, answered, None if answered == root else root)
    url = Place(owner, post, comment.id, root).url
    return _of_comment(url, author, comment, parent.url)


def found_elsewhere(comment: Comment, kind: str, owner: int, number: int, author: str) -> Found:
    """A comment of a topic, or under a photo or a video (`kind`)."""
    url = elsewhere(kind, owner, number, comment.id)
    return _of_comment(url, author, comment, elsewhere(kind, owner, number))


def _of_comment(url: str, author: str, comment: Comment, parent: str) -> Found:
    return Found(url, author, comment.text, _at(comment.date), parent, page(comment.from_id), comment.shows)


async def search(client: Client, token: str, where: Where, own: int | None, now: datetime) -> Reading:
    """Posts with the words of the source, of all VK; those of `own` are none to answer."""
    cursor = _SearchCursor.of(where, now)
    given: dict[str, str | int] = {
        "q": where.query or where.address,
        "count": _SEARCH_AT_ONCE,
        "extended": 1,
        "start_time": cursor.floor,
    }
    if cursor.until is not None:
        given["end_time"] = cursor.until
    found: list[Found] = []
    oldest: int | None = None
    further: str | None = None
    read = 0
    for _ in range(_SEARCH_PAGES):
        answer = await client.call("newsfeed.search", token, given, Posts)
        read += len(answer.items)
        for post in answer.items:
            is_new = cursor.is_new(f"{post.owner_id}_{post.id}", min(post.date, int(now.timestamp())))
            if is_new and not post.is_deleted and post.from_id != own:
                found.append(found_post(post, answer.author(post.from_id)))
            oldest = post.date if oldest is None else min(oldest, post.date)
        further = answer.next_from if answer.items else None
        if not further:
            break
        given["start_from"] = further
    ended = not further and read < _SEARCH_SHOWS
    if not ended and oldest is not None and oldest > cursor.floor and oldest != cursor.until:
        cursor.until = oldest
    else:
        cursor.until = None
        cursor.settle()
    ordered = sorted(found, key=lambda it: it.posted_at or now)
    return Reading(ordered, cursor.model_dump(), more=cursor.until is not None)


async def wall(client: Client, token: str, where: Where, own: int | None, now: datetime) -> Reading:
    """Posts of a wall, comments under the newest hundred of them, and its discussions; words of `own` are no find."""
    named = page_of(where.address)
    if named is None:
        raise NetworkRefusalError(
            Fault.DATA,
            "ВКонтакте: адрес источника не ведёт на страницу. Укажите адрес вида https://vk.com/club1.",
        )
    cursor = _WallCursor.of(where, now)
    look = _Look(client, token, cursor, own)

    async def part() -> None:
        if cursor.offset is not None:
            cursor.looks_at_topics = cursor.looks_at_topics or cursor.offset == 0
            await look.posts(named)
        while (cursor.steps or cursor.looks_at_topics) and look.calls < CALLS_AT_ONCE:
            await (look.step() if cursor.steps else look.topics())

    return await looked(cursor, look.found, part, lambda: cursor.is_whole, now)


class _Look:
    """A part of a look at a wall; it moves the cursor only past what was read."""

    def __init__(self, client: Client, token: str, cursor: _WallCursor, own: int | None) -> None:
        self._client = client
        self._token = token
        self._cursor = cursor
        self._own = own
        self.found: list[Found] = []
        self.calls = 0

    async def posts(self, named: dict[str, str | int]) -> None:
        """The next page of posts; the first of a look says whose comments are to be read."""
        cursor, offset = self._cursor, self._cursor.offset or 0
        self.calls += 1
        answer = await self._client.call(
            "wall.get", self._token, {**named, "count": _ON_A_PAGE, "offset": offset, "extended": 1}, Posts
        )
        is_last_new = False
        for post in answer.items:
            is_last_new = cursor.is_new(str(post.id), post.date)
            if is_last_new and not post.is_deleted and post.from_id != self._own:
                self.found.append(found_post(post, answer.author(post.from_id)))
        if answer.items:
            cursor.owner = answer.items[0].owner_id
        self._watch(answer.items, first=offset == 0)
        # A page whose last post is new has more new ones behind it.
        further = is_last_new and len(answer.items) == _ON_A_PAGE
        cursor.offset = offset + _ON_A_PAGE - _OVERLAP if further else None

    def _watch(self, posts: Sequence[Post], *, first: bool) -> None:
        cursor = self._cursor
        known, cursor.counts = cursor.counts, {} if first else dict(cursor.counts)
        commented = [post for post in posts if post.comments.count]
        anyway: set[int] = set()
        if first and commented:
            full = sorted(post.id for post in commented)
            anyway = {full[(cursor.turn + it) % len(full)] for it in range(_LOOKED_AT_ANYWAY)}
            cursor.turn += _LOOKED_AT_ANYWAY
        for post in commented:
            cursor.counts[post.id] = post.comments.count
            if known.get(post.id) != post.comments.count or post.id in anyway:
                cursor.steps.append(_Step(post=post.id))

    async def step(self) -> None:
        """The first of the steps that are left."""
        cursor, step = self._cursor, self._cursor.steps[0]
        self.calls += 1
        try:
            answer = await self._page(step)
        except NetworkRefusalError as refused:
            # Comments that are closed, or gone with their post, are no reason to read none of the others.
            if refused.code not in _OF_THIS_POST:
                raise
            cursor.steps = [it for it in cursor.steps if not it.is_beside(step)]
            return
        cursor.steps[:1] = self._take(step, answer)

    async def _page(self, step: _Step) -> Comments:
        owner = self._cursor.owner
        given: dict[str, str | int] = {
            "sort": "desc",
            "count": _ON_A_PAGE,
            "offset": step.offset,
            "extended": 1,
        }
        if step.is_topic:
            given |= {"group_id": -owner, "topic_id": step.post}
            return await self._client.call("board.getComments", self._token, given, Comments)
        given |= {"owner_id": owner, "post_id": step.post}
        given |= {"comment_id": step.thread} if step.thread else {"thread_items_count": 10}
        return await self._client.call("wall.getComments", self._token, given, Comments)

    def _take(self, step: _Step, answer: Comments) -> list[_Step]:
        """Find what is new on a page of comments; returns the steps that follow from it."""
        steps = []
        new = [self._judge(step, comment, step.thread, answer) for comment in answer.items]
        for comment in answer.items:
            if comment.thread and comment.thread.count > len(comment.thread.items):
                steps.append(_Step(post=step.post, thread=comment.id))
            elif comment.thread:
                for reply in comment.thread.items:
                    self._judge(step, reply, comment.id, answer)
        ended = len(answer.items) < _ON_A_PAGE or step.page == _PAGES_OF_A_POST
        # Without threads of its own, a page with nothing new has nothing new behind it.
        is_flat = step.is_topic or step.thread is not None
        if not ended and (any(new) or not is_flat):
            further = {"offset": step.offset + _ON_A_PAGE - _OVERLAP, "page": step.page + 1}
            steps.append(step.model_copy(update=further))
        return steps

    def _judge(self, step: _Step, comment: Comment, root: int | None, answer: Comments) -> bool:
        """Give a comment out if it is new and somebody else's; whether it is new."""
        owner = self._cursor.owner
        # Posts and comments of a wall have one row of numbers, and each topic has its own.
        is_new = self._cursor.is_new(
            f"{step.post}/{comment.id}" if step.is_topic else str(comment.id), comment.date
        )
        if is_new and comment.says_something and comment.from_id != self._own:
            author = answer.author(comment.from_id)
            self.found.append(
                found_elsewhere(comment, "topic", owner, step.post, author)
                if step.is_topic
                else found_comment(comment, owner, step.post, root, author)
            )
        return is_new

    async def topics(self) -> None:
        """Which discussions of the community have something new; the last changed first."""
        cursor = self._cursor
        if cursor.owner < 0:
            self.calls += 1
            given = {"group_id": -cursor.owner, "order": _LAST_UPDATED_FIRST, "count": _ON_A_PAGE}
            try:
                self._watch_topics(await self._client.call("board.getTopics", self._token, given, Topics))
            except NetworkRefusalError as refused:
                # A community may have no discussions, and show them to its members alone.
                if refused.fault is Fault.LATER:
                    raise
        cursor.looks_at_topics = False

    def _watch_topics(self, answer: Topics) -> None:
        cursor = self._cursor
        known, cursor.topics = cursor.topics, {}
        for topic in answer.items:
            activity = cursor.topics[topic.id] = f"{topic.comments} {topic.updated}"
            if known.get(topic.id) != activity and topic.updated >= cursor.floor:
                cursor.steps.append(_Step(post=topic.id, is_topic=True))
