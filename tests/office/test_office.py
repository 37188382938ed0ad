"""An office with a message in every stage, all of them late: what is told of it is what the journals say."""

from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

from tests.api.chance.test_every_stage import STAGES
from tests.api.messages.case import View
from tests.api.messages.office import Office, taken, working_installation
from tests.office import weekly_checks

_NAMED = ("role", "body", "person", "acting_for", "limit")


def named(charged: list[View]) -> list[tuple[Any, ...]]:
    return [tuple(entry[name] for name in _NAMED) for entry in charged]


@pytest.mark.installation
async def test_its_register_and_every_week_say_what_the_journals_say(
    temporal_address: str, temporal: Client, tmp_path: Path
) -> None:
    async with (
        working_installation(tmp_path, temporal_address, temporal) as installation,
        installation.office() as office,
    ):
        breaches = {}
        for bring in STAGES:
            case = await bring(office)
            if case.view["stage"] != "closed":
                await case.at("thu 12:00")
            for place, run in enumerate((await case.look())["limits"], 1):
                if run["breached_at"] and not run["inherited"]:
                    breaches[f"{case.id}-{place}"] = named(run["charged"])
        assert await registered(office) == breaches
        await weekly_checks.check_weeks(office)


async def registered(office: Office) -> dict[str, list[tuple[Any, ...]]]:
    """Whom each breach of the register names."""
    page = taken(await office.get("head", "/shortcomings", size=100))
    assert page["next"] is None
    return {item["id"]: named(item["charged"]) for item in page["items"]}
