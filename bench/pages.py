"""The pages that list, with ten thousand open messages: how long the server takes, and what a first visit weighs.

Each message is in the queue of the curator who asks, whatever its stage, so that neither queue nor board is cheap. The
reference is a page that reads no messages. On SQLite and on PostgreSQL.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from statistics import median
from time import perf_counter

import httpx

from bench.installation import Answer, Asker, both_databases, browser_of, installation, process
from bench.many_messages import Row, Rows, grow, patterns
from bench.measurement import Line, alone, at_most
from calendar_rules.vocabulary import Stage

MESSAGES = 10_000
ROUNDS, WARM_UP = 15, 3
MOST_MS, MOST_PAGE, MOST_ASSETS = 100.0, 60.0, 250.0
KB = 1000
QUEUE, PLAIN = "/", "/about"
ADDRESSES = (QUEUE, "/?rows=1000", "/messages", "/board")

_TITLE = re.compile(r"<title>\((\d+)\) ")
_ASSET = re.compile(r'(?:href|src)="(/static/[^"#]+)')
_IMPORTED = re.compile(r"""from "(\./[^"]+)"|new URL\("(\./[^"]+)", import\.meta\.url\)|url\("([^"]+)"\)""")


def _of_one(_number: int, message: Row, _belonging: Rows) -> None:
    message.update({"step_curator": "curator", "step_body": None, "curator": "curator"})


def in_turn(browser: Asker, path: str, reference: str, rounds: int = ROUNDS) -> tuple[float, float]:
    """Median milliseconds of a page, and of another that is asked for in turn with it."""
    took: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds + WARM_UP):
        for figures, address in zip(took, (path, reference), strict=True):
            begun = perf_counter()
            browser.get(address)
            figures.append((perf_counter() - begun) * 1000)
    return median(took[0][WARM_UP:]), median(took[1][WARM_UP:])


def first_visit(browser: Asker) -> tuple[float, float]:
    """KB on the wire: a page; and the files it names, with those that these name, be it styles, scripts or fonts."""
    page = browser.get(QUEUE)
    waiting, seen = _ASSET.findall(page.body.decode()), dict[str, int]()
    while waiting:
        if (address := waiting.pop()) not in seen:
            file = browser.get(address)
            seen[address] = file.wire
            waiting += _named_by(address, file)
    return page.wire / KB, sum(seen.values()) / KB


def _named_by(address: str, file: Answer) -> Iterator[str]:
    if address.endswith((".css", ".js")):
        for found in _IMPORTED.findall(file.body.decode()):
            yield httpx.URL(f"http://here{address}").join(next(filter(None, found))).path


def _measured(port: int, name: str) -> Iterator[Line]:
    with browser_of(port, "curator") as curator:
        for path in ADDRESSES:
            goal = at_most(MOST_MS) if path == QUEUE else None
            yield Line(f"{path}, {name}", "ms", *in_turn(curator, path, PLAIN), goal)
        counted = _TITLE.search(curator.get(QUEUE).body.decode())
        assert counted is not None and int(counted[1]) == MESSAGES, counted
        page, files = first_visit(curator)
        yield Line(f"first visit, the page, {name}", "KB", page, None, at_most(MOST_PAGE))
        yield Line(f"first visit, its files, {name}", "KB", files, None, at_most(MOST_ASSETS))


async def measure() -> AsyncIterator[Line]:
    """Every page on both databases."""
    demo = [one for one in await patterns() if one.message["stage"] != Stage.CLOSED]
    with both_databases() as databases:
        for name, url in databases.items():
            async with installation(url) as (_, database, settings):
                await grow(database, demo, MESSAGES, _of_one)
                async with process("api", settings):
                    for line in await asyncio.to_thread(
                        lambda port, name: list(_measured(port, name)), settings.port, name
                    ):
                        yield line


if __name__ == "__main__":
    alone("pages", measure)
