"""The worker is killed between the networks' yes and our record: one answer stands in each, and is confirmed."""

import asyncio
import sys
from asyncio.subprocess import Process
from pathlib import Path
from uuid import uuid4

import pytest
from temporalio.client import Client

from service.networks.platforms import registry
from service.networks.platforms.port import Platform
from tests.api.messages.case import Case
from tests.api.messages.office import Installation, Office, open_namespace, taken
from tests.fake_network import FakeNetwork
from tests.faults.publishing_worker import NAMING, NOT_NAMING, given, networks
from worker import message_worker

PRESS = "/publication/from-account"
PAGES = {NAMING: "https://vk.com/club238", NOT_NAMING: "https://ok.ru/group/238"}


async def _started(data: Path, address: str, namespace: str, how: str) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.faults.publishing_worker", str(data), address, namespace, how
    )


async def _approved(office: Office, network: str) -> Case:
    case = await Case.begin(office, network=network)
    await case.route("roads")
    await case.submit("answer", "Яму засыпали сегодня утром.")
    await case.approve()
    return case


async def test_a_kill_behind_the_networks_yes_leaves_one_answer_in_each(
    tmp_path: Path, temporal: Client, temporal_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known: dict[Platform, FakeNetwork] = networks(tmp_path)
    for platform, network in known.items():
        monkeypatch.setitem(registry._MADE, platform, given(network))
    namespace = await open_namespace(temporal, "publishing-killed")
    installation = Installation(tmp_path, temporal_address, namespace)
    await installation.prepare()
    client = await installation.client()
    async with message_worker(client, installation.settings), installation.office() as office:
        for platform, page in PAGES.items():
            account = {
                "network": platform.value,
                "body": "roads",
                "url": page,
                "credentials": {"access_token": "secret"},
            }
            taken(await office.post("admin", "/accounts", account), 201)
        cases = [await _approved(office, platform.value) for platform in PAGES]
        keys = [uuid4().hex for _ in cases]
        office.worker_is_there = False
        dying = await _started(tmp_path, temporal_address, namespace, "dies")
        pressed = await asyncio.gather(
            *(case.post("executor-roads", PRESS, key=key) for case, key in zip(cases, keys, strict=True))
        )
        assert [answer.status_code for answer in pressed] == [202, 202]
        assert await asyncio.wait_for(dying.wait(), 30) == 9
        assert [len(network.comments) for network in known.values()] == [1, 1]
        working = await _started(tmp_path, temporal_address, namespace, "works")
        try:
            office.worker_is_there = True
            for case, key in zip(cases, keys, strict=True):
                done = taken(await case.post("executor-roads", PRESS, key=key))
                assert done["outcome"] == "answered"
        finally:
            working.terminate()
            await working.wait()
    for network in known.values():
        assert len(network.comments) == 1
