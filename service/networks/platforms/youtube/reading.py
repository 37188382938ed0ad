"""News under a channel's videos, or under one: nothing twice, and nothing lost between two looks.

A look costs a unit as a rule: a page of the newest hundred threads. One that needs many is taken in parts.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

from pydantic import BaseModel, Field

from service.networks.platforms.looks import Cursor, looked
from service.networks.platforms.port import Fault, Found, NetworkRefusalError, Reading, Where
from service.networks.platforms.web_text import mentions
from service.networks.platforms.youtube.client import Client, Comment, Numbered, Thread
from service.networks.platforms.youtube.place import Page, Place, page_of, place_of

CALLS_AT_ONCE: Final = 4
_ON_A_PAGE = "100"
_THREADS_WATCHED = 300
_ODD_ADDRESS = "YouTube: адрес источника не ведёт ни на канал, ни на видео. Укажите адрес вида https://www.youtube.com/@канал."


class _Step(BaseModel):
    """A page of answers in a thread, still to be read."""

    thread: str
    video: str
    page: str | None = None


class _Cursor(Cursor):
    """`answers`: how many each of the newest threads had. `page` and `steps`: what of a look is left."""

    answers: dict[str, int] = Field(default_factory=dict)
    channel: str | None = None
    page: str | None = None
    steps: list[_Step] = Field(default_factory=list)


async def read(
    client: Client, caller: Mapping[str, str], where: Where, own: Page | None, now: datetime
) -> Reading:
    """Comments of others than `own`; where the source has words, those that have them all."""
    cursor = _Cursor.of(where, now)
    look = _Look(client, caller, cursor, own, where.query)

    async def part() -> None:
        of = await look.filter(where.address)
        if cursor.page is not None or not cursor.steps:
            await look.threads(of)
        while cursor.steps and look.calls < CALLS_AT_ONCE:
            await look.answers()

    return await looked(cursor, look.found, part, lambda: not cursor.steps and cursor.page is None, now)


class _Look:
    """A part of a look; it moves the cursor only past what was read."""

    def __init__(
        self, client: Client, caller: Mapping[str, str], cursor: _Cursor, own: Page | None, query: str | None
    ) -> None:
        self._client = client
        self._caller = caller
        self._cursor = cursor
        self._own = own
        self._query = query
        self.found: list[Found] = []
        self.calls = 0

    async def filter(self, address: str) -> dict[str, str]:
        """What the source is called by; a channel's number is looked up once."""
        if place := place_of(address):
            return {"videoId": place.video}
        page = page_of(address)
        if page is None:
            raise NetworkRefusalError(Fault.DATA, _ODD_ADDRESS, code="address")
        cursor = self._cursor
        cursor.channel = page.number or cursor.channel
        if cursor.channel is None:
            self.calls += 1
            by_handle = {"part": "id", "forHandle": f"@{page.handle}"}
            channels = await self._client.list("channels", self._caller, by_handle, Numbered)
            if not channels.items:
                raise NetworkRefusalError(
                    Fault.GONE, "YouTube: такого канала нет. Проверьте адрес источника.", code="no channel"
                )
            cursor.channel = channels.items[0].id
        return {"allThreadsRelatedToChannelId": cursor.channel}

    async def threads(self, of: dict[str, str]) -> None:
        """The next page of threads, the newest first."""
        cursor = self._cursor
        given = {
            **of,
            "part": "snippet,replies",
            "order": "time",
            "maxResults": _ON_A_PAGE,
            "textFormat": "plainText",
            **({"pageToken": cursor.page} if cursor.page else {}),
        }
        self.calls += 1
        page = await self._client.list("commentThreads", self._caller, given, Thread)
        new = 0
        for thread in page.items:
            video = thread.snippet.video or of.get("videoId", "")
            new += self._take(thread.snippet.top, video)
            self._watch(thread, video)
        oldest = min((_at(it.snippet.top) for it in page.items), default=0)
        # A page with nothing new has nothing new behind it.
        cursor.page = page.further if new and oldest >= cursor.floor and page.further != cursor.page else None
        cursor.answers = dict(list(cursor.answers.items())[-_THREADS_WATCHED:])

    def _watch(self, thread: Thread, video: str) -> None:
        """Answers that came with their thread; where some are missing, and others than before, all are asked for."""
        cursor, shown = self._cursor, thread.replies.comments
        for reply in shown:
            self._take(reply, video)
        known = cursor.answers.pop(thread.id, 0)
        cursor.answers[thread.id] = thread.snippet.replies
        if thread.snippet.replies > len(shown) and thread.snippet.replies != known:
            cursor.steps.append(_Step(thread=thread.id, video=video))

    async def answers(self) -> None:
        """The first of the steps that are left."""
        cursor = self._cursor
        step = cursor.steps[0]
        given = {
            "part": "snippet",
            "parentId": step.thread,
            "maxResults": _ON_A_PAGE,
            "textFormat": "plainText",
            **({"pageToken": step.page} if step.page else {}),
        }
        self.calls += 1
        try:
            page = await self._client.list("comments", self._caller, given, Comment)
        except NetworkRefusalError as refused:
            if refused.fault is not Fault.GONE:
                raise
            cursor.steps.pop(0)
            return
        cursor.steps.pop(0)
        self._take_all(page.items, step.video)
        if page.further and page.further != step.page:
            cursor.steps.insert(0, step.model_copy(update={"page": page.further}))

    def _take_all(self, comments: Iterable[Comment], video: str) -> None:
        for comment in comments:
            self._take(comment, video)

    def _take(self, comment: Comment, video: str) -> bool:
        """Give a comment out if it is new; whether it is."""
        about = comment.snippet
        if not self._cursor.is_new(comment.id, _at(comment)):
            return False
        is_own = self._own is not None and self._own.is_of(about.channel.value, about.author)
        if about.text and not is_own and mentions(about.text, self._query):
            self.found.append(found_comment(comment, video))
        return True


def found_comment(comment: Comment, video: str) -> Found:
    """A comment, under the video or under another comment."""
    about = comment.snippet
    return Found(
        url=Place(video, comment.id).url,
        author=about.author,
        text=about.text,
        posted_at=about.published_at.astimezone(UTC),
        parent_url=Place(video, about.parent).url,
        author_url=about.author_url or None,
    )


def _at(comment: Comment) -> int:
    return int(comment.snippet.published_at.timestamp())
