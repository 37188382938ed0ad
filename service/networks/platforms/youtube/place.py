"""Videos, comments and channels of YouTube, and their links."""

import re
from dataclasses import dataclass
from typing import Final

from service.messages.posts.video_hosting import YOUTUBE
from service.networks.platforms.links import page_link, post_link

HOME: Final = "https://www.youtube.com"
_VIDEO = re.compile(r"youtube\.com/watch\?v=([\w-]+)(?:&lc=.*)?")
_CHANNEL = re.compile(r"/channel/(UC[\w-]+)(?:/.*)?")
_HANDLE = re.compile(r"/@([\w.·-]+)(?:/.*)?")


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
    """A channel: by its number, or its handle without `@`."""

    number: str | None = None
    handle: str | None = None

    def is_of(self, number: str, name: str) -> bool:
        """Whether this is whose comment it is, by the channel's number and the shown name."""
        if self.number:
            return number == self.number
        return bool(self.handle) and name.lstrip("@").casefold() == (self.handle or "").casefold()


def place_of(url: str) -> Place | None:
    """The place of a link; None where it leads to no video."""
    given = post_link(url, YOUTUBE)
    found = _VIDEO.fullmatch(given[1]) if given else None
    return Place(found[1], given[0].query.get("lc") or None) if given and found else None


def page_of(address: str) -> Page | None:
    """The channel that people give by its link, its handle or its number."""
    is_number = not address.strip().startswith("@")
    link = page_link(address, YOUTUBE, f"{HOME}/channel" if is_number else HOME)
    path = "/" + "/".join(link.segments) if link else ""
    if found := _CHANNEL.fullmatch(path):
        return Page(number=found[1])
    found = _HANDLE.fullmatch(path)
    return Page(handle=found[1]) if found else None
