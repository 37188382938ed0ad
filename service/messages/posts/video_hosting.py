"""Posts of video hostings: YouTube and Rutube. VK Video is with VKontakte."""

import re
from urllib.parse import quote

from service.messages.posts.link import Link
from service.messages.posts.site import Site, comment_of, named

_YOUTUBE = "youtube.com"
_YOUTUBE_SHORT = "youtu.be"
_YOUTUBE_VIDEO = re.compile(r"/(?:shorts|embed|live|v|e|watch)/([\w-]+)(?:/.*)?")
_YOUTUBE_SHORT_VIDEO = re.compile(r"/([\w-]+)")
_YOUTUBE_POST = re.compile(r"/post/([\w-]+)")
_RUTUBE = "rutube.ru"
_RUTUBE_VIDEO = re.compile(
    r"/(?:(?:live/)?video(?:/private|/embed)?|play/embed|embed|shorts|yappy)/([\w-]+)", re.IGNORECASE
)


def _youtube(link: Link) -> str | None:
    if found := _YOUTUBE_POST.fullmatch(link.path):
        return f"{_YOUTUBE}/post/{found[1]}{named('lc', link.query.get('lc'))}"
    if link.path.endswith("/community") and (post := link.query.get("lb")):
        return f"{_YOUTUBE}/post/{quote(post, safe='')}{named('lc', link.query.get('lc'))}"
    video = link.query.get("v") if link.path in ("/watch", "") else None
    for form in (_YOUTUBE_VIDEO, *([_YOUTUBE_SHORT_VIDEO] if link.host == _YOUTUBE_SHORT else ())):
        if video is None and (found := form.fullmatch(link.path)):
            video = found[1]
    if not video:
        return None
    return f"{_YOUTUBE}/watch{named('v', video)}{named('lc', link.query.get('lc'), '&')}"


def _rutube(link: Link) -> str | None:
    found = _RUTUBE_VIDEO.fullmatch(link.path)
    return f"{_RUTUBE}/video/{found[1].lower()}{comment_of(link)}" if found else None


YOUTUBE = Site(
    hosts=dict.fromkeys((_YOUTUBE, _YOUTUBE_SHORT, "music.youtube.com", "youtube-nocookie.com"), _YOUTUBE),
    post=_youtube,
    noise=frozenset({"si", "feature", "app", "ab_channel"}),
    leaving=frozenset({"/redirect", "/attribution_link"}),
)
RUTUBE = Site(hosts={_RUTUBE: _RUTUBE}, post=_rutube, noise=frozenset({"r", "t"}))
