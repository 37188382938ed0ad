"""Corrections are put on record, and evidence stays with the message."""

from typing import Any

import pytest

from calendar_rules.vocabulary import DraftKind, Importance, Network, Stage
from tests.workflows.acts import act
from tests.workflows.road import CURATOR, executor, said
from tests.workflows.stages import MONDAY, Begin, clarification, interim, published, routed

LINK_OF_OTHERS = "Ссылку исправляет куратор или орган, который разместил текст."


# ---- what a message is about


async def test_what_is_corrected_stands_in_the_state_and_the_rest_stays(begin: Begin) -> None:
    road = await routed(begin)
    before = road.state
    given: dict[str, Any] = {"network": Network.FORUM, "url": "u", "author": "a", "text": "t"}
    assert (await road.correct(**given, importance=Importance.HIGH)).accepted
    state = road.state
    assert {name: getattr(state, name) for name in given} == given
    assert (state.topic, state.location, state.stage) == (before.topic, before.location, before.stage)
    found = (await road.handle.describe()).typed_search_attributes
    assert {pair.key.name: pair.value for pair in found}["Network"] == "forum"
    # Importance moves nothing where the act is silent.
    assert await road.rows("limit_moved") == []


async def test_the_earlier_values_stay_in_the_journal(begin: Begin) -> None:
    road = await routed(begin)
    location = road.state.location
    await road.correct(network=Network.FORUM, location="l", topic="snow")
    await road.correct(topic="ice")
    first, second = await road.rows("correct")
    assert first.data["before"] == {"network": "vkontakte", "topic": "potholes"}
    assert first.data["texts_before"] == {"location": location}
    assert (first.data["topic"], second.data["before"]) == ("snow", {"topic": "snow"})


async def test_new_texts_and_the_reason_are_on_record_by_their_ids(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.correct(author="a")
    (row,) = await road.rows("correct")
    assert set(row.data["texts"]) == {"author", "reason"}  # type: ignore[arg-type]
    # What was registered is in the message's own row; no text stood in its place.
    assert (row.data["before"], row.data["texts_before"]) == ({}, {})


@pytest.mark.parametrize("fields", [{"topic": "snow"}, {"location": "l"}, {"importance": Importance.HIGH}])
async def test_what_routing_states_is_corrected_once_routed(begin: Begin, fields: dict[str, Any]) -> None:
    road = await begin(MONDAY)
    assert not (await road.correct(**fields)).accepted
    await road.route("roads")
    assert (await road.correct(**fields)).accepted


async def test_a_correction_of_nothing_is_refused(begin: Begin) -> None:
    road = await routed(begin)
    assert (await road.correct()).detail == "Укажите, что исправить."


async def test_importance_moves_the_answer_and_the_draft_where_the_act_says_so(begin: Begin) -> None:
    road = await begin(MONDAY, regulation=act(limits__answer__by_importance={"high": "PT4H30M"}))
    await road.route("roads")
    await road.correct(importance=Importance.HIGH)
    assert said(road.run("answer").due_at) == "2026-11-23 14:15"
    assert said(road.run("draft").due_at) == "2026-11-23 11:30"
    assert [row.data["limit"] for row in await road.rows("limit_moved")] == ["answer", "draft"]


# ---- a wrong link of what was published


async def test_a_wrong_link_is_corrected_and_the_old_one_stays_on_record(begin: Begin) -> None:
    road = await interim(begin)
    before, command = road.last_draft.published_url, road.link("roads")
    assert (await road.send(command)).accepted
    assert (road.last_draft.published_url, road.state.stage) == (command.url, Stage.AWAITING_FINAL)
    (row,) = await road.rows("correct_link")
    assert (row.data["draft"], row.data["texts_before"]) == (road.last_draft.id, {"url": before})
    assert row.data["texts"] == {"url": command.url, "reason": command.reason}


async def test_a_wrong_link_is_corrected_once_closed_and_the_run_ends_again(begin: Begin) -> None:
    road = await published(begin, DraftKind.ANSWER)
    command = road.link()
    assert (await road.goes_on(command)).accepted
    assert await road.handle.result() == "answered"
    assert (road.last_draft.published_url, (await road.kinds())[-1]) == (command.url, "correct_link")


async def test_a_body_corrects_no_link_of_what_another_has_published(begin: Begin) -> None:
    road = await clarification(begin)
    await road.reply()
    await road.give_back("roads")
    await road.route("housing")
    first = road.last_draft.id
    await road.answer("housing", DraftKind.INTERIM)
    assert (await road.send(road.link("housing", first))).detail == LINK_OF_OTHERS
    assert (await road.send(road.link("roads", first))).accepted


async def test_only_the_link_of_a_published_text_is_corrected(begin: Begin) -> None:
    road = await interim(begin)
    await road.draft("roads")
    outcome = await road.send(road.link("roads"))
    assert outcome.detail == "Исправляется ссылка только размещённого текста."


# ---- notes


async def test_a_note_keeps_its_evidence_with_the_message(begin: Begin) -> None:
    road = await routed(begin)
    await road.note(CURATOR, "screenshot")
    await road.note(executor("roads"), "photo")
    assert road.state.attachments == ("screenshot", "photo")
    assert [row.data["attachments"] for row in await road.rows("note")] == [["screenshot"], ["photo"]]
