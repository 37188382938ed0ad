"""The demo of another act as it is served: real worker, API and database, by the hours of another time zone."""

from pathlib import Path

import pytest
from temporalio.client import Client

from embedded.demo.act import files_of
from embedded.demo.data import complaints
from embedded.demo.seeding import seed
from tests.api.messages.case import Case
from tests.api.messages.office import taken, working_installation
from tests.api.messages.week import at

ACT = "yelizovo-2129"
MORNING = "mon 01:00"
"""Ten o'clock on Kamchatka."""


async def test_a_message_is_answered_within_the_terms_of_another_act_and_place(
    temporal_address: str, temporal: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("embedded.demo.seeding.complaints", lambda act: complaints(act)[:2])
    async with (
        working_installation(tmp_path, temporal_address, temporal, **files_of(ACT)) as installation,
        installation.office() as office,
    ):
        await seed(installation.settings)
        seeded = taken(await office.get("head", "/messages"))["items"]
        assert {item["location"] for item in seeded} == {
            "г. Елизово, ул. Завойко",
            "пос. Раздольный, ул. Советская",
        }

        case = await Case.begin(office, MORNING)
        assert case.view["act"] == ACT
        assert case.run("routing")["due_at"].endswith("T11:00:00+12:00"), "an hour after detection"
        assert case.run("answer")["due_at"].endswith("T15:00:00+12:00"), (
            "four hours, with lunch from 13 to 14"
        )
        await case.wait("PT20M")
        await case.route("yelizovo-town", location="г. Елизово, ул. Завойко")
        assert case.run("draft")["due_at"].endswith("T12:13:20+12:00"), "4/9 of the term before the answer"
        await case.wait("PT40M")
        await case.submit()
        await case.wait("PT30M")
        await case.approve()
        await case.publish()
        assert case.view["outcome"] == "answered"
        assert [run["name"] for run in case.view["limits"] if run["breached_at"]] == []

        year, week, _ = at(MORNING).isocalendar()
        summary = taken(await office.get("head", f"/reports/weekly/{year}-W{week:02}"))
        assert (summary["totals"]["answered"], summary["totals"]["breached"]) == (1, 0)
        assert {body["body"] for body in summary["bodies"] if body["answered"]} == {"yelizovo-town"}
