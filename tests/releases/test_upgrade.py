"""Messages that a release left go on by the code of now: nothing of them is another, and each takes its next step.

The directory is made here, by the code of now, unless `RELEASE_DATA` names one that a release has made
(docs/changing-running-code.md): then that is what is opened, a copy of it.
"""

import os
import shutil
from pathlib import Path

import pytest

from tests.api.messages.case import Case, View, standing_still
from tests.releases.make import DATA, MANIFEST, ROADS, Release, Step, make, otklik, serving, take

GOES_ON: dict[str, tuple[Step, str]] = {
    "routing": (("route", "health"), "preparation"),
    "returned": (("route", "housing"), "preparation"),
    "preparation": (("submit",), "approval"),
    "joint": (("submit",), "approval"),
    "approval": (("approve",), "publication"),
    "rework": (("submit",), "approval"),
    "publication": (("publish", "https://vk.com/wall-238_{}?reply=2"), "closed"),
    "awaiting_author": (("reply",), "preparation"),
    "awaiting_final": (("submit",), "approval"),
    "answered": (("correct_link", "https://vk.com/wall-238_{}?reply=3"), "closed"),
    "declined": (("reopen",), "routing"),
    "deleted": (("reopen",), "approval"),
    "reopened": (("rework",), "rework"),
}
"""The next step of each road, and the stage it leads to."""


async def _left(tmp_path: Path) -> tuple[Release, Path]:
    """What a release left, and a copy of its data that may be changed."""
    directory = Path(given) if (given := os.environ.get("RELEASE_DATA")) else tmp_path / "release"
    if not given:
        await make(directory)
    shutil.copytree(directory / DATA, tmp_path / "opened")
    return Release.model_validate_json((directory / MANIFEST).read_bytes()), tmp_path / "opened"


def _by_people(view: View) -> View:
    """A message without what the clock alone makes of it."""
    drafts = [
        {field: value for field, value in draft.items() if field != "standing"} for draft in view["drafts"]
    ]
    return standing_still(view) | {"drafts": drafts}


def test_every_road_goes_on_and_every_stage_is_among_them() -> None:
    assert GOES_ON.keys() == ROADS.keys()


@pytest.mark.installation
async def test_what_a_release_left_goes_on_by_the_code_of_now(tmp_path: Path) -> None:
    release, data = await _left(tmp_path)
    assert {message.view["stage"] for message in release.messages.values()} == {
        *("routing", "preparation", "approval", "rework", "publication"),
        *("awaiting_author", "awaiting_final", "closed"),
    }
    async with serving(data, release.password) as office:
        for name, before in release.messages.items():
            case = Case(office, before.view)
            shown, journal = _by_people(await case.look()), await case.journal()
            known = _by_people(before.view)
            assert {field: shown[field] for field in known} == known, name
            assert journal[: len(before.journal)] == before.journal, name
            step, stage = GOES_ON[name]
            await take(case, step)
            assert case.view["stage"] == stage, name
            assert (await case.journal())[: len(before.journal)] == before.journal, name
    assert await otklik("verify", "--data", str(data)) == 0
