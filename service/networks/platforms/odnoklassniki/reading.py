"""News in the discussions of a group: nothing twice, and nothing lost between two looks.

In which order comments come is not documented, so both are understood. A look that needs many calls is taken in parts.
"""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Final

from pydantic import BaseModel, Field

from service.networks.platforms.looks import Cursor, looked
from service.networks.platforms.odnoklassniki.client import CANNOT_BE_SEEN, Client, Comment, Discussions, User
from service.networks.platforms.odnoklassniki.place import READ, Place, group_of
from service.networks.platforms.port import Fault, Found, Key, NetworkRefusalError, Reading, Where
from service.networks.platforms.web_text import mentions

CALLS_AT_ONCE: Final = 3
_LOOKED_AT_ANYWAY = 1  # discussions of a look whose signs of activity are as they were
_PAGES = 10
_ODD_ADDRESS = "Одноклассники: адрес источника не ведёт на группу. Укажите адрес вида https://ok.ru/group/1."


class _Step(BaseModel):
    """A page of a discussion, still to be read."""

    kind: str
    number: str
    anchor: str | None = None
    page: int = 1


class _Cursor(Cursor):
    """`activity`: signs of activity of each discussion; `turn`: which one is looked at anyway; `own`: whose key."""

    activity: dict[str, str] = Field(default_factory=dict)
    steps: list[_Step] = Field(default_factory=list)
    turn: int = 0
    own: str | None = None


async def read(client: Client, key: Key | None, where: Where, now: datetime) -> Reading:
    """Comments in the discussions of a group, of others than the account itself."""
    group = group_of(where.address)
    if group is None:
        raise NetworkRefusalError(Fault.DATA, _ODD_ADDRESS, code="address")
    cursor = _Cursor.of(where, now)
    look = _Look(client, key, cursor, group, where.query)

    async def part() -> None:
        if not cursor.steps:
            await look.begin()
            await look.discussions()
        while cursor.steps and look.calls < CALLS_AT_ONCE:
            await look.comments()

    return await looked(cursor, look.found, part, lambda: not cursor.steps, now)


async def current_user(client: Client, key: Key | None) -> str:
    """The number of the person whose key it is."""
    return (await client.read("users.getCurrentUser", key, {"fields": "UID"}, User)).uid


class _Look:
    """A part of a look; it moves the cursor only past what was read."""

    def __init__(
        self, client: Client, key: Key | None, cursor: _Cursor, group: str, query: str | None
    ) -> None:
        self._client = client
        self._key = key
        self._cursor = cursor
        self._group = group
        self._query = query
        self.found: list[Found] = []
        self.calls = 0

    async def begin(self) -> None:
        """Learn once whose key it is: their words are none to answer."""
        if self._cursor.own is None:
            self.calls += 1
            self._cursor.own = await current_user(self._client, self._key)

    async def discussions(self) -> None:
        """Which discussions are to be read: where something has changed, and one in its turn."""
        cursor = self._cursor
        self.calls += 1
        given = {"category": "GROUP", "gid": self._group, "count": "100"}
        listed = await self._client.read("discussions.getList", self._key, given, Discussions)
        shown = [it for it in listed.discussions if it.object_type in READ]
        anyway = {(cursor.turn + it) % len(shown) for it in range(_LOOKED_AT_ANYWAY)} if shown else set()
        cursor.turn += _LOOKED_AT_ANYWAY
        known, cursor.activity = cursor.activity, {}
        for place, discussion in enumerate(shown):
            name = f"{discussion.object_type}/{discussion.object_id}"
            cursor.activity[name] = discussion.activity
            if known.get(name) != discussion.activity or place in anyway:
                cursor.steps.append(_Step(kind=discussion.object_type, number=discussion.object_id))

    async def comments(self) -> None:
        """The first of the steps that are left."""
        cursor = self._cursor
        step = cursor.steps[0]
        place = Place(step.kind, step.number, group=self._group)
        self.calls += 1
        try:
            page = await self._client.comments(
                self._key, {**place.named, **({"anchor": step.anchor} if step.anchor else {})}
            )
        except NetworkRefusalError as refused:
            # A discussion that is closed or gone is no reason to read none of the others.
            if refused.fault is not Fault.GONE and refused.code not in CANNOT_BE_SEEN:
                raise
            cursor.steps.pop(0)
            return
        cursor.steps.pop(0)
        moments = [int(it.at.timestamp()) for it in page.comments if it.at]
        self._take(page.comments, place)
        downwards = len(moments) > 1 and moments[0] > moments[-1]
        ended = not page.has_more or not page.anchor or page.anchor == step.anchor or step.page == _PAGES
        if not ended and not (downwards and moments[-1] < cursor.floor):
            cursor.steps.insert(0, step.model_copy(update={"anchor": page.anchor, "page": step.page + 1}))

    def _take(self, comments: Iterable[Comment], place: Place) -> None:
        cursor = self._cursor
        for comment in comments:
            at = int(comment.at.timestamp()) if comment.at else cursor.top
            if not cursor.is_new(comment.id, at):
                continue
            is_own = is_of(comment, {self._group, cursor.own or ""})
            if comment.text and not comment.is_removed and not is_own and mentions(comment.text, self._query):
                self.found.append(_found(comment, place))


def is_of(comment: Comment, owners: Collection[str]) -> bool:
    """Whether a group or a person of these numbers has written it."""
    authors = (comment.author_id, comment.author_ref.rpartition(":")[2])
    return any(author in owners for author in authors if author)


def _found(comment: Comment, place: Place) -> Found:
    answered = comment.reply_to_comment_id or None
    of_group = comment.author_ref.startswith("group:")
    return Found(
        url=Place(place.kind, place.number, comment.id, place.group).url,
        author=comment.author_name or comment.author_id,
        text=comment.text,
        posted_at=comment.at.astimezone(UTC) if comment.at else None,
        parent_url=Place(place.kind, place.number, answered, place.group).url,
        author_url=f"https://ok.ru/{'group' if of_group else 'profile'}/{comment.author_id}"
        if comment.author_id.isdecimal()
        else None,
    )
