"""Another region by its files alone: an act, hours, a directory and the text of the act the program has never seen.

Nothing of them is in code: clauses, terms, offices, the zone and the bodies are those of the files in `held_out/`.
"""

import html
import re
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import col
from temporalio.client import Client

from calendar_rules.act_check import contradictions
from calendar_rules.regulation import LimitName, Regulation, load
from embedded.prepare import prepare
from service.directory import accounts
from service.directory.replacement import note_command_line
from store.people.tables import PersonRow
from tests import little_work
from tests.api.messages.case import Case, registration, routing
from tests.api.messages.office import PASSWORD, Installation, Office, open_namespace, taken
from tests.api.messages.week import at

FILES = Path(__file__).parent / "held_out"
ACT = FILES / "act.toml"
PAGES = {
    "curator": ("/", "/board", "/messages", "/notices", "/referrals", "/messages/new", "/help"),
    "executor-roads": ("/", "/notices", "/profile"),
    "responsible-roads": ("/overview", "/shortcomings"),
    "head": ("/reports", "/people"),
    "governor": ("/overview",),
    "admin": (
        "/admin",
        "/admin/calendar",
        "/admin/department",
        "/admin/bodies/new",
        "/admin/people/new",
    ),
}
GUIDES = ("curator", "executor", "responsible", "administrator", "time")
FOREIGN = re.compile(
    r"Губернатор|Департамент|Председател|Ивановск|№ 238|1 ч 30 мин|10 рабочих дней|за 4 ч до|9 рабочих часов"
)
EXAMPLES = "«Департамент", "«Администрация", "Приказ № 238", "ивановск", "demo"
"""What a page may say all the same: how titles of bodies look, and acts that come with the program."""


@pytest.fixture(scope="module")
def act() -> Regulation:
    return load(ACT)


@pytest.fixture(scope="module")
async def office(
    temporal_address: str, temporal: Client, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Office]:
    """An installation with nothing of the demo: what it knows of its region stands in the files."""
    folder = tmp_path_factory.mktemp("held-out")
    namespace = await open_namespace(temporal, folder.name)
    installation = Installation(
        folder, temporal_address, namespace, regulation=ACT, schedules=FILES / "hours.toml"
    )
    installation.settings = installation.settings.model_copy(update={"demo": False, "demo_password": None})
    installation.runs_by_the_clock = False
    await prepare(installation.settings)
    silent = await accounts.load_directory(installation.settings, FILES / "directory.toml", note_command_line)
    assert len(silent) == 8
    async with installation.worker(), installation.office() as office:
        async with office.database.write() as session:
            known = little_work.HASHER.hash(PASSWORD)
            await session.exec(update(PersonRow).values({col(PersonRow.password_hash): known}))
        yield office
    await installation.check_tables()


@pytest.fixture(scope="module")
async def answered(office: Office) -> Case:
    """A message that was reported, broke its routing, and was answered, by the API alone."""
    body = registration(starts_at=at("mon 05:30").isoformat())
    case = Case(office, taken(await office.post("curator", "/messages", body), 201))
    await case.wait("PT2H")
    await case.step("curator", "/route", routing("roads", location="г. Горноград", importance="high"))
    await case.report()
    await case.submit()
    await case.rework()
    await case.answer(text="Яму у дома 4 засыпали сегодня.")
    await case.until_told("governor", "governor_report")
    return case


async def page(office: Office, person: str, address: str) -> str:
    """What somebody reads at an address."""
    answer = await office.browse(person, address)
    assert answer.status_code == 200, (address, answer.status_code)
    shown = re.sub(r"<(script|style)\b.*?</\1>", " ", answer.text, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", shown)).split())


def test_the_act_fits(act: Regulation) -> None:
    assert contradictions(act) == []


async def test_a_message_lives_by_the_files(answered: Case, act: Regulation) -> None:
    view = answered.view
    assert (view["stage"], view["act"]) == ("closed", "gorny-77")
    routed = answered.run("routing")
    assert (routed["clause"], datetime.fromisoformat(routed["breached_at"])) == (41, at("mon 06:20"))
    assert routed["breached_at"].endswith("09:20:00+06:00")  # in the zone of the file
    clauses = {run["name"]: run["clause"] for run in view["limits"]}
    assert clauses == {name: act.limits[LimitName(name)].clause for name in clauses}
    # Eight hours of work from routing, a little after 10:30 there: 2 h, 4 h and then 2 h of Tuesday.
    due = datetime.fromisoformat(answered.run("answer")["due_at"])
    assert at("tue 07:30") <= due < at("tue 07:31")


async def test_notices_speak_of_its_offices_and_clauses(answered: Case) -> None:
    (report,) = await answered.notices("governor", "governor_report")
    assert "Доклад Главе Горного края (пункт 58)." in report["text"]
    (told,) = await answered.notices("head", "escalation")
    assert "(пункт 41)" in told["text"] and "Основание: пункт 57 Регламента." in told["text"]
    (back,) = await answered.notices("executor-roads", "rework")
    assert "(пункт 46)" in back["text"]


async def test_pages_say_nothing_of_another_act(office: Office, answered: Case, act: Regulation) -> None:
    own = {act.limits[name].clause for name in LimitName} | {31, 32, 33, 51, 52, 54, 57, 58}
    wrong, seen = [], 0
    of_message = f"/messages/{answered.id}"
    for person, addresses in PAGES.items():
        guides = [f"/help/guides/{name}" for name in GUIDES] if person == "curator" else []
        messages = [of_message] if person in ("curator", "executor-roads") else []
        for address in (*addresses, *guides, *messages):
            shown = await page(office, person, address)
            cited = {int(number) for number in re.findall(r"(?:\bп\.|\bпункт\w*)\s(\d+)(?! ст)", shown)}
            wrong += [(person, address, f"п. {clause}") for clause in cited - own]
            for example in EXAMPLES:
                shown = shown.replace(example, "")
            wrong += [
                (person, address, shown[found.start() - 40 : found.end() + 40])
                for found in FOREIGN.finditer(shown)
            ]
            seen += len(cited)
    assert wrong == []
    assert seen > 20


async def test_the_help_has_its_text_and_terms(office: Office, answered: Case) -> None:
    shown = await page(office, "executor-roads", "/help")
    assert "п. 45" in await page(office, "curator", "/help") and "Выдуманный пункт о том" in shown
    assert (
        "за 5 ч до срока ответа" in shown and "12 ч с направления" in shown and "14 календарных дней" in shown
    )
    clause = await page(office, "curator", "/help/clauses/45")
    assert "«согласование»" in clause
    assert "Доложить Главе Горного края" in await _of_open_message(office)
    assert answered.view["stage"] == "closed"


async def _of_open_message(office: Office) -> str:
    body = registration(starts_at=at("mon 05:30").isoformat())
    case = Case(office, taken(await office.post("curator", "/messages", body), 201))
    return await page(office, "curator", f"/messages/{case.id}")


async def test_the_description_of_the_api_and_the_directory_speak_so_too(office: Office) -> None:
    described = (await office.http.get("/openapi.json")).json()
    assert described["paths"]["/api/messages/{message}/governor-report"]["post"]["summary"] == (
        "Доложить Главе Горного края (п. 58)"
    )
    roles = taken(await office.get("curator", "/directory"))["roles"]
    assert {"key": "head", "title": "Министр связи"} in roles
