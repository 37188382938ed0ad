"""VK's API: one call each, and what comes of it (dev.vk.com/ru/api/api-requests, version 5.199)."""

from collections.abc import Mapping
from html import unescape
from typing import Annotated, Final, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, JsonValue, ValidationError

from activities.networks.exchange import exchange, silent
from activities.networks.port import File
from activities.networks.vkontakte.errors import NO_FILE, of_status, refusal

VERSION: Final = "5.199"
TITLE: Final = "ВКонтакте"
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


class Comment(_Of):
    """A comment; of a deleted one author and text are missing."""

    id: int
    from_id: int = 0
    date: int = 0
    text: Text = ""
    post_id: int | None = None
    owner_id: int | None = None
    parents_stack: Annotated[tuple[int, ...], BeforeValidator(_listed)] = ()
    reply_to_comment: int | None = None
    deleted: bool = False
    thread: "Thread | None" = None


class Thread(_Of):
    """Replies under a comment: some of them, and how many there are."""

    count: int = 0
    items: Annotated[tuple[Comment, ...], BeforeValidator(_listed)] = ()


class Comments(_Of):
    """Of `wall.getComments`. `count` is of the whole post, `current_level_count` of the level that was asked for."""

    count: int
    items: tuple[Comment, ...]
    current_level_count: int | None = None
    profiles: tuple[Profile, ...] = ()
    groups: tuple[Group, ...] = ()


class CommentsOfPost(_Of):
    """How many comments a post has."""

    count: int = 0


class Post(_Of):
    """A post; of `newsfeed.search` also a comment, whose `post_type` is `reply`."""

    id: int
    owner_id: int
    from_id: int = 0
    date: int = 0
    text: Text = ""
    post_type: str = "post"
    post_id: int | None = None
    is_deleted: bool = False
    comments: CommentsOfPost = CommentsOfPost()


class Posts(_Of):
    """Of `wall.get`, `wall.getById` and `newsfeed.search`."""

    items: tuple[Post, ...]
    count: int = 0
    next_from: str | None = None
    profiles: tuple[Profile, ...] = ()
    groups: tuple[Group, ...] = ()


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
