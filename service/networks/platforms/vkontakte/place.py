"""Places of VK and their links, and the community whose account a key is of."""

import re
from dataclasses import dataclass
from typing import Final

from service.messages.posts.vkontakte import SITE
from service.networks.platforms.links import page_link, post_link
from service.networks.platforms.port import Key
from service.networks.platforms.vkontakte.client import page_name

HOME: Final = "https://vk.com"
GROUP_ID: Final = "group_id"
_ON_A_WALL = re.compile(r"vk\.com/wall(-?\d+)_(\d+)(?:\?(?:reply|thread)=(\d+))?")
_NUMBERED = re.compile(r"/(?:(?:club|public|event)(\d+)|wall(-\d+)|id(\d+)|wall(\d+))")
_NAMED = re.compile(r"/([A-Za-z0-9_.]{2,})")


@dataclass(frozen=True, slots=True)
class Place:
    """A post, or a comment under it; `thread` is the comment under which that one stands, where the link says so.

    `owner` is of the wall: a community's is negative.
    """

    owner: int
    post: int
    comment: int | None = None
    thread: int | None = None

    @property
    def url(self) -> str:
        """Its link, as VK writes it."""
        link = f"{HOME}/wall{self.owner}_{self.post}"
        if self.comment is None:
            return link
        return f"{link}?reply={self.comment}" + (f"&thread={self.thread}" if self.thread else "")


def place_of(url: str) -> Place | None:
    """The place of a link; None where it leads to no wall."""
    given = post_link(url, SITE)
    found = _ON_A_WALL.fullmatch(given[1]) if given else None
    if given is None or found is None:
        return None
    comment = int(found[3]) if found[3] else None
    thread = given[0].query.get("thread", "")
    under = int(thread) if comment and thread.isdecimal() and int(thread) != comment else None
    return Place(int(found[1]), int(found[2]), comment, under)


def page_of(address: str) -> dict[str, str | int] | None:
    """How `wall.get` is told whose wall is meant: by number, or by short name; None for no page.

    Of a page people give the link, the short name, or a community's number.
    """
    given = address.strip().lstrip("@")
    if re.fullmatch(r"-?\d+", given):
        return {"owner_id": -abs(int(given))}
    link = page_link(given, SITE, HOME)
    if link is None:
        return None
    if found := _NUMBERED.fullmatch(link.path):
        community, wall, person, wall_of_person = found.groups()
        owner = wall or person or wall_of_person or f"-{community}"
        return {"owner_id": int(owner)}
    found = _NAMED.fullmatch(link.path)
    return {"domain": found[1]} if found else None


def elsewhere(kind: str, owner: int, number: int, comment: int | None = None) -> str:
    """The link of a photo, a video or a topic (`kind`) of a page, or of a comment there."""
    shown = "" if comment is None else f"?{'post' if kind == 'topic' else 'reply'}={comment}"
    return f"{HOME}/{kind}{owner}_{number}{shown}"


def page(owner: int) -> str:
    """The link of a person's page or a community's."""
    return f"{HOME}/{page_name(owner)}"


def group_of(key: Key) -> int | None:
    """Number of the key's community: from the key, else from the link to its page; None where neither has it."""
    given = key.credentials.get(GROUP_ID, "").strip().lstrip("-")
    if given.isdecimal():
        return int(given)
    owner = (page_of(key.own_page) or {}).get("owner_id")
    return -owner if isinstance(owner, int) and owner < 0 else None
