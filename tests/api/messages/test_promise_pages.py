"""Promises on pages: proposed while one writes, sent with the draft, seen where it is decided, answered and listed."""

import re
from html import unescape
from io import BytesIO
from typing import Any
from uuid import uuid4

from httpx import Response
from openpyxl import load_workbook

from api.web.session import COOKIE
from tests.api.messages.case import Case
from tests.api.messages.conftest import Begin
from tests.api.messages.office import taken
from tests.api.messages.pictures import PNG
from tests.api.messages.test_promises import drafted, drive, only, published

TEXT = "Здравствуйте! Яму засыплем в среду до 18:00. Ограждение снимем до пятницы."


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


def rows(*promises: tuple[str, str, str], **more: Any) -> dict[str, Any]:
    """Fields of a draft that promises so: what, which day, which hour."""
    what, day, hour = (list(column) for column in zip(*promises, strict=True))
    return {
        **{"kind": "answer", "text": TEXT},
        **{"promise_what": what, "promise_day": day, "promise_hour": hour},
        **more,
    }


async def routed(begin: Begin) -> Case:
    case = await begin("mon 09:00")
    await case.route()
    return case


def day(case: Case, moment: str) -> str:
    return case.moment(moment).date().isoformat()


async def test_what_a_text_promises_is_proposed_by_the_clock_of_the_message(begin: Begin) -> None:
    case = await routed(begin)
    answer = await asked(
        case, "executor-roads", "POST", f"/messages/{case.id}/promises/found", json={"text": TEXT}
    )
    assert taken(answer)["found"] == [
        {
            "what": "Яму засыплем в среду до 18:00",
            **{"day": day(case, "wed 18:00"), "hour": "18:00", "fragment": "в среду до 18:00"},
        },
        {
            "what": "Ограждение снимем до пятницы",
            **{"day": day(case, "fri 16:45"), "hour": "16:45", "fragment": "до пятницы"},
        },
    ]


async def test_rows_of_the_form_go_with_the_draft_and_into_the_next_round(begin: Begin) -> None:
    case = await routed(begin)
    fields = rows(
        ("Засыпать яму", day(case, "wed 18:00"), "18:00"),
        ("", "", ""),
        ("Снять ограждение", day(case, "thu 18:00"), ""),
        promise_denied=["до пятницы"],
    )
    assert (await send(case, "executor-roads", "submit_draft", fields)).status_code == 303
    view = await case.look()
    assert [(one["what"], one["until"]) for one in view["promises"]] == [
        ("Засыпать яму", case.moment("wed 18:00").isoformat()),
        # Without an hour it is until the body closes.
        ("Снять ограждение", case.moment("thu 18:00").isoformat()),
    ]
    assert [one["fragment"] for one in view["promises_denied"]] == ["до пятницы"]
    await case.rework()
    form = await page(case, "executor-roads")
    assert 'name="promise_what" value="Засыпать яму"' in form
    assert f'name="promise_day" value="{day(case, "thu 18:00")}"' in form
    assert 'name="promise_denied" value="до пятницы"' in form


async def test_a_promise_without_a_day_comes_back_as_it_was_typed(begin: Begin) -> None:
    case = await routed(begin)
    for promise, said in (
        (("Засыпать яму", "", ""), "Укажите день обещания «Засыпать яму»."),
        (("", day(case, "wed 18:00"), ""), "Укажите, что обещано."),
    ):
        answer = await send(case, "executor-roads", "submit_draft", rows(promise))
        assert answer.status_code == 422
        assert said in unescape(answer.text)
        assert f'name="promise_what" value="{promise[0]}"' in unescape(answer.text)
    assert (await case.look())["drafts"] == []


async def test_typed_promises_are_kept_with_the_text(begin: Begin) -> None:
    case = await routed(begin)
    kept = {"text": [TEXT], "promise_what": ["Засыпать яму"], "promise_day": ["2026-12-02"], "other": ["x"]}
    body = {"key": uuid4().hex, "fields": kept, "over": None}
    path = f"/messages/{case.id}/unsent/submit_draft"
    assert "other" not in taken(await asked(case, "executor-roads", "POST", path, json=body))["fields"]
    assert 'name="promise_what" value="Засыпать яму"' in await page(case, "executor-roads")


async def test_whoever_decides_sees_what_is_promised_and_what_nobody_recorded(begin: Begin) -> None:
    case = await routed(begin)
    promised = rows(
        ("Засыпать яму", day(case, "wed 18:00"), "18:00"), text=f"{TEXT} Тротуар очистим в четверг."
    )
    await send(case, "executor-roads", "submit_draft", {**promised, "promise_denied": ["в четверг"]})
    seen = await page(case, "curator")
    assert "указано в проекте" in seen
    assert "обещание не записано: «Ограждение снимем до пятницы»" in seen
    assert "обещание не записано: «Яму" not in seen
    assert "Исполнитель указал, что обещания нет: «в четверг»." in seen
    assert 'data-remark="Запишите обещание: «Ограждение снимем до пятницы»' in seen
    assert "не записано" not in await page(case, "executor-roads")


async def test_a_body_says_on_the_page_what_came_of_its_promise(begin: Begin) -> None:
    case = await published(begin)
    promise = (await only(case))["id"]
    assert 'aria-label="Перенести"' in await page(case, "executor-roads")
    assert 'aria-label="Перенести"' not in await page(case, "curator")
    empty = await send(case, "executor-roads", f"promises/{promise}/kept", {"url": ""})
    assert empty.status_code == 422
    assert "Приложите снимок или укажите ссылку" in empty.text
    assert "data-open" in empty.text
    moved = {"day": day(case, "thu 18:00"), "hour": "12:00", "reason": "Не поступил асфальт."}
    assert (await send(case, "curator", f"promises/{promise}/moved", moved)).status_code == 403
    undated = await send(case, "executor-roads", f"promises/{promise}/moved", {**moved, "day": "завтра"})
    assert (undated.status_code, "data-open" in undated.text) == (422, True)
    assert (await send(case, "executor-roads", f"promises/{promise}/moved", moved)).status_code == 303
    assert "Не поступил асфальт." in await page(case, "curator")
    picture = {"attachments": ("яма.png", PNG, "image/png")}
    kept = await send(case, "executor-roads", f"promises/{promise}/kept", {"url": ""}, files=picture)
    assert (kept.status_code, kept.headers["location"]) == (303, f"/messages/{case.id}#promises")
    assert (await only(case))["evidence"]["attachment"]
    again = await send(case, "executor-roads", f"promises/{promise}/moved", moved)
    assert again.status_code == 409
    assert (await send(case, "executor-roads", "promises/999/kept", {})).status_code == 404


async def test_a_promise_is_recorded_of_a_published_text(begin: Begin) -> None:
    case = await published(begin)
    fields = {"what": "Очистить тротуар", "day": day(case, "thu 18:00"), "hour": ""}
    assert (await send(case, "executor-roads", "promises", {**fields, "what": ""})).status_code == 422
    assert (await send(case, "executor-roads", "promises", fields)).status_code == 303
    last = (await case.look())["promises"][-1]
    assert (last["what"], last["state"]) == ("Очистить тротуар", "given")
    assert last["until"] == case.moment("thu 18:00").isoformat()


async def test_a_repeated_message_begins_with_the_broken_promise(begin: Begin) -> None:
    case = await published(begin)
    await drive(case, "thu 18:00")
    again = await begin("fri 09:00")
    await again.route(repeats=case.id)
    seen = await page(again, "executor-roads")
    assert re.search(r"Прошлый ответ.*Обещание не исполнено: «Засыпать яму", seen, re.DOTALL)


async def test_the_register_has_what_its_reader_sees_by_state_day_and_body(begin: Begin) -> None:
    case, other = await published(begin), await published(begin, "fri 12:00")
    unpublished = await drafted(begin)
    await drive(case, "thu 18:00")

    def listed(shown: str) -> set[str]:
        return set(re.findall(r'aria-label="№ (\d+)\.', shown)) & {case.id, other.id, unpublished.id}

    for person in ("executor-roads", "responsible-roads", "deputy", "curator", "head", "governor"):
        assert listed(await page(case, person, "/promises")) == {case.id, other.id}
    assert listed(await page(case, "executor-housing", "/promises")) == set()
    assert "<h1>Обещания</h1>" in await page(case, "deputy-social", "/promises")
    assert listed(await page(case, "head", "/promises?state=broken")) == {case.id}
    until = day(case, "thu 18:00")
    assert listed(await page(case, "head", f"/promises?body=roads&state=&due_before={until}")) == {case.id}
    assert listed(await page(case, "head", "/promises?body=housing")) == set()
    for wrong in ("state=late", "due_before=завтра", "unknown=1"):
        assert (await asked(case, "head", "GET", f"/promises?{wrong}")).status_code == 422
    file = await asked(case, "head", "GET", "/promises.xlsx?body=roads")
    sheet = load_workbook(BytesIO(file.content))["Обещания"]
    found = {str(row[0]): row for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert {case.id, other.id} <= found.keys() and unpublished.id not in found
    assert found[case.id][5] == "Не исполнено"
