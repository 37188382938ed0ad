"""Callback API: what VK itself tells of a community's wall (dev.vk.com/ru/api/callback/getting-started)."""

import hmac
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from pydantic import JsonValue, ValidationError

from service.networks.platforms.exchange import Part
from service.networks.platforms.port import Key, PushAnswer, Pushed
from service.networks.platforms.vkontakte.client import Comment, Post, page_name
from service.networks.platforms.vkontakte.place import Place, elsewhere, group_of
from service.networks.platforms.vkontakte.reading import found_comment, found_elsewhere, found_post

CONFIRMATION: Final = "confirmation"
SECRET: Final = "secret"  # noqa: S105 - a name, and no secret
_FOREIGN: Final = PushAnswer(403)
_POST_NEW = "wall_post_new"
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


class _Event(Part):
    type: str
    group_id: int
    event_id: str | None = None
    secret: str = ""
    object: JsonValue = None


class _Where(Part):
    """Which comment an event is of: each names its place in a way of its own.

    Of topics: believed, the schema names it for deleted comments alone.
    """

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
        named = {
            "topic": (self.topic_owner_id, self.topic_id),
            "photo": (self.photo_owner_id, self.photo_id),
            "video": (self.video_owner_id, self.video_id),
        }
        owner, number = named[kind]
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
    if event.type == CONFIRMATION:
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


def _told(event: _Event, group: int) -> PushAnswer:
    """What an event says; nothing but its name where it is of no use here. Raises ValueError for an odd one."""
    taken = PushAnswer(200, "ok", event.event_id)
    of, _, what = event.type.rpartition("_")
    if event.type == _POST_NEW:
        post = Post.model_validate(event.object)
        is_found = post.post_type in _SHOWN_TO_ALL and post.from_id != -group
        return replace(taken, found=[found_post(post, page_name(post.from_id))] if is_found else [])
    if of != _REPLY and of not in _ELSEWHERE:
        return taken
    if what == _DELETE:
        gone = _Where.model_validate(event.object)
        if of == _REPLY:
            return replace(taken, removed=[Place(gone.owner_id or -group, gone.post_id or 0, gone.id).url])
        return replace(
            taken, removed=[elsewhere(_ELSEWHERE[of], *gone.place(_ELSEWHERE[of], group), gone.id)]
        )
    if what not in _COMMENTED:
        return taken
    comment = Comment.model_validate(event.object)
    author = page_name(comment.from_id)  # events name people by number alone
    if of == _REPLY:
        owner, number = comment.owner_id or -group, comment.post_id or 0
        found = found_comment(comment, owner, number, comment.root, author)
    else:
        place = _Where.model_validate(event.object).place(_ELSEWHERE[of], group)
        found = found_elsewhere(comment, _ELSEWHERE[of], *place, author)
    is_of_use = comment.from_id != -group and comment.says_something
    return replace(
        taken,
        found=[found] if is_of_use and what != _EDIT else [],
        changed=[found] if is_of_use and what == _EDIT else [],
        edited=[found.url] if what != _NEW else [],
    )
