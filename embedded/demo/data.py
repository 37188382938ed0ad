"""The demo's data: a directory of bodies and people, complaints with the road each one goes, posts of its network.

Texts live in TOML in `texts/`; here they become frozen values, checked once on loading. Bodies are real; every person,
author, link and text is invented.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from pydantic import Field

from calendar_rules.data_file import Frozen, Text
from calendar_rules.vocabulary import Importance, Network
from store.directory.file import Directory, Key

_TEXTS: Final = Path(__file__).parent / "texts"
_FIRST_POST: Final = 1001
"""The number of the first complaint in its link."""
_LINKS: Final[Mapping[Network, str]] = {
    Network.VKONTAKTE: "https://vk.com/otklik-demo?w=wall-demo_{}",
    Network.ODNOKLASSNIKI: "https://ok.ru/otklik-demo/topic/{}",
    Network.INSTAGRAM: "https://www.instagram.com/p/otklik-demo-{}/",
    Network.BLOG: "https://dzen.ru/a/otklik-demo-{}",
    Network.MICROBLOG: "https://t.me/otklik_demo_chat/{}",
    Network.VIDEO_HOSTING: "https://rutube.ru/video/otklik-demo-{}/",
    Network.FORUM: "https://forum.demo.example.org/topic/{}",
    Network.REVIEW_SITE: "https://otzovik.com/review_otklik-demo-{}.html",
}


class Routing(Frozen):
    """Fields of the first routing, bodies in their order; on a road that is never routed, what a curator would name."""

    topic: Key
    bodies: tuple[Key, ...] = Field(min_length=1, max_length=3)
    importance: Importance
    location: Text
    repeats: Key | None = None
    reduced_term: str | None = Field(default=None, pattern=r"^PT\d+H$")


class Returned(Frozen):
    """A return to the curator, and the competent body that the message then goes to, if the curator knows it."""

    reason: Text
    to: Key | None = None


class Complaint(Frozen):
    """A complaint, the road it goes (`roads.ROADS`), and the texts that are written on that road.

    - `answer`: what was published, or the draft that waits.
    - `earlier_drafts[i]`: the draft that `rework_comments[i]` sent back, or the one that was withdrawn.
    - `contributions`: of the bodies before the last, in their order; `earlier_contribution` is the first version of
      the first one, sent back with `rework_comments[0]`.
    """

    slug: Key
    road: str
    url: str
    network: Network
    author: Text
    text: Text
    route: Routing

    answer: Text | None = None
    interim: Text | None = None
    clarification: Text | None = None
    author_reply: Text | None = None
    contributions: tuple[Text, ...] = ()
    earlier_contribution: Text | None = None
    earlier_drafts: tuple[Text, ...] = ()
    rework_comments: tuple[Text, ...] = ()
    returns: tuple[Returned, ...] = ()
    measures: Text | None = None
    governor_reason: Text | None = None


class Comment(Frozen):
    """A comment of the invented network; `hours` before the first start; `body`: the official account of it."""

    author: Text
    text: Text
    hours: float = Field(ge=0)
    body: Key | None = None


class Post(Comment):
    """A post of the invented network with what is said under it, the oldest first."""

    comments: tuple[Comment, ...] = ()


@cache
def directory() -> Directory:
    """Bodies, people and topics of the demo; raises `ValueError` saying what is wrong."""
    return Directory.model_validate(_load("directory.toml") | _load("topics.toml"))


@cache
def complaints() -> tuple[Complaint, ...]:
    """All complaints of the demo, road by road; raises `ValueError` saying what is wrong."""
    by_road = _load("complaints.toml").items()
    told = [(road, slug, fields) for road, of_road in by_road for slug, fields in of_road.items()]
    return tuple(_complaint(number, *each) for number, each in enumerate(told, start=_FIRST_POST))


def _complaint(number: int, road: str, slug: str, fields: dict[str, object]) -> Complaint:
    network = Network(str(fields.pop("network", Network.VKONTAKTE)))
    named = {"road": road, "slug": slug, "network": network, "url": _LINKS[network].format(number)}
    return Complaint.model_validate(named | fields)


@cache
def network_posts() -> tuple[Post, ...]:
    """What stands in the invented network at the first start; raises `ValueError` saying what is wrong."""
    return tuple(Post.model_validate(post) for post in _load("network.toml")["posts"])


def _load(name: str) -> dict[str, dict[str, dict[str, object]]]:
    with (_TEXTS / name).open("rb") as source:
        return tomllib.load(source)
