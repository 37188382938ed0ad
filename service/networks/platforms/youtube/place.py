"""Videos, comments and channels of YouTube, and their links."""

import re
from dataclasses import dataclass
from typing import Final

from service.messages.posts.link import LinkError, parse
from service.messages.posts.video_hosting import YOUTUBE

HOME: Final = "https://www.youtube.com"
_VIDEO = re.compile(r"youtube\.com/watch\?v=([\w-]+)(?:&lc=.*)?")
_CHANNEL = re.compile(r"/channel/(UC[\w-]+)(?:/.*)?")
_HANDLE = re.compile(r"/@([\w.·-]+)(?:/.*)?")
_USER = re.compile(r"/user/([\w.-]+)(?:/.*)?")


@dataclass(frozen=True, slots=True)
class Place:
    """A video, or a comment under it; an answer's number is `parent.own`."""

    video: str
    comment: str | None = None

    @property
    def parent(self) -> str | None:
        """The comment under which answers stand: YouTube has one level of them."""
        return self.comment.partition(".")[0] if self.comment else None

    @property
    def url(self) -> str:
        """Its link."""
        return f"{HOME}/watch?v={self.video}" + (f"&lc={self.comment}" if self.comment else "")


@dataclass(frozen=True, slots=True)
class Page:
    """A channel: by its number, its handle without `@`, or its old name."""

    number: str | None = None
    handle: str | None = None
    user: str | None = None

    def is_of(self, number: str, name: str) -> bool:
        """Whether this is whose comment it is, by the channel's number and the shown name."""
        if self.number:
            return number == self.number
        return bool(self.handle) and name.lstrip("@").casefold() == (self.handle or "").casefold()


def place_of(url: str) -> Place | None:
    """The place of a link; None where it leads to no video."""
    try:
        link = parse(url)
    except LinkError:
        return None
    found = _VIDEO.fullmatch((link.host in YOUTUBE.hosts and YOUTUBE.post(link)) or "")
    return Place(found[1], link.query.get("lc") or None) if found else None


def page_of(address: str) -> Page | None:
    """The channel that people give by its link, its handle or its number."""
    given = address.strip()
    if "://" not in given:
        own = "" if given.startswith("@") else "channel/"
        given = f"https://{given}" if "/" in given else f"{HOME}/{own}{given}"
    try:
        link = parse(given)
    except LinkError:
        return None
    if link.host not in YOUTUBE.hosts:
        return None
    path = "/" + "/".join(link.segments)
    if found := _CHANNEL.fullmatch(path):
        return Page(number=found[1])
    if found := _HANDLE.fullmatch(path):
        return Page(handle=found[1])
    if found := _USER.fullmatch(path):
        return Page(user=found[1])
    return None
