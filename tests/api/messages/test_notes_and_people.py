"""Notes with evidence, and whose work a message is: its assignee, its curator."""

from tests.api.messages.case import Case
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


async def test_whoever_works_with_a_message_leaves_notes(begin: Begin) -> None:
    case = await begin()
    await case.route("housing", "roads")
    await case.contribute()
    people = ("curator", "head", "executor-housing", "responsible-housing", "executor-roads")
    for person in people:
        await case.note(f"Заметка: {person}.", person)
    rows = [row for row in await case.journal() if row["kind"] == "note"]
    assert [row["person"] for row in rows] == list(people)
    # A body that has not had its turn yet does not see the message.
    refused(await case.post("executor-health", "/notes", {"text": "Заметка."}), 404)


async def test_the_responsible_does_what_executors_of_the_body_may(begin: Begin) -> None:
    case = await begin()
    await case.route()
    body = {"kind": "answer", "text": "Сделано.", "attachments": [await case.attach("responsible-roads")]}
    await case.step("responsible-roads", "/drafts", body)
    await case.approve()
    await case.step("responsible-roads", "/publication", {"url": "https://vk.com/wall-1_2"})
    assert case.view["outcome"] == "answered"


async def test_work_has_a_person_until_the_turn_passes(office: Office, begin: Begin) -> None:
    case = await begin()
    assert (case.view["curator"], case.view["assignee"]) == ("curator", None)
    await case.route("housing", "roads")
    view = await case.assign("executor-housing")
    assert view["assignee"] == "executor-housing"
    assert taken(await office.get("curator", "/messages", q=view["url"]))["items"][0]["assignee"] is not None
    assert (await case.assign(None, by="executor-housing"))["assignee"] is None
    await case.assign("executor-housing")
    assert (await case.contribute())["assignee"] is None
    assigned = [row["data"].get("assignee") for row in await case.journal() if row["kind"] == "assign"]
    assert assigned == ["executor-housing", None, "executor-housing"]


async def test_only_an_executor_of_the_current_body_is_assigned(begin: Begin) -> None:
    case = await begin()
    await case.route("housing", "roads")
    for person in ("executor-roads", "responsible-housing", "curator", "nobody-at-all"):
        problem = refused(await case.post("responsible-housing", "/assignee", {"person": person}), 422)
        assert [item["field"] for item in problem["errors"]] == ["person"]
        assert person in problem["detail"]
    await case.give_back()
    # Nobody's turn: that the message itself refuses, on record.
    refused(await case.post("executor-housing", "/assignee", {"person": "executor-housing"}), 409)
    assert (await case.journal())[-1]["kind"] == "refused"


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


async def test_the_work_goes_on_without_the_authors_reply(begin: Begin) -> None:
    case = await begin()
    await case.route()
    await case.submit("clarification")
    await case.approve()
    await case.publish()
    view = await case.resume()
    assert (view["stage"], view["current_body"]) == ("preparation", "roads")
    assert [run["name"] for run in view["limits"] if not (run["met_at"] or run["cancelled_at"])] == [
        *("answer", "draft")
    ]
    refused(await case.post("curator", "/resume"), 409)


async def test_people_read_titles_of_bodies_where_a_step_is_refused(begin: Begin) -> None:
    case: Case = await begin()
    await case.route("roads")
    refused(
        await case.post("curator", "/author-reply", {"text": "Дом 5."}),
        409,
        "Департамент дорожного хозяйства",
    )


async def test_each_new_step_under_one_key_is_done_once(office: Office, begin: Begin) -> None:
    case = await begin()
    await case.route()
    steps = (
        ("POST", "/notes", "curator", {"text": "Заметка."}, "note"),
        ("POST", "/assignee", "executor-roads", {"person": "executor-roads"}, "assign"),
        ("POST", "/curator", "head", {"person": "curator2"}, "hand_over"),
        ("PATCH", "", "curator", {"author": "Житель", "reason": "Опечатка."}, "correct"),
    )
    for method, path, person, body, kind in steps:
        for _ in range(2):
            answer = await office.call(person, method, f"/messages/{case.id}{path}", body, key=f"once {kind}")
            taken(answer)
        refused(
            await office.call(
                *(person, method, f"/messages/{case.id}{path}"),
                {**body, "reason": "Иная."} if kind == "correct" else {**body, next(iter(body)): "governor"},
                key=f"once {kind}",
            ),
            422,
            "Idempotency-Key",
        )
    kinds = [row["kind"] for row in await case.journal()]
    assert [kinds.count(kind) for *_, kind in steps] == [1] * len(steps)
