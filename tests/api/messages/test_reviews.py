"""Answers on sites of reviews have no link of their own: the review's, with a picture of the answer (cl. 13)."""

import pytest

from store.networks import standing
from store.networks.tables import StandingRow
from tests.api.messages.case import Case
from tests.api.messages.conftest import Begin
from tests.api.messages.office import Office, refused, until


async def approved(begin: Begin, network: str = "review_site") -> Case:
    case = await begin(network=network, to=["roads"])
    await case.submit()
    await case.approve()
    return case


async def test_the_own_link_of_a_review_is_taken_with_a_picture_and_whether_it_stands_is_not_known(
    begin: Begin, office: Office
) -> None:
    case = await approved(begin)
    link = {"url": case.view["url"]}
    answer = await case.post("executor-roads", "/publication", link)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "proof")
    proof = await case.attach("executor-roads")
    view = await case.step("executor-roads", "/publication", {**link, "proof": proof})
    assert (view["outcome"], case.draft["published_url"]) == ("answered", case.view["url"])
    assert case.draft["proof"] == proof

    row = await looked_at(office, case)
    assert (row.state, row.url_key) == ("unknown", None)
    assert row.why is not None and "нет своей ссылки" in row.why
    assert (await case.look())["drafts"][-1]["standing"]["state"] == "unknown"


async def test_elsewhere_the_own_link_is_no_answer(begin: Begin) -> None:
    case = await approved(begin, "vkontakte")
    proof = await case.attach("executor-roads")
    body = {"url": case.view["url"], "proof": proof}
    assert (await case.post("executor-roads", "/publication", body)).status_code == 422


async def looked_at(office: Office, case: Case) -> StandingRow:
    """What is known of an answer that was looked at; it is to be, once the worker has written that it was published."""

    async def known() -> StandingRow | None:
        await office.drive("standing", case.moment("wed 09:00"))
        async with office.database.read() as session:
            row = await standing.one(session, int(case.id), case.draft["id"])
        return row if row is not None and row.why is not None else None

    return await until(known)


@pytest.mark.server
async def test_a_wrong_link_is_corrected_to_it_where_there_is_a_picture(begin: Begin) -> None:
    case = await approved(begin)
    await case.step(
        "executor-roads",
        "/publication",
        {"url": f"https://otzovik.com/answer_{case.id}.html", "proof": await case.attach("executor-roads")},
    )
    await case.correct_link(case.view["url"])
    assert case.draft["published_url"] == case.view["url"]
    other = await approved(begin)
    await other.publish(f"https://otzovik.com/answer_{other.id}.html")
    path = f"/drafts/{other.draft['id']}/link"
    answer = await other.post("curator", path, {"url": other.view["url"], "reason": "Опечатка."})
    assert answer.status_code == 422
    refused(await other.post("curator", path, {"url": "https://vk.com/wall-1_1", "reason": "Нет."}), 422)
