"""Reports of any period (cl. 21): numbers counted again from the journals, and opened as lists of just as many."""

import re
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

import openpyxl
import pytest

from service.reports.weekly.composition import compose
from service.reports.weekly.contents import of as contents_of
from service.reports.weekly.layout import Kind
from service.reports.weekly.period import Days, Month, Period, Quarter, Week, Year
from service.reports.weekly.summary import WeeklySummary
from store.database.blocking import BlockingDatabase
from store.database.engines import Database
from store.migrations.schema import migrate
from store.reports.versions import Made
from tests.api.messages.apart import installation
from tests.api.messages.case import Case
from tests.api.messages.office import Installation, Office, refused, taken
from tests.api.messages.test_promises import drive
from tests.api.messages.week import at
from tests.office import weekly_checks
from tests.postgresql import new_database

pytestmark = pytest.mark.server

__all__ = ["installation"]

FIRST = at("mon 00:00").date()
DAY = timedelta(days=1)
OFTEN = "Житель, который пишет часто"
PERIODS: Sequence[Period] = (
    Week.with_day(FIRST),
    Week.with_day(FIRST + 7 * DAY),
    Month.with_day(FIRST),
    Month.with_day(FIRST + 8 * DAY),
    Quarter.with_day(FIRST + 8 * DAY),
    Year.with_day(FIRST + 8 * DAY),
    Days(FIRST + DAY, FIRST + 9 * DAY),
    Days(FIRST + 8 * DAY, FIRST + 8 * DAY),
)


@pytest.fixture(scope="module")
async def office(installation: Installation) -> AsyncIterator[Office]:
    """Two weeks with something of everything: what others register would be counted here."""
    async with installation.office() as office:
        await first_week(office)
        await second_week(office)
        yield office


async def first_week(office: Office) -> None:
    answered = await Case.begin(office, author=OFTEN)
    await answered.route("roads", location="г. Кинешма, ул. Советская, д. 5")
    promises = [{"what": "Разметить.", "by": answered.moment("wed 18:00").isoformat()}]
    await answered.answer(
        attachments=[await answered.attach("executor-roads")],
        promises=promises,
        url=f"https://vk.com/wall-1_{answered.id}",
    )
    joint = await Case.begin(office, author=OFTEN)
    await joint.route(
        "housing", "roads", topic="kindergarten-places", location="с. Решма Кинешемского района"
    )
    await joint.contribute()
    await joint.submit()
    await joint.rework()
    await joint.answer(promises=promises, url=f"https://vk.com/wall-1_{joint.id}")
    (promise,) = (await joint.look())["promises"]
    later = {"by": joint.moment("fri 18:00").isoformat(), "reason": "Дождь."}
    done = {"evidence": f"https://vk.com/wall-1_{joint.id}"}
    for how, body in (("moved", later), ("kept", done)):
        taken(await office.post("executor-roads", f"/promises/{promise['id']}/{how}", body))
    # The other one is broken on Thursday evening: nobody has said that it is done.
    await drive(answered, "wed 18:00", lambda promise: promise["asked_at"])
    await drive(answered, "thu 18:00", lambda promise: promise["state"] == "broken")
    # The curator and the body lose the time of the answer together.
    late = await Case.begin(office, "tue 09:00")
    await late.at("tue 14:00")
    await late.route("health", location="Решма, ул. Ленина")
    await late.at("thu 12:00")
    await late.submit()
    await late.at("thu 18:00")
    await late.approve()
    await late.publish(f"https://vk.com/wall-1_{late.id}")
    for case, verdict in ((answered, "discontent"), (answered, "content"), (joint, "discontent")):
        path = f"/messages/{case.id}/verdict"
        taken(await office.call("head", "PUT", path, json={"verdict": verdict}))
    declined = await Case.begin(office, "wed 09:00")
    await declined.decline()


async def second_week(office: Office) -> None:
    interim = await Case.begin(office, "mon+1 09:00", author=OFTEN)
    await interim.route("roads", location="Кинешма, ул. Советская")
    await interim.answer("interim", url=f"https://vk.com/wall-1_{interim.id}")
    await interim.at("thu+1 10:00")
    await interim.answer(url=f"https://vk.com/wall-2_{interim.id}")
    await Case.begin(office, "wed+1 15:00", detected="mon+1 10:00", to=["health"])
    returned = await Case.begin(office, "tue+1 09:00", to=["health"])
    await returned.give_back()
    await returned.route("roads")
    await returned.assign("executor-roads")
    await Case.begin(office, "tue+1 12:00")
    mistake = await Case.begin(office, "tue+1 09:00")
    await mistake.at("wed+1 18:00")
    await mistake.close("registered_by_mistake")
    reported = await Case.begin(office, "wed+1 10:00", to=["housing"])
    await reported.report()


@pytest.mark.parametrize("body", [None, "roads"])
async def test_every_number_is_that_of_the_journals(
    office: Office, postgresql: str, body: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the installation's own database, and in parts of a message each on a copy of it in PostgreSQL."""
    rules = office.service.rules
    of, _ = await weekly_checks.weeks_of(office.database, rules)
    elsewhere = Database(new_database(postgresql))
    await migrate(elsewhere)
    await elsewhere.dispose()
    copy = BlockingDatabase(elsewhere.url, 1)
    await weekly_checks.copy_all(office.database, copy)
    received = 0
    for period in PERIODS:
        report = await office.service.reports.weekly.report(period, body)
        weekly_checks.check(report, of, rules)
        with copy.read() as connection:
            made = Made(period.name, 0, report.made_at, None)
            again = compose(
                *(connection, rules, period, made), is_over=report.is_over, is_report=True, body=body
            )
        assert again == report
        received += report.totals.received
    assert received
    copy.dispose()


@pytest.mark.parametrize(("person", "body"), [("head", None), ("responsible-roads", "roads")])
async def test_every_number_opens_a_list_of_just_as_many(
    office: Office, person: str, body: str | None
) -> None:
    """Of the whole year, so that there is something of everything; one that nobody may open would be no link."""
    period = Year.with_day(FIRST + 8 * DAY)
    whose = f"&body={body}" if body else ""
    shown = await office.browse(person, f"/reports?period={period.name}{whose}")
    assert shown.status_code == 200
    links = set(re.findall(r'<t[dh][^>]*>\s*<a href="([^"]+)">([\d\u00a0]+)</a>', shown.text))
    report = await office.service.reports.weekly.report(period, body)
    assert len(links) > 40
    for address, number in links:
        count = int(number.replace("\u00a0", ""))
        assert await _listed(office, person, unescape(address)) == count, (address, number)
    numbers = [
        (table.key, column.key, row.key)
        for table in contents_of(report).tables()
        for row in table.rows
        for column, cell in zip(table.columns, row.cells, strict=True)
        if column.kind is Kind.COUNT and column.key != "change" and isinstance(cell, int) and cell > 0
    ]
    opened = len(re.findall(r'<td class="number">\s*<a href="[^"]+">[\d\u00a0]+</a>', shown.text))
    assert opened >= len(numbers)


async def _listed(office: Office, person: str, address: str) -> int:
    """How many the list behind an address has."""
    path, _, query = address.partition("?")
    given = dict(parse_qsl(query))
    if path in ("/messages", "/shortcomings"):
        size = {"limit": "100"} if path == "/messages" else {"size": "100"}
        found = taken(await office.get(person, path, **given, **size))
        assert found["next"] is None
        return len(found["items"])
    shown = await office.browse(person, address)
    assert shown.status_code == 200, address
    match = re.search(r"Найдено ([\d\u00a0]+)", shown.text)
    assert match is not None, address
    return int(match[1].replace("\u00a0", ""))


async def test_calls_of_the_contract(office: Office) -> None:
    month = Month.with_day(FIRST + 8 * DAY)
    named = await report_of(office, "head", f"/reports/monthly/{month.name}")
    same = await report_of(office, "deputy-policy", f"/reports?from={month.first_day}&to={month.last_day}")
    assert named["totals"] | {"previous": 0} == same["totals"] | {"previous": 0}
    moments = [moment.isoformat() for moment in month.span(office.service.rules.zone)]
    by_moments = taken(
        await office.get("head", "/reports.json", **dict(zip(("from", "to"), moments, strict=True)))
    )
    assert by_moments["totals"] == same["totals"]
    assert (named["unit"], named["period"], named["week"]) == ("month", month.name, None)
    week = await report_of(office, "responsible-roads", f"/reports/weekly/{PERIODS[0].name}?body=roads")
    assert (week["week"], week["body"], week["is_report"]) == (PERIODS[0].name, "roads", True)
    for name, address in (
        ("quarter", f"quarterly/{Quarter.with_day(FIRST).name}"),
        ("year", f"yearly/{FIRST.year}"),
    ):
        assert (await report_of(office, "curator", f"/reports/{address}.json"))["unit"] == name


async def test_who_may_read_of_whom(office: Office) -> None:
    address = f"/reports/monthly/{PERIODS[2].name}"
    refused(await office.get("deputy", address), 403, "свой орган")
    refused(await office.get("responsible-roads", address), 403)
    refused(await office.get("responsible-roads", address, body="health"), 403)
    refused(await office.get("executor-roads", address, body="roads"), 403)
    refused(await office.get("governor", address), 403)
    assert taken(await office.get("deputy", address, body="housing"))["body"] == "housing"
    refused(await office.get("deputy-social", address, body="housing"), 403)


async def test_periods_that_nobody_can_have(office: Office) -> None:
    refused(await office.get("head", "/reports/monthly/2026-13"), 422, "2026-11")
    refused(await office.get("head", "/reports/quarterly/2026-Q5"), 422, "2026-Q4")
    refused(await office.get("head", "/reports/yearly/26"), 422)
    refused(await office.get("head", "/reports/weekly/2026-W54", body="roads"), 422)
    refused(await office.get("head", "/reports", **{"from": "2026-11-02", "to": "2026-11-01"}), 422)
    refused(await office.get("head", "/reports", **{"from": "вчера"}), 422)
    refused(await office.get("head", "/reports", since="2026-11-01"), 422)
    refused(await office.get("head", f"/reports/yearly/{FIRST.year}", body="nobody"), 422, "справочник")
    refused(await office.get("head", "/reports/yearly/2019"), 404)
    refused(await office.get("head", "/reports/yearly/2999"), 404, "ещё не начался")


async def test_the_page_and_its_documents(office: Office) -> None:
    period = Month.with_day(FIRST + 8 * DAY)
    shown = await office.browse("head", f"/reports?period={period.name}")
    assert "<h1>Отчёты</h1>" in shown.text
    assert "Предварительно, по" in shown.text
    report = await office.service.reports.weekly.report(period)
    book = openpyxl.load_workbook(
        BytesIO((await office.browse("head", f"/reports.xlsx?period={period.name}")).content)
    )
    values = [cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    assert contents_of(report).balance in values
    assert "Кинешма" in values
    everything = shown.text + str(values)
    assert OFTEN not in everything
    nothing = await office.browse("head", "/reports?period=2019")
    assert nothing.status_code == 200 and "Выберите более поздний период" in nothing.text
    own = await office.browse("responsible-roads", "/reports")
    assert own.status_code == 200 and "вся область" not in own.text


async def report_of(office: Office, person: str, address: str) -> dict[str, Any]:
    path, _, query = address.partition("?")
    found = taken(await office.get(person, path, **dict(parse_qsl(query))))
    WeeklySummary.model_validate(found)
    return found
