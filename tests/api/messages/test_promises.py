"""Promises of published texts: stated, run from publication, asked, kept, moved or broken, and seen by whom."""

from datetime import timedelta
from typing import Any

import pytest

from tests.api.messages.case import Case, when
from tests.api.messages.conftest import Begin
from tests.api.messages.office import Office, refused, taken

WHAT = "Засыпать яму у дома 14."
PROMISE = {
    *("id", "message", "draft", "body", "what", "until", "state", "person", "acting_for", "stated_at"),
    *("published_at", "asked_at", "answer_by", "settled_at", "done_at", "moves", "evidence"),
}
Promise = dict[str, Any]


async def drafted(begin: Begin, until: str = "wed 18:00", **fields: Any) -> Case:
    """A message whose draft promises something by a moment."""
    case = await begin("mon 09:00", **fields)
    await case.route()
    promises = [{"what": WHAT, "until": case.moment(until).isoformat()}]
    await case.submit(text="Засыплем в среду.", promises=promises)
    return case


async def published(begin: Begin, until: str = "wed 18:00", **fields: Any) -> Case:
    """The same, published at ten past nine on Monday or a little later."""
    case = await drafted(begin, until, **fields)
    await case.approve()
    await case.publish()
    return case


async def only(case: Case, person: str = "curator") -> Promise:
    """The one promise of a message, as the list has it."""
    (promise,) = taken(await case.office.get(person, "/promises", message=case.id))["items"]
    return dict(promise)


async def drive(case: Case, moment: str) -> None:
    """Let everything happen that promises have happen by a moment."""
    at = {"at": case.moment(moment).isoformat()}
    assert (await case.office.post("admin", "/training/schedules/promises", at)).status_code == 200


async def say(
    case: Case, how: str, body: object, *, person: str = "executor-roads", key: str | None = None
) -> Any:
    promise = (await only(case))["id"]
    return await case.office.post(person, f"/promises/{promise}/{how}", body, key=key)


async def told(case: Case, person: str) -> list[str]:
    """Of what promises have become, by kind, the first first."""
    return [notice["kind"] for notice in (await case.notices(person))[::-1] if "promise" in notice["kind"]]


async def test_a_promise_of_a_draft_runs_from_its_publication_and_is_kept(
    begin: Begin, office: Office
) -> None:
    case = await drafted(begin)
    (stated,) = case.view["promises"]
    assert set(stated) == PROMISE
    assert (stated["state"], stated["what"], stated["body"], stated["person"]) == (
        *("stated", WHAT, "roads"),
        "executor-roads",
    )
    assert (await say(case, "kept", {"url": "https://vk.com/wall-1_9"})).status_code == 409
    await case.approve()
    await case.publish()
    (given,) = case.view["promises"]
    assert (given["state"], given["published_at"]) == ("given", case.draft["published_at"])
    assert (await only(case))["state"] == "given"
    await drive(case, "tue 18:00")
    assert await told(case, "executor-roads") == ["promise_warning"]
    await drive(case, "wed 18:00")
    asked = await only(case)
    assert (asked["state"], when(asked["asked_at"])) == ("asked", case.moment("wed 18:00"))
    assert when(asked["answer_by"]) == case.moment("thu 18:00")
    await drive(case, "thu 17:59")
    assert await told(case, "executor-roads") == ["promise_warning", "promise_question"]
    picture = await case.attach("executor-roads")
    kept = taken(await say(case, "kept", {"attachment": picture}, key="kept-once"))
    assert (kept["state"], kept["evidence"]) == ("kept", {"attachment": picture, "url": None})
    assert kept["settled_at"] == kept["done_at"]
    again = taken(await say(case, "kept", {"attachment": picture}, key="kept-once"))
    assert again == kept
    assert "уже отмечено" in (await say(case, "kept", {"attachment": picture})).json()["detail"]
    await drive(case, "fri 18:00")
    assert await only(case) == kept
    assert (await case.look())["promises"] == [kept]


async def test_a_promise_without_an_answer_is_broken_and_stays_so_when_it_is_done(begin: Begin) -> None:
    case = await published(begin)
    await drive(case, "thu 18:00")
    broken = await only(case)
    assert (broken["state"], when(broken["settled_at"])) == ("broken", case.moment("wed 18:00"))
    for person in ("responsible-roads", "deputy"):
        (notice,) = await case.notices(person, "promise_broken")
        assert (
            "не исполнено" in notice["text"] and "наруш" not in notice["text"] and WHAT not in notice["text"]
        )
    refusal = await say(case, "moved", {"until": case.moment("fri 18:00").isoformat(), "reason": "Дождь."})
    assert refusal.status_code == 409
    done = taken(await say(case, "kept", {"url": "https://vk.com/wall-1_9"}))
    assert (done["state"], done["settled_at"]) == ("broken", broken["settled_at"])
    assert done["done_at"] and done["evidence"]["url"] == "https://vk.com/wall-1_9"
    repeated = await begin("fri 09:00")
    await repeated.route(repeats=case.id)
    assert [item["id"] for item in repeated.view["broken_promises"]] == [done["id"]]


async def test_another_day_has_its_own_reminder_and_question_and_the_curator_sees_why(begin: Begin) -> None:
    case = await published(begin)
    await drive(case, "wed 18:00")
    later = case.moment("fri 12:00")
    moved = taken(await say(case, "moved", {"until": later.isoformat(), "reason": "Нет асфальта."}))
    assert (moved["state"], when(moved["until"]), moved["asked_at"]) == ("moved", later, None)
    (move,) = moved["moves"]
    assert (when(move["from"]), when(move["to"])) == (case.moment("wed 18:00"), later)
    assert (move["reason"], move["person"]) == ("Нет асфальта.", "executor-roads")
    assert await told(case, "curator") == ["promise_moved"]
    await drive(case, "thu 12:00")
    await drive(case, "fri 12:00")
    expected = ["promise_question", "promise_warning", "promise_question"]
    assert await told(case, "executor-roads") == expected
    assert (await only(case))["state"] == "asked"


async def test_a_promise_of_a_published_text_runs_at_once(begin: Begin, office: Office) -> None:
    case = await published(begin)
    until = case.moment("thu 12:00").isoformat()
    given = taken(
        await case.post("responsible-roads", "/promises", {"what": "Разметка.", "until": until}), 201
    )
    assert (given["state"], given["draft"]) == ("given", case.draft["id"])
    listed = taken(await office.get("deputy", "/promises", message=case.id, body="roads", state="given"))
    assert [item["what"] for item in listed["items"]] == ["Разметка.", WHAT]
    soon = case.moment("wed 18:01").isoformat()
    items = taken(await office.get("head", "/promises", message=case.id, due_before=soon))["items"]
    assert [item["what"] for item in items] == [WHAT]
    page = taken(await office.get("head", "/promises", message=case.id, size=1))
    rest = taken(await office.get("head", "/promises", message=case.id, size=1, cursor=page["next"]))
    assert [page["items"][0]["what"], rest["items"][0]["what"], rest["next"]] == ["Разметка.", WHAT, None]


@pytest.mark.parametrize("how", ["rework", "withdraw", "close"])
async def test_a_promise_of_a_text_that_is_never_published_is_dropped(begin: Begin, how: str) -> None:
    case = await drafted(begin)
    await getattr(case, how)()
    assert (await only(case))["state"] == "dropped"
    if how == "close":
        await case.reopen()
        assert (await only(case))["state"] == "stated"
        await case.approve()
        await case.publish()
        assert (await only(case))["state"] == "given"


async def test_what_is_refused_and_to_whom(begin: Begin, office: Office) -> None:
    case = await begin("mon 09:00")
    await case.route()
    promise = {"what": WHAT, "until": case.moment("wed 18:00").isoformat()}
    refused(await case.post("executor-roads", "/promises", promise), 409, "представьте проект")
    await case.submit(promises_denied=["до 5 декабря"])
    assert case.view["promises_denied"] == [{"draft": case.draft["id"], "fragment": "до 5 декабря"}]
    assert (await case.post("executor-housing", "/promises", promise)).status_code == 404
    assert (await case.post("curator", "/promises", promise)).status_code == 403
    for wrong in (
        {"until": case.moment("mon 09:00").isoformat()},
        {"what": " "},
        {"what": "а" * 501},
        {"until": "завтра"},
        {"until": "9999-12-31T23:59:59+03:00"},
    ):
        assert (await case.post("executor-roads", "/promises", promise | wrong)).status_code == 422
    assert (await case.post("executor-roads", "/promises", promise | {"draft": "x"})).status_code == 404
    taken(await case.post("executor-roads", "/promises", promise), 201)
    found = await only(case)
    path = f"/promises/{found['id']}"
    link = {"url": "https://vk.com/wall-1_9"}
    assert (await office.post("executor-housing", f"{path}/kept", link)).status_code == 404
    assert (await office.post("curator", f"{path}/kept", link)).status_code == 403
    nothing = refused(await office.post("executor-roads", f"{path}/kept", {}), 422)
    assert nothing["detail"].startswith("Приложите снимок")
    assert (await office.post("executor-roads", f"{path}/kept", {"attachment": "x"})).status_code == 422
    assert (await office.post("executor-roads", "/promises/999999/kept", link)).status_code == 404
    over = {"until": case.moment("mon 09:00").isoformat(), "reason": "Дождь."}
    assert (await office.post("executor-roads", f"{path}/moved", over)).status_code == 422
    assert (await office.get("executor-roads", "/promises", stage="given")).status_code == 422
    assert taken(await office.get("executor-housing", "/promises", message=case.id))["items"] == []
    past = [{"what": WHAT, "until": (case.moment("mon 09:00") - timedelta(days=1)).isoformat()}]
    other = await begin("mon 09:00")
    await other.route()
    draft = {"kind": "answer", "text": "Засыплем.", "promises": past}
    assert (await other.post("executor-roads", "/drafts", draft)).status_code == 422


async def test_an_erased_message_has_no_promise_to_keep(begin: Begin, office: Office) -> None:
    case = await published(begin)
    words = {"fragment": "дома 14", "basis": "subject_request"}
    taken(await case.post("head", "/redact", words))
    assert (await only(case))["what"] == "Засыпать яму у [удалено]."
    taken(await case.post("admin", "/erasure", {"basis": "subject_request"}))
    gone = await only(case)
    assert (gone["state"], gone["what"]) == ("dropped", "[erased]")
    assert (await say(case, "kept", {"url": "https://vk.com/wall-1_9"})).status_code == 409
