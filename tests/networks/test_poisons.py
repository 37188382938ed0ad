"""Whatever a stranger's site answers with: the loop that asked goes on, and the refusal says why.

Poisons hold up whoever reads them; they are made small, and unpacked where they come packed.
"""

import gzip
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest

from service.networks.platforms.feed.adapter import FeedAdapter
from service.networks.platforms.page.adapter import PageAdapter
from service.networks.platforms.port import Fault, NetworkRefusalError, SourceKind, Stands, Where
from service.networks.platforms.sandbox import Limits, Sandbox
from settings import Settings
from tests.networks.served import Asked, Said, served

_MOST = 0.5
"""Seconds of the processor that the process which asks may take: sending and reading, and no judging."""
_ANSWER: Final = " ".join(f"Работы на участке номер {number} завершены в срок." for number in range(60))
_POST: Final = '<div id="p{0}" class="post"><a class="username">Сосед</a><p>Яма у дома {0}.</p></div>'
_ITEM: Final = "<item><link>https://blog.example/1</link><description>Яма у дома 5</description></item>"
_LOREM: Final = "Администрация сообщает о ходе работ по благоустройству дворов и улиц нашего города. "
_BOMB: Final = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">\n' for n in range(1, 10))
_TYPES: Final = {"feed": "application/rss+xml", "robots": "text/plain"}
STOPPED: Final = ("sandbox: ended", "sandbox: time")
"""A busy machine leaves a sandbox so little of the processor that the clock may stop it first."""


@dataclass(frozen=True, slots=True)
class Poison:
    """`of`: what is looked at: `feed`, `page`, `robots` or `check`.

    `told`: what may come of it: `found`, `nothing`, the state that a check sees, `unseen` where it could not look, or
    the code of a refusal.
    """

    of: str
    told: frozenset[str]
    body: bytes = field(repr=False)
    headers: dict[str, str] = field(default_factory=dict)

    def answer(self, asked: Asked) -> Said:
        """Everything is answered with it; of one for robots.txt the page itself is harmless."""
        if (asked.path == "/robots.txt") is (self.of == "robots"):
            type_ = _TYPES.get(self.of, "text/html; charset=utf-8")
            return Said(200, self.body, {"Content-Type": type_, **self.headers})
        return Said(200, b"<p>-</p>", {"Content-Type": "text/html"}) if self.of == "robots" else Said(404)


def _of(of: str, body: str, *told: str) -> Poison:
    return Poison(of, frozenset(told), body.encode("utf-8", "surrogatepass"))


def _nested(many: int, inside: int) -> str:
    opened = "".join(f'<div id="p{number}" class="post">' for number in range(1, many + 1))
    return f"<body>{opened}{'<i>а</i>' * inside}{'</div>' * many}</body>"


FOUND: Final = {
    "a declaration of many encodings": _of(
        "feed", "<?" + "encoding=''" * 900 + f"<rss><channel>{_ITEM}", *STOPPED
    ),
    "line breaks before the first tag": _of("feed", "\n" * 40_000 + f"<rss><channel>{_ITEM}", *STOPPED),
    "a group of many agents and many rules": _of(
        "robots",
        "".join(f"User-agent: a{number}\n" for number in range(1_000))
        + "".join(f"Disallow: /{number}\n" for number in range(1_000)),
        *STOPPED,
    ),
    "posts nested in each other": _of("page", _nested(500, 10_000), *STOPPED),
    "a long page in place of an answer": _of("check", f"<p>{_LOREM * 1_600}</p>", "unknown"),
}
"""Those that were found by trying."""

FURTHER: Final = {
    "entities of entities": _of(
        "feed",
        f'<?xml version="1.0"?>\n<!DOCTYPE rss [\n<!ENTITY e0 "{"яма " * 100}">\n{_BOMB}]>\n<rss><channel><item>'
        "<link>https://blog.example/1</link><description>&e9;</description></item></channel></rss>",
        "found",
    ),
    "packed twice": Poison(
        "feed",
        frozenset({"not a feed"}),
        gzip.compress(gzip.compress(b"<rss>" * 100_000)),
        {"Content-Encoding": "gzip"},
    ),
    "halves of pairs of letters": _of(
        "page", _POST.format(1).replace("Яма", "&#xD800;\ud800Яма&#xDFFF;"), "found"
    ),
    "elements three hundred thousand deep": _of(
        "page", "<div>" * 300_000 + "Яма у дома", "found", "nothing", *STOPPED
    ),
    "formatting opened again in each paragraph": _of(
        "page", "".join(f"<b id=b{n}>" for n in range(2_000)) + "<p>а" * 20_000, *STOPPED
    ),
    "a link that is none": _of(
        "page", '<article><a rel="bookmark" href="http://[">вчера</a></article>' + _POST.format(2), "found"
    ),
}
"""Others of their kind."""


async def _told(settings: Settings, sandbox: Sandbox, poison: Poison, base: str) -> str:
    """What came of looking, as `Poison.told` has it."""
    feeds, pages = FeedAdapter(settings, sandbox), PageAdapter(settings, sandbox)
    try:
        if poison.of == "feed":
            reading = await feeds.read(Where(SourceKind.FEED, f"{base}/feed", None, {}), None)
        elif poison.of == "check":
            seen = await pages.verify(f"{base}/page", _ANSWER, None)
            assert seen.state is not Stands.UNKNOWN or seen.why
            return "unseen" if seen.state is Stands.UNKNOWN and seen.text is None else seen.state
        else:
            reading = await pages.read(Where(SourceKind.PAGE, f"{base}/page", None, {}), None)
    except NetworkRefusalError as refusal:
        assert refusal.advice and refusal.fault in (Fault.LATER, Fault.DATA)
        return refusal.code
    return "found" if reading.found else "nothing"


@pytest.mark.parametrize("name", FOUND | FURTHER)
async def test_a_poison_costs_whoever_asked_nothing(name: str, tmp_path: Path) -> None:
    poison, settings = (FOUND | FURTHER)[name], Settings.load(data=tmp_path, demo=True)
    sandbox = Sandbox(Limits(processor=1.0))  # of little patience, for the sake of the test's time
    async with served(poison) as base:
        before = time.process_time()
        told = await _told(settings, sandbox, poison, base)
        taken = time.process_time() - before
    assert told in poison.told
    assert taken < _MOST
