"""Whatever a stranger's site answers with: the loop that asked goes on, and the refusal says why."""

import time
from pathlib import Path

import pytest

from service.networks.platforms.feed.adapter import FeedAdapter
from service.networks.platforms.page.adapter import PageAdapter
from service.networks.platforms.port import Fault, NetworkRefusalError, SourceKind, Stands, Where
from service.networks.platforms.sandbox import Limits, Sandbox
from settings import Settings
from tests.networks import poisons
from tests.networks.poisons import ANSWER, Poison
from tests.networks.served import Asked, Said, served

_MOST = 0.5
"""Seconds of the processor that the process which asks may take: sending and reading, and no judging."""


class Poisoned:
    """A site that answers everything with one poison; of one for robots.txt the page itself is harmless."""

    def __init__(self, poison: Poison) -> None:
        self._poison = poison

    def answer(self, asked: Asked) -> Said:
        if (asked.path == "/robots.txt") is (self._poison.of == "robots"):
            return self._poison.said()
        return (
            Said(404)
            if asked.path == "/robots.txt"
            else Said(200, b"<p>-</p>", {"Content-Type": "text/html"})
        )


async def _told(settings: Settings, sandbox: Sandbox, poison: Poison, base: str) -> str:
    """What came of looking, as `Poison.told` has it."""
    feeds, pages = FeedAdapter(settings, sandbox), PageAdapter(settings, sandbox)
    try:
        if poison.of == "feed":
            reading = await feeds.read(Where(SourceKind.FEED, f"{base}/feed", None, {}), None)
        elif poison.of == "check":
            seen = await pages.verify(f"{base}/page", ANSWER, None)
            assert seen.state is not Stands.UNKNOWN or seen.why
            return "unseen" if seen.state is Stands.UNKNOWN and seen.text is None else seen.state
        else:
            reading = await pages.read(Where(SourceKind.PAGE, f"{base}/page", None, {}), None)
    except NetworkRefusalError as refusal:
        assert refusal.advice and refusal.fault in (Fault.LATER, Fault.DATA)
        return refusal.code
    return "found" if reading.found else "nothing"


@pytest.fixture(scope="module")
def sandbox() -> Sandbox:
    """Of little patience, for the sake of the test's time."""
    return Sandbox(Limits(processor=1.0))


@pytest.mark.parametrize("poison", [*poisons.FOUND, *poisons.FURTHER], ids=lambda poison: poison.name)
async def test_a_poison_costs_whoever_asked_nothing(sandbox: Sandbox, poison: Poison, tmp_path: Path) -> None:
    settings = Settings.load(data=tmp_path, demo=True)
    async with served(Poisoned(poison)) as base:
        before = time.process_time()
        told = await _told(settings, sandbox, poison, base)
        taken = time.process_time() - before
    assert told in poison.told
    assert taken < _MOST
