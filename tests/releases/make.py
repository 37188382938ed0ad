"""A data directory as this version leaves it, with a message in every stage: `python -m tests.releases.make DIRECTORY`.

It is made by the program itself: `otklik prepare` with the demo's directory, `otklik serve`, and people who call its
API; then it is stopped. DIRECTORY, which is made, has `data` and `release.json`: the version, the password of everyone,
and what the API showed of each message and its journal. Run in the checkout of a release it gives what an upgrade from
that release begins with (docs/changing-running-code.md).
"""

import asyncio
import json
import os
import sys
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from httpx import AsyncClient
from pydantic import BaseModel, JsonValue

from tests.api.messages.case import Case, View, registration
from tests.api.messages.office import PASSWORD, Office, taken
from tests.embedded.installation import ROOT, Installation
from tests.patience import PATIENCE

MANIFEST, DATA = "release.json", "data"


class Left(BaseModel):
    """A message as it was left: what the curator was shown of it, and its journal, the oldest row first."""

    view: View
    journal: list[dict[str, JsonValue]]


class Release(BaseModel):
    """What was left, by the name of its road; `password` is everyone's."""

    version: str
    password: str
    messages: dict[str, Left]


Step = tuple[str, ...]
"""A method of `Case`, and what it is given; `{}` is the number of the message."""

_PUBLISH = "publish", "https://vk.com/wall-238_{}?reply=1"
_TO_ROADS = "route", "roads"
_IN_APPROVAL = _TO_ROADS, ("submit",)

ROADS: dict[str, tuple[Step, ...]] = {
    "routing": (),
    "returned": (_TO_ROADS, ("give_back",)),
    "preparation": (_TO_ROADS, ("assign", "executor-roads")),
    "joint": (("route", "roads", "housing"), ("contribute",)),
    "approval": _IN_APPROVAL,
    "rework": (*_IN_APPROVAL, ("rework",)),
    "publication": (*_IN_APPROVAL, ("approve",)),
    "awaiting_author": (_TO_ROADS, ("submit", "clarification"), ("approve",), _PUBLISH),
    "awaiting_final": (_TO_ROADS, ("submit", "interim"), ("approve",), _PUBLISH),
    "answered": (*_IN_APPROVAL, ("approve",), _PUBLISH),
    "declined": (("decline",),),
    "deleted": (*_IN_APPROVAL, ("close",)),
    "reopened": (*_IN_APPROVAL, ("close",), ("reopen",)),
}


async def take(case: Case, step: Step) -> None:
    """One step of a road."""
    name, *given = step
    await getattr(case, name)(*(text.format(case.id) for text in given))


@asynccontextmanager
async def serving(data: Path, password: str) -> AsyncIterator[Office]:
    """People of the installation in this directory, while `otklik serve` runs on it."""
    installation = Installation(data)
    serve = await installation.start(PYTHONPATH=str(ROOT))
    try:
        await serve.until_ready()
        address = f"http://127.0.0.1:{installation.port}"
        async with AsyncClient(base_url=address, timeout=PATIENCE, trust_env=False) as http:
            yield Office(http, password=password)
    finally:
        await serve.stop()


async def otklik(*command: str, **environment: str) -> int:
    """The exit code of a command of the program."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "cli", *command),
        stdout=asyncio.subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
    )
    return await process.wait()


async def make(directory: Path) -> Release:
    """Make the directory; returns what its manifest says. Raises FileExistsError where there is one."""
    await asyncio.to_thread(directory.mkdir, parents=True)
    data = directory / DATA
    demo = {"OTKLIK_DEMO": "true", "OTKLIK_DEMO_PASSWORD": PASSWORD}
    if code := await otklik("prepare", "--data", str(data), **demo):
        raise RuntimeError(f"otklik prepare ended with {code}")
    async with serving(data, PASSWORD) as office:
        left: dict[str, Left] = {}
        for name, road in ROADS.items():
            case = Case(office, taken(await office.post("curator", "/messages", registration()), 201))
            for step in road:
                await take(case, step)
            left[name] = Left(view=await case.look(), journal=await case.journal())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    release = Release(version=project["version"], password=PASSWORD, messages=left)
    (directory / MANIFEST).write_text(
        json.dumps(release.model_dump(mode="json"), ensure_ascii=False, indent=1), encoding="utf-8"
    )
    return release


async def main(directory: Path) -> None:
    """Make it, and say what there is."""
    release = await make(directory)
    sys.stdout.write(f"{directory}: {len(release.messages)} messages of {release.version}\n")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
