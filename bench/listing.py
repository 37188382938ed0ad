"""The first page of the list of messages, and of queues, over HTTP, among a hundred thousand messages.

The reference is a call of the same API that reads no message; both are asked in turn.
"""

from collections.abc import AsyncIterator
from functools import partial
from urllib.parse import quote

from bench.installation import process, program_of
from bench.many_messages import on_both
from bench.measuring import Goal, Line, Pair, in_turn
from settings import Settings

MESSAGES = 100_000
MOST_MS, MOST_SEARCHING = 100.0, 50.0
QUEUE = "queue"
"""Stands for `GET /api/queue`; the others are filters of the list."""
ASKED = {
    "curator": "|queue|stage=approval|body=roads|overdue=true|network=review_site&outcome=void|curator=curator"
    "|due_before=2100-01-01T00:00:00Z|q=дорог&topic=nothing|sort=due|sort=due&stage=approval"
    "|q=№ 12345|q=этого нет нигде|q=яма|q=дорога школа|q=газ|sort=due&q=дороги",
    "governor": "|queue",
    "executor-roads": "|queue|overdue=true|q=дорог|sort=due",
    "deputy": "|body=heritage",
}


async def _measured(settings: Settings) -> dict[str, Pair]:
    """Return the milliseconds of every question and of its reference."""
    found = {}
    async with process("api", settings):
        for person, questions in ASKED.items():
            with program_of(settings.port, person) as asker:
                for asked in questions.split("|"):
                    path = f"/api/messages?{quote(asked, safe='=&')}" if asked != QUEUE else "/api/queue"
                    found[f"{person} {asked}"] = in_turn(
                        partial(asker.get, path), partial(asker.get, "/api/me")
                    )
    return found


async def measure() -> AsyncIterator[Line]:
    """Tell of the slowest question and the slowest search, on both databases."""
    async for name, _, settings in on_both(MESSAGES):
        pairs = await _measured(settings)
        searches = [question for question in pairs if "q=" in question]
        for questions, bound in ((list(pairs), MOST_MS), (searches, MOST_SEARCHING)):
            slowest = max(questions, key=lambda question: pairs[question][0])
            what = f"slowest of {len(questions)}: {slowest}, {name}"
            yield Line(what, "ms", *pairs[slowest], Goal("work", "≤", bound))
