"""Callback API: what VK itself tells of a community's wall (dev.vk.com/ru/api/callback/getting-started)."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from service.networks.platforms.port import Found, Key, PushAnswer, Pushed
from service.networks.platforms.vkontakte.client import Comment, Post
from service.networks.platforms.vkontakte.own import CONFIRMATION, SECRET, group_of
from service.networks.platforms.vkontakte.place import Place, elsewhere, page
from service.networks.platforms.vkontakte.reading import found_comment, found_elsewhere, found_post

_FOREIGN: Final = PushAnswer(403)
_CONFIRMATION, _POST_NEW = "confirmation", "wall_post_new"
_REPLY = "wall_reply"
_ELSEWHERE: Final[Mapping[str, str]] = {
    "board_post": "topic",
    "photo_comment": "photo",
    "video_comment": "video",
}
"""Events of comments that stand on no wall, and under what they stand."""
_NEW, _EDIT, _RESTORE, _DELETE = "new", "edit", "restore", "delete"
_COMMENTED: Final = frozenset({_NEW, _EDIT, _RESTORE})
_SHOWN_TO_ALL = frozenset({"post", "reply"})


class _Event(BaseModel):
    model_config = ConfigDict(extra="ignore")

    type: str
    group_id: int
    event_id: str | None = None
    secret: str = ""
    object: JsonValue = None


class _Where(BaseModel):
    """Which comment an event is of: each names its place in a way of its own.

    Of topics: believed, the schema names it for deleted comments alone.
    """

    model_config = ConfigDict(extra="ignore")

    id: int
    owner_id: int | None = None
    post_id: int | None = None
    topic_owner_id: int | None = None
    topic_id: int | None = None
    photo_owner_id: int | None = None
    photo_id: int | None = None
    video_owner_id: int | None = None
    video_id: int | None = None

    def place(self, kind: str, group: int) -> tuple[int, int]:
        """Owner and number of what was commented. Raises ValueError where the event does not name it."""
        owner = {"topic": self.topic_owner_id, "photo": self.photo_owner_id, "video": self.video_owner_id}[
            kind
        ]
        number = {"topic": self.topic_id, "photo": self.photo_id, "video": self.video_id}[kind]
        if number is None:
            raise ValueError(kind)
        owner = owner or self.owner_id or -group
        # Of a topic the schema has the owner without its minus.
        return (-abs(owner) if kind == "topic" else owner), number


def receive(pushed: Pushed, key: Key) -> PushAnswer:
    """Judge an event: of whom it is by community and secret, which one by `event_id`. VK wants `ok` for each."""
    event, group = _event(pushed), group_of(key)
    if event is None or group is None or event.group_id != group:
        return _FOREIGN
    if event.type == _CONFIRMATION:
        confirmation = key.credentials.get(CONFIRMATION, "")
        return PushAnswer(200, confirmation) if confirmation else _FOREIGN
    secret = key.credentials.get(SECRET, "")
    if not secret or not hmac.compare_digest(event.secret.encode(), secret.encode()):
        return _FOREIGN
    try:
        return _told(event, group)
    except ValueError:  # ValidationError too
        # It is VK's, and of a form that we do not know: asked again it would be the same.
        return PushAnswer(200, "ok", event.event_id)


def _event(pushed: Pushed) -> _Event | None:
    try:
        return _Event.model_validate_json(pushed.body) if pushed.method == "POST" else None
    except ValidationError:
        return None


@dataclass
class _Heard:
    """What one event tells."""

    found: list[Found] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)
    changed: list[Found] = field(default_factory=list)

    def comment(self, what: str, comment: Comment, found: Found, group: int) -> None:
        """A comment that is new, was edited or is there again."""
        if what != _NEW:
            self.edited.append(found.url)
        if comment.from_id == -group or not comment.says_something:
            return
        if what == _EDIT:
            self.changed.append(found)
        else:
            self.found.append(found)


def _told(event: _Event, group: int) -> PushAnswer:
    heard = _Heard()
    of, _, what = event.type.rpartition("_")
    if of == _REPLY and what in _COMMENTED:
        comment = Comment.model_validate(event.object)
        owner, post = comment.owner_id or -group, comment.post_id or 0
        root = comment.parents_stack[0] if comment.parents_stack else None
        found = found_comment(comment, owner, post, root, _author(comment.from_id))
        heard.comment(what, comment, found, group)
    elif of in _ELSEWHERE and what in _COMMENTED:
        there = Comment.model_validate(event.object)
        place = _Where.model_validate(event.object).place(_ELSEWHERE[of], group)
        found = found_elsewhere(there, _ELSEWHERE[of], *place, _author(there.from_id))
        heard.comment(what, there, found, group)
    elif what == _DELETE and (of == _REPLY or of in _ELSEWHERE):
        gone = _Where.model_validate(event.object)
        if of == _REPLY:
            heard.removed.append(Place(gone.owner_id or -group, gone.post_id or 0, gone.id).url)
        else:
            place = gone.place(_ELSEWHERE[of], group)
            heard.removed.append(elsewhere(_ELSEWHERE[of], *place, gone.id))
    elif event.type == _POST_NEW:
        post_new = Post.model_validate(event.object)
        if post_new.post_type in _SHOWN_TO_ALL and post_new.from_id != -group:
            heard.found.append(found_post(post_new, _author(post_new.from_id)))
    return PushAnswer(
        200, "ok", event.event_id, heard.found, heard.removed, heard.edited, changed=heard.changed
    )


def _author(author: int) -> str:
    """Events name people by number alone."""
    return page(author).rpartition("/")[2]
