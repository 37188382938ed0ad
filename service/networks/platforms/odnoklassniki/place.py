"""Discussions of Odnoklassniki, and their links."""

import re
from dataclasses import dataclass
from typing import Final

from service.messages.posts.odnoklassniki import SITE
from service.networks.platforms.links import page_link, post_link

HOME: Final = "https://ok.ru"
_POST = re.compile(r"ok\.ru/(topic|photo)/(\d+)(?:\?comment=(.+))?")
_OF_GROUP = re.compile(r"/group/(\d+)(?:/.*)?")
_OF_PERSON = re.compile(r"/profile/(\d+)(?:/.*)?")
_COMMENT = ("cmtid", "commentid", "cmid", "comment")
_TYPES: Final = {
    ("topic", True): "GROUP_TOPIC",
    ("topic", False): "USER_STATUS",
    ("photo", True): "GROUP_PHOTO",
    ("photo", False): "USER_PHOTO",
}
_PATHS: Final = {
    "GROUP_TOPIC": "topic",
    "USER_STATUS": "statuses",
    "GROUP_PHOTO": "photo",
    "USER_PHOTO": "pphotos",
}
READ: Final = frozenset(_PATHS)
"""Kinds of discussions whose links are known."""


@dataclass(frozen=True, slots=True)
class Place:
    """A discussion, or a comment in it. `group` and `person` are whose page it stands on, where the link says so."""

    kind: str
    number: str
    comment: str | None = None
    group: str | None = None
    person: str | None = None

    @property
    def url(self) -> str:
        """Its link."""
        owner = f"group/{self.group}/" if self.group else f"profile/{self.person}/" if self.person else ""
        path = "topic" if not owner and self.kind == "USER_STATUS" else _PATHS[self.kind]
        return f"{HOME}/{owner}{path}/{self.number}" + (f"?commentId={self.comment}" if self.comment else "")

    @property
    def named(self) -> dict[str, str]:
        """As calls name the discussion."""
        return {"discussionId": self.number, "discussionType": self.kind}


def place_of(url: str) -> Place | None:
    """The discussion of a link; None where it leads to none that comments can be asked for.

    A link without an owner is taken for a group's.
    """
    given = post_link(url, SITE)
    found = _POST.fullmatch(given[1]) if given else None
    if given is None or found is None:
        return None
    link = given[0]
    group, person = _OF_GROUP.fullmatch(link.path), _OF_PERSON.fullmatch(link.path)
    comment = next((value for name, value in link.query.items() if name.lower() in _COMMENT and value), None)
    return Place(
        _TYPES[found[1], person is None],
        found[2],
        comment,
        group[1] if group else None,
        person[1] if person else None,
    )


def group_of(address: str) -> str | None:
    """The number of the group of a page's link, or of the number alone; None for another page."""
    given = address.strip()
    if given.isdecimal():
        return given
    link = page_link(given, SITE)
    found = _OF_GROUP.fullmatch(link.path) if link else None
    return found[1] if found else None
