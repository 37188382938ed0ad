"""VK's API: one call each, and what comes of it (dev.vk.com/ru/api/api-requests, version 5.199)."""

from collections.abc import Iterable, Mapping
from html import unescape
from typing import Annotated, Final, TypeVar

from pydantic import AfterValidator, JsonValue, ValidationError

from service.networks.platforms.exchange import Many, Part, exchange, silent
from service.networks.platforms.meanings import meanings_of
from service.networks.platforms.port import File, Platform

VERSION: Final = "5.199"
MEANINGS: Final = meanings_of(Platform.VKONTAKTE)
TITLE: Final = MEANINGS.title
CANNOT_BE_SEEN: Final = frozenset({"15", "19", "30", "203", "210", "211", "212", "213", "801"})
"""Codes of what may exist, and is not shown to this key."""
NO_FILE: Final = "22"
"""Of an upload that has failed; VK's server of uploads itself sends no code."""
REPOST: Final = "[репост]"
"""Before a text that whoever posted it has not written."""
_OK = 200
_SHOWN: Final[Mapping[str, str]] = {
    "photo": "фотография",
    "posted_photo": "фотография",
    "album": "альбом",
    "video": "видео",
    "clip": "клип",
    "doc": "файл",
    "graffiti": "рисунок",
    "audio": "аудиозапись",
    "link": "ссылка",
    "poll": "опрос",
    "article": "статья",
}
_OF_A_COMMENT: Final = frozenset({"photo", "video", "doc", "graffiti"})
"""Attachments that say something without a word: a sticker does not."""
Text = Annotated[str, AfterValidator(unescape)]
"""VK writes `&lt;` for `<`."""


class _Named(Part):
    """A person, or a community by its number without a minus."""

    id: int
    name: str = ""
    first_name: str = ""
    last_name: str = ""
    screen_name: str = ""


class _Listing(Part):
    """Any answer with `extended=1`, which names authors."""

    profiles: tuple[_Named, ...] = ()
    groups: Many[_Named] = ()

    def author(self, number: int) -> str:
        """Name of an author; that of their page where the answer does not say."""
        for it in self.profiles if number > 0 else self.groups:
            if it.id == abs(number):
                return it.name or f"{it.first_name} {it.last_name}".strip()
        return page_name(number)


class Attachment(Part):
    """What goes with a text, by its kind."""

    type: str = ""


def _shown(attachments: Iterable[Attachment]) -> str:
    """What people see there, in Russian, each kind once."""
    return ", ".join(dict.fromkeys(_SHOWN[it.type] for it in attachments if it.type in _SHOWN))


class Comment(Part):
    """A comment, also of a topic, which says less; of a deleted one author and text are missing."""

    id: int
    from_id: int = 0
    date: int = 0
    text: Text = ""
    post_id: int | None = None
    owner_id: int | None = None
    parents_stack: Many[int] = ()
    reply_to_comment: int | None = None
    deleted: bool = False
    attachments: Many[Attachment] = ()
    thread: "Thread | None" = None

    @property
    def root(self) -> int | None:
        """The comment under whose thread it stands, where the answer says so."""
        return self.parents_stack[0] if self.parents_stack else None

    @property
    def shows(self) -> str:
        """What a comment without a text says all the same."""
        return _shown(it for it in self.attachments if it.type in _OF_A_COMMENT)

    @property
    def says_something(self) -> bool:
        """Whether there is anything that could be answered."""
        return bool(self.text or self.shows) and not self.deleted


class Thread(Part):
    """Replies under a comment: some of them, and how many there are."""

    count: int = 0
    items: Many[Comment] = ()


class Comments(_Listing):
    """Of `wall.getComments` and `board.getComments`."""

    items: tuple[Comment, ...]


class _Count(Part):
    count: int = 0


class Post(Part):
    """A post; or a comment, as the search shows it (`post_type` is `reply`, and `post_id` its post's).

    `copy_history`: what it reposts, the last reposted first.
    """

    id: int
    owner_id: int
    from_id: int = 0
    date: int = 0
    text: Text = ""
    post_type: str = "post"
    post_id: int | None = None
    is_deleted: bool = False
    comments: _Count = _Count()
    attachments: Many[Attachment] = ()
    copy_history: Many["Post"] = ()

    @property
    def whole_text(self) -> str:
        """Its text, and those of what it reposts."""
        reposted = (f"{REPOST} {it.text}" for it in self.copy_history if it.text.strip())
        return "\n\n".join(it for it in (self.text, *reposted) if it.strip())

    @property
    def shows(self) -> str:
        """What goes with its text, and with those of what it reposts."""
        return _shown(it for post in (self, *self.copy_history) for it in post.attachments)


class Posts(_Listing):
    """Of `wall.get`, `wall.getById` and `newsfeed.search`."""

    items: tuple[Post, ...]
    next_from: str | None = None


class Topic(Part):
    """A discussion of a community."""

    id: int
    comments: int = 0
    updated: int = 0


class Topics(Part):
    """Of `board.getTopics`."""

    items: tuple[Topic, ...]


class Communities(Part):
    """Of `groups.getById`."""

    groups: Many[_Named] = ()


class Created(Part):
    """Of `wall.createComment`."""

    comment_id: int
    parents_stack: Many[int] = ()


class _UploadServer(Part):
    upload_url: str


class _Uploaded(Part):
    """What the server of uploads says of a file; without `file` it has not taken it."""

    file: str = ""


class Document(Part):
    """A file that VK has."""

    id: int
    owner_id: int


class _Saved(Part):
    doc: Document


class _Error(Part):
    error_code: int


class _Envelope(Part):
    response: JsonValue = None
    error: _Error | None = None


Answer = TypeVar("Answer", bound=Part)


def page_name(owner: int) -> str:
    """The name of a person's page or a community's that has no other."""
    return f"id{owner}" if owner > 0 else f"club{-owner}"


class Client:
    """Calls at one base address; keys come with each call, in a header, and are not kept."""

    def __init__(self, base: str) -> None:
        self._base = base

    async def call(
        self,
        method: str,
        token: str,
        given: Mapping[str, str | int],
        answer: type[Answer],
        *,
        acts: bool = False,
    ) -> Answer:
        """One call. Raises NetworkRefusalError."""
        replied = await exchange(
            TITLE,
            "POST",
            f"{self._base}/method/{method}",
            acts=acts,
            form={**{name: str(value) for name, value in given.items()}, "v": VERSION},
            headers={"Authorization": f"Bearer {token}"},
        )
        if replied.status != _OK:
            raise MEANINGS.of_status(replied.status, acts=acts)
        try:
            said = _Envelope.model_validate_json(replied.content)
            if said.error is not None:
                code = str(said.error.error_code)
                raise MEANINGS.refusal(code, f"{code} {method}")
            return answer.model_validate(said.response)
        except ValidationError:
            raise silent(TITLE, acts=acts) from None

    async def upload(self, token: str, group: int, file: File) -> Document:
        """`docs.getWallUploadServer`, the server that it names, and `docs.save`: all that a community's key may upload.

        Raises NetworkRefusalError.
        """
        server = await self.call("docs.getWallUploadServer", token, {"group_id": group}, _UploadServer)
        replied = await exchange(TITLE, "POST", server.upload_url, files={"file": file})
        if replied.status != _OK:
            raise MEANINGS.of_status(replied.status, acts=False)
        try:
            uploaded = _Uploaded.model_validate_json(replied.content)
        except ValidationError:
            raise silent(TITLE, acts=False) from None
        if not uploaded.file:
            raise MEANINGS.refusal(NO_FILE)
        saved = await self.call("docs.save", token, {"file": uploaded.file, "title": file.name}, _Saved)
        return saved.doc
