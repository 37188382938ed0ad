"""Posts of forums by the engine that their links show: phpBB, vBulletin, Invision, XenForo, SMF, Discourse.

Any host may run one, so that only forms which no other kind of site uses are taken for theirs.
"""

import re
from collections.abc import Callable

from service.messages.posts.link import Link
from service.messages.posts.site import comment_of, named

_PHP_TOPIC = re.compile(r"(.*/)(viewtopic|showthread|showpost)\.php(?:/(\d++)[^/]*)?")
_ANCHOR = re.compile(r"(?:post|p|pid|entry|comment|msg|findComment)[-_]?(\d+)", re.IGNORECASE)
_FIRST_NUMBER = re.compile(r"(\d+)(?:-|$)")
_INVISION = re.compile(r"(.*)/topic/(\d+)(?:-[^/]*)?(?:/page/\d+)?")
_XENFORO_THREAD = re.compile(r"(.*)/threads/(?:[^/]*\.)?(\d+)(?:/page-\d+)?(?:/post-(\d+))?(?:/page-\d+)?")
_XENFORO_POST = re.compile(r"(.*)/posts/(\d+)")
_SMF = re.compile(r"(\d+)(?:\.msg(\d+)|\.\d+|\.new)?")
_SMF_PATH = re.compile(r"(.*/index\.php)[/,]topic,([\w.]+?)(?:\.html)?")
_DISCOURSE = re.compile(r"/t/(?:(?!\d++(?:/|$))[^/]++/)?(\d+)(?:/(\d+))?")


def _anchor(link: Link) -> str | None:
    found = _ANCHOR.fullmatch(link.fragment)
    return found[1] if found else None


def _php(link: Link) -> str | None:
    """phpBB and vBulletin: a message's number is one in the whole forum."""
    found = _PHP_TOPIC.fullmatch(link.path)
    if found is None:
        return None
    page = "showthread" if found[2] == "showpost" else found[2]
    if message := link.query.get("p") or link.query.get("postid") or _anchor(link):
        return f"{found[1]}{page}.php{named('p', message)}"
    titled = next((number[1] for name in link.query if (number := _FIRST_NUMBER.match(name))), None)
    topic = link.query.get("t") or link.query.get("threadid") or found[3] or titled
    return f"{found[1]}{page}.php{named('t', topic)}" if topic else None


def _invision(link: Link) -> str | None:
    if topic := link.query.get("showtopic"):
        message = link.query.get("p") or link.query.get("pid") or _anchor(link)
        return f"{link.path}{named('showtopic', topic)}{named('p', message, '&')}"
    found = _INVISION.fullmatch(link.path)
    if found is None:
        return None
    message = link.query.get("comment") or _anchor(link)
    return f"{found[1]}/topic/{found[2]}{named('comment', message)}"


def _xenforo(link: Link) -> str | None:
    # Of other sites whose posts have numbers too, a comment is a post of its own.
    if (found := _XENFORO_POST.fullmatch(link.path)) and not comment_of(link):
        return f"{found[1]}/posts/{found[2]}"
    found = _XENFORO_THREAD.fullmatch(link.path)
    if found is None:
        return None
    message = found[3] or _anchor(link)
    return f"{found[1]}/posts/{message}" if message else f"{found[1]}/threads/{found[2]}"


def _smf(link: Link) -> str | None:
    in_path = _SMF_PATH.fullmatch(link.path)
    page = in_path[1] if in_path else link.path
    if not page.endswith("/index.php"):
        return None
    found = _SMF.fullmatch(in_path[2] if in_path else link.query.get("topic", ""))
    message = link.query.get("msg") or (found and (found[2] or _anchor(link)))
    if found is None and message is None:
        return None
    return f"{page}{named('msg', message) or named('topic', found and found[1])}"


def _discourse(link: Link) -> str | None:
    found = _DISCOURSE.fullmatch(link.path)
    if found is None:
        return None
    message = found[2]
    return f"/t/{found[1]}" + (f"/{message}" if message and message != "1" else "")


_ENGINES: tuple[Callable[[Link], str | None], ...] = (_php, _invision, _xenforo, _smf, _discourse)


def post(link: Link) -> str | None:
    """The key of a forum's post, or None for a link of another form."""
    for engine in _ENGINES:
        if named := engine(link):
            return f"{link.origin}{named}"
    return None
