"""Reviews: Otzovik, IRecommend, 2GIS, Yandex Maps."""

import re

from service.messages.posts.link import Link
from service.messages.posts.site import Site, comment_of, named

_OTZOVIK = "otzovik.com"
_OTZOVIK_REVIEW = re.compile(r"/review_(\d+)(?:\.html)?")
_IRECOMMEND = "irecommend.ru"
_IRECOMMEND_REVIEW = re.compile(r"/(content/[^/]+|node/\d+)")
_TWO_GIS = "2gis.ru"
_TWO_GIS_FIRM = re.compile(r"(?:/[\w-]+)?/(?:firm|reviews)/(\d+)(/.*)?")
_TWO_GIS_REVIEW = re.compile(r"/review/(\d+)")
_YANDEX = "yandex.ru"
_YANDEX_PLACE = re.compile(r"/(?:web-maps|maps)(?:/\d+/[^/]+)?/org/(?:[^/]+/)?(\d+)(?:/.*)?")
_YANDEX_PROFILE = re.compile(r"/(?:maps/)?profile/(\d+)(?:/.*)?")


def _otzovik(link: Link) -> str | None:
    found = _OTZOVIK_REVIEW.fullmatch(link.path)
    return f"{_OTZOVIK}/review_{found[1]}{comment_of(link)}" if found else None


def _irecommend(link: Link) -> str | None:
    found = _IRECOMMEND_REVIEW.fullmatch(link.path)
    return f"{_IRECOMMEND}/{found[1]}{comment_of(link)}" if found else None


def _two_gis(link: Link) -> str | None:
    """By the firm's number and, where the link names one, the review's; town and place on the map add nothing."""
    found = _TWO_GIS_FIRM.fullmatch(link.path)
    if found is None:
        return None
    review = _TWO_GIS_REVIEW.search(found[2] or "")
    return f"{_TWO_GIS}/firm/{found[1]}" + (f"/review/{review[1]}" if review else "")


def _of_map(link: Link) -> str | None:
    number = link.query.get("oid", "")
    return number if link.path.startswith("/maps") and number.isdecimal() else None


def _yandex_maps(link: Link) -> str | None:
    """By the place's number; a shared review is named by its author's public id, of whom there is one per place."""
    found = _YANDEX_PLACE.fullmatch(link.path) or _YANDEX_PROFILE.fullmatch(link.path)
    place = found[1] if found else _of_map(link)
    if not place:
        return None
    author = link.query.get("reviews[publicId]") or link.query.get("author")
    return f"{_YANDEX}/maps/org/{place}" + (named("author", author) or comment_of(link))


OTZOVIK = Site(hosts={_OTZOVIK: _OTZOVIK}, post=_otzovik)
IRECOMMEND = Site(hosts={_IRECOMMEND: _IRECOMMEND}, post=_irecommend)
TWO_GIS = Site(
    hosts=dict.fromkeys((_TWO_GIS, "2gis.com", "2gis.kz"), _TWO_GIS),
    post=_two_gis,
    noise=frozenset({"m", "stat", "queryState"}),
)
YANDEX_MAPS = Site(
    hosts=dict.fromkeys((_YANDEX, "yandex.com", "yandex.by", "yandex.kz", "maps.yandex.ru"), _YANDEX),
    post=_yandex_maps,
    noise=frozenset({"ll", "z", "mode", "si", "lang"}),
)
