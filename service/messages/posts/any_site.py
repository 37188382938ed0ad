"""Key of a link of any other form: its address without what only tells whence people came."""

import re
from collections.abc import Collection

from service.messages.posts.link import Link

_NOISE = re.compile(
    r"utm_.*|[a-z]{1,3}clid|ysclid|msclkid|_openstat|mc_[ce]id|igsh(?:id)?|share(?:d|_?id|_to|_from)?|amp",
    re.IGNORECASE,
)
_WHENCE = frozenset({"from", "ref", "referrer", "referer"})
_SESSION = frozenset({"s", "sid", "session", "phpsessid", "jsessionid"})
_SESSION_ID = re.compile(r"[0-9A-Za-z]{16,}")
_SESSION_IN_PATH = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)
_NAMES_A_POST = re.compile(
    r"(?:post|p|pid|comment|cmt|com|c|msg|message|reply|review|ot[zs][iy]v[yi]?|rate|entry|answer|t)[-_=]?\d+",
    re.IGNORECASE,
)


def key(link: Link, origin: str, noise: Collection[str] = ()) -> str:
    """The address at `origin`, with a fragment only where that names a post; `noise` is of the site alone."""
    path = _SESSION_IN_PATH.sub("", link.path)
    kept = [
        f"{name}={value}" if value else name
        for name, value in link.parameters
        if name not in noise and not _is_noise(name, value)
    ]
    query = f"?{'&'.join(kept)}" if kept else ""
    fragment = f"#{link.fragment.lower()}" if _NAMES_A_POST.fullmatch(link.fragment) else ""
    return f"{origin}{path or '/'}{query}{fragment}"


def _is_noise(name: str, value: str) -> bool:
    lower = name.lower()
    return bool(
        _NOISE.fullmatch(name)
        or (lower in _WHENCE and not value.isdecimal())  # a number may be where a page of a list begins
        or (lower in _SESSION and _SESSION_ID.fullmatch(value))
    )
