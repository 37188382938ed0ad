"""News in a search of VK and on a wall: nothing twice, and nothing lost between two looks.

A look that needs many calls is taken in parts: what is left stands in the cursor, and `Reading.more` says so.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from pydantic import BaseModel, Field

from service.networks.platforms.looks import Progress, looked
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
FIRST_LOOK_BACK: Final = timedelta(days=1)
_SEARCH_PAGES, _SEARCH_AT_ONCE = 5, 200
_SEARCH_SHOWS = 900  # VK shows the first 1,000 it has found, some of which it then leaves out
_INDEXED_LATE = 15 * 60  # seconds: posts come into the search some time after they were written
_ON_A_PAGE = 100
_LAST_UPDATED_FIRST = 1  # of `board.getTopics`
_OVERLAP = 20  # of pages: what is deleted meanwhile moves the rest forward
_PAGES_OF_A_POST = 10
_OF_THIS_POST: Final = CANNOT_BE_SEEN | {"18", "100", "104"}
"""Codes that speak of what was asked for, and not of the key."""
_POSTS_REMEMBERED = 2 * 24 * 60 * 60  # seconds: older ones come into sight when newer ones are deleted
_LOOKED_AT_ANYWAY = (
    2  # posts of a look whose number of comments is as it was: one deleted and one new hide each other
)


class _SearchCursor(BaseModel):
    """Seconds of Unix. `until` is set while what is older than it is still to be read; `top` is the newest seen."""

    since: int
    top: int = 0
    until: int | None = None
    seen: dict[str, int] = Field(default_factory=dict)


class _Watched(BaseModel):
    """A post or topic whose comments are read: the last given out, how many there were, the newest of this look."""

    last: int = 0
    count: int = 0
    top: int = 0
    updated: int = 0


class _Step(BaseModel):
    """A page of comments still to be read, the newest first: of the post, or of a thread; only those below `below`.

    `is_topic`: `post` is the number of a topic.
    """

    post: int
    thread: int | None = None
    offset: int = 0
    below: int | None = None
    page: int = 1
    is_topic: bool = False

    def is_beside(self, other: "_Step") -> bool:
        """Whether it is of the same post or topic."""
        return (self.post, self.is_topic) == (other.post, other.is_topic)


class _WallCursor(Progress):
    """`since`: of the first look; posts are given out from `posts_since`, and those of that time stand in `seen`.

    `offset`: of the next page of posts, while they are read; `turn`: whose comments are looked at anyway; `top`: the
    highest number of a comment in the looks before, `highest` in this one too; a wall has one row of numbers. `topics`
    are the discussions, which are still to be looked at in this look where `looks_at_topics` says so.
    """

    since: int
    posts_since: int = 0
    owner: int = 0
    offset: int | None = 0
    top: int = 0
    highest: int = 0
    seen: dict[int, int] = Field(default_factory=dict)
    posts: dict[int, _Watched] = Field(default_factory=dict)
    steps: list[_Step] = Field(default_factory=list)
    turn: int = 0
    topics: dict[int, _Watched] = Field(default_factory=dict)
    looks_at_topics: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the look is left."""
        return not (self.steps or self.offset or self.looks_at_topics)

    def settle(self) -> None:
        """The look is whole: the next begins with the first page of posts."""
        self.offset, self.top = 0, self.highest


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


def _oldest_first(found: Iterable[Found]) -> list[Found]:
    return sorted(found, key=lambda it: it.posted_at or datetime.min.replace(tzinfo=UTC))


async def search(client: Client, token: str, where: Where, own: int | None, now: datetime) -> Reading:
    """Posts with the words of the source, of all VK; those of `own` are none to answer."""
    cursor = _SearchCursor.model_validate(
        dict(where.cursor) or {"since": int((now - FIRST_LOOK_BACK).timestamp())}
    )
    start = max(0, cursor.since - _INDEXED_LATE)
    given: dict[str, str | int] = {
        "q": where.query or where.address,
        "count": _SEARCH_AT_ONCE,
        "extended": 1,
        "start_time": start,
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
            key = f"{post.owner_id}_{post.id}"
            if key not in cursor.seen and not post.is_deleted and post.from_id != own:
                found.append(found_post(post, answer.author(post.from_id)))
            cursor.seen[key] = post.date
            cursor.top = max(cursor.top, min(post.date, int(now.timestamp())))
            oldest = post.date if oldest is None else min(oldest, post.date)
        further = answer.next_from if answer.items else None
        if not further:
            break
        given["start_from"] = further
    ended = not further and read < _SEARCH_SHOWS
    if not ended and oldest is not None and oldest > start and oldest != cursor.until:
        cursor.until = oldest
    else:
        cursor.until = None
        cursor.since = max(cursor.since, cursor.top)
        late = cursor.since - _INDEXED_LATE
        cursor.seen = {key: date for key, date in cursor.seen.items() if date >= late}
    return Reading(_oldest_first(found), cursor.model_dump(), more=cursor.until is not None)


async def wall(client: Client, token: str, where: Where, own: int | None, now: datetime) -> Reading:
    """Posts of a wall, comments under the newest hundred of them, and its discussions; words of `own` are no find."""
    named = page_of(where.address)
    if named is None:
        raise NetworkRefusalError(
            Fault.DATA,
            "ВКонтакте: адрес источника не ведёт на страницу. Укажите адрес вида https://vk.com/club1.",
        )
    cursor = _WallCursor.model_validate(
        dict(where.cursor) or {"since": int((now - FIRST_LOOK_BACK).timestamp())}
    )
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
        earlier = set(cursor.seen)
        since = max(cursor.since, cursor.posts_since)
        for post in answer.items:
            if post.id in cursor.seen or post.date < since:
                continue
            cursor.seen[post.id] = post.date
            if not post.is_deleted and post.from_id != self._own:
                self.found.append(found_post(post, answer.author(post.from_id)))
        if answer.items:
            cursor.owner = answer.items[0].owner_id
        self._watch(answer.items, set(cursor.seen) - earlier, first=offset == 0)
        last = answer.items[-1] if len(answer.items) == _ON_A_PAGE else None
        # A page whose last post is new has more new ones behind it.
        further = last is not None and last.date >= since and last.id not in earlier
        cursor.offset = offset + _ON_A_PAGE - _OVERLAP if further else None
        if not further and cursor.seen:
            cursor.posts_since = max(since, max(cursor.seen.values()) - _POSTS_REMEMBERED)
            cursor.seen = {post: at for post, at in cursor.seen.items() if at >= cursor.posts_since}

    def _watch(self, posts: Iterable[Post], new: set[int], *, first: bool) -> None:
        cursor = self._cursor
        anyway: set[int] = set()
        known, cursor.posts = cursor.posts, {} if first else cursor.posts
        if first and (full := sorted(post.id for post in posts if post.comments.count)):
            anyway = {full[(cursor.turn + it) % len(full)] for it in range(_LOOKED_AT_ANYWAY)}
            cursor.turn = (cursor.turn + _LOOKED_AT_ANYWAY) % len(full)
        for post in posts:
            # One that comes into sight again was read up to some comment: what is new has a higher number than all.
            unknown = _Watched() if post.id in new else _Watched(last=cursor.top)
            watched = cursor.posts[post.id] = known.get(post.id, unknown)
            if post.comments.count != watched.count or (post.id in anyway and post.comments.count):
                watched.count = post.comments.count
                if post.comments.count:
                    cursor.steps.append(_Step(post=post.id))

    async def step(self) -> None:
        """The first of the steps that are left."""
        cursor, step = self._cursor, self._cursor.steps[0]
        watched = (cursor.topics if step.is_topic else cursor.posts).setdefault(step.post, _Watched())
        self.calls += 1
        try:
            answer = await self._page(step)
        except NetworkRefusalError as refused:
            # Comments that are closed, or gone with their post, are no reason to read none of the others.
            if refused.code not in _OF_THIS_POST:
                raise
            cursor.steps = [it for it in cursor.steps if not it.is_beside(step)]
            return
        cursor.steps.pop(0)
        cursor.steps[:0] = self._take(step, watched, answer)
        if not any(it.is_beside(step) for it in cursor.steps):
            watched.last = max(watched.last, watched.top)

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

    def _take(self, step: _Step, watched: _Watched, answer: Comments) -> list[_Step]:
        """Find what is new on a page of comments; returns the steps that follow from it."""
        steps = []
        for comment in answer.items:
            if step.below is not None and comment.id >= step.below:
                continue
            self._judge(step, watched, comment, step.thread, answer)
            if comment.thread and comment.thread.count > len(comment.thread.items):
                steps.append(_Step(post=step.post, thread=comment.id))
            elif comment.thread:
                for reply in comment.thread.items:
                    self._judge(step, watched, reply, comment.id, answer)
        lowest = min((it.id for it in answer.items), default=0)
        oldest = min((it.date for it in answer.items), default=0)
        ended = len(answer.items) < _ON_A_PAGE or step.page == _PAGES_OF_A_POST
        # What has no threads of its own has nothing new below the last that was seen.
        is_flat = step.is_topic or step.thread is not None
        if not ended and not (is_flat and (lowest <= watched.last or oldest < self._cursor.since)):
            further = {"offset": step.offset + _ON_A_PAGE - _OVERLAP, "below": lowest, "page": step.page + 1}
            steps.append(step.model_copy(update=further))
        return steps

    def _judge(
        self, step: _Step, watched: _Watched, comment: Comment, root: int | None, answer: Comments
    ) -> None:
        cursor = self._cursor
        watched.top = max(watched.top, comment.id)
        is_new = comment.id > watched.last and comment.date >= cursor.since
        is_found = is_new and comment.says_something and comment.from_id != self._own
        author = answer.author(comment.from_id)
        if step.is_topic:
            if is_found:
                self.found.append(found_elsewhere(comment, "topic", cursor.owner, step.post, author))
            return
        cursor.highest = max(cursor.highest, comment.id)
        if is_found:
            self.found.append(found_comment(comment, cursor.owner, step.post, root, author))

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
            watched = cursor.topics[topic.id] = known.get(topic.id, _Watched())
            changed = watched.count != topic.comments or watched.updated != topic.updated
            watched.count, watched.updated = topic.comments, topic.updated
            if changed and topic.updated >= cursor.since:
                cursor.steps.append(_Step(post=topic.id, is_topic=True))
