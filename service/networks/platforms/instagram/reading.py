"""News under an account's own publications, and where others have marked it: nothing twice, nothing lost.

A look that needs many calls is taken in parts.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from pydantic import BaseModel, Field

from service.networks.platforms.instagram.client import Client, Comment
from service.networks.platforms.instagram.place import Place, account_of, place_of
from service.networks.platforms.looks import Cursor, looked
from service.networks.platforms.port import Fault, Found, Key, NetworkRefusalError, Reading, Where
from service.networks.platforms.web_text import mentions

CALLS_AT_ONCE: Final = 4
_LOOKED_AT_ANYWAY = 1  # publications of a look whose number of comments is as it was
_PAGES = 10
_NOT_OWN = (
    "Instagram: сеть показывает программе комментарии только под публикациями своего аккаунта. Укажите его адрес; "
    "другие страницы смотрят вручную."
)

_NOT_SHOWN = (
    "Instagram: сеть не показывает публикации аккаунта этому ключу. Администратор проверяет, что аккаунт "
    "профессиональный и ключ получен для него."
)


class _Step(BaseModel):
    """A page of comments still to be read: right under a publication, or of one comment's answers."""

    media: str
    code: str
    comment: str | None = None
    after: str | None = None
    page: int = 1


class _Cursor(Cursor):
    """`counts`: how many comments each of the newest publications had; `turn`: which one is looked at anyway."""

    counts: dict[str, int] = Field(default_factory=dict)
    steps: list[_Step] = Field(default_factory=list)
    turn: int = 0


async def read(client: Client, key: Key, where: Where, now: datetime) -> Reading:
    """Comments of others under the account's publications, and captions of others that mark it."""
    own = account_of(key.own_page)
    if own is None or account_of(where.address) != own:
        raise NetworkRefusalError(Fault.DATA, _NOT_OWN, code="not own")
    cursor = _Cursor.of(where, now)
    look = _Look(client, key, cursor, own, where.query)

    async def part() -> None:
        if not cursor.steps:
            await look.publications()
        while cursor.steps and look.calls < CALLS_AT_ONCE:
            await look.comments()

    return await looked(cursor, look.found, part, lambda: not cursor.steps, now)


class _Look:
    """A part of a look; it moves the cursor only past what was read."""

    def __init__(self, client: Client, key: Key, cursor: _Cursor, own: str, query: str | None) -> None:
        self._client = client
        self._key = key
        self._cursor = cursor
        self._own = own
        self._query = query
        self.found: list[Found] = []
        self.calls = 0

    async def publications(self) -> None:
        """Which publications are to be read: where the number has changed, and one in its turn; and marks of others."""
        cursor = self._cursor
        self.calls += 2
        try:
            listed = (await self._client.media(self._key)).data
        except NetworkRefusalError as refused:
            if refused.fault is not Fault.GONE:
                raise
            # The account is there, or its token would be refused: it is not shown to this token.
            raise NetworkRefusalError(Fault.PERSON, _NOT_SHOWN, code=refused.code) from None
        await self._marks()
        commented = [it for it in listed if it.comments_count]
        anyway = (
            {(cursor.turn + it) % len(commented) for it in range(_LOOKED_AT_ANYWAY)} if commented else set()
        )
        cursor.turn += _LOOKED_AT_ANYWAY
        known, cursor.counts = cursor.counts, {it.id: it.comments_count for it in listed}
        for number, media in enumerate(commented):
            place = place_of(media.permalink)
            if place and (known.get(media.id) != media.comments_count or number in anyway):
                cursor.steps.append(_Step(media=media.id, code=place.code))

    async def _marks(self) -> None:
        try:
            marked = (await self._client.tags(self._key)).data
        except NetworkRefusalError as refused:
            # Not every kind of token is shown them; that is no reason not to read the comments.
            if refused.fault is Fault.LATER or refused.code.partition("/")[0] in ("102", "190"):
                raise
            return
        for media in marked:
            place = place_of(media.permalink)
            if (
                place
                and self._is_new(media.id, media.timestamp)
                and self._fits(media.caption, media.username)
            ):
                url = place.url
                self.found.append(
                    Found(
                        url, media.username, media.caption, _utc(media.timestamp), None, _page(media.username)
                    )
                )

    async def comments(self) -> None:
        """The first of the steps that are left."""
        cursor = self._cursor
        step = cursor.steps[0]
        self.calls += 1
        try:
            if step.comment:
                page = await self._client.replies(self._key, step.comment, step.after)
            else:
                page = await self._client.comments(self._key, step.media, step.after)
        except NetworkRefusalError as refused:
            if refused.fault is not Fault.GONE:
                raise
            cursor.steps.pop(0)
            return
        cursor.steps.pop(0)
        self._take(page.data, step.code, step.comment)
        further = []
        for comment in page.data:
            if comment.replies and (after := comment.replies.paging.further):
                further.append(_Step(media=step.media, code=step.code, comment=comment.id, after=after))
        if page.paging.further and step.page < _PAGES:
            further.append(step.model_copy(update={"after": page.paging.further, "page": step.page + 1}))
        cursor.steps[:0] = further

    def _take(self, comments: Iterable[Comment], code: str, parent: str | None) -> None:
        for comment in comments:
            if self._is_new(comment.id, comment.timestamp) and self._fits(comment.text, comment.name):
                self.found.append(_found(comment, code, parent))
            if comment.replies:
                self._take(comment.replies.data, code, comment.id)

    def _is_new(self, number: str, written: datetime) -> bool:
        cursor, at = self._cursor, int(written.timestamp())
        if number in cursor.seen or at < cursor.floor:
            return False
        cursor.seen[number] = at
        cursor.top = max(cursor.top, at)
        return True

    def _fits(self, text: str, author: str) -> bool:
        return bool(text) and author.lower() != self._own and mentions(text, self._query)


def _found(comment: Comment, code: str, parent: str | None) -> Found:
    place = Place(code, parent, comment.id) if parent else Place(code, comment.id)
    return Found(
        url=place.url,
        author=comment.name,
        text=comment.text,
        posted_at=_utc(comment.timestamp),
        parent_url=Place(code, parent).url,
        author_url=_page(comment.name),
    )


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _page(name: str) -> str | None:
    return f"https://www.instagram.com/{name}/" if name else None
