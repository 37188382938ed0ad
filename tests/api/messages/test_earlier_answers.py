"""Earlier answers to the same: shown as they were published to those who answer and decide, and kept on record."""

import pytest

from tests.api.messages.case import Case, View
from tests.api.messages.office import Office, refused, taken

COMPLAINT = (
    "Стая бродячих собак третий день сидит у подъезда на улице Кузнецова, дом {}, дети боятся выйти гулять"
)
ANSWER = (
    "Здравствуйте, Пётр Иванович! Отлов безнадзорных животных на ул. Кузнецова, д. 3 проведён, "
    "семь животных увезены в приют, через неделю бригада приедет снова."
)


async def begun(office: Office, text: str, *bodies: str, author: str = "Житель") -> Case:
    case = await Case.begin(office, text=text, author=author)
    await case.route(*bodies or ("veterinary",), topic="stray-dogs", location="г. Шуя, ул. Кузнецова")
    return case


async def answered(office: Office, text: str, answer: str, *bodies: str, author: str = "Житель") -> Case:
    case = await begun(office, text, *bodies, author=author)
    await case.answer(text=answer, url=f"https://vk.com/wall-1_{case.id}")
    return case


@pytest.fixture(scope="module")
async def earlier(office: Office) -> Case:
    case = await answered(office, COMPLAINT.format(3), ANSWER, author="Пётр Лаптев")
    taken(await office.call("head", "PUT", f"/messages/{case.id}/verdict", json={"verdict": "content"}))
    return case


async def shown(case: Case, person: str = "executor-veterinary") -> View:
    found: View = taken(await case.get(person, "/earlier-answers"))
    return found


async def test_answers_of_the_own_body_come_first_as_they_were_published(
    office: Office, earlier: Case
) -> None:
    of_others = await answered(
        office, COMPLAINT.format(5), "Здравствуйте! Заявку на отлов собак приняли в работу.", "kineshma-city"
    )
    case = await begun(office, COMPLAINT.format(7))
    own, other = (await shown(case))["items"]
    assert (own["message"], own["body"]) == (earlier.id, "veterinary")
    assert own["text"] == ANSWER
    assert (own["topic"], own["settlement"]) == ("stray-dogs", "Шуя")
    assert COMPLAINT.format(3) not in str(own)
    assert own["published_at"] == earlier.draft["published_at"]
    assert (own["in_time"], own["verdict"], other["verdict"]) == (True, "content", None)
    assert (other["message"], other["body"]) == (of_others.id, "kineshma-city")
    for person in ("responsible-veterinary", "curator"):
        assert len((await shown(case, person))["items"]) == 2
    refused(await case.get("executor-health", "/earlier-answers"), 404)
    # The message itself is not opened by that, and who saw it is on record.
    refused(await of_others.get("executor-veterinary"), 404)
    rows = taken(await office.get("admin", "/access", message=of_others.id))["items"]
    seen = [(row["person"], row["call"]) for row in rows]
    assert ("executor-veterinary", "message.earlier_answers") in seen


async def test_from_which_message_a_draft_was_taken_is_kept_while_a_fair_part_is_left(
    office: Office, earlier: Case
) -> None:
    case = await begun(office, COMPLAINT.format(9))
    path = "/drafts"
    draft = {"kind": "answer", "text": ANSWER.replace("семь", "пять"), "taken_from": earlier.id}
    for unknown in ("900000000", case.id, "нет"):
        wrong = await case.post("executor-veterinary", path, draft | {"taken_from": unknown})
        refused(wrong, 422, "taken_from")
    view = await case.step("executor-veterinary", path, draft)
    assert view["drafts"][-1]["taken_from"] == earlier.id
    row = taken(await case.get("curator", "/journal"))["items"][0]
    assert (row["kind"], row["data"]["taken_from"]) == ("submit_draft", earlier.id)
    (nearly,) = (await shown(case, "curator"))["same_text"]
    assert 90 <= nearly.pop("similarity") < 100
    assert nearly == {
        "message": earlier.id,
        "body": "veterinary",
        "published_at": earlier.draft["published_at"],
    }
    await case.rework()
    view = await case.step(
        "executor-veterinary", path, draft | {"text": "Приют переполнен, вопрос решает глава."}
    )
    assert view["drafts"][-1]["taken_from"] is None


async def test_an_erased_answer_is_nobodys_example(office: Office) -> None:
    text = "Безнадзорные животные ночуют в подвале школы, вой слышен всю ночь, корпус {}"
    first = await answered(office, text.format(1), "Подвал школы закрыт, животные увезены.", author="Ия Ким")
    case = await begun(office, text.format(2), author="Ия Ким")
    assert first.id in [one["message"] for one in (await shown(case))["items"]]
    await case.submit(text="Подвал школы закрыт, животные увезены.", taken_from=first.id)
    assert len((await shown(case, "curator"))["same_text"]) == 1
    taken(await first.post("admin", "/erasure", {"basis": "subject_request"}))
    left = await shown(case, "curator")
    assert left["same_text"] == []
    assert first.id not in [one["message"] for one in left["items"]]
