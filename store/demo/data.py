"""The demo data: a directory of bodies and people, and complaints with the road each one goes.

Texts live in TOML beside this module; here they become frozen values, checked once on loading. Bodies are
real; every person, author, link and text is invented.
"""

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

_HERE = Path(__file__).parent

Network = Literal[
    "vkontakte", "odnoklassniki", "instagram", "blog", "microblog", "video_hosting", "forum", "review_site"
]
Importance = Literal["ordinary", "raised", "high"]
Role = Literal["curator", "head", "executor", "responsible", "deputy", "deputy-policy", "governor", "admin"]
DeclineGround = Literal["harm_to_person", "obscene_or_insulting", "threat_to_official"]
CloseReason = Literal["no_reply", "deleted", "comments_closed", "registered_by_mistake"]

Road = Literal[
    "answered",
    "answered_late",
    "answered_after_rework",
    "answered_after_two_reworks",
    "returned_then_answered",
    "returned_twice",
    "returned_late",
    "joint_answered",
    "joint_returned_in_middle",
    "joint_contribution_rework",
    "interim_then_answered",
    "interim_awaiting_final",
    "clarification_replied_answered",
    "clarification_awaiting_author",
    "clarification_no_reply_closed",
    "repeated_answered",
    "declined_harm",
    "declined_obscene",
    "declined_threat",
    "closed_deleted",
    "closed_comments_closed",
    "registered_by_mistake",
    "reduced_term_answered",
    "governor_reported",
    "withdrawn_draft_answered",
    "open_routing",
    "open_routing_late",
    "open_preparation",
    "open_preparation_late",
    "open_joint",
    "open_approval",
    "open_rework",
    "open_publication",
    "open_returned",
]

_RETURNED = frozenset({"return_reason", "return_to", "answer"})

ROAD_TEXTS: dict[Road, frozenset[str]] = {
    "answered": frozenset({"answer"}),
    "answered_late": frozenset({"answer"}),
    "answered_after_rework": frozenset({"earlier_drafts", "rework_comments", "answer"}),
    "answered_after_two_reworks": frozenset({"earlier_drafts", "rework_comments", "answer"}),
    "returned_then_answered": _RETURNED,
    "returned_twice": _RETURNED | {"second_return_reason", "second_return_to"},
    "returned_late": _RETURNED,
    "joint_answered": frozenset({"contributions", "answer"}),
    "joint_returned_in_middle": _RETURNED | {"contributions"},
    "joint_contribution_rework": frozenset(
        {"earlier_contribution", "rework_comments", "contributions", "answer"}
    ),
    "interim_then_answered": frozenset({"interim", "answer"}),
    "interim_awaiting_final": frozenset({"interim"}),
    "clarification_replied_answered": frozenset({"clarification", "author_reply", "answer"}),
    "clarification_awaiting_author": frozenset({"clarification"}),
    "clarification_no_reply_closed": frozenset({"clarification", "close_reason"}),
    "repeated_answered": frozenset({"repeats", "measures", "answer"}),
    "declined_harm": frozenset({"decline_ground"}),
    "declined_obscene": frozenset({"decline_ground"}),
    "declined_threat": frozenset({"decline_ground"}),
    "closed_deleted": frozenset({"close_reason"}),
    "closed_comments_closed": frozenset({"close_reason"}),
    "registered_by_mistake": frozenset({"close_reason"}),
    "reduced_term_answered": frozenset({"reduced_term", "answer"}),
    "governor_reported": frozenset({"governor_reason", "answer"}),
    "withdrawn_draft_answered": frozenset({"earlier_drafts", "answer"}),
    "open_routing": frozenset(),
    "open_routing_late": frozenset(),
    "open_preparation": frozenset(),
    "open_preparation_late": frozenset(),
    "open_joint": frozenset({"contributions"}),
    "open_approval": frozenset({"answer"}),
    "open_rework": frozenset({"earlier_drafts", "rework_comments"}),
    "open_publication": frozenset({"answer"}),
    "open_returned": frozenset({"return_reason"}),
}
"""What each road needs to be gone to its end; `open_returned` may name `return_to` besides."""

_MAY_BE_LEFT_OUT = {"open_returned": frozenset({"return_to"})}
_ROAD_FIELDS: frozenset[str] = frozenset().union(*ROAD_TEXTS.values())

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DemoDepartment(_Frozen):
    """The Department itself: it holds the curator's limits and is never routed to."""

    key: Key
    title: Text
    short: Text


class DemoBody(_Frozen):
    key: Key
    title: Text
    short: Text
    kind: Literal["executive", "municipality"]
    accounts: dict[Network, Text]


class DemoRole(_Frozen):
    role: Role
    body: Key | None = None

    @model_validator(mode="after")
    def _body_where_the_role_is_of_a_body(self) -> Self:
        if (self.body is not None) != (self.role in ("executor", "responsible")):
            raise ValueError(
                f"role {self.role!r}: an executor and a responsible have a body, others have none"
            )
        return self


class DemoPerson(_Frozen):
    """A sign-in. `oversees` holds the keys of the bodies whose shortcomings go to this deputy (cl. 20)."""

    key: Key
    name: Text
    position: Text
    roles: tuple[DemoRole, ...] = Field(min_length=1)
    oversees: tuple[Key, ...] = ()


class DemoTopic(_Frozen):
    key: Key
    group: Text
    title: Text


class DemoNetwork(_Frozen):
    """A network of clause 3. `max_length` is in characters; `length_source` says where it comes from."""

    key: Network
    title: Text
    publication: Literal["api", "manual"]
    hosts: tuple[str, ...]
    max_length: int = Field(gt=0)
    length_source: Text

    def accepts(self, url: str) -> bool:
        """Whether an http(s) link is of this network: its host or a parent is listed, or none is."""
        parts = urlsplit(url)
        host = parts.hostname
        if parts.scheme not in ("http", "https") or not host:
            return False
        return not self.hosts or any(host == known or host.endswith(f".{known}") for known in self.hosts)


class DemoDirectory(_Frozen):
    appeal_notice: Text
    department: DemoDepartment
    bodies: tuple[DemoBody, ...]
    people: tuple[DemoPerson, ...]
    topics: tuple[DemoTopic, ...]
    networks: tuple[DemoNetwork, ...]

    @model_validator(mode="after")
    def _keys_are_unique_and_known(self) -> Self:
        for name, keys in (
            ("bodies", [body.key for body in self.bodies] + [self.department.key]),
            ("people", [person.key for person in self.people]),
            ("topics", [topic.key for topic in self.topics]),
            ("networks", [network.key for network in self.networks]),
        ):
            _refuse_doubles(name, keys)
        known = {body.key for body in self.bodies}
        for person in self.people:
            named = {role.body for role in person.roles if role.body} | set(person.oversees)
            if unknown := named - known:
                raise ValueError(f"person {person.key!r} names unknown bodies: {sorted(unknown)}")
        return self


class DemoComplaint(_Frozen):
    """A complaint and the road it goes.

    - `bodies`: the first routing, in the order of acting; a body that a return leads to is not among them. On
      roads that are never routed, `topic` and `bodies` are what the curator would choose.
    - `return_to`: the competent body that takes the place of the one that returned: of `bodies[0]`, or in
      `joint_returned_in_middle` of `bodies[1]`. In `returned_twice` it returns in its turn, and
      `second_return_to` answers.
    - `answer`: the text that was published; in `open_approval` and `open_publication` the draft that waits.
    - `earlier_drafts[i]`: the draft that `rework_comments[i]` sent back, or the one that was withdrawn.
    - `contributions`: one for every body before the last, in the order of acting (after a return, of the body
      that took the place); in `open_joint` only those already there.
    - `earlier_contribution`: the first text of `contributions[0]`, sent back with `rework_comments[0]`.
    - `reduced_term`: ISO 8601, working time.
    """

    slug: Key
    road: Road
    network: Network
    author: Text
    url: Text
    text: Text
    topic: Key
    location: Text
    importance: Importance
    bodies: tuple[Key, ...] = Field(min_length=1, max_length=3)

    answer: Text | None = None
    interim: Text | None = None
    clarification: Text | None = None
    author_reply: Text | None = None
    contributions: tuple[Text, ...] = ()
    earlier_contribution: Text | None = None
    earlier_drafts: tuple[Text, ...] = ()
    rework_comments: tuple[Text, ...] = ()
    return_reason: Text | None = None
    return_to: Key | None = None
    second_return_reason: Text | None = None
    second_return_to: Key | None = None
    measures: Text | None = None
    repeats: Key | None = None
    reduced_term: str | None = Field(default=None, pattern=r"^PT\d+H(\d+M)?$")
    decline_ground: DeclineGround | None = None
    close_reason: CloseReason | None = None
    governor_reason: Text | None = None

    @model_validator(mode="after")
    def _has_what_its_road_needs(self) -> Self:
        given = {name for name in _ROAD_FIELDS if getattr(self, name)}
        needed = ROAD_TEXTS[self.road]
        if missing := needed - given:
            raise ValueError(f"complaint {self.slug!r} on road {self.road!r} lacks {sorted(missing)}")
        if spare := given - needed - _MAY_BE_LEFT_OUT.get(self.road, frozenset()):
            raise ValueError(f"complaint {self.slug!r} on road {self.road!r} has no use for {sorted(spare)}")
        return self

    @model_validator(mode="after")
    def _names_each_body_once(self) -> Self:
        named = [*self.bodies, *(key for key in (self.return_to, self.second_return_to) if key)]
        _refuse_doubles(f"bodies of complaint {self.slug!r}", named)
        return self


class _ComplaintFile(_Frozen):
    complaints: tuple[DemoComplaint, ...]


@cache
def directory() -> DemoDirectory:
    """Bodies, people, topics and networks of the demo; raises `ValueError` saying what is wrong."""
    return DemoDirectory.model_validate(_load(_HERE / "directory.toml"))


@cache
def complaints() -> tuple[DemoComplaint, ...]:
    """All demo complaints in the order of detection; raises `ValueError` saying what is wrong."""
    files = sorted(_HERE.glob("complaints-*.toml"))
    found = tuple(
        complaint for file in files for complaint in _ComplaintFile.model_validate(_load(file)).complaints
    )
    _refuse_doubles("complaints", [complaint.slug for complaint in found])
    _refuse_doubles("links", [complaint.url for complaint in found])
    return found


def _load(file: Path) -> dict[str, object]:
    with file.open("rb") as source:
        return tomllib.load(source)


def _refuse_doubles(name: str, keys: Iterable[str]) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise ValueError(f"{name}: {key!r} stands twice")
        seen.add(key)
