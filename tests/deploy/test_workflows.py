"""Workflows of the forge: actions by commit, with the least rights, and a release with its list of parts."""

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.documents import ROOT

FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def read(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = YAML(typ="safe").load(file.read_text(encoding="utf-8"))
    return content


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_actions_are_named_by_commit_with_their_version(file: Path) -> None:
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if "uses:" in line]
    assert lines
    for line in lines:
        assert re.search(r"uses: actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_job_has_only_the_rights_it_needs_and_leaves_no_credentials(file: Path) -> None:
    workflow = read(file)
    assert workflow["permissions"] == {}
    for name, job in workflow["jobs"].items():
        allowed = {"contents": "write"} if name == "draft" else {"contents": "read"}
        assert job["permissions"] == allowed
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False


def test_whoever_may_write_a_release_runs_nothing_of_the_repository() -> None:
    (draft,) = (job for job in read(FILES[1])["jobs"].values() if job["permissions"]["contents"] == "write")
    assert not [step for step in draft["steps"] if "checkout" in step.get("uses", "")]
    assert not [step for step in draft["steps"] if "make" in step.get("run", "").split()]
