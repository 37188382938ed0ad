"""Callback API: what VK itself tells of a community's wall (dev.vk.com/ru/api/callback/getting-started)."""

import hmac
from typing import Final

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from activities.networks.port import Found, Key, PushAnswer, Pushed
from activities.networks.vkontakte.client import Comment, Post
from activities.networks.vkontakte.own import CONFIRMATION, SECRET, group_of
from activities.networks.vkontakte.place import Place, page
from activities.networks.vkontakte.reading import found_comment, found_post

_FOREIGN: Final = PushAnswer(403)
_CONFIRMATION, _POST_NEW = "confirmation", "wall_post_new"
_REPLY_NEW, _REPLY_EDIT = "wall_reply_new", "wall_reply_edit"
_REPLY_DELETE, _REPLY_RESTORE = "wall_reply_delete", "wall_reply_restore"
_SHOWN_TO_ALL = frozenset({"post", "reply"})


class _Event(BaseModel):
    model_config = ConfigDict(extra="ignore")

    type: str
    group_id: int
    event_id: str | None = None
    secret: str = ""
    object: JsonValue = None


class _Deleted(BaseModel):
    model_config = ConfigDict(extra="ignore")

    owner_id: int
    id: int
    post_id: int


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
    except ValidationError:
        # It is VK's, and of a form that we do not know: asked again it would be the same.
        return PushAnswer(200, "ok", event.event_id)


def _event(pushed: Pushed) -> _Event | None:
    try:
        return _Event.model_validate_json(pushed.body) if pushed.method == "POST" else None
    except ValidationError:
        return None


def _told(event: _Event, group: int) -> PushAnswer:
    found: list[Found] = []
    removed: list[str] = []
    edited: list[str] = []
    if event.type in (_REPLY_NEW, _REPLY_EDIT, _REPLY_RESTORE):
        comment = Comment.model_validate(event.object)
        owner, post = comment.owner_id or -group, comment.post_id or 0
        root = comment.parents_stack[0] if comment.parents_stack else None
        if event.type != _REPLY_NEW:
            edited.append(Place(owner, post, comment.id, root).url)
        if event.type != _REPLY_EDIT and comment.from_id != -group and comment.text:
            found.append(found_comment(comment, owner, post, root, _author(comment.from_id)))
    elif event.type == _REPLY_DELETE:
        gone = _Deleted.model_validate(event.object)
        removed.append(Place(gone.owner_id, gone.post_id, gone.id).url)
    elif event.type == _POST_NEW:
        post_new = Post.model_validate(event.object)
        if post_new.post_type in _SHOWN_TO_ALL and post_new.from_id != -group and post_new.text:
            found.append(found_post(post_new, _author(post_new.from_id)))
    return PushAnswer(200, "ok", event.event_id, found, removed, edited)


def _author(author: int) -> str:
    """Events name people by number alone."""
    return page(author).rpartition("/")[2]
