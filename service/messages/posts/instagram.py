"""Posts of Instagram."""

import re

from service.messages.posts.link import Link
from service.messages.posts.site import Site, comment_of, named

_POST = re.compile(r"(?:/[\w.]+)?/(?:p|reels?|tv)/([\w-]+)(?:/c/(\d+)(?:/r/(\d+))?)?(?:/.*)?")
_HOST = "instagram.com"


def _post(link: Link) -> str | None:
    """By its code, which is one for every form; letters differ by case."""
    found = _POST.fullmatch(link.path)
    if found is None:
        return None
    return f"{_HOST}/p/{found[1]}" + (named("comment", found[3] or found[2]) or comment_of(link))


SITE = Site(
    hosts=dict.fromkeys((_HOST, "instagr.am"), _HOST),
    post=_post,
    noise=frozenset({"igsh", "igshid", "img_index", "hl"}),
)
LEAVING = Site(hosts={"l.instagram.com": "l.instagram.com"}, post=lambda _link: None, leaving=frozenset({""}))
