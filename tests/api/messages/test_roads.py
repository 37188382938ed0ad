"""A whole road over HTTP: the message after each step by the contract, and its record (cl. 19)."""

from tests.api.messages.case import about, when
from tests.api.messages.conftest import Begin
from tests.api.messages.office import taken
from tests.api.messages.shape import assert_message, moment

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
    assert await case.kinds() == [
        *("registered", "route", "window_ended", "submit_draft", "approve", "confirm_publication")
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


# ---- the record (cl. 19)

ROW = {"number", "at", "kind", "person", "acting_for", "data"}


async def test_every_step_is_one_row_with_person_moment_and_texts(begin: Begin) -> None:
    case = await begin("mon 09:00")
    await case.route("housing", "roads", location="г. Шуя", importance="high", reduced_term="PT8H")
    await case.contribute("Трубы меняем.")
    await case.give_back(reason="Улица не наша.", competent_body="social")
    await case.route("roads")
    await case.submit("interim", "Работаем.")
    await case.rework("Когда?")
    await case.submit("interim", "До пятницы.")
    await case.withdraw()
    await case.submit("interim", "До четверга.")
    await case.approve("curator2")
    await case.publish("https://vk.com/wall-1_5")
    await case.report("Обсуждают.")
    await case.close("comments_closed")
    rows = await case.journal()
    for row in rows:
        assert set(row) == ROW
        assert about(row["at"], case.moment("mon 09:00"))
        moment(row["at"])
    assert [row["number"] for row in rows] == list(range(1, len(rows) + 1))
    moved = [(row["kind"], row["data"]["limit"]) for row in rows if row["person"] is None]
    assert moved == [("limit_moved", "answer"), ("limit_moved", "answer"), ("limit_moved", "return")]
    rows = [row for row in rows if row["person"]]
    assert [(row["kind"], row["person"]) for row in rows] == [
        ("registered", "curator"),
        ("route", "curator"),
        ("contribute", "executor-housing"),
        ("return_to_curator", "executor-roads"),
        ("route", "curator"),
        ("submit_draft", "executor-roads"),
        ("send_for_rework", "curator"),
        ("submit_draft", "executor-roads"),
        ("withdraw_draft", "executor-roads"),
        ("submit_draft", "executor-roads"),
        ("approve", "curator2"),
        ("confirm_publication", "executor-roads"),
        ("report_to_governor", "curator"),
        ("close_unanswered", "curator"),
    ]
    data = [row["data"] for row in rows]
    assert (data[1]["bodies"], data[1]["location"]) == (["housing", "roads"], "г. Шуя")
    assert (data[1]["importance"], data[1]["reduced_term"]) == ("high", "PT8H")
    assert data[2]["text"] == "Трубы меняем."
    assert (data[3]["reason"], data[3]["competent_body"]) == ("Улица не наша.", "social")
    # Every version of the draft stays.
    assert [data[number]["text"] for number in (5, 7, 9)] == ["Работаем.", "До пятницы.", "До четверга."]
    assert data[6]["comment"] == "Когда?"
    assert data[11]["url"] == "https://vk.com/wall-1_5"
    assert data[12]["reason"] == "Обсуждают."


async def test_it_is_read_newest_first_page_by_page(begin: Begin) -> None:
    case = await begin(to=["roads"])
    await case.submit()
    whole = taken(await case.get("curator", "/journal"))
    assert [row["number"] for row in whole["items"]] == [3, 2, 1]
    assert whole["next"] is None
    path = f"/messages/{case.id}/journal"
    assert await case.office.pages("executor-roads", path, limit=2) == whole["items"]
