"""Posts of microblogs: channels and chats of Telegram and MAX, posts of X."""

import re

from service.messages.posts.link import Link
from service.messages.posts.site import Site, comment_of

_TELEGRAM = "t.me"
_TELEGRAM_POST = re.compile(r"/(?:s/)?(c/\d+|(?!c/|s/)[a-z]\w+)(?:/\d+)?/(\d+)", re.IGNORECASE)
_TELEGRAM_OWN_HOST = re.compile(r"([a-z0-9-]\w+)\.t\.me")
_X = "x.com"
_X_POST = re.compile(r"/(?:\w+|i/web)/status(?:es)?/(\d+)(?:/.*)?", re.IGNORECASE)
_MAX = "max.ru"
_SHORTEST_MAX_POST = 2  # a channel and what stands in it


def _telegram(link: Link) -> str | None:
    """By chat and number, which is one in all topics of the chat."""
    own = _TELEGRAM_OWN_HOST.fullmatch(link.host)
    path = f"/{own[1]}{link.path}" if own else link.path
    found = _TELEGRAM_POST.fullmatch(path)
    return f"{_TELEGRAM}/{found[1].lower()}/{found[2]}{comment_of(link)}" if found else None


def _x(link: Link) -> str | None:
    """By number, which is one for all accounts."""
    found = _X_POST.fullmatch(link.path)
    return f"{_X}/i/status/{found[1]}" if found else None


def _max(link: Link) -> str | None:
    if len(link.segments) < _SHORTEST_MAX_POST or link.segments[0] == "join":
        return None
    return f"{_MAX}{link.path}{comment_of(link)}"


TELEGRAM = Site(
    hosts=dict.fromkeys((_TELEGRAM, "telegram.me", "telegram.dog"), _TELEGRAM),
    post=_telegram,
    noise=frozenset({"single", "embed", "before", "after"}),
    leaving=frozenset({"/iv", "/share/url", "/share"}),
    has_subdomains=True,
)
X = Site(
    hosts=dict.fromkeys((_X, "twitter.com"), _X),
    post=_x,
    noise=frozenset({"s", "t", "ref_src", "lang"}),
    leaving=frozenset({"/intent/tweet", "/intent/post", "/share"}),
)
MAX = Site(hosts=dict.fromkeys((_MAX, "web.max.ru"), _MAX), post=_max, leaving=frozenset({"/:share"}))
