"""The month walked: every story by its own clock, some of them side by side as in an office."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from temporalio.client import Client

from tests.api.chance.hours import MOSCOW
from tests.api.messages.office import Office, working_installation
from tests.office import absences, message_checks
from tests.office.matter import Matter
from tests.office.month import Month
from tests.office.story import STORIES, Story

_AT_ONCE = 4


@dataclass(frozen=True)
class Walked:
    """The office, its month, and every message of it in the order of their days."""

    office: Office
    month: Month
    matters: tuple[Matter, ...]


@asynccontextmanager
async def working_office(folder: Path, address: str, temporal: Client) -> AsyncIterator[Office]:
    """An installation in training mode with its worker, the demo directory, and the hours of the month."""
    hours = folder / "hours.toml"
    hours.write_text(Month.after(datetime.now(MOSCOW).date()).schedules(), "utf-8")
    async with (
        working_installation(folder, address, temporal, schedules=hours) as installation,
        installation.office() as office,
    ):
        yield office


async def walk(office: Office, stories: Sequence[Story] | None = None) -> Walked:
    """Tell the stories, all of the month by default, and check every message as it is left."""
    month = Month.after(datetime.now(MOSCOW).date())
    await absences.record(office, month)
    places = asyncio.Semaphore(_AT_ONCE)

    async def told(story: Story) -> list[Matter]:
        async with places:
            return await tell(office, month, story)

    chosen = STORIES if stories is None else stories
    found = await asyncio.gather(*(told(story) for story in chosen), return_exceptions=True)
    if failed := [one for one in found if isinstance(one, Exception)]:
        raise ExceptionGroup("stories that do not hold", failed)
    matters = sorted(
        (matter for one in found if isinstance(one, list) for matter in one),
        key=lambda matter: matter.registered_at,
    )
    return Walked(office, month, tuple(matters))


async def tell(office: Office, month: Month, story: Story) -> list[Matter]:
    """One story, with the messages it is about."""
    found = {"url": story.url} if story.url else {}
    detected = month.at(*story.found) if story.found else None
    matter = await Matter.open(
        office,
        month,
        story.moment(month),
        detected=detected,
        curator=story.curator,
        network=story.network,
        text=story.text,
        **found,
    )
    matter.title = story.title
    try:
        await story.tell(matter)
        matters = [matter, *matter.others]
        for one in matters:
            await message_checks.check(one)
    except BaseException as error:
        error.add_note(f"{story.title} ({story.tell.__name__})")
        raise
    return matters
