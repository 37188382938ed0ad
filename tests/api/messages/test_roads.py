"""Whole roads over HTTP, the message after each step by the contract."""

import pytest

from tests.api.messages.case import about, when
from tests.api.messages.conftest import Begin
from tests.api.messages.office import Office, taken
from tests.api.messages.shape import assert_message

CURATORS_IN_ROUTING = {
    *("route", "decline", "close_unanswered", "report_to_governor", "correct", "note", "hand_over"),
    *("split", "refer"),
}


async def test_a_straight_road(begin: Begin) -> None:
    case = await begin("mon 09:00", author="Житель Кинешмы", text="Яма у школы.", network="vkontakte")
    registered = case.view
    assert_message(registered)
    named = [registered[field] for field in ("network", "author", "text")]
    assert named == ["vkontakte", "Житель Кинешмы", "Яма у школы."]
    assert when(registered["detected_at"]) == case.moment("mon 09:00")
    assert registered["stage"] == "routing"
    assert set(registered["allowed"]) == CURATORS_IN_ROUTING
    assert [run["name"] for run in registered["limits"]] == ["routing", "answer"]
    assert when(case.run("routing")["due_at"]) == case.moment("mon 10:30")
    assert when(case.run("answer")["due_at"]) == case.moment("tue 09:45")
    assert case.run("answer")["holder"] == {"role": "curator", "body": None}
    for unset in ("outcome", "topic", "location", "importance", "reduced_term", "repeats", "forecast_at"):
        assert registered[unset] is None

    await case.at("mon 09:30")
    await case.route("roads", topic="potholes", location="г. Шуя", importance="raised")
    routed = case.view
    assert_message(routed)
    assert (routed["stage"], routed["bodies"], routed["current_body"]) == ("preparation", ["roads"], "roads")
    assert (routed["topic"], routed["location"], routed["importance"]) == ("potholes", "г. Шуя", "raised")
    assert about(case.run("routing")["met_at"], case.moment("mon 09:30"))
    assert case.run("answer")["holder"] == {"role": "executor", "body": "roads"}
    assert when(case.run("draft")["due_at"]) == case.moment("mon 14:45")
    assert about(case.run("return")["due_at"], case.moment("mon 10:30"))
    assert {run["name"] for run in routed["limits"]} == {"routing", "answer", "return", "draft"}

    await case.at("mon 11:00")
    await case.submit("answer", "Яму засыпали.")
    drafted = case.view
    assert_message(drafted)
    assert drafted["stage"] == "approval"
    assert case.draft == {
        "id": case.draft["id"],
        "kind": "answer",
        "body": "roads",
        "text": "Яму засыпали.",
        "measures": None,
        "attachments": [],
        "round": 1,
        "status": "submitted",
        "comment": None,
        "published_url": None,
        "published_at": None,
        "standing": None,
        "proof": None,
        "taken_from": None,
        "promises": [],
    }
    assert about(case.run("draft")["met_at"], case.moment("mon 11:00"))
    assert about(case.run("approval")["due_at"], case.moment("mon 12:30"))
    assert when(case.run("return")["cancelled_at"]) == when(case.run("return")["due_at"])

    await case.at("mon 11:30")
    await case.approve()
    assert_message(case.view)
    assert (case.view["stage"], case.draft["status"]) == ("publication", "approved")
    assert about(case.run("publication")["due_at"], case.moment("mon 12:00"))

    await case.at("mon 11:40")
    await case.publish("https://vk.com/wall-1_77")
    closed = case.view
    assert_message(closed)
    assert (closed["stage"], closed["outcome"], closed["current_body"]) == ("closed", "answered", None)
    assert closed["allowed"] == ["correct_link"]
    assert case.draft["published_url"] == "https://vk.com/wall-1_77"
    assert about(case.draft["published_at"], case.moment("mon 11:40"))
    assert case.names(of="breached_at") == []
    assert case.names(of="cancelled_at") == ["return"]
    assert [row["kind"] for row in await case.journal()] == [
        "registered",
        "route",
        "window_ended",
        "submit_draft",
        "approve",
        "confirm_publication",
    ]
    assert await case.look("executor-roads") == closed


async def test_a_rework_that_would_miss_the_answer_has_a_forecast(begin: Begin) -> None:
    case = await begin("mon 09:00", to=["roads"])
    await case.at("mon 16:30")
    await case.submit()
    await case.rework()
    assert_message(case.view)
    # 17:30, then 30 min today and an hour tomorrow, then half an hour.
    assert about(case.view["forecast_at"], case.moment("tue 10:30"))
    assert [item["limit"] for item in await case.notices("curator", "forecast")] == ["answer"]


async def test_an_interim_answer_then_the_final_one(begin: Begin) -> None:
    case = await begin("mon 09:00", to=["roads"])
    await case.answer("interim", "Работаем, ответим до среды.")
    assert_message(case.view)
    assert (case.view["stage"], case.view["outcome"]) == ("awaiting_final", None)
    assert when(case.run("final_draft")["due_at"]) == case.moment("mon+2 18:00")
    await case.answer("answer", "Сделано.", url="https://vk.com/wall-1_3")
    assert_message(case.view)
    assert case.view["outcome"] == "answered"
    assert [draft["published_url"] for draft in case.view["drafts"]] == [
        "https://vk.com/wall-1_2",
        "https://vk.com/wall-1_3",
    ]


async def test_a_clarification_and_the_reply(begin: Begin) -> None:
    case = await begin("mon 09:00", to=["roads"])
    await case.answer("clarification", "Назовите дом.")
    assert_message(case.view)
    assert case.view["stage"] == "awaiting_author"
    assert set(case.view["allowed"]) == {"submit_draft", "correct_link", "note", "assign"}  # of the executor
    assert {"author_replied", "resume", "close_unanswered"} <= set((await case.look())["allowed"])
    await case.reply("Дом 5.")
    assert_message(case.view)
    assert (case.view["stage"], case.view["current_body"]) == ("preparation", "roads")
    assert (await case.journal())[-1]["data"]["text"] == "Дом 5."


@pytest.mark.parametrize(
    ("path", "reason", "outcome"),
    [
        ("/decline", {"ground": "harm_to_person"}, "declined"),
        ("/decline", {"ground": "obscene_or_insulting"}, "declined"),
        ("/decline", {"ground": "threat_to_official"}, "declined"),
        ("/close", {"reason": "deleted"}, "unanswered"),
        ("/close", {"reason": "comments_closed"}, "unanswered"),
        ("/close", {"reason": "registered_by_mistake"}, "void"),
    ],
)
async def test_ends_without_an_answer(begin: Begin, path: str, reason: dict[str, str], outcome: str) -> None:
    case = await begin("mon 09:00")
    view = await case.step("curator", path, reason)
    assert_message(view)
    assert view["outcome"] == outcome
    assert [view["decline_ground"] or view["close_reason"]] == list(reason.values())


async def test_a_late_registration_is_shown_as_inherited(begin: Begin) -> None:
    case = await begin("tue 12:00", detected="mon 09:00")
    assert_message(case.view)
    assert when(case.view["detected_at"]) == case.moment("mon 09:00")
    assert [run["inherited"] for run in case.view["limits"]] == [True, True]
    assert about(case.run("answer")["breached_at"], case.moment("tue 12:00"))
    assert await case.notices("curator", "breach") == []
    assert {item["limit"] for item in await case.notices("head", "escalation")} == {"routing", "answer"}


async def test_answers_do_not_differ_from_what_is_read_afterwards(begin: Begin, office: Office) -> None:
    case = await begin("mon 09:00", to=["roads", "housing"])
    after = case.view
    assert taken(await case.get("curator")) == after
    seen = taken(await case.get("executor-roads"))
    assert {**seen, "allowed": None} == {**after, "allowed": None}
    assert set(seen["allowed"]) == {"return_to_curator", "contribute", "note", "assign"}
    listed = taken(await office.get("curator", "/messages", q=after["url"]))["items"]
    assert {**listed[0], "limits": None} == {**after, "limits": None}
