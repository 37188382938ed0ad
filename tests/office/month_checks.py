"""Everything that must hold of an office at the end of what it has walked."""

from collections.abc import Sequence

from tests.api.messages.office import Office
from tests.office import load_checks, office_checks, stories, weekly_checks
from tests.office.story import STORIES, Story
from tests.office.walked import Walked, walk

WEEK = range(6, 11)
"""The days whose stories are the week of `make test-all`: the fullest one."""


def of_the_week() -> list[Story]:
    """The stories that begin in it."""
    assert stories.__all__
    return [story for story in STORIES if story.day in WEEK]


async def walked(office: Office, chosen: Sequence[Story] | None = None) -> Walked:
    """Walk the stories, all of the month by default, and check everything."""
    found = await walk(office, chosen)
    await office_checks.check_notices(found, await office_checks.notices_of_all(office))
    await office_checks.check_queues(found)
    await office_checks.check_lists(found)
    await office_checks.check_whose(found)
    await load_checks.check_load(office, found.month)
    await weekly_checks.check_month(office, found.month)
    return found
