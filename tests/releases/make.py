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
from collections.abc import AsyncIterator, Awaitable, Callable
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


async def routing(_case: Case) -> None:
    """Registered, and nothing else."""


async def returned(case: Case) -> None:
    await case.route("roads")
    await case.give_back()


async def preparation(case: Case) -> None:
    await case.route("roads")
    await case.assign("executor-roads")


async def joint(case: Case) -> None:
    await case.route("roads", "housing")
    await case.contribute()


async def approval(case: Case) -> None:
    await case.route("roads")
    await case.submit()


async def rework(case: Case) -> None:
    await approval(case)
    await case.rework()


async def publication(case: Case) -> None:
    await approval(case)
    await case.approve()


async def awaiting_author(case: Case) -> None:
    await _published(case, "clarification")


async def awaiting_final(case: Case) -> None:
    await _published(case, "interim")


async def answered(case: Case) -> None:
    await _published(case, "answer")


async def declined(case: Case) -> None:
    await case.decline()


async def deleted(case: Case) -> None:
    await approval(case)
    await case.close()


async def reopened(case: Case) -> None:
    await deleted(case)
    await case.reopen()


async def _published(case: Case, kind: str) -> None:
    await case.route("roads")
    await case.submit(kind)
    await case.approve()
    await case.publish(f"https://vk.com/wall-238_{case.id}?reply=1")


ROADS: dict[str, Callable[[Case], Awaitable[None]]] = {
    road.__name__: road
    for road in (
        *(routing, returned, preparation, joint, approval, rework, publication),
        *(awaiting_author, awaiting_final, answered, declined, deleted, reopened),
    )
}


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
            await road(case)
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
