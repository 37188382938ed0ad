"""Documents say of the code what is true: links, tables, settings, dependencies; and the tree names no machine."""

import re
import subprocess
import tomllib
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from zipfile import ZipFile

import pytest

from calendar_rules.regulation import order_238
from calendar_rules.vocabulary import DraftKind, DraftStatus, Network, NoticeKind, Outcome, Role, Stage
from service.commands.catalogue import CATALOGUE
from settings import Settings
from tests.documents import DOCS, README, ROOT, anchors, links, table, text
from workflows.admissible import admissible
from workflows.identity import TASK_QUEUE
from workflows.office import OfficeTask, queue_of
from workflows.state import Admission, Draft, MessageState, Promise
from workflows.vocabulary import Command

CONTRIBUTING = ROOT / "CONTRIBUTING.md"
CHANGELOG = ROOT / "CHANGELOG.md"
SECURITY = ROOT / "SECURITY.md"
MAP = DOCS / "README.md"
DECISIONS = DOCS / "change/decisions.md"
DOCUMENTS = (README, CONTRIBUTING, CHANGELOG, SECURITY, *sorted(DOCS.rglob("*.md")))
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
BY_MACHINE = {Command.CHANGE_CALENDAR, Command.RECORD_PROMISE}
PICTURES = {".png", ".webp"}
LARGEST_PICTURE = 300_000  # bytes
LONGEST_LINE = 200  # characters


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


def test_the_map_leads_to_every_document_and_the_readme_to_the_map() -> None:
    assert {*DOCUMENTS} - {README, MAP} <= _linked_from(MAP)
    assert MAP in _linked_from(README)


def _linked_from(document: Path) -> set[Path]:
    here = [link.partition("#")[0] for link in links(document) if "://" not in link]
    return {(document.parent / place).resolve() for place in here}


def test_every_document_stands_in_the_folder_of_its_reader() -> None:
    assert {path.name for path in DOCS.iterdir()} == {
        "README.md",
        "images",
        "use",
        "run",
        "change",
        "prove",
        "ru",
    }


@pytest.mark.parametrize("document", DOCUMENTS, ids=_named)
def test_lines_are_short_enough_to_review(document: Path) -> None:
    lines = enumerate(text(document).splitlines(), start=1)
    assert [number for number, line in lines if len(line) > LONGEST_LINE] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=_named)
def test_files_that_are_named_by_their_path_exist(document: Path) -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} | {"docs", "deploy"}
    named = re.findall(r"`(\w+/[\w./-]+\.(?:py|toml|json|md|sh|yml))`", text(document))
    assert [it for it in named if it.split("/")[0] in packages and not (ROOT / it).exists()] == []


def test_pictures_are_small_enough_to_load() -> None:
    pictures = [path for path in DOCS.rglob("*") if path.suffix in PICTURES]
    assert pictures
    assert all(path.stat().st_size < LARGEST_PICTURE for path in pictures)


# ---- decisions, changes, contributing


def _decided() -> list[int]:
    return [int(number) for number in re.findall(r"^## (\d+)\. ", text(DECISIONS), re.MULTILINE)]


def test_decisions_are_numbered_in_order_and_each_is_listed() -> None:
    decided = _decided()
    assert decided == list(range(1, len(decided) + 1))
    listed = [int(number) for number in re.findall(r"\[(\d+)\]\(#", text(DECISIONS))]
    assert sorted(listed) == decided


def test_every_decision_says_why() -> None:
    decisions = re.split(r"^## \d+\. ", text(DECISIONS), flags=re.MULTILINE)[1:]
    assert [it.splitlines()[0] for it in decisions if not re.search(r"\n(\*Why\.\* |No longer: )", it)] == []


def test_every_decision_that_is_cited_exists() -> None:
    decided = set(_decided())
    cited = {
        (f"{path.relative_to(ROOT)}: {number}", int(number))
        for path in _tree()
        if path.suffix in {".py", ".md", ".toml", ".yml"}
        for numbers in re.findall(r"docs/change/decisions\.md, (\d+(?:(?:–|, | and )\d+)*)", text(path))
        for number in re.findall(r"\d+", numbers)
    }
    assert cited
    assert {where for where, number in cited if number not in decided} == set()


def test_the_order_has_an_entry_for_every_clause_that_sets_a_limit() -> None:
    clauses = set(re.findall(r"^- \*\*cl\. ([\d.]+)\*\*", text(DOCS / "prove/order.md"), re.MULTILINE))
    limits = order_238().limits
    assert {str(getattr(limits, name).clause) for name in type(limits).model_fields} <= clauses


def test_the_changelog_keeps_its_form() -> None:
    headings = re.findall(r"^## (.+)$", text(CHANGELOG), re.MULTILINE)
    assert headings[0] == "[Unreleased]"
    assert all(re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", it) for it in headings[1:])
    kinds = set(re.findall(r"^### (.+)$", text(CHANGELOG), re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_commands_of_contributing_exist() -> None:
    targets = set(re.findall(r"^([\w-]+):", text(ROOT / "Makefile"), re.MULTILINE))
    named = re.findall(r"(?:^|`)make (?:PYTHON=\S+ )?([a-z-]+)", text(CONTRIBUTING), re.MULTILINE)
    assert named
    assert set(named) <= targets
    paths = re.findall(r"pytest ((?:tests/\S+ ?)+)", text(CONTRIBUTING))
    assert paths
    assert [path for line in paths for path in line.split() if not (ROOT / path.strip("`:")).exists()] == []


def test_no_decision_that_stands_is_called_an_intention() -> None:
    assert re.findall(r"(?i)\b(?:intended|not (?:yet )?built|are to be)\b", text(DECISIONS)) == []


def test_architecture_names_every_task_queue() -> None:
    shown = {row["queue"].strip("`") for row in table(text(DOCS / "change/architecture.md"), "queue")}
    assert shown == {TASK_QUEUE, *(queue_of(task) for task in OfficeTask)}


# ---- the road


def _states(stage: Stage) -> list[MessageState]:
    """A stage in all its variants: alone, first or last of two; acted or not; published or not; each end."""
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
            outcome=outcome,
            sequence=sequence,
            turn=turn,
            turns=("had", "a"),
            acted_since_route=acted,
            sendable_contribution="c" if sendable else None,
            drafts=(_published(stage),) if published else (),
            promises=(_PROMISE,) if published else (),
        )
        for (sequence, turn), acted, sendable, published, outcome in product(
            [(("a",), 0), (("a", "b"), 0), (("a", "b"), 1)],
            [False, True],
            [False, True],
            [False, True],
            list(Outcome) if stage is Stage.CLOSED else [None],
        )
    ]


_PROMISE = Promise(id="p", draft="d", body="drafted", what="w", by=NOW, given_at=NOW)


def _published(stage: Stage) -> Draft:
    return Draft(
        id="d",
        kind=DraftKind.CLARIFICATION,
        body="drafted",
        person=None,
        text="t",
        round=1,
        status=DraftStatus.PUBLISHED,
        stage_before=stage,
    )


def _who(admission: Admission, state: MessageState) -> str:
    if admission.role in (Role.CURATOR, Role.HEAD, Role.ADMIN):
        return admission.role.value[0].upper()
    assert admission.role in (Role.EXECUTOR, Role.RESPONSIBLE)
    if admission.body == "drafted":
        return "D"
    return "B" if admission.command == Command.NOTE else "E"


def _cell(command: Command, stage: Stage) -> str:
    """What the table must say: nothing, who, or who with a condition."""
    states = _states(stage)
    found = [
        [(admission, state) for admission in admissible(state) if admission.command == command]
        for state in states
    ]
    givers = {_who(*pair) for pairs in found for pair in pairs}
    who = ", ".join(sorted(givers, key="CHAEBD".index))
    return who if all(found) or not who else f"{who} (…)"


def test_the_catalogue_says_who_may_ever_give_a_command() -> None:
    given = {
        (item.command, item.role) for stage in Stage for state in _states(stage) for item in admissible(state)
    }
    assert given == {(command, role) for command, row in CATALOGUE.items() for role in row.by}


def test_a_responsible_may_give_what_executors_of_the_body_may() -> None:
    for stage in Stage:
        for state in _states(stage):
            given = {(item.command, item.role, item.body) for item in admissible(state)}
            of_executors = {(command, body) for command, role, body in given if role is Role.EXECUTOR}
            assert of_executors == {
                (command, body) for command, role, body in given if role is Role.RESPONSIBLE
            }


def test_the_road_says_who_may_do_what_in_each_stage() -> None:
    shown = {
        (row["command"].strip("`"), stage): re.sub(r"\(\d\)", "(…)", row[stage])
        for row in table(text(DOCS / "use/road.md"), "command")
        for stage in Stage
    }
    commands = [command for command in Command if command not in BY_MACHINE]
    assert shown == {
        (command.value, stage.value): _cell(command, stage) for command in commands for stage in Stage
    }


def test_the_road_has_every_limit_with_its_clause() -> None:
    shown = {row["limit"].strip("`"): int(row["cl."]) for row in table(text(DOCS / "use/road.md"), "limit")}
    limits = order_238().limits
    assert shown == {
        field.alias or name: getattr(limits, name).clause for name, field in type(limits).model_fields.items()
    }


def test_notices_has_every_kind_that_is_sent_now() -> None:
    shown = {row["kind"].strip("`") for row in table(text(DOCS / "use/notices.md"), "kind")}
    assert shown == {kind.value for kind in NoticeKind}


# ---- settings and dependencies


def test_operation_has_every_setting() -> None:
    shown = {
        row["variable"].strip("`")
        for row in table(text(DOCS / "run/operation.md").split("## Settings")[1], "variable")
    }
    assert shown == {
        name.upper() if name.startswith("temporal_") else f"OTKLIK_{name.upper()}"
        for name in Settings.model_fields
    }


def test_dependencies_has_every_package() -> None:
    project = tomllib.loads(text(ROOT / "pyproject.toml"))
    document = text(DOCS / "change/dependencies.md")
    of_extras = [name for extra in project["project"]["optional-dependencies"].values() for name in extra]
    of_program = _names(project["project"]["dependencies"] + of_extras)
    assert _packages(document, "Of the program") == of_program
    assert _packages(document, "For tests and measurements") == _names(project["dependency-groups"]["dev"])


def _packages(document: str, title: str) -> set[str]:
    """Every package named in the first column of the table under a heading; a row may name several."""
    part = re.split(rf"^## {title}$", document, flags=re.MULTILINE)[1]
    return {name for row in table(part, "package") for name in re.findall(r"`([^`]+)`", row["package"])}


def _names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=!~ ]", requirement)[0] for requirement in requirements}


# ---- the tree

# Written so that this file is not among what they find.
FORBIDDEN = {
    "a document that is not here": r"\b(?:DESI[G]N|CLAUS[E]S)[,)]",
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
        if path.suffix not in PICTURES
        for number, line in enumerate(_inside(path).splitlines(), start=1)
        if pattern.search(line)
    ]
    assert found == []


def _inside(path: Path) -> str:
    """The text of a file; of a document of Word all its parts."""
    if path.suffix != ".docx":
        return text(path)
    with ZipFile(path) as parts:
        return "\n".join(parts.read(name).decode() for name in parts.namelist())
