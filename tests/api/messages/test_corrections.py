"""Corrections on record (cl. 7): texts, network and link, and what the route named."""

import asyncio

from service.messages.posts import url_key
from store.messages import finding
from store.messages.tables import MessageRow
from tests.api.messages.case import Case, registration
from tests.api.messages.conftest import Begin
from tests.api.messages.office import Office, refused, taken, until


async def row_of(office: Office, case: Case) -> MessageRow:
    async with office.database.read() as session:
        row = await finding.by_number(session, int(case.id))
    assert row is not None
    return row


async def until_row_says(office: Office, case: Case, **fields: str | None) -> MessageRow:
    """The message's own row, once its outcomes are written behind the answer."""

    async def says() -> MessageRow | None:
        row = await row_of(office, case)
        return row if all(getattr(row, field) == value for field, value in fields.items()) else None

    return await until(says)


async def patch(case: Case, person: str = "curator", *, key: str | None = None, **fields: str) -> int:
    answer = await case.office.call(
        person, "PATCH", f"/messages/{case.id}", {"reason": "Опечатка."} | fields, key=key
    )
    return answer.status_code


async def test_texts_are_corrected_in_the_message_the_list_and_the_search(
    office: Office, begin: Begin
) -> None:
    case = await begin(author="Аноним", text="Лужа у школы.")
    view = await case.correct(author="Житель Приволжска", text="Гололедица у поликлиники.")
    assert (view["author"], view["text"]) == ("Житель Приволжска", "Гололедица у поликлиники.")
    data = (await case.journal())[-1]["data"]
    assert (data["author"], data["text"]) == (view["author"], view["text"])
    assert data["before"] == {"author": "Аноним", "text": "Лужа у школы."}
    row = await until_row_says(office, case, author="Житель Приволжска", text="Гололедица у поликлиники.")
    assert "гололедица" in row.lemmas
    found = taken(await office.get("curator", "/messages", q="Гололедица у поликлиники"))["items"]
    assert [item["text"] for item in found if item["id"] == case.id] == ["Гололедица у поликлиники."]
    stale = taken(await office.get("curator", "/messages", q="Лужа у школы"))["items"]
    assert case.id not in [item["id"] for item in stale]


async def test_a_link_that_is_registered_names_its_message(office: Office, begin: Begin) -> None:
    first, case = await begin(), await begin()
    spelling = first.view["url"].replace("https://vk.com", "https://m.vk.com") + "?from=feed"
    answer = await office.call(
        "curator", "PATCH", f"/messages/{case.id}", {"url": spelling, "reason": "Не та запись."}
    )
    problem = refused(answer, 422, "url", f"№ {first.id}")
    assert [item["field"] for item in problem["errors"]] == ["url"]
    assert (await row_of(office, case)).url_key == url_key(case.view["url"])


async def test_a_corrected_link_is_the_messages_and_the_former_one_is_free(
    office: Office, begin: Begin
) -> None:
    case = await begin()
    wrong, right = case.view["url"], registration()["url"]
    for url in (wrong.replace("https://vk.com", "https://m.vk.com"), right):
        assert (await case.correct(url=url))["url"] == url
    again = taken(await office.post("curator", "/messages", registration(url=right)))
    assert again["id"] == case.id
    other = taken(await office.post("curator", "/messages", registration(url=wrong)), 201)
    assert other["id"] != case.id


async def test_network_and_link_agree(office: Office, begin: Begin) -> None:
    case = await begin()
    for fields in ({"network": "odnoklassniki"}, {"url": "https://ok.ru/group/1/topic/2"}):
        assert await patch(case, **fields) == 422
    view = await case.correct(network="odnoklassniki", url="https://ok.ru/group/1/topic/2")
    assert (view["network"], view["url"]) == ("odnoklassniki", "https://ok.ru/group/1/topic/2")
    await until_row_says(office, case, network="odnoklassniki")
    row = next(row for row in await case.journal() if row["kind"] == "correct")
    assert row["data"]["before"]["network"] == "vkontakte"


async def test_the_link_of_a_refused_correction_is_given_back(office: Office, begin: Begin) -> None:
    case = await begin()
    url = registration()["url"]
    assert await patch(case, url=url, topic="potholes", key="refused") == 409
    assert await patch(case, url=url, topic="potholes", key="refused") == 409
    row = await until_row_says(office, case, url_key=url_key(case.view["url"]))
    assert row.url == case.view["url"]
    taken(await office.post("curator", "/messages", registration(url=url)), 201)


async def test_a_part_whose_link_was_not_corrected_stands_for_no_post_again(
    office: Office, begin: Begin
) -> None:
    case = await begin()
    part = Case(office, taken(await case.post("curator", "/split", {"text": "И света нет."}), 201))
    assert await patch(part, url=registration()["url"], topic="potholes") == 409
    await until_row_says(office, part, url_key=None)


async def test_a_link_is_one_messages_of_two_corrections_at_once(begin: Begin) -> None:
    cases = await asyncio.gather(begin(), begin())
    url = registration()["url"]
    statuses = await asyncio.gather(*(patch(case, url=url) for case in cases))
    assert sorted(statuses) == [200, 422]


async def test_a_message_that_came_without_a_link_stays_unique_by_what_it_was(
    office: Office, begin: Begin
) -> None:
    case = await begin()
    async with office.database.write() as session:
        row = await finding.locked(session, int(case.id))
        row.url, row.url_key = "", f"line {case.id} of a table"
    assert await patch(case, author="Житель Вичуги") == 200
    await until_row_says(office, case, author="Житель Вичуги", url_key=f"line {case.id} of a table")
    assert await patch(case, url=registration()["url"], topic="potholes") == 409
    await until_row_says(office, case, url="", url_key=f"line {case.id} of a table")
