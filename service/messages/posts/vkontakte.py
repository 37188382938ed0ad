"""Posts of VKontakte and of VK Video, whose videos open under both names."""

import re
from typing import NamedTuple
from urllib.parse import parse_qsl

from service.messages.posts.link import Link
from service.messages.posts.site import Site, named

_OBJECT = re.compile(
    r"(wall|photo|video|clip|topic|market|product|note)(-?\d+_\d+)(?:_r(\d+)|_[0-9a-f]{8,})?", re.IGNORECASE
)
_REPLY_FRAGMENT = re.compile(r"reply(\d+)")
_VIDEO = "vkvideo.ru"
_ONE_KIND = {"clip": "video", "product": "market"}


class _Object(NamedTuple):
    kind: str
    ids: str
    reply: str | None


def _object(text: str) -> _Object | None:
    """What a part of a link names: `wall-1_2`, `wall-1_2_r5`, `wall-1_2?reply=5`, `photo-1_2/wall-1_3`."""
    shown, _, query = text.lstrip("!/").partition("?")
    found = _OBJECT.fullmatch(shown.partition("/")[0])
    if found is None:
        return None
    kind = found[1].lower()
    reply = dict(parse_qsl(query)).get("reply") if query else found[3]
    return _Object(_ONE_KIND.get(kind, kind), found[2], reply)


def _embedded(link: Link) -> _Object | None:
    match link.path:
        case "/video_ext.php":
            return _object(f"video{link.query.get('oid')}_{link.query.get('id')}")
        case "/widget_post.php":
            return _object(f"wall{link.query.get('owner_id')}_{link.query.get('post_id')}")
    return None


def _post(link: Link) -> str | None:
    """The post that is opened over a page, else the page's own; a photo opened over a post is a view of the post.

    A comment's number is its own on the whole wall (`wall.getComment` asks for no more), so that the thread in which
    it is shown adds nothing to it.
    """
    post = _object(link.query.get("w", "")) or _embedded(link)
    for part in reversed(link.segments):
        post = post or _object(part)
    post = post or _object(link.fragment) or _object(link.query.get("z", ""))
    if post is None:
        return None
    shown = _REPLY_FRAGMENT.fullmatch(link.fragment)
    reply = post.reply or link.query.get("reply") or link.query.get("post") or (shown and shown[1])
    comment = named("reply", reply) or named("thread", link.query.get("thread"))
    return f"{_VIDEO if post.kind == 'video' else 'vk.com'}/{post.kind}{post.ids}{comment}"


SITE = Site(
    hosts={
        **dict.fromkeys(("vk.com", "vk.ru", "vkontakte.ru", "new.vk.com", "new.vk.ru"), "vk.com"),
        **dict.fromkeys((_VIDEO, "video.vk.com", "video.vk.ru"), _VIDEO),
    },
    post=_post,
    noise=frozenset({"from", "ref", "hash", "access_key", "own", "list", "track_code"}),
    leaving=frozenset({"/away.php", "/share.php", "/away"}),
)
