"""One post with two problems of two bodies: two messages of it, each with its own road (cl. 7)."""

import pytest

from tests.api.messages.case import Case, registration
from tests.api.messages.conftest import Begin
from tests.api.messages.office import Office, refused, taken
from tests.api.messages.shape import assert_message

pytestmark = pytest.mark.server

SECOND = "И в подъезде третий день нет света."


async def split(case: Case, **fields: str) -> Case:
    view = taken(await case.post("curator", "/split", {"text": SECOND} | fields), 201)
    return Case(case.office, view)


async def test_the_second_problem_is_a_message_of_its_own_found_with_the_first(begin: Begin) -> None:
    case = await begin(to=["roads"])
    await case.at("mon 10:00")
    fields = {"text": SECOND, "topic": "potholes"}
    view = taken(await case.post("curator", "/split", fields, key="split-twice"), 201)
    second = Case(case.office, view)
    assert taken(await case.post("curator", "/split", fields, key="split-twice"), 201)["id"] == second.id
    assert_message(second.view)
    first = await case.look()
    assert_message(first)
    assert (first["split"], second.view["split"]) == ([second.id], [case.id])
    for field in ("url", "network", "author"):
        assert second.view[field] == first[field]
    assert (view["text"], view["topic"], view["stage"]) == (SECOND, "potholes", "routing")
    assert (first["stage"], first["current_body"]) == ("preparation", "roads")
    assert second.view["detected_at"] == first["detected_at"]
    assert second.run("answer")["started_at"] == second.view["detected_at"]
    said = [row["data"]["split"] for row in await case.journal() if row["kind"] == "split"]
    assert said == [second.id]
    assert (await second.journal())[0]["data"]["split"] == case.id


async def test_the_link_is_answered_with_the_first_unless_that_was_registered_by_mistake(
    begin: Begin, office: Office
) -> None:
    case = await begin()
    second, third = await split(case), await split(case)
    assert (await case.look())["split"] == [second.id, third.id]

    async def answered_with() -> tuple[int, str]:
        again = await office.post("curator", "/messages", registration(url=case.view["url"]))
        return again.status_code, again.json()["id"]

    assert await answered_with() == (200, case.id)
    await case.close("registered_by_mistake")
    await case.look()
    assert await answered_with() == (200, second.id)
    refused(await case.post("curator", "/split", {"text": SECOND}), 409)
    await case.reopen()
    assert await answered_with() == (200, case.id)


async def test_what_cannot_be_a_part_is_refused(begin: Begin) -> None:
    case = await begin()
    for part in ({"text": " "}, {"text": "Свет.", "topic": "nothing"}):
        refused(await case.post("curator", "/split", part), 422)
    refused(await case.post("head", "/split", {"text": "Свет."}), 403)
    taken(await case.post("admin", "/erasure", {"basis": "subject_request"}))
    refused(await case.post("curator", "/split", {"text": SECOND}), 409)
