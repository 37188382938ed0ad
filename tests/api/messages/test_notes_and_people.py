"""Notes with evidence, and whose work a message is: its assignee, its curator."""

from tests.api.messages.conftest import Begin
from tests.api.messages.office import Office, refused, taken
from tests.api.messages.pictures import PNG
from tests.api.messages.shape import assert_message


async def test_a_note_is_on_record_and_its_files_are_the_messages_own(office: Office, begin: Begin) -> None:
    case = await begin()
    shot = await case.attach(name="снимок.png")
    view = await case.note("Запись могут удалить.", attachments=[shot])
    assert_message(view)
    [file] = view["attachments"]
    assert (file["id"], file["name"], file["type"]) == (shot, "снимок.png", "image/png")
    row = (await case.journal())[-1]
    assert (row["kind"], row["person"]) == ("note", "curator")
    assert (row["data"]["text"], row["data"]["attachments"]) == ("Запись могут удалить.", [shot])
    listed = taken(await office.get("curator", "/messages", q=view["url"]))["items"]
    assert listed == [await case.look()]
    assert (await case.get("governor", f"/attachments/{shot}")).content == PNG


async def test_work_has_a_person_of_the_current_body_until_the_turn_passes(
    office: Office, begin: Begin
) -> None:
    case = await begin(to=["housing", "roads"])
    for person in ("executor-roads", "responsible-housing", "curator", "nobody-at-all"):
        problem = refused(await case.post("responsible-housing", "/assignee", {"person": person}), 422)
        assert [item["field"] for item in problem["errors"]] == ["person"]
        assert person in problem["detail"]
    view = await case.assign("executor-housing")
    assert view["assignee"] == "executor-housing"
    assert taken(await office.get("curator", "/messages", q=view["url"]))["items"][0]["assignee"] is not None
    assert (await case.assign(None, by="executor-housing"))["assignee"] is None
    await case.give_back()
    # Nobody's turn: that the message itself refuses, on record.
    refused(await case.post("executor-housing", "/assignee", {"person": "executor-housing"}), 409)
    rows = [(row["kind"], row["data"].get("assignee")) for row in await case.journal()]
    assert rows[2:4] == [("assign", "executor-housing"), ("assign", None)]
    assert rows[-1][0] == "refused"


async def test_a_message_goes_to_another_curator(begin: Begin) -> None:
    case = await begin()
    assert (await case.hand_over("curator2"))["curator"] == "curator2"
    assert (await case.hand_over("curator", by="head"))["curator"] == "curator"
    for person in ("executor-roads", "head", "nobody-at-all"):
        problem = refused(await case.post("curator", "/curator", {"person": person}), 422)
        assert [item["field"] for item in problem["errors"]] == ["person"]
    rows = [row["data"] for row in await case.journal() if row["kind"] == "hand_over"]
    assert [(row["curator_before"], row["curator"]) for row in rows] == [
        ("curator", "curator2"),
        ("curator2", "curator"),
    ]
