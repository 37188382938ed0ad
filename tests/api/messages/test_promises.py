"""Promises of published texts: given with the text, asked about, kept, moved or broken, and seen by whom."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.messages.case import Case, when
from tests.api.messages.conftest import Begin
from tests.api.messages.office import Office, refused, taken, until

WHAT = "Засыпать яму у дома 14."
PROMISE = {
    *("id", "message", "draft", "body", "what", "by", "state", "given_at", "asked_at", "answer_by"),
    *("settled_at", "done_at", "moves", "evidence"),
}
LINK = {"evidence": "https://vk.com/wall-1_9"}
Promise = dict[str, Any]


async def drafted(begin: Begin, by: str = "wed 18:00", **fields: Any) -> Case:
    """A message whose draft promises something by a moment."""
    case = await begin("mon 09:00", **fields, to=["roads"])
    promises = [{"what": WHAT, "by": case.moment(by).isoformat()}]
    await case.submit(text="Засыплем в среду.", promises=promises)
    return case


async def published(begin: Begin, by: str = "wed 18:00", **fields: Any) -> Case:
    """The same, published at ten past nine on Monday or a little later."""
    case = await drafted(begin, by, **fields)
    await case.approve()
    await case.publish()
    return case


async def listed(case: Case, person: str = "curator", **sought: str) -> list[Promise]:
    """The promises of a message that the list has."""
    items = await case.office.pages(person, "/promises", size=500, **sought)
    return [item for item in items if item["message"] == case.id]


async def only(case: Case) -> Promise:
    (promise,) = await listed(case)
    return promise


async def drive(case: Case, moment: str, happened: Callable[[Promise], object]) -> Promise:
    """Have the clock of promises do what it would have by a moment; waits until that has happened."""
    at = {"at": case.moment(moment).isoformat()}
    assert (await case.office.post("admin", "/training/schedules/promises", at)).status_code == 200

    async def there() -> Promise | None:
        promise = await only(case)
        return promise if happened(promise) else None

    return await until(there)


async def say(
    case: Case, how: str, body: object, *, by: str = "executor-roads", key: str | None = None
) -> Any:
    promise = (await only(case))["id"]
    return await case.office.post(by, f"/promises/{promise}/{how}", body, key=key)


async def told(case: Case, person: str) -> list[str]:
    """Of what promises have become, by kind, the first first."""
    return [notice["kind"] for notice in (await case.notices(person))[::-1] if "promise" in notice["kind"]]


async def kinds(case: Case) -> list[str]:
    """What the message's journal says of its promises, the first first."""
    return [kind for kind in await case.kinds() if "promise" in kind]


@pytest.mark.server
async def test_a_promise_runs_from_the_publication_of_its_text_and_is_kept(begin: Begin) -> None:
    case = await drafted(begin)
    (stated,) = case.draft["promises"]
    assert (stated["what"], when(stated["by"])) == (WHAT, case.moment("wed 18:00"))
    assert await listed(case) == case.view["promises"] == []
    await case.approve()
    await case.publish()
    (given,) = case.view["promises"]
    assert set(given) == PROMISE
    assert (given["state"], given["given_at"]) == ("given", case.draft["published_at"])
    assert await only(case) == given
    await drive(case, "tue 18:00", lambda _: True)
    asked = await drive(case, "wed 18:00", lambda promise: promise["asked_at"])
    assert when(asked["asked_at"]) == case.moment("wed 18:00")
    assert when(asked["answer_by"]) == case.moment("thu 18:00")
    assert await told(case, "executor-roads") == ["promise_warning", "promise_question"]
    picture = await case.attach("executor-roads")
    view = taken(await say(case, "kept", {"evidence": picture, "note": "Готово."}, key="kept-once"))
    (kept,) = view["promises"]
    evidence = {"attachment": picture, "url": None, "note": "Готово."}
    assert (kept["state"], kept["evidence"]) == ("kept", evidence)
    assert kept["settled_at"] == kept["done_at"]
    again = taken(await say(case, "kept", {"evidence": picture, "note": "Готово."}, key="kept-once"))
    assert again["promises"] == [kept]
    assert "уже отмечено" in (await say(case, "kept", LINK)).json()["detail"]
    assert await kinds(case) == ["promise_warned", "promise_asked", "keep_promise"]


@pytest.mark.server
async def test_a_promise_without_an_answer_is_broken_and_stays_so_when_it_is_done(begin: Begin) -> None:
    case = await published(begin)
    await drive(case, "wed 18:00", lambda promise: promise["asked_at"])
    broken = await drive(case, "thu 18:00", lambda promise: promise["state"] == "broken")
    assert when(broken["settled_at"]) == case.moment("wed 18:00")
    for person in ("responsible-roads", "deputy"):
        (notice,) = await case.notices(person, "promise_broken")
        assert "не подтверждено" in notice["text"] and "наруш" not in notice["text"]
        assert WHAT not in notice["text"]
    later = {"by": case.moment("fri 18:00").isoformat(), "reason": "Дождь."}
    refused(await say(case, "moved", later), 409, "перенести его нельзя")
    (done,) = taken(await say(case, "kept", LINK))["promises"]
    assert (done["state"], done["settled_at"]) == ("broken", broken["settled_at"])
    assert done["done_at"] and done["evidence"]["url"] == LINK["evidence"]


@pytest.mark.server
async def test_a_promise_moved_to_another_day_is_asked_about_then_and_the_curator_sees_why(
    begin: Begin,
) -> None:
    case = await published(begin)
    await drive(case, "wed 18:00", lambda promise: promise["asked_at"])
    # A day lasts until the body closes.
    friday = case.moment("fri 16:45")
    body = {"by": friday.date().isoformat(), "reason": "Нет асфальта."}
    (moved,) = taken(await say(case, "moved", body))["promises"]
    assert (moved["state"], when(moved["by"]), moved["asked_at"]) == ("moved", friday, None)
    (move,) = moved["moves"]
    assert (when(move["from"]), when(move["to"])) == (case.moment("wed 18:00"), friday)
    assert (move["reason"], move["person"]) == ("Нет асфальта.", "executor-roads")
    assert await told(case, "curator") == ["promise_moved"]
    await drive(case, "fri 16:45", lambda promise: promise["asked_at"])
    assert (await told(case, "executor-roads")).count("promise_question") == 2


async def test_a_promise_of_a_text_that_is_never_published_is_none(begin: Begin) -> None:
    case = await drafted(begin)
    await case.rework()
    await case.answer(text="Засыпали.")
    assert case.view["promises"] == [] and await listed(case) == []


async def test_the_list_is_narrowed_and_paged(begin: Begin, office: Office) -> None:
    first, second = await published(begin, "wed 18:00"), await published(begin, "thu 12:00")
    assert await listed(first, "deputy", body="roads", state="given") == await listed(first)
    assert await listed(first, "head", state="kept") == []
    soon = first.moment("wed 18:01").isoformat()
    assert await listed(second, "head", due_before=soon) == []
    whole = taken(await office.get("head", "/promises", size=500, state="given"))["items"]
    assert await office.pages("head", "/promises", size=1, state="given") == whole
    assert {first.id, second.id} <= {item["message"] for item in whole}
    assert await listed(first, "executor-housing") == []
    assert (await office.get("executor-roads", "/promises", stage="given")).status_code == 422
    assert (await office.get("head", "/promises", cursor="x")).status_code == 422


async def test_what_is_refused_and_to_whom(begin: Begin, office: Office) -> None:
    case = await begin("mon 09:00", to=["roads"])
    promise = {"what": WHAT, "by": case.moment("wed 18:00").isoformat()}
    for wrong in (
        {"by": case.moment("mon 09:00").isoformat()},
        {"what": " "},
        {"what": "а" * 501},
        {"by": "9999-12-31T23:59:59+03:00"},
    ):
        draft = {"kind": "answer", "text": "Засыплем.", "promises": [promise | wrong]}
        assert (await case.post("executor-roads", "/drafts", draft)).status_code == 422, wrong
    await case.answer(promises=[promise])
    path = f"/promises/{(await only(case))['id']}"
    refused(await office.post("executor-housing", f"{path}/kept", LINK), 404)
    refused(await office.post("curator", f"{path}/kept", LINK), 403)
    nothing = refused(await office.post("executor-roads", f"{path}/kept", {}), 422)
    assert nothing["detail"].startswith("Приложите снимок")
    over = {"by": case.moment("mon 09:00").isoformat(), "reason": "Дождь."}
    assert (await office.post("executor-roads", f"{path}/moved", over)).status_code == 422


async def test_an_erased_message_has_no_promise_to_keep(begin: Begin, office: Office) -> None:
    case = await published(begin)
    words = {"fragment": "дома 14", "basis": "subject_request"}
    taken(await case.post("head", "/redact", words))
    assert (await only(case))["what"] == "Засыпать яму у [удалено]."
    taken(await case.post("admin", "/erasure", {"basis": "subject_request"}))
    assert (await only(case))["what"] == "[erased]"
    refused(await say(case, "kept", LINK), 409, "Данные стёрты")
    at = {"at": case.moment("wed 18:00").isoformat()}
    assert (await office.post("admin", "/training/schedules/promises", at)).status_code == 200
    assert await kinds(case) == []
