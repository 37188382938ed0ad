"""One post with two problems of two bodies: two messages of it, each with its own road (cl. 7)."""

from datetime import timedelta

import pytest

from tests.api.messages.case import Case, registration, when
from tests.api.messages.conftest import Begin
from tests.api.messages.office import Office, refused, taken
from tests.api.messages.shape import assert_message

pytestmark = pytest.mark.server

SECOND = "И в подъезде третий день нет света."


async def split(case: Case, **fields: str) -> Case:
    view = taken(await case.post("curator", "/split", {"text": SECOND} | fields), 201)
    return Case(case.office, view)


async def test_the_second_problem_is_a_message_of_its_own(begin: Begin) -> None:
    case = await begin(to=["roads"])
    await case.at("mon 10:00")
    second = await split(case, topic="potholes")
    assert_message(second.view)
    first = await case.look()
    assert_message(first)
    assert (first["split"], second.view["split"]) == ([second.id], [case.id])
    for field in ("url", "network", "author"):
        assert second.view[field] == first[field]
    assert (second.view["text"], second.view["topic"], second.view["stage"]) == (
        SECOND,
        "potholes",
        "routing",
    )
    assert (first["stage"], first["current_body"]) == ("preparation", "roads")


async def test_it_was_found_then(begin: Begin) -> None:
    case = await begin()
    await case.at("mon 11:00")
    second = await split(case)
    detected = when(second.view["detected_at"])
    assert timedelta(0) <= detected - case.moment("mon 11:00") < timedelta(minutes=2)
    assert when(second.run("answer")["started_at"]) == detected


async def test_the_link_is_answered_with_the_first_ever_after(begin: Begin, office: Office) -> None:
    case = await begin()
    second = await split(case)
    again = await office.post("curator", "/messages", registration(url=case.view["url"]))
    assert (again.status_code, again.json()["id"]) == (200, case.id)
    assert second.id != case.id
    third = await split(case)
    assert (await case.look())["split"] == [second.id, third.id]


async def test_the_link_is_the_other_part_s_once_the_first_was_registered_by_mistake(
    begin: Begin, office: Office
) -> None:
    case = await begin()
    second = await split(case)
    await case.close("registered_by_mistake")
    await case.look()
    again = await office.post("curator", "/messages", registration(url=case.view["url"]))
    assert (again.status_code, again.json()["id"]) == (200, second.id)
    await case.step("curator", "/reopen", {"reason": "Закрыто по ошибке."})
    again = await office.post("curator", "/messages", registration(url=case.view["url"]))
    assert (again.status_code, again.json()["id"]) == (200, case.id)


async def test_a_request_repeated_answers_with_the_same_message(begin: Begin) -> None:
    case = await begin()
    first = await case.post("curator", "/split", {"text": SECOND}, key="split-twice")
    again = await case.post("curator", "/split", {"text": SECOND}, key="split-twice")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    assert len((await case.look())["split"]) == 1


async def test_both_journals_say_so(begin: Begin) -> None:
    case = await begin()
    second = await split(case)
    assert (await case.journal())[-1]["data"]["split"] == second.id
    assert (await second.journal())[0]["data"]["split"] == case.id


async def test_a_message_registered_by_mistake_or_erased_is_not_split(begin: Begin) -> None:
    case = await begin()
    await case.close("registered_by_mistake")
    refused(await case.post("curator", "/split", {"text": SECOND}), 409)
    erased = await begin()
    taken(await erased.post("admin", "/erasure", {"basis": "subject_request"}))
    refused(await erased.post("curator", "/split", {"text": SECOND}), 409)


async def test_what_cannot_be_a_part_is_refused(begin: Begin) -> None:
    case = await begin()
    assert (await case.post("curator", "/split", {"text": " "})).status_code == 422
    assert (await case.post("curator", "/split", {"text": "Свет.", "topic": "nothing"})).status_code == 422
    refused(await case.post("head", "/split", {"text": "Свет."}), 403)
