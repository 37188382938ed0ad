"""Escalations that are acknowledged, or go one step further; digests; the register of shortcomings (cl. 20)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from pydantic import TypeAdapter

from service.oversight import shortcomings
from tests.api.messages.apart import installation, office
from tests.api.messages.case import Case, View, about
from tests.api.messages.office import Office, refused, taken
from tests.api.messages.shape import moment
from tests.api.messages.week import MOSCOW, at

__all__ = ["installation", "office"]
# An installation of these tests alone: what is driven here would pass on what others escalated.

HOUR = timedelta(hours=1)


async def late_draft(office: Office, body: str = "roads", **fields: Any) -> Case:
    """Its draft was due on Monday at 14:45, and has not come."""
    case = await Case.begin(office, **fields)
    await case.route(body)
    await case.at("mon 14:45")
    return case


async def acknowledge(office: Office, person: str, notice: View) -> View:
    return taken(await office.post(person, f"/notices/{notice['id']}/acknowledgement"))


# ---- acknowledging


async def test_an_escalation_is_acknowledged_once_by_its_addressee_alone(office: Office) -> None:
    case = await late_draft(office)
    (notice,) = await case.notices("deputy", "escalation")
    assert (notice["acknowledged_at"], notice["acknowledgements"]) == (None, [])
    assert notice["standing"] == "Просрочено на 1 мин рабочего времени, не выполнено."
    path = f"/notices/{notice['id']}/acknowledgement"
    for person in ("head", "deputy-social", "responsible-roads", "curator", "admin"):
        refused(await office.post(person, path), 404, "адресовано не вам")
    (breach,) = await case.notices("curator", "breach")
    refused(await office.post("curator", f"/notices/{breach['id']}/acknowledgement"), 409, "п. 20")
    refused(await office.post("curator", "/notices/none/acknowledgement"), 404)
    refused(await office.post(None, path), 401)
    first = await acknowledge(office, "deputy", notice)
    assert moment(first["acknowledged_at"]) - at("mon 14:45") < HOUR
    assert [told["person"] for told in first["acknowledgements"]] == ["deputy"]
    assert (await acknowledge(office, "deputy", notice))["acknowledged_at"] == first["acknowledged_at"]
    await case.at("mon 16:55")
    await case.submit()
    (shown,) = await case.notices("deputy", "escalation")
    assert shown["acknowledged_at"] == first["acknowledged_at"]
    assert shown["standing"] == "Выполнено с опозданием на 2 ч 10 мин рабочего времени."
    # What is acknowledged goes no further.
    await office.drive("channels", at("wed 09:00"))
    assert await case.notices("head", "unacknowledged") == []


# ---- one step further


async def test_what_nobody_acknowledges_goes_to_the_head_once(office: Office) -> None:
    case = await late_draft(office)
    # Four working hours from Monday 14:45: 3:15 to closing, 45 minutes on Tuesday.
    await office.drive("channels", at("tue 09:44"))
    assert await case.notices("head") == []
    await office.drive("channels", at("tue 09:45"))
    await office.drive("channels", at("tue 12:00"))
    await case.at("tue 10:00")
    await case.submit()
    (notice,) = await case.notices("head", "unacknowledged")
    assert (notice["limit"], moment(notice["at"])) == ("draft", at("tue 09:45"))
    assert case.view["author"] not in notice["text"]
    # Of when it is, and what has become of it since.
    assert about(notice["standing_at"], at("tue 10:00"))
    shown = await office.page("head", f"/notices/{notice['id']}")
    assert "выполнено с опозданием на 4 ч 15 мин рабочего времени" in shown
    # It is the head's to acknowledge, and the deputy still may.
    assert (await acknowledge(office, "head", notice))["acknowledged_at"]
    told_first = await case.notices("deputy", "escalation")
    (escalation,) = [item for item in told_first if item["limit"] == "draft"]
    assert [told["person"] for told in escalation["acknowledgements"]] == ["head"]
    await acknowledge(office, "deputy", escalation)


async def test_the_head_is_not_told_again_of_what_went_there_first(office: Office) -> None:
    case = await Case.begin(office)
    await case.at("mon 10:30")
    assert [item["kind"] for item in await case.notices("head")] == ["escalation"]
    await office.drive("channels", at("tue 18:00"))
    assert [item["kind"] for item in await case.notices("head")] == ["escalation"]


# ---- digests


async def test_a_digest_comes_at_opening_to_whoever_holds_what_is_overdue(office: Office) -> None:
    day = at("tue 09:00")
    case = await late_draft(office, "housing")
    inherited = await Case.begin(office, "mon 15:00", detected="mon 09:00", person="curator2", to=["housing"])
    for moment_of in (day, day + HOUR):
        await office.drive("digest", moment_of)
    items = taken(await office.get("executor-housing", "/notices", limit=200))["items"]
    (shown,) = [item for item in items if (item["kind"], item["at"]) == ("digest", day.isoformat())]
    assert shown["message"] is None
    lines = shown["text"].splitlines()
    assert lines[0].startswith("Просрочено: ")
    assert (
        f"№ {case.id} — подготовить ответ: срок подготовки проекта ответа (пункт 10) истёк "
        f"{at('mon 14:45'):%d.%m.%Y} в 14:45; просрочка — 3 ч 15 мин рабочего времени."
    ) in lines
    (line,) = [line for line in lines if line.startswith(f"№ {inherited.id} ")]
    assert "нарушением не считается" in line


# ---- the register of shortcomings


async def listed(office: Office, reader: str, **params: Any) -> list[View]:
    """The whole register of a person, page after page."""
    return await office.pages(reader, "/shortcomings", **{"size": 5, **params})


async def of_case(office: Office, case: Case, person: str = "head") -> list[View]:
    # The register is read from what is recorded, which comes behind an answer; the journal waits for it.
    taken(await office.get("head", f"/messages/{case.id}/journal"))
    return [item for item in await listed(office, person) if item["message"] == case.id]


async def test_the_register_says_by_whom_and_how_late(office: Office) -> None:
    case = await Case.begin(office, "mon 09:00")
    await case.at("mon 10:40")
    await case.route("roads")
    await case.assign("executor-roads")
    await case.at("mon 16:55")
    items = {item["limit"]: item for item in await of_case(office, case)}
    assert set(items) == {"routing", "draft"}
    routing, draft = items["routing"], items["draft"]
    assert (routing["body"], routing["charged"][0]["person"]) == (None, "curator")
    assert late(routing) == (moment(routing["met_at"]) - at("mon 10:30")) >= timedelta(minutes=10)
    assert routing["holder"] == {"role": "curator", "body": None}
    assert moment(routing["due_at"]) == at("mon 10:30")
    assert (draft["body"], draft["clause"]) == ("roads", 10)
    (charged,) = draft["charged"]
    assert (charged["person"], charged["acting_for"], charged["limit"]) == ("executor-roads", None, "draft")
    assert timedelta(hours=2, minutes=10) <= late(draft) < timedelta(hours=2, minutes=11)
    assert (draft["met_at"], draft["acknowledged_at"], draft["measures"]) == (None, None, None)
    assert draft["id"] == f"{case.id}-{run_number(case, 'draft')}"
    (notice,) = await case.notices("deputy", "escalation")
    await acknowledge(office, "deputy", notice)
    await case.submit()
    (after,) = [item for item in await of_case(office, case) if item["limit"] == "draft"]
    assert after["id"] == draft["id"]
    assert late(after) == moment(after["met_at"]) - at("mon 14:45")  # no lunch in between
    assert moment(after["acknowledged_at"]) - at("mon 16:55") < HOUR


def late(item: View) -> timedelta:
    """How late it is or was."""
    return TypeAdapter(timedelta).validate_python(item["late_by" if "late_by" in item else "over"])


def run_number(case: Case, name: str) -> int:
    return [run["name"] for run in case.view["limits"]].index(name) + 1


async def test_the_register_equals_the_journals(office: Office) -> None:
    """Every breach of every journal that was not withdrawn, and no other."""
    wanted = set()
    for message in taken(await office.get("head", "/messages", limit=100))["items"]:
        rows = taken(await office.get("head", f"/messages/{message['id']}/journal"))["items"]
        withdrawn = {row["data"]["breach"] for row in rows if row["kind"] == "breach_withdrawn"}
        wanted |= {
            (message["id"], row["data"]["limit"], moment(row["data"]["due_at"]))
            for row in rows
            if row["kind"] == "breach" and row["number"] not in withdrawn
        }
    items = await listed(office, "head")
    assert {(item["message"], item["limit"], moment(item["due_at"])) for item in items} == wanted
    assert len(items) == len({item["id"] for item in items}) == len(wanted)
    dues = [moment(item["due_at"]) for item in items]
    assert dues == sorted(dues, reverse=True)


def ids(items: Iterable[View]) -> list[str]:
    return [item["id"] for item in items]


async def test_the_register_is_narrowed(office: Office) -> None:
    case = await Case.begin(office)
    await case.at("mon 10:40")
    await of_case(office, case)
    items = await listed(office, "head")
    for body in ("roads", "housing"):
        assert ids(await listed(office, "head", body=body)) == ids(i for i in items if i["body"] == body)
    drafts = ids(item for item in items if item["limit"] == "draft")
    assert ids(await listed(office, "head", limit="draft")) == drafts
    period = {"from": at("mon 14:45").isoformat(), "to": at("tue 09:00").isoformat()}
    assert ids(await listed(office, "head", **period)) == ids(
        item for item in items if at("mon 14:45") <= moment(item["due_at"]) < at("tue 09:00")
    )
    of_person = [item for item in items if "curator" in {it["person"] for it in item["charged"]}]
    assert ids(await listed(office, "head", person="curator")) == ids(of_person) != []
    assert "Все сотрудники" in await office.page("head", "/shortcomings?person=curator")
    for wrong in ({"limit": "poem"}, {"from": "вчера"}, {"cursor": "x"}, {"colour": "red"}):
        refused(await office.get("head", "/shortcomings", **wrong), 422)


async def test_each_reads_their_own_bodies(office: Office) -> None:
    items = await listed(office, "head")
    assert ids(await listed(office, "deputy-policy")) == ids(items)
    for person, bodies in (("deputy", {"roads", "housing"}), ("responsible-housing", {"housing"})):
        assert ids(await listed(office, person)) == ids(item for item in items if item["body"] in bodies)


async def put(office: Office, person: str | None, id_: str, text: str = "Проведена беседа.") -> Any:
    return await office.call(person, "PUT", f"/shortcomings/{id_}/measures", {"text": text})


async def test_measures_are_noted_and_earlier_ones_stay(office: Office) -> None:
    case = await late_draft(office)
    (item,) = await of_case(office, case)
    noted = taken(await put(office, "deputy", item["id"]))
    assert (noted["measures"], noted["measures_by"]) == ("Проведена беседа.", "deputy")
    assert taken(await put(office, "deputy", item["id"]))["measures_at"] == noted["measures_at"]
    taken(await put(office, "head", item["id"], "Объявлен выговор."))
    (item,) = await of_case(office, case, "responsible-roads")
    assert (item["measures"], item["measures_by"]) == ("Объявлен выговор.", "head")
    found = await office.page("deputy", "/shortcomings")
    assert "Прежние записи (1)" in found
    assert "Проведена беседа." in found

    address = f"/shortcomings/{item['id']}/measures?body=roads"
    assert 'role="alert"' in await office.page("deputy", address, text=" ")
    assert "Сохранить меры" not in await office.page("responsible-roads", "/shortcomings")

    refused(await put(office, "responsible-roads", item["id"]), 403, "заместитель")
    for person in ("deputy-social", "responsible-housing"):
        refused(await put(office, person, item["id"]), 404)
    for id_ in ("none", f"{case.id}-999", "999999-1"):
        refused(await put(office, "head", id_), 404)
    refused(await put(office, "head", item["id"], " "), 422)
    refused(await put(office, None, item["id"]), 401)

    taken(await case.post("admin", "/erasure", {"basis": "subject_request"}))
    (item,) = await of_case(office, case)
    assert item["measures"] == "[erased]"
    refused(await put(office, "head", item["id"]), 409, "стёрты")


async def test_the_page_begins_with_the_quarter_and_goes_on_to_all_time(office: Office) -> None:
    case = await late_draft(office)
    await of_case(office, case)
    today = datetime.now(MOSCOW).date()
    quarter = today.replace(month=today.month - (today.month - 1) % 3, day=1)
    shown = await office.page("head", "/shortcomings?body=roads")
    assert f'name="from" type="date" value="{quarter}"' in shown
    assert "Нарушения с начала квартала." in shown
    assert 'href="/shortcomings?body=roads&amp;period=all"' in shown
    assert f"<b>№ {case.id}</b>" in shown
    # A form whose days were all taken out asks for all time; one with a day asks for just that.
    form = "/shortcomings?body=roads&limit=&from={}&to="
    sent = [(await office.browse("head", form.format(day))).headers["location"] for day in ("", "2026-01-01")]
    assert sent == ["/shortcomings?body=roads&period=all", "/shortcomings?body=roads&from=2026-01-01"]
    everything = await office.page("head", sent[0])
    assert 'name="from" type="date" value=""' in everything
    assert "Нарушения за всё время." in everything
    assert f"<b>№ {case.id}</b>" in everything
    assert "квартала" not in await office.page("head", sent[1])


async def test_the_export_has_every_row_and_no_author(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shortcomings, "_AT_A_TIME", 1)
    case = await Case.begin(office, to=["roads"])
    await case.at("mon 16:55")
    await of_case(office, case)
    items = await listed(office, "deputy")
    answer = await office.browse("deputy", "/shortcomings.xlsx")
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).worksheets[0]
    header, *rows = sheet.iter_rows(values_only=True)
    assert [str(row[0]) for row in rows] == [item["message"] for item in items]
    late = header.index("Опоздание, рабочих часов")
    assert any(row[late] == 2.17 for row in rows)
