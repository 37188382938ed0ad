"""A worker of the networks' queue in a process of its own, which may be told to die behind the networks' yes."""

import asyncio
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from calendar_rules.vocabulary import Network
from service.networks.platforms import registry
from service.networks.platforms.port import Adapter, Platform
from settings import Settings
from tests.fake_network import FakeNetwork, die
from tests.faults import networks_worker

NAMING, NOT_NAMING = Platform.VKONTAKTE, Platform.ODNOKLASSNIKI


def networks(folder: Path) -> dict[Platform, FakeNetwork]:
    """Two networks kept in a folder: one knows names of answers, the other does not."""
    return {
        NAMING: FakeNetwork(folder / "naming", names_answers=True, platform=NAMING),
        NOT_NAMING: FakeNetwork(folder / "not-naming", platform=NOT_NAMING, network=Network.ODNOKLASSNIKI),
    }


def given(network: FakeNetwork) -> Callable[[Settings], Adapter]:
    """How the registry makes this adapter."""
    return lambda _settings: network


async def main(data: Path, address: str, namespace: str, *, dies: bool) -> None:
    """`dies`: as soon as both networks have taken an answer, and nothing of that is on record."""
    known, said = networks(data), []

    def on_yes(platform: Platform) -> asyncio.Future[None] | None:
        said.append(platform)
        if len(said) == len(known):
            die()
        return asyncio.get_running_loop().create_future()

    for platform, network in known.items():
        if dies:
            network.on_yes = partial(on_yes, platform)
        registry._MADE[platform] = given(network)  # type: ignore[index]
    await networks_worker.main(data, address, namespace)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], dies=sys.argv[4] == "dies"))
