"""Site: the hosts it answers at, and how its links name posts."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from service.messages.posts.link import Link

_COMMENT = ("comment", "comment_id", "commentid", "comment-id", "cid", "cmid", "cmtid")
_COMMENT_FRAGMENT = re.compile(r"(?:comment|cmt)[-_=/]?([\w.-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Site:
    """A site whose links are understood.

    - `hosts`: its hosts (as `Link.host`) -> the one that stands in keys.
    - `post`: the key of the post, or None for a link of another form.
    - `noise`: parameters that change nothing in links of other forms.
    - `leaving`: paths that only lead on to another site.
    - `has_subdomains`: its subdomains are its own pages too, and are kept apart in keys.
    """

    hosts: Mapping[str, str]
    post: Callable[[Link], str | None]
    noise: frozenset[str] = field(default=frozenset())
    leaving: frozenset[str] = field(default=frozenset())
    has_subdomains: bool = False


def comment_of(link: Link) -> str:
    """What a key ends with where the link names a comment under the post; otherwise empty."""
    for name, value in link.query.items():
        if name.lower() in _COMMENT and value:
            return named("comment", value)
    found = _COMMENT_FRAGMENT.fullmatch(link.fragment)
    return named("comment", found and found[1])


def named(name: str, value: str | None, mark: str = "?") -> str:
    """A parameter as it ends a key; nothing without a value."""
    return f"{mark}{name}={quote(value, safe='')}" if value else ""
