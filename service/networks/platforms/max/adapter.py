"""MAX as the program needs it: the newest posts of the body's channel, what is said under them, and answers there.

MAX names comments by identifiers that its links do not show, so links of ours carry them along.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from pydantic import AliasChoices, Field, TypeAdapter

from calendar_rules.vocabulary import Network
from service.messages.posts import key_of
from service.networks.platforms.checks import CLOCKS_DIFFER, compared, credential, same, too_many
from service.networks.platforms.exchange import Part, Replied, asked_to_wait, exchange, silent, valid
from service.networks.platforms.meanings import meanings_of
from service.networks.platforms.placing import is_own
from service.networks.platforms.port import (
    Ability,
    Adapter,
    Answer,
    Fault,
    Found,
    Key,
    NetworkRefusalError,
    Platform,
    Published,
    Rate,
    Reading,
    Seen,
    SourceKind,
    Stands,
    Traits,
    Where,
)
from service.networks.platforms.web_text import mentions
from settings import Settings

MEANINGS: Final = meanings_of(Platform.MAX)
TITLE: Final = MEANINGS.title
LONGEST: Final = 4000
TOKEN: Final = "token"  # noqa: S105  the name of a key's part
CHAT: Final = "chat_id"
_POSTS, _COMMENTS = 15, 100
"""Of one look: the newest posts, and of their comments at once."""
_MOST_PAGES = 50
"""Of comments under one post, in one look."""
_FIRST_LOOK = timedelta(days=7)
"""How old what is found may be: what is older has long been answered or forgotten."""

_NOT_TOLD = (
    "Не удалось проверить: MAX не показывает боту эту публикацию. Она удалена, или бот больше не администратор канала. "
    "Откройте ссылку и проверьте сами."
)


class _User(Part):
    first_name: str = ""
    last_name: str | None = None
    username: str | None = None
    is_bot: bool = False


class _Body(Part):
    mid: str
    text: str | None = None


class _Link(Part):
    type: str = ""
    mid: str | None = None
    message: _Body | None = None


class _Message(Part):
    sender: _User | None = None
    timestamp: int
    body: _Body
    link: _Link | None = None
    url: str | None = None

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(self.timestamp / 1000, UTC)

    @property
    def of_channel(self) -> bool:
        """Whether the channel itself or a bot has written it."""
        return self.sender is None or self.sender.is_bot

    @property
    def answered(self) -> str | None:
        """The comment that it answers."""
        if self.link is None or self.link.type != "reply":
            return None
        return self.link.mid or (self.link.message.mid if self.link.message else None)


class _Messages(Part):
    """`marker` names the next page; where there is none, and this one is full, older ones are asked for by time."""

    messages: list[_Message] = Field(validation_alias=AliasChoices("comments", "messages"))
    marker: int | str | None = None


class _Sent(Part):
    message: _Message = Field(validation_alias=AliasChoices("comment", "message"))


_MANY, _ONE = TypeAdapter(_Messages), TypeAdapter(_Message)
_SENT: TypeAdapter[_Sent | _Message] = TypeAdapter(_Sent | _Message)


class MaxAdapter(Adapter):
    """Of channels in which the bot is an administrator."""

    platform: Final = Platform.MAX
    traits: Final = Traits(
        network=Network.MICROBLOG,
        abilities=frozenset({Ability.READ, Ability.PUBLISH_ON_OWN_PAGES, Ability.VERIFY}),
        kinds=frozenset({SourceKind.CHANNEL}),
        max_length=LONGEST,
        # A look makes sixteen calls, of which MAX takes thirty a second.
        rate=Rate(1, timedelta(seconds=1)),
        credentials=(TOKEN, CHAT),
        key_named="ключ бота (его выдаёт платформа MAX для партнёров тому, кто бота создал), которого владелец канала "
        "назначил его администратором, и номер канала",
    )

    def __init__(self, settings: Settings, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._base = settings.max_url
        self._clock = clock

    async def read(self, where: Where, key: Key | None) -> Reading:
        """What people wrote under the newest posts. The cursor: `after`, in milliseconds, and `seen` comments."""
        token, chat = _own(key)
        floor = _milliseconds(self._clock() - _FIRST_LOOK)
        after, known = int(where.cursor.get("after", floor)), set(where.cursor.get("seen", ()))
        comments: list[tuple[_Message, _Message]] = []
        for post in await self._posts(token, chat):
            if not post.url:
                continue
            _refuse_another(where.address, post.url)
            read, _ = await self._comments(token, post.body.mid, after)
            comments += [(post, it) for it in read]
        found = [
            _found(post, comment)
            for post, comment in sorted(comments, key=lambda each: each[1].timestamp)
            if comment.body.mid not in known
            and comment.timestamp >= floor
            and not comment.of_channel
            and comment.body.text
        ]
        newest = max([after, *(_before(comment) for _, comment in comments)])
        seen = [comment.body.mid for _, comment in comments if comment.timestamp >= newest]
        return Reading(
            [it for it in found if mentions(it.text, where.query)], {"after": newest, "seen": seen}
        )

    async def publish(self, answer: Answer, key: Key) -> Published:
        token, chat = _own(key)
        page, post, comment = await self._place(answer.post_url, token, chat)
        reply = {"link": {"type": "reply", "mid": comment}} if comment else {}
        given = await _call(
            self._base, token, f"/messages/{quote(post)}/comments", content={"text": answer.text, **reply}
        )
        sent = valid(_SENT, given, TITLE, acts=True)
        made = sent.message if isinstance(sent, _Sent) else sent
        return Published(_url(page, post, made.body.mid), made.at)

    async def find_own(self, answer: Answer, key: Key) -> Published | None:
        token, chat = _own(key)
        page, post, answered = await self._place(answer.post_url, token, chat)
        comments, is_whole = await self._comments(
            token, post, _milliseconds(answer.written_at - CLOCKS_DIFFER)
        )
        for comment in comments:
            # Two people under one post may get the same words.
            in_place = comment.of_channel and comment.answered == answered
            if in_place and same(comment.body.text or "", answer.text):
                return Published(_url(page, post, comment.body.mid), comment.at)
        if not is_whole:
            raise too_many(TITLE)
        return None

    async def verify(self, url: str, text: str, key: Key | None) -> Seen:
        try:
            token, chat = _own(key)
            _, post, comment = await self._place(url, token, chat)
            if comment is None:
                return await self._among(token, post, text)
            shown = await self._comment(token, post, comment)
        except NetworkRefusalError as refusal:
            return Seen(Stands.UNKNOWN, why=_NOT_TOLD if refusal.fault is Fault.GONE else refusal.advice)
        if shown is None:
            return Seen(Stands.DELETED)
        return compared(shown.body.text or "", text)

    async def _comment(self, token: str, post: str, comment: str) -> _Message | None:
        """A comment; None where it is gone. Raises NetworkRefusalError.

        MAX says "not found" of what is gone and of what the bot may not see: the post's own comments tell which.
        """
        try:
            given = await _call(self._base, token, f"/messages/{quote(post)}/comments/{quote(comment)}")
            return valid(_ONE, given, TITLE)
        except NetworkRefusalError as refusal:
            if refusal.fault is not Fault.GONE:
                raise
        given = await _call(self._base, token, f"/messages/{quote(post)}/comments", query={"count": "1"})
        valid(_MANY, given, TITLE)
        return None

    async def _among(self, token: str, post: str, text: str) -> Seen:
        """Of a link that names a post alone: whether the text is among the newest comments."""
        for comment in (await self._page(token, post, {})).messages:
            if same(comment.body.text or "", text):
                return Seen(Stands.STANDS, comment.body.text)
        return Seen(
            Stands.UNKNOWN, why="Среди последних комментариев публикации нет такого текста: откройте её сами."
        )

    async def _posts(self, token: str, chat: str) -> Sequence[_Message]:
        given = await _call(self._base, token, "/messages", query={"chat_id": chat, "count": str(_POSTS)})
        return valid(_MANY, given, TITLE).messages

    async def _comments(self, token: str, post: str, after: int) -> tuple[Sequence[_Message], bool]:
        """Those written since `after`, in milliseconds, to the last; and whether these are all of them."""
        known: dict[str, _Message] = {}
        further: dict[str, str] = {}
        for _ in range(_MOST_PAGES):
            page = await self._page(token, post, {"after": str(after), **further})
            new = {it.body.mid: it for it in page.messages if it.body.mid not in known}
            known |= new
            if page.marker is not None and new:
                further = {"marker": str(page.marker)}
            elif page.marker is None and new and len(page.messages) >= _COMMENTS:
                # The official client knows of no marker: it asks for what was written before the oldest.
                further = {"before": str(min(it.timestamp for it in page.messages) + 1)}
            else:
                return list(known.values()), True
        return list(known.values()), False

    async def _page(self, token: str, post: str, query: dict[str, str]) -> _Messages:
        given = await _call(
            self._base,
            token,
            f"/messages/{quote(post)}/comments",
            query={"count": str(_COMMENTS), **query},
        )
        return valid(_MANY, given, TITLE)

    async def _place(self, url: str, token: str, chat: str) -> tuple[str, str, str | None]:
        """Page, post and comment of a link: of ours by what it carries, of another among the newest posts."""
        parts = urlsplit(url)
        query = parse_qs(parts.query)
        page = f"{parts.scheme}://{parts.netloc}{parts.path}"
        if post := query.get("post"):
            return page, post[0], query.get("comment", [None])[0]
        for known in await self._posts(token, chat):
            if known.url and key_of(known.url) == key_of(page):
                return page, known.body.mid, None
        raise NetworkRefusalError(
            Fault.PERSON,
            "По этой ссылке публикацию в MAX программа не узнаёт: она отвечает под последними записями канала органа. "
            "Разместите ответ вручную.",
            code="link",
        )


def _refuse_another(address: str, post: str) -> None:
    """Refuse to take the posts of another channel for this one's: the key may have the number of that."""
    if is_own(address, post) is False:
        raise NetworkRefusalError(
            Fault.PERSON,
            "MAX: номер канала (chat_id) в ключе не этого канала. Администратор исправляет ключ аккаунта.",
            code="another channel",
        )


def _own(key: Key | None) -> tuple[str, str]:
    token, chat = credential(key, TOKEN, TITLE, "ключ бота"), credential(key, CHAT, TITLE, "номер канала")
    if not chat.removeprefix("-").isdecimal():
        raise NetworkRefusalError(
            Fault.PERSON,
            "MAX: номер канала (chat_id) в ключе аккаунта должен быть числом. Администратор исправляет ключ.",
            code="no chat_id",
        )
    return token, chat


def _found(post: _Message, comment: _Message) -> Found:
    page, sender = post.url or "", comment.sender or _User()
    return Found(
        url=_url(page, post.body.mid, comment.body.mid),
        author=" ".join(f"{sender.first_name} {sender.last_name or ''}".split()) or "Автор не указан",
        text=comment.body.text or "",
        posted_at=comment.at,
        parent_url=_url(page, post.body.mid, comment.answered) if comment.answered else page,
        author_url=f"https://max.ru/{sender.username}" if sender.username else None,
    )


def _url(page: str, post: str, comment: str) -> str:
    return f"{page}?{urlencode({'post': post, 'comment': comment})}"


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _before(comment: _Message) -> int:
    return comment.timestamp - int(CLOCKS_DIFFER.total_seconds() * 1000)


async def _call(
    base: str,
    token: str,
    path: str,
    *,
    query: Mapping[str, str] | None = None,
    content: object = None,
) -> Any:
    """What the API gives for a path: by GET, or with content by POST. Raises NetworkRefusalError."""
    acts = content is not None
    replied = await exchange(
        TITLE,
        "POST" if acts else "GET",
        f"{base}{path}",
        acts=acts,
        query=query,
        content=content,
        headers={"Authorization": token},
    )
    given = _parsed(replied)
    code = str(given.get("code") or "") if isinstance(given, Mapping) else ""
    is_refused = isinstance(given, Mapping) and given.get("success") is False
    if replied.status == HTTPStatus.OK and not is_refused:
        if given is None:
            raise silent(TITLE, acts=acts)
        return given
    # Its own refusals may be of a good status, which the table has for them.
    status = str(replied.status)
    if status not in MEANINGS.by_code:
        raise silent(TITLE, acts=acts)
    raise MEANINGS.refusal(
        f"{status} {code}".strip(), status, words=code, after=asked_to_wait(replied.headers)
    )


def _parsed(replied: Replied) -> Any:
    try:
        return json.loads(replied.content)
    except ValueError:
        return None
