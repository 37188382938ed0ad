"""The demo data of each act: a directory of bodies and people, and complaints with the road each one goes.

Texts live in TOML in `texts/`, in a folder of each act's key; here they become frozen values, checked once on loading.
Bodies are real; every person, author, link and text is invented.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from calendar_rules.data_file import Frozen, Text, refuse_doubles
from calendar_rules.vocabulary import CloseReason, DeclineGround, Importance, Network
from store.directory.file import Directory, Key

_HERE = Path(__file__).parent / "texts"
DEFAULT = "ivanovo-238"
"""The act of a demo for which none is named."""

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


class DemoComplaint(Frozen):
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
        refuse_doubles(f"bodies of complaint {self.slug!r}", named)
        return self


class DemoComment(Frozen):
    """A comment of the invented network; `hours` before the first start; `body`: the official account of it."""

    author: Text
    text: Text
    hours: float = Field(ge=0)
    body: Key | None = None


class DemoPost(Frozen):
    """A post of the invented network with what is said under it, the oldest first."""

    author: Text
    text: Text
    hours: float = Field(ge=0)
    comments: tuple[DemoComment, ...] = ()


class _ComplaintFile(Frozen):
    complaints: tuple[DemoComplaint, ...]


class _NetworkFile(Frozen):
    posts: tuple[DemoPost, ...]


@cache
def acts() -> tuple[str, ...]:
    """The keys of the acts that have a demo."""
    return tuple(sorted(folder.name for folder in _HERE.iterdir() if folder.is_dir()))


def demo_of(act: str) -> str:
    """The act whose directory and messages a demo under this act has: its own, else the default's."""
    return act if act in acts() else DEFAULT


def hours(act: str) -> Path | None:
    """The file of working hours of the act's place; None where the program's own hold."""
    file = _HERE / act / "hours.toml"
    return file if file.exists() else None


@cache
def directory(act: str = DEFAULT) -> Directory:
    """Bodies, people and topics of the demo; raises `ValueError` saying what is wrong."""
    return Directory.model_validate(_load(_HERE / act / "directory.toml") | _load(_HERE / "topics.toml"))


@cache
def complaints(act: str = DEFAULT) -> tuple[DemoComplaint, ...]:
    """All demo complaints in the order of detection; raises `ValueError` saying what is wrong."""
    files = sorted((_HERE / act).glob("complaints-*.toml"))
    found = tuple(
        complaint for file in files for complaint in _ComplaintFile.model_validate(_load(file)).complaints
    )
    refuse_doubles("complaints", [complaint.slug for complaint in found])
    refuse_doubles("links", [complaint.url for complaint in found])
    return found


@cache
def network_posts(act: str = DEFAULT) -> tuple[DemoPost, ...]:
    """What stands in the invented network at the first start; raises `ValueError` saying what is wrong."""
    return _NetworkFile.model_validate(_load(_HERE / act / "network.toml")).posts


def _load(file: Path) -> dict[str, object]:
    with file.open("rb") as source:
        return tomllib.load(source)
