"""Nothing in Temporal is a name, a link or a text: payloads hold ids, kinds, moments, keys, and words of our own."""

import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import Client

from calendar_rules.regulation import order_238
from tests.replay import scenarios
from tests.replay.record import histories_of, payloads
from tests.replay.scenarios import Scenario
from tests.workflows.road import executor, known_years
from tests.workflows.stages import MONDAY, Begin
from workflows import commands

ROADS = [
    scenarios.joint_answer_with_returns,
    scenarios.interim_answers,
    scenarios.author_replied,
    scenarios.commands_out_of_turn,
    scenarios.declined_for_a_threat,
    scenarios.calendar_changed,
]

# Keys of the directory, people by their sign-ins, ids, kinds, moments and durations, clock times of schedules.
PLAIN = re.compile(r"[\w.:+/-]*", re.ASCII)
# What the program itself says in Russian: reasons of refusals, explanations, names of timers and steps.
OUR_WORDS = ("reason", "detail", "title", "short_title", "source", "note")


def strings(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Every string of a payload, with the field it stands in."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield "", name
            yield from strings(part, name)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part, key)
    elif isinstance(value, str):
        yield key, value


async def told(client: Client, road: Any) -> list[str]:
    """Every payload of every run of a message."""
    await road.recorded()
    return [text async for history in histories_of(client, road) for text in payloads(history)]


@pytest.mark.server
@pytest.mark.parametrize("scenario", ROADS)
async def test_a_history_holds_no_free_text(begin: Begin, temporal: Client, scenario: Scenario) -> None:
    road = await scenario(begin)
    ours = {*known_years().days_off.values(), *order_238().act.assumed, "[key]"}
    free = {
        text
        for payload in await told(temporal, road)
        if payload.startswith("{")
        for field, text in strings(json.loads(payload))
        if field not in OUR_WORDS and text not in ours and not PLAIN.fullmatch(text)
    }
    assert free == set()


@pytest.mark.server
async def test_texts_go_by_their_ids_from_the_signal_to_the_record(begin: Begin, temporal: Client) -> None:
    road = await begin(MONDAY)
    marks = {field: uuid4().hex for field in ("location", "text", "url")}
    await road.send(road.routing("roads").model_copy(update={"location": marks["location"]}))
    await road.send(road.drafting("roads").model_copy(update={"text": marks["text"]}))
    await road.approve()
    given = road.given("executor-roads", executor("roads"), None)
    await road.send(commands.ConfirmPublication(**given | {"url": marks["url"]}))
    state = road.state
    assert (state.location, state.drafts[0].text, state.drafts[0].published_url) == (
        marks["location"],
        marks["text"],
        marks["url"],
    )


@pytest.mark.server
async def test_a_message_is_started_without_author_link_or_text(begin: Begin, temporal: Client) -> None:
    road = await begin(MONDAY)
    started = json.loads((await told(temporal, road))[0])
    assert set(started) == {
        *("id", "network", "detected_at", "registered_at", "registered_by", "acting_for", "regulation"),
        *("calendars", "prompt_within", "past", "attachments", "topic", "split_from", "carried"),
        *("restarts", "after"),
    }
