"""An author's reply under a published text comes back as a candidate, and the curator says what it is."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from calendar_rules.vocabulary import Network
from service.networks import found_posts
from service.networks.platforms.port import Found
from store.networks import candidates
from tests.api.messages.case import Case
from tests.api.messages.conftest import Begin
from tests.api.messages.office import Office, refused, taken


async def asked(begin: Begin, kind: str = "clarification", at: str | None = None) -> Case:
    """A message with a published text, at a link of its own unless `at` says where."""
    case = await begin("mon 09:00", to=["roads"])
    await case.answer(
        kind, "Уточните, у какого дома яма.", url=at or f"https://vk.com/wall-1_{uuid4().int % 10**9}"
    )
    await case.journal()  # by now the link is on record
    return case


async def found(office: Office, case: Case, text: str, **fields: Any) -> list[dict[str, Any]]:
    """What a look at the network brings: something written under the text; returns the new candidates with it."""
    link = case.draft["published_url"]
    number = uuid4().int % 10**9
    written = Found(
        f"https://vk.com/wall-238_{case.id}?reply={number}", "Житель", text, datetime.now(UTC), link
    )
    async with office.database.write() as session:
        await found_posts.add(session, [written], network=Network.VKONTAKTE, now=datetime.now(UTC), **fields)
    items = taken(await office.get("curator", "/candidates", state="new", q=text))["items"]
    return [item for item in items if item["text"] == text]


async def test_a_reply_to_a_clarification_is_entered_once(begin: Begin, office: Office) -> None:
    case = await asked(begin)
    (reply,) = await found(office, case, f"У дома {uuid4().hex}, напротив школы.")
    assert reply["reply_to"] == case.id
    refused(await office.post("executor-roads", f"/candidates/{reply['id']}/author-reply"), 403)
    assert "Ответ автора на запрос" in await office.page(
        "curator", f"/candidates?{urlencode({'q': reply['text']})}"
    )
    key = uuid4().hex
    path = f"/candidates/{reply['id']}/author-reply"
    done = taken(await office.post("curator", path, key=key))
    assert (done["id"], done["stage"]) == (case.id, "preparation")
    assert taken(await office.post("curator", path, key=key))["id"] == case.id
    refused(await office.post("curator2", path), 409)
    rows = [row for row in await case.journal() if row["kind"] == "author_replied"]
    assert len(rows) == 1
    (kept,) = taken(await office.get("curator", "/candidates", q=reply["text"]))["items"]
    assert (kept["state"], kept["reason"]) == (
        "dismissed",
        f"Ответ автора на запрос, внесён в сообщение № {case.id}.",
    )


async def test_a_reply_under_a_text_that_answers_two_messages_is_to_the_later_one(
    begin: Begin, office: Office
) -> None:
    shared = f"https://vk.com/wall-1_{uuid4().int % 10**9}"
    first, second = await begin("mon 09:00"), await asked(begin, "answer", shared)
    # The message registered first is answered last.
    await first.route("roads")
    await first.answer("answer", "Засыпали обе ямы.", url=shared)
    await first.journal()
    assert int(first.id) < int(second.id)
    (written,) = await found(office, first, f"Спасибо! {uuid4().hex}")
    assert written["reply_to"] == first.id
    # No clarification was asked for: it is a candidate like any other.
    assert "Ответ автора на запрос" not in await office.page(
        "curator", f"/candidates?{urlencode({'q': written['text']})}"
    )
    refused(await office.post("curator", f"/candidates/{written['id']}/author-reply"), 409, "закрыто")
    message = taken(await office.post("curator", f"/candidates/{written['id']}/take"), 201)
    page = await office.browse("curator", f"/messages/{message['id']}")
    field = page.text.partition('id="route-repeats"')[2].partition(">")[0]
    assert f'value="{first.id}"' in field


async def test_what_stands_there_of_ours_is_no_candidate_and_what_answers_others_no_reply(
    begin: Begin, office: Office
) -> None:
    case = await asked(begin, "answer")
    now = datetime.now(UTC)
    ours = Found(case.draft["published_url"], "Департамент", "Наш ответ.", now, case.view["url"])
    number = uuid4().int % 10**9
    other = Found(f"https://vk.com/wall-238_{case.id}?reply={number}", "Б", "Мимо.", now, case.view["url"])
    async with office.database.write() as session:
        added = await found_posts.add(session, [ours, other], network=Network.VKONTAKTE, now=now)
        assert len(added) == 1
        kept = await candidates.by_id(session, added[0])
    assert kept is not None
    assert (kept.text, kept.row.reply_to) == ("Мимо.", None)
    refused(await office.post("curator", f"/candidates/{added[0]}/author-reply"), 409, "не под размещённым")
