"""The worker is killed at the very call of each real adapter: one answer stands in each network, and is confirmed.

In one behind the network's yes, in the other before it has done anything; then that one errs once more, having acted.
"""

import asyncio
import os
import sys
from asyncio.subprocess import Process
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import Client

from tests.api.messages.case import Case
from tests.api.messages.office import Installation, Office, open_namespace, taken
from tests.networks.served import Asked as Request
from tests.networks.served import served
from tests.networks.trouble import Troubled
from tests.networks.vkontakte.stand_in import Vkontakte
from tests.networks.youtube.stand_in import YouTube
from tests.networks.youtube.stand_in import _error as error
from tests.patience import PATIENCE
from worker import message_worker

pytestmark = pytest.mark.installation

PRESS = "/publication/from-account"
StandIn = Vkontakte | YouTube
WRITES: dict[str, Callable[[Request], bool]] = {
    "vkontakte": lambda asked: asked.path.endswith("wall.createComment"),
    "video_hosting": lambda asked: asked.method == "POST" and asked.path.endswith("comments"),
}
TEXT = "Яму засыпали сегодня утром."


@dataclass
class Asked:
    """A network that runs, a complaint in it, and the account of the body there."""

    network: str
    stand_in: StandIn
    complaint: str
    page: str
    credentials: dict[str, str]
    trouble: Troubled
    acted: bool
    """Whether it had acted when the worker was killed."""

    async def approved(self, office: Office) -> Case:
        """A message about the complaint with an answer that is approved, and the account it goes from."""
        account = {
            "network": self.network,
            "body": "roads",
            "url": self.page,
            "credentials": self.credentials,
        }
        taken(await office.post("admin", "/accounts", account), 201)
        case = await Case.begin(office, network=self.network, url=self.complaint)
        await case.route("roads")
        await case.submit("answer", TEXT)
        await case.approve()
        return case


async def _networks(stack: AsyncExitStack) -> tuple[list[Asked], dict[str, Any]]:
    """The networks that answers are published to, and the settings that lead to them."""
    vk = await stack.enter_async_context(Vkontakte().running())
    yt = await stack.enter_async_context(YouTube().running())
    complaints: list[tuple[str, StandIn, str]] = [
        ("vkontakte", vk, vk.link(vk.write_comment(vk.write_post("Дороги", -vk.group), "Яма"))),
        ("video_hosting", yt, yt.link(yt.write_comment(yt.write_video(), "Яма"))),
    ]
    asked = []
    for name, it, url in complaints:
        trouble = Troubled(it, WRITES[name])
        it.base = await stack.enter_async_context(served(trouble))
        asked.append(Asked(name, it, url, it.page, it.credentials, trouble, acted=it is vk))
    settings: dict[str, Any] = {
        "vkontakte_url": vk.base,
        "youtube_url": yt.base,
        "youtube_token_url": yt.tokens,
    }
    return asked, settings


async def _started(data: Path, address: str, namespace: str, settings: dict[str, Any]) -> Process:
    environment = {f"OTKLIK_{name.upper()}": value for name, value in settings.items()}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.faults.networks_worker", str(data), address, namespace),
        env={**os.environ, **environment},
    )


async def test_a_kill_at_the_call_of_every_network_leaves_one_answer(
    tmp_path: Path, temporal: Client, temporal_address: str
) -> None:
    async with AsyncExitStack() as stack:
        networks, settings = await _networks(stack)
        stored, killed = asyncio.Semaphore(0), asyncio.Event()

        async def on_yes() -> None:
            stored.release()
            await killed.wait()

        for network in networks:
            if network.acted:
                network.stand_in.after_storing = on_yes
            else:
                network.trouble.arrived = on_yes
        namespace = await open_namespace(temporal, "networks-killed")
        installation = Installation(tmp_path, temporal_address, namespace, **settings)
        await installation.prepare()
        client = await installation.client()
        async with message_worker(client, installation.settings), installation.office() as office:
            cases = [await network.approved(office) for network in networks]
            keys = [uuid4().hex for _ in cases]
            office.worker_is_there = False
            dying = await _started(tmp_path, temporal_address, namespace, settings)
            pressed = asyncio.gather(
                *(case.post("executor-roads", PRESS, key=key) for case, key in zip(cases, keys, strict=True))
            )
            async with asyncio.timeout(PATIENCE):
                for _ in networks:
                    await stored.acquire()
            dying.kill()
            await dying.wait()
            (before,) = (network for network in networks if not network.acted)
            before.trouble.next.append((error(503, "backendError"), True))
            before.stand_in.after_storing = on_yes
            killed.set()
            assert [answer.status_code for answer in await pressed] == [202] * len(networks)
            working = await _started(tmp_path, temporal_address, namespace, settings)
            try:
                async with asyncio.timeout(PATIENCE):
                    # A worker takes its time to begin, and then the network is left to show what it took.
                    await stored.acquire()
                office.worker_is_there = True
                for case, key in zip(cases, keys, strict=True):
                    done = taken(await case.post("executor-roads", PRESS, key=key))
                    assert done["outcome"] == "answered"
            finally:
                working.terminate()
                await working.wait()
        answers = {it.network: [answer.text for answer in it.stand_in.answers()] for it in networks}
        assert answers == {it.network: [TEXT] for it in networks}
        assert not any(it.trouble.next for it in networks)
