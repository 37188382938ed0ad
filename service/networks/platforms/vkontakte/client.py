"""VK's API: one call each, and what comes of it (dev.vk.com/ru/api/api-requests, version 5.199)."""

from collections.abc import Iterable, Mapping
from html import unescape
from typing import Annotated, Final, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, JsonValue, ValidationError

from service.networks.platforms.exchange import exchange, silent
from service.networks.platforms.port import File
from service.networks.platforms.vkontakte.errors import NO_FILE, of_status, refusal

VERSION: Final = "5.199"
TITLE: Final = "ВКонтакте"
REPOST: Final = "[репост]"
"""Before a text that whoever posted it has not written."""
_OK = 200


class _Of(BaseModel):
    """A part of an answer; what we do not read may be of any form."""

    model_config = ConfigDict(extra="ignore", frozen=True)


Text = Annotated[str, AfterValidator(unescape)]
"""VK writes `&lt;` for `<`."""


def _listed(given: object) -> object:
    return given or ()


class Profile(_Of):
    """A person, where `extended` was asked for."""

    id: int
    first_name: str = ""
    last_name: str = ""


class Group(_Of):
    """A community, by its number without a minus."""

    id: int
    name: str = ""


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
"""What says something without a word: a sticker does not."""


class Attachment(_Of):
    """What goes with a text, by its kind."""

    type: str = ""


Attachments = Annotated[tuple[Attachment, ...], BeforeValidator(_listed)]


def _shown(attachments: Iterable[Attachment]) -> str:
    """What people see there, in Russian, each kind once."""
    return ", ".join(dict.fromkeys(_SHOWN[it.type] for it in attachments if it.type in _SHOWN))


class Comment(_Of):
    """A comment, also of a topic, which says less; of a deleted one author and text are missing."""

    id: int
    from_id: int = 0
    date: int = 0
    text: Text = ""
    post_id: int | None = None
    owner_id: int | None = None
    parents_stack: Annotated[tuple[int, ...], BeforeValidator(_listed)] = ()
    reply_to_comment: int | None = None
    deleted: bool = False
    attachments: Attachments = ()
    thread: "Thread | None" = None

    @property
    def shows(self) -> str:
        """What a comment without a text says all the same."""
        return _shown(it for it in self.attachments if it.type in _OF_A_COMMENT)

    @property
    def says_something(self) -> bool:
        """Whether there is anything that could be answered."""
        return bool(self.text or self.shows) and not self.deleted


class Thread(_Of):
    """Replies under a comment: some of them, and how many there are."""

    count: int = 0
    items: Annotated[tuple[Comment, ...], BeforeValidator(_listed)] = ()


class Comments(_Of):
    """Of `wall.getComments` and `board.getComments`.

    `count` is of the whole post, `current_level_count` of the level that was asked for.
    """

    count: int
    items: tuple[Comment, ...]
    current_level_count: int | None = None
    profiles: tuple[Profile, ...] = ()
    groups: tuple[Group, ...] = ()


class CommentsOfPost(_Of):
    """How many comments a post has."""

    count: int = 0


class Post(_Of):
    """A post; of `newsfeed.search` also a comment, whose `post_type` is `reply`.

    Of a repost `copy_history` is what was reposted, and what that had reposted.
    """

    id: int
    owner_id: int
    from_id: int = 0
    date: int = 0
    text: Text = ""
    post_type: str = "post"
    post_id: int | None = None
    is_deleted: bool = False
    comments: CommentsOfPost = CommentsOfPost()
    attachments: Attachments = ()
    copy_history: Annotated[tuple["Post", ...], BeforeValidator(_listed)] = ()

    @property
    def whole_text(self) -> str:
        """Its text, and those of what it reposts."""
        reposted = (f"{REPOST} {it.text}" for it in self.copy_history if it.text.strip())
        return "\n\n".join(it for it in (self.text, *reposted) if it.strip())

    @property
    def shows(self) -> str:
        """What goes with its text, and with those of what it reposts."""
        return _shown(it for post in (self, *self.copy_history) for it in post.attachments)


class Posts(_Of):
    """Of `wall.get`, `wall.getById` and `newsfeed.search`."""

    items: tuple[Post, ...]
    count: int = 0
    next_from: str | None = None
    profiles: tuple[Profile, ...] = ()
    groups: tuple[Group, ...] = ()


class Topic(_Of):
    """A discussion of a community."""

    id: int
    comments: int = 0
    updated: int = 0


class Topics(_Of):
    """Of `board.getTopics`."""

    items: tuple[Topic, ...]


class Community(_Of):
    """A community by its number without a minus, and the name that links may have instead."""

    id: int
    screen_name: str = ""


class Communities(_Of):
    """Of `groups.getById`."""

    groups: Annotated[tuple[Community, ...], BeforeValidator(_listed)] = ()


class Created(_Of):
    """Of `wall.createComment`."""

    comment_id: int
    parents_stack: Annotated[tuple[int, ...], BeforeValidator(_listed)] = ()


class UploadServer(_Of):
    """Where a file is to be sent, of `docs.getWallUploadServer`."""

    upload_url: str


class Uploaded(_Of):
    """What the server of uploads says of a file; without `file` it has not taken it."""

    file: str = ""


class Document(_Of):
    """A file that VK has."""

    id: int
    owner_id: int


class Saved(_Of):
    """Of `docs.save`: the file by the name of its kind."""

    doc: Document


Answer = TypeVar("Answer", bound=_Of)


class _Error(_Of):
    error_code: int


class _Envelope(_Of):
    response: JsonValue = None
    error: _Error | None = None


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
            raise of_status(replied.status, acts=acts)
        try:
            said = _Envelope.model_validate_json(replied.content)
            if said.error is not None:
                raise refusal(said.error.error_code, method)
            return answer.model_validate(said.response)
        except ValidationError:
            raise silent(TITLE, acts=acts) from None

    async def search(self, token: str, given: Mapping[str, str | int]) -> Posts:
        """`newsfeed.search`: the newest first, the first 1,000 at most."""
        return await self.call("newsfeed.search", token, given, Posts)

    async def wall(self, token: str, given: Mapping[str, str | int]) -> Posts:
        """`wall.get`: a pinned post, then the newest first."""
        return await self.call("wall.get", token, given, Posts)

    async def posts(self, token: str, given: Mapping[str, str | int]) -> Posts:
        """`wall.getById`."""
        return await self.call("wall.getById", token, given, Posts)

    async def comments(self, token: str, given: Mapping[str, str | int]) -> Comments:
        """`wall.getComments`: of a post, or of the thread under `comment_id`."""
        return await self.call("wall.getComments", token, given, Comments)

    async def topics(self, token: str, given: Mapping[str, str | int]) -> Topics:
        """`board.getTopics`: discussions of a community."""
        return await self.call("board.getTopics", token, given, Topics)

    async def topic_comments(self, token: str, given: Mapping[str, str | int]) -> Comments:
        """`board.getComments`: of a discussion, which has no threads."""
        return await self.call("board.getComments", token, given, Comments)

    async def community(self, token: str, named: int | str) -> Communities:
        """`groups.getById`: of a number or a name."""
        return await self.call("groups.getById", token, {"group_id": named}, Communities)

    async def create_comment(self, token: str, given: Mapping[str, str | int]) -> Created:
        """`wall.createComment`."""
        return await self.call("wall.createComment", token, given, Created, acts=True)

    async def upload(self, token: str, group: int, file: File) -> Document:
        """`docs.getWallUploadServer`, the server that it names, and `docs.save`: all that a community's key may upload.

        Raises NetworkRefusalError.
        """
        server = await self.call("docs.getWallUploadServer", token, {"group_id": group}, UploadServer)
        replied = await exchange(TITLE, "POST", server.upload_url, files={"file": file})
        if replied.status != _OK:
            raise of_status(replied.status, acts=False)
        try:
            uploaded = Uploaded.model_validate_json(replied.content)
        except ValidationError:
            raise silent(TITLE, acts=False) from None
        if not uploaded.file:
            raise refusal(NO_FILE)
        saved = await self.call("docs.save", token, {"file": uploaded.file, "title": file.name}, Saved)
        return saved.doc
