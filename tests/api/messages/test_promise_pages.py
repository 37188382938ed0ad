"""Promises on pages: sent with the draft, seen where it is decided, answered and listed."""

from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from httpx import Response

from api.web.session import COOKIE
from tests.api.messages.case import Case
from tests.api.messages.conftest import Begin
from tests.api.messages.pictures import PNG
from tests.api.messages.test_promises import only, published

TEXT = "Здравствуйте! Яму засыплем в среду."


async def asked(case: Case, person: str, method: str, path: str, **sent: Any) -> Response:
    headers = {"Cookie": f"{COOKIE}={await case.office.token(person)}", "Accept": "text/html"}
    return await case.office.http.request(method, path, headers=headers, **sent)


async def page(case: Case, person: str, path: str | None = None) -> str:
    answer = await asked(case, person, "GET", path or f"/messages/{case.id}")
    assert answer.status_code == 200
    return unescape(answer.text)


async def send(case: Case, person: str, path: str, fields: dict[str, Any], **sent: Any) -> Response:
    data = {"key": uuid4().hex, **fields}
    return await asked(case, person, "POST", f"/messages/{case.id}/{path}", data=data, **sent)


def rows(*promises: tuple[str, str]) -> dict[str, Any]:
    """Fields of a draft that promises so: what, and by which day."""
    what, day = (list(column) for column in zip(*promises, strict=True))
    return {"kind": "answer", "text": TEXT, "promise_what": what, "promise_day": day}


def day(case: Case, moment: str) -> str:
    return case.moment(moment).date().isoformat()


async def test_rows_of_the_form_go_with_the_draft_and_into_the_next_round(begin: Begin) -> None:
    case = await begin(to=["roads"])
    promises = ("Засыпать яму", day(case, "wed 18:00")), ("", ""), ("Разметить", day(case, "fri 16:45"))
    assert (await send(case, "executor-roads", "submit_draft", rows(*promises))).status_code == 303
    stated = (await case.look())["drafts"][0]["promises"]
    # A day lasts until the body closes.
    assert stated == [
        {"what": "Засыпать яму", "by": case.moment("wed 18:00").isoformat()},
        {"what": "Разметить", "by": case.moment("fri 16:45").isoformat()},
    ]
    assert "Обещает: «Разметить»" in await page(case, "curator")
    await case.rework()
    form = await page(case, "executor-roads")
    assert 'name="promise_what" value="Засыпать яму"' in form
    assert f'name="promise_day" value="{day(case, "fri 16:45")}"' in form


async def test_a_promise_without_a_day_comes_back_as_it_was_typed(begin: Begin) -> None:
    case = await begin(to=["roads"])
    for promise, said in (
        (("Засыпать яму", ""), "Укажите день обещания «Засыпать яму»."),
        (("", day(case, "wed 18:00")), "Укажите, что обещано."),
    ):
        answer = await send(case, "executor-roads", "submit_draft", rows(promise))
        assert answer.status_code == 422
        assert said in unescape(answer.text)
        assert f'name="promise_what" value="{promise[0]}"' in unescape(answer.text)
    assert (await case.look())["drafts"] == []


@pytest.mark.server
async def test_a_body_says_on_the_page_what_came_of_its_promise(begin: Begin) -> None:
    case = await published(begin)
    about = {"subject": (await only(case))["id"]}
    assert 'aria-label="Перенести"' in await page(case, "executor-roads")
    assert 'aria-label="Перенести"' not in await page(case, "curator")
    empty = await send(case, "executor-roads", "keep_promise", about)
    assert (empty.status_code, "data-open" in empty.text) == (422, True)
    assert "риложите снимок, укажите ссылку" in empty.text
    moved = {**about, "by": day(case, "thu 18:00"), "reason": "Не поступил асфальт."}
    assert (await send(case, "curator", "move_promise", moved)).status_code == 403
    undated = await send(case, "executor-roads", "move_promise", {**moved, "by": "завтра"})
    assert (undated.status_code, "data-open" in undated.text) == (422, True)
    assert (await send(case, "executor-roads", "move_promise", moved)).status_code == 303
    seen = await page(case, "curator")
    assert "Перенесено" in seen and "Не поступил асфальт." in seen
    picture = {"attachments": ("яма.png", PNG, "image/png")}
    assert (await send(case, "executor-roads", "keep_promise", about, files=picture)).status_code == 303
    assert (await only(case))["evidence"]["attachment"]
    assert "Отмечено исполнение обещания" in await page(case, "curator")
    for sought, is_listed in (("state=kept&body=roads", True), ("state=broken", False)):
        assert (f'aria-label="№ {case.id}.' in await page(case, "head", f"/promises?{sought}")) == is_listed
    for wrong in ("state=late", "due_before=завтра", "unknown=1"):
        assert (await asked(case, "head", "GET", f"/promises?{wrong}")).status_code == 422
    assert (await send(case, "executor-roads", "move_promise", moved)).status_code == 409
    gone = await send(case, "executor-roads", "keep_promise", {"subject": "x", "note": "Готово."})
    assert gone.status_code == 409
