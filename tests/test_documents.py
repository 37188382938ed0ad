"""What documents say of the code is true: links, tables, settings, dependencies; and the tree names no machine."""

import re
import subprocess
import tomllib
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest

from calendar_rules.regulation import order_238
from calendar_rules.vocabulary import DraftKind, DraftStatus, Network, NoticeKind, Role, Stage
from settings import Settings
from tests.documents import DOCS, README, ROOT, anchors, links, table, text
from workflows.admissible import admissible
from workflows.state import Draft, MessageState
from workflows.vocabulary import Command

DOCUMENTS = (README, *sorted(DOCS.rglob("*.md")))
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
BY_MACHINE = {Command.CHANGE_CALENDAR, Command.RECORD_ERASURE}
LARGEST_PICTURE = 300_000  # bytes


def _named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("document", DOCUMENTS, ids=_named)
def test_links_lead_somewhere(document: Path) -> None:
    for link in links(document):
        if "://" in link:
            continue
        place, _, anchor = link.partition("#")
        target = (document.parent / place).resolve() if place else document
        assert target.is_relative_to(ROOT) and target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_every_document_is_linked_from_the_readme() -> None:
    linked = {
        (README.parent / link.partition("#")[0]).resolve() for link in links(README) if "://" not in link
    }
    assert {document for document in DOCUMENTS if document != README} <= linked


def test_pictures_are_small_enough_to_load() -> None:
    pictures = [path for path in DOCS.rglob("*") if path.suffix == ".png"]
    assert pictures
    assert all(path.stat().st_size < LARGEST_PICTURE for path in pictures)


# ---- the road


def _states(stage: Stage) -> list[MessageState]:
    """A stage in all its variants: alone, first or last of two; acted or not; published or not."""
    return [
        MessageState(
            id="1",
            network=Network.FORUM,
            detected_at=NOW,
            registered_at=NOW,
            last_moment=NOW,
            curator="curator",
            act="a",
            edition="2020-08-17",
            stage=stage,
            sequence=sequence,
            turn=turn,
            acted_since_route=acted,
            sendable_contribution="c" if sendable else None,
            drafts=(_published(stage),) if published else (),
        )
        for (sequence, turn), acted, sendable, published in product(
            [(("a",), 0), (("a", "b"), 0), (("a", "b"), 1)], [False, True], [False, True], [False, True]
        )
    ]


def _published(stage: Stage) -> Draft:
    return Draft(
        id="d",
        kind=DraftKind.CLARIFICATION,
        body="a",
        person=None,
        text="t",
        round=1,
        status=DraftStatus.PUBLISHED,
        stage_before=stage,
    )


def _cell(command: Command, stage: Stage) -> str:
    """What the table must say: nothing, who, or who with a condition."""
    states = _states(stage)
    found = [admission for state in states for admission in admissible(state) if admission.command == command]
    if not found:
        return ""
    (who,) = {"C" if admission.role is Role.CURATOR else "E" for admission in found}
    return who if len(found) == len(states) else f"{who} (…)"


def test_the_road_says_who_may_do_what_in_each_stage() -> None:
    shown = {
        (row["command"].strip("`"), stage): re.sub(r"\(\d\)", "(…)", row[stage])
        for row in table(text(DOCS / "road.md"), "command")
        for stage in Stage
    }
    commands = [command for command in Command if command not in BY_MACHINE]
    assert shown == {
        (command.value, stage.value): _cell(command, stage) for command in commands for stage in Stage
    }


def test_the_road_has_every_limit_with_its_clause() -> None:
    shown = {row["limit"].strip("`"): int(row["cl."]) for row in table(text(DOCS / "road.md"), "limit")}
    limits = order_238().limits
    assert shown == {
        field.alias or name: getattr(limits, name).clause for name, field in type(limits).model_fields.items()
    }


def test_notices_has_every_kind_that_a_message_sends() -> None:
    shown = {row["kind"].strip("`") for row in table(text(DOCS / "notices.md"), "kind")}
    of_other_workflows = {
        NoticeKind.SURGE,
        NoticeKind.WEEKLY_SUMMARY,
        NoticeKind.DIGEST,
        NoticeKind.SUBSTITUTION,
        NoticeKind.UNACKNOWLEDGED,
        NoticeKind.DRAFT_WITHDRAWN,
        NoticeKind.RECALLED,
        NoticeKind.REOPENED,
        NoticeKind.VOID_AFTER_BREACH,
    }
    assert shown == {kind.value for kind in NoticeKind} - of_other_workflows


# ---- settings and dependencies


def test_operation_has_every_setting() -> None:
    shown = {
        row["variable"].strip("`")
        for row in table(text(DOCS / "operation.md").split("## Settings")[1], "variable")
    }
    assert shown == {
        name.upper() if name.startswith("temporal_") else f"OTKLIK_{name.upper()}"
        for name in Settings.model_fields
    }


def test_dependencies_has_every_package() -> None:
    project = tomllib.loads(text(ROOT / "pyproject.toml"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.split(r"[\[<>=!~ ]", requirement)[0] for requirement in wanted}
    document = text(DOCS / "dependencies.md")
    assert {name for name in names if f"`{name}`" not in document} == set()
    first_cells = {row["package"].strip("`") for row in table(document, "package")}
    assert first_cells == {re.split(r"[\[<>=!~ ]", wanted)[0] for wanted in project["dependencies"]}


# ---- the tree

# Written so that this file is not among what they find.
FORBIDDEN = {
    "a path of one machine": r"(?<![\w.])/(?:work|root|farm|home|Users)/\w",
    "the host of a package registry": r"python[h]osted|py[p]i\.org|npm[j]s\.org|deb\.debian[.]org",
    "the name of a writing tool": r"(?i)\b(?:cl[a]ude|anthr[o]pic|chatg[p]t|copil[o]t|open[a]i|gem[i]ni)\b",
    "a thing left undone": r"\b(?:TO[D]O|FIX[M]E|XX[X])\b",
}


def _tree() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and not name.endswith(".lock")]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_tree_is_free_of(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what])
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in _tree()
        if path.suffix != ".png"
        for number, line in enumerate(text(path).splitlines(), start=1)
        if pattern.search(line)
    ]
    assert found == []
