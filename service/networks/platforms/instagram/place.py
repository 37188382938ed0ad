"""Publications and comments of Instagram, and their links."""

import re
from dataclasses import dataclass
from typing import Final

from service.messages.posts.instagram import SITE
from service.messages.posts.link import LinkError, parse

HOME: Final = "https://www.instagram.com"
_POST = re.compile(r"(?:/[\w.]+)?/(?:p|reels?|tv)/([\w-]+)(?:/c/(\d+)(?:/r/(\d+))?)?(?:/.*)?")
_ACCOUNT = re.compile(r"/([\w.]+)")


@dataclass(frozen=True, slots=True)
class Place:
    """A publication by its code, a comment under it, or an answer under that."""

    code: str
    comment: str | None = None
    reply: str | None = None

    @property
    def number(self) -> str | None:
        """Of the comment that the link leads to."""
        return self.reply or self.comment

    @property
    def url(self) -> str:
        """Its link."""
        link = f"{HOME}/p/{self.code}/"
        if self.comment is None:
            return link
        return f"{link}c/{self.comment}/" + (f"r/{self.reply}/" if self.reply else "")


def place_of(url: str) -> Place | None:
    """The place of a link; None where it leads to no publication."""
    try:
        link = parse(url)
    except LinkError:
        return None
    found = _POST.fullmatch(link.path) if link.host in SITE.hosts else None
    return Place(found[1], found[2], found[3]) if found else None


def account_of(address: str) -> str | None:
    """The name of an account, from its link, `@name` or the name alone."""
    given = address.strip()
    if "://" not in given:
        given = f"https://{given}" if "/" in given else f"{HOME}/{given.lstrip('@')}"
    try:
        link = parse(given)
    except LinkError:
        return None
    found = _ACCOUNT.fullmatch(link.path) if link.host in SITE.hosts else None
    return found[1].lower() if found else None
