"""The demo's invented network: townsmen write, officials answer by program or by hand, and nothing of it is true."""

import hmac
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from calendar_rules.vocabulary import Network
from embedded.demo import wording
from embedded.demo.network import PATH, posts
from embedded.demo.network.adapter import LONGEST, MOST_FILES
from embedded.demo.network.posts import DemoFile, DemoFileRow, DemoPostRow, Posts
from service.access import wording as access_wording
from service.access.errors import ConflictError, InvalidInputError, NotFoundError, NotSignedInError
from service.access.values import Instant
from service.keys.ring import Key, KeyRing
from service.messages.attachments import StoredFile
from service.networks.platforms.placing import MOST_BYTES
from service.runs.rules import Rules
from store.database.engines import Database
from store.database.session import DatabaseError, Session
from store.networks import sources
from store.people.tables import BodyRow

LONGEST_TEXT: Final = 2000
"""Characters of what townsmen write; official accounts have twice as much."""
LONGEST_NAME: Final = 60
MOST: Final = 1000
"""Posts and comments in all: the page of a demo is open to whoever reaches it."""
_MOST_A_MINUTE: Final = 30
_MOST_OF_FILES: Final = 1000
"""Megabytes of all files together: a demo runs on whatever machine is at hand."""
_MIB: Final = 2**20
SHOWN: Final = 50
_PURPOSE = "demo network"
_REMOVED = ""


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as the page shows it; `body` is the key of the body whose official account wrote it."""

    id: int
    author: str
    text: str
    at: datetime
    body: str | None
    removed: bool
    reply_to: str | None
    """Whom it answers, where that is another comment."""
    files: Sequence[DemoFile] = ()


@dataclass(frozen=True, slots=True)
class Post:
    """A post with its comments, the oldest first."""

    id: int
    author: str
    text: str
    at: datetime
    comments: Sequence[Comment]

    @property
    def answered(self) -> bool:
        """Whether an official account has answered."""
        return any(comment.body and not comment.removed for comment in self.comments)


class DemoAnswer(BaseModel):
    """Ответ официального аккаунта под публикацией вымышленной сети."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST)]
    name: Annotated[str, StringConstraints(min_length=1, max_length=200)] = Field(
        description="Имя ответа у отправителя: второй ответ с тем же именем не появится."
    )


class DemoPost(BaseModel):
    """Публикация или комментарий вымышленной сети."""

    id: int
    url: str
    author: str
    text: str
    at: Instant
    parent_url: str | None = None
    name: str | None = None


class DemoPosts(BaseModel):
    """Публикации и комментарии, старые сначала; `more`: есть ещё."""

    items: list[DemoPost]
    more: bool = False


class DemoNetwork:
    """What its pages and the adapter's calls do."""

    def __init__(
        self, posts: Posts, database: Database, keys: KeyRing, rules: Rules, public_url: str
    ) -> None:
        """`database`: of the installation, which says how bodies are called, and reads what is written here."""
        self._db = posts
        self._installation = database
        self._keys = keys
        self._zone = rules.zone
        self._base = f"{public_url}{PATH}"

    # ---- pages

    async def feed(self) -> Sequence[Post]:
        """The newest posts first."""
        async with self._db.read() as session:
            rows = await posts.posts(session, SHOWN)
            comments = await posts.comments(session, [_id(row) for row in rows])
        return [self._post(row, comments[_id(row)]) for row in rows]

    async def post(self, number: int) -> Post:
        """One post. Raises NotFoundError."""
        async with self._db.read() as session:
            row = await _found_post(session, number)
            comments = await posts.comments(session, [number])
            files = await posts.files_under(session, number)
        return self._post(row, comments[number], files)

    async def file(self, number: int) -> StoredFile:
        """A photo or video of an answer. Raises NotFoundError."""
        async with self._db.read() as session:
            row = await posts.file(session, number)
        if row is None:
            raise NotFoundError(wording.NO_DEMO_POST)
        return StoredFile(row.name, row.type, row.content)

    async def account(self, body: str) -> tuple[str, Sequence[DemoPostRow]]:
        """The title of a body, and what its official account wrote, the newest first. Raises NotFoundError."""
        title = await self._title(body)
        async with self._db.read() as session:
            return title, await posts.of_body(session, body, SHOWN)

    async def write(
        self, author: str, text: str, under: int | None = None, reply_to: int | None = None
    ) -> DemoPost:
        """What a townsman writes: a post, or a comment under one. Raises InvalidInputError, NotFoundError."""
        author, text = " ".join(author.split()), text.strip()
        if not 0 < len(author) <= LONGEST_NAME or not author.isprintable():
            raise InvalidInputError("author", wording.DEMO_AUTHOR.format(most=LONGEST_NAME))
        if not 0 < len(text) <= LONGEST_TEXT:
            raise InvalidInputError("text", wording.DEMO_TEXT.format(most=LONGEST_TEXT))
        async with self._db.write() as session:
            await _refuse_more(session)
            if under is not None:
                await _found_post(session, under)
                answered = None if reply_to is None else await posts.one(session, reply_to)
                if answered is None or answered.post != under:
                    reply_to = None
            row = DemoPostRow(
                post=under,
                reply_to=reply_to if under is not None else None,
                author=author,
                text=text,
                at=datetime.now(UTC),
            )
            session.add(row)
            await session.flush()
        await self.have_it_read()
        return self._told(row)

    async def have_it_read(self) -> None:
        """The installation looks at its source here at once, as where a network pushes; else at its next look."""
        with suppress(DatabaseError):
            async with self._installation.write() as session:
                known = await sources.all_of_them(session)
                here = [row.id for row in known if row.address == self._base and row.id is not None]
                await sources.asked_again(session, [Network.BLOG])
                await sources.ask(session, here, datetime.now(UTC))

    async def remove(self, number: int) -> int:
        """A comment is taken away with its files, as moderators do; gives its post. Raises NotFoundError."""
        async with self._db.write() as session:
            row = await posts.one(session, number)
            if row is None or row.post is None:
                raise NotFoundError(wording.NO_DEMO_POST)
            row.removed, row.text = True, _REMOVED
            session.add(row)
            await posts.remove_files(session, number)
            return row.post

    # ---- calls of programs

    def token(self, body: str) -> str:
        """The key of a body's official account: of this installation and this body alone."""
        return account_token(self._keys.current, body)

    async def whose(self, token: str) -> str:
        """The body of a key. Raises NotSignedInError."""
        body = token.partition(".")[0]
        known = [account_token(key, body) for key in (self._keys.current, *self._keys.older)]
        if not any(hmac.compare_digest(token.encode(), one.encode()) for one in known):
            raise NotSignedInError(wording.NO_DEMO_KEY)
        return body

    async def written(self, after: int, at_most: int = SHOWN) -> DemoPosts:
        """What townsmen wrote behind a number, the oldest first."""
        async with self._db.read() as session:
            rows = await posts.written_by_people(session, after, at_most + 1)
        return DemoPosts(items=[self._told(row) for row in rows[:at_most]], more=len(rows) > at_most)

    async def answers(self, body: str, post: int) -> DemoPosts:
        """What a body's account wrote under a post. Raises NotFoundError."""
        async with self._db.read() as session:
            await _found_post(session, post)
            rows = (await posts.comments(session, [post]))[post]
        return DemoPosts(items=[self._told(row) for row in rows if row.body == body and not row.removed])

    async def answer(
        self, body: str, post: int, given: DemoAnswer, files: Sequence[StoredFile] = ()
    ) -> DemoPost:
        """An answer of a body's account with its files, each known by its contents; of one name there is one.

        Raises NotFoundError, ConflictError, InvalidInputError.
        """
        title = await self._title(body)
        async with self._db.write() as session:
            await _found_post(session, post)
            known = await posts.named(session, given.name)
            if known is not None:
                if (known.body, known.post) != (body, post):
                    raise ConflictError(wording.DEMO_NAME_TAKEN)
                return self._told(known)
            await _refuse_more(session)
            await _refuse_more_files(session, files)
            row = DemoPostRow(
                post=post,
                body=body,
                author=title,
                text=given.text,
                name=given.name,
                at=datetime.now(UTC),
            )
            session.add(row)
            await session.flush()
            session.add_all(
                DemoFileRow(
                    post=_id(row), position=position, name=file.name, type=file.type, content=file.content
                )
                for position, file in enumerate(files)
            )
            return self._told(row)

    async def comment(self, number: int) -> DemoPost:
        """A comment as it stands. Raises NotFoundError."""
        async with self._db.read() as session:
            row = await posts.one(session, number)
        if row is None or row.post is None or row.removed:
            raise NotFoundError(wording.NO_DEMO_POST)
        return self._told(row)

    async def _title(self, body: str) -> str:
        """By what title the account of a body is known there. Raises NotFoundError."""
        async with self._installation.lookup() as session:
            row = await session.get(BodyRow, body)
        if row is None:
            raise NotFoundError(access_wording.NO_BODY.format(key=body))
        return row.short_title

    def url_of(self, post: int, comment: int | None = None) -> str:
        """Where a post stands, or a comment under it."""
        address = f"{self._base}/entries/{post}"
        return address if comment is None else f"{address}#comment-{comment}"

    def _told(self, row: DemoPostRow) -> DemoPost:
        number = _id(row)
        return DemoPost(
            id=number,
            url=self.url_of(number) if row.post is None else self.url_of(row.post, number),
            author=row.author,
            text=row.text,
            at=row.at,
            parent_url=None if row.post is None else self.url_of(row.post, row.reply_to),
            name=row.name,
        )

    def _post(
        self,
        row: DemoPostRow,
        comments: Sequence[DemoPostRow],
        files: Mapping[int, Sequence[DemoFile]] | None = None,
    ) -> Post:
        authors: Mapping[int, str] = {_id(comment): comment.author for comment in comments}
        return Post(
            _id(row),
            row.author,
            row.text,
            row.at.astimezone(self._zone),
            [
                Comment(
                    _id(comment),
                    comment.author,
                    comment.text,
                    comment.at.astimezone(self._zone),
                    comment.body,
                    comment.removed,
                    authors.get(comment.reply_to or 0),
                    (files or {}).get(_id(comment), ()),
                )
                for comment in comments
            ],
        )


def account_token(key: Key, body: str) -> str:
    """What the official account of a body is known by: of this installation and this body alone."""
    return f"{body}.{hmac.new(key.derived(_PURPOSE), body.encode(), sha256).hexdigest()}"


def _id(row: DemoPostRow) -> int:
    assert row.id is not None  # noqa: S101
    return row.id


async def _found_post(session: Session, number: int) -> DemoPostRow:
    row = await posts.one(session, number)
    if row is None or row.post is not None or row.removed:
        raise NotFoundError(wording.NO_DEMO_POST)
    return row


async def _refuse_more(session: Session) -> None:
    if await posts.count(session) >= MOST:
        raise InvalidInputError("text", wording.DEMO_IS_FULL.format(most=MOST))
    lately = await posts.count(session, datetime.now(UTC) - timedelta(minutes=1))
    if lately >= _MOST_A_MINUTE:
        raise InvalidInputError("text", wording.DEMO_TOO_FAST)


async def _refuse_more_files(session: Session, files: Sequence[StoredFile]) -> None:
    if not files:
        return
    size = sum(len(file.content) for file in files)
    if len(files) > MOST_FILES or size > MOST_BYTES:
        raise InvalidInputError("file", wording.DEMO_FILES.format(most=MOST_FILES, size=MOST_BYTES // _MIB))
    if await posts.size_of_files(session) + size > _MOST_OF_FILES * _MIB:
        raise InvalidInputError("file", wording.DEMO_IS_FULL_OF_FILES.format(size=_MOST_OF_FILES))
