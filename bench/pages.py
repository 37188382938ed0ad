"""The pages, with ten thousand open messages: how long the server takes, and what a first visit weighs.

Each message is in the queue of the curator who asks. The reference is a page that reads no messages. Nobody is asked
but the database: there is no Temporal.
"""

import re
from collections.abc import AsyncIterator, Iterator
from functools import partial

import httpx

from bench.installation import Answer, Asker, browser_of, process
from bench.many_messages import Row, Rows, on_both
from bench.measurement import Goal, Line, in_turn

MESSAGES = 10_000
MOST_MS, MOST_PAGE, MOST_ASSETS = 100.0, 60.0, 250.0
KB = 1000
QUEUE, PLAIN = "/", "/about"
ADDRESSES = (QUEUE, "/?rows=1000", "/queue/1000", "/messages", "/messages/1000", "/board")
OVERVIEW, SERVES = "/overview", 2.0
"""It is read anew once it is so many seconds old."""

_TITLE = re.compile(r"<title>\((\d+)\) ")
_ASSET = re.compile(r'(?:href|src)="(/static/[^"#]+)')
_IMPORTED = re.compile(r"""from "(\./[^"]+)"|new URL\("(\./[^"]+)", import\.meta\.url\)|url\("([^"]+)"\)""")


def _of_one(_number: int, message: Row, _belonging: Rows) -> None:
    message.update({"step_curator": "curator", "step_body": None, "curator": "curator"})


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


async def measure() -> AsyncIterator[Line]:
    """Every page on both databases."""
    async for name, _, settings in on_both(MESSAGES, _of_one, of_open=True):
        async with process("api", settings):
            with browser_of(settings.port, "curator") as curator:
                for path in ADDRESSES:
                    goal = Goal("work", "≤", MOST_MS) if path == QUEUE else None
                    pair = in_turn(partial(curator.get, path), partial(curator.get, PLAIN))
                    yield Line(f"{path}, {name}", "ms", *pair, goal)
                counted = _TITLE.search(curator.get(QUEUE).body.decode())
                assert counted is not None and int(counted[1]) == MESSAGES, counted
                page, files = first_visit(curator)
            with browser_of(settings.port, "head") as head:
                anew = partial(head.get, OVERVIEW), partial(head.get, PLAIN)
                yield Line(f"{OVERVIEW}, {name}", "ms", *in_turn(*anew, rounds=3, pause=SERVES))
        yield Line(f"first visit, the page, {name}", "KB", page, None, Goal("work", "≤", MOST_PAGE))
        yield Line(f"first visit, its files, {name}", "KB", files, None, Goal("work", "≤", MOST_ASSETS))
