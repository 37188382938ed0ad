"""The whole road under each of the acts, on a real server."""

from datetime import timedelta

import pytest

from calendar_rules import regulation
from calendar_rules.regulation import ORDER_238, Regulation
from calendar_rules.schedules import Schedules, assumed
from calendar_rules.vocabulary import DraftKind, Importance
from tests.workflows.road import msk
from tests.workflows.stages import MONDAY, Begin

KAMCHATKA = Schedules(default=assumed().default.model_copy(update={"timezone": "Asia/Kamchatka"}))


def act(name: str) -> Regulation:
    return regulation.load(ORDER_238.parent / f"{name}.toml")


@pytest.mark.parametrize(
    "name",
    [
        "sevastopol_2020",
        "crimea_2020",
        "yelizovo_2129",
        "yaroslavl_draft",
        "bashkortostan_2025",
        "ivanovo_238",
    ],
)
async def test_a_message_runs_its_whole_road(begin: Begin, name: str) -> None:
    road = await begin(MONDAY, regulation=act(name))
    await road.route("roads", "housing")
    await road.contribute("roads")
    await road.give_back("housing")
    await road.route("health")
    await road.draft("health")
    await road.rework()
    await road.answer("health", DraftKind.INTERIM)
    await road.answer("health")
    assert await road.handle.result() == "answered"
    assert road.state.act == act(name).act.key


@pytest.mark.parametrize(
    ("name", "due"),
    [
        ("sevastopol_2020", "2026-12-02 18:00"),
        ("crimea_2020", "2026-11-30 18:00"),
        ("yelizovo_2129", "2026-12-03 18:00"),
        ("ivanovo_238", "2026-12-07 18:00"),
    ],
)
async def test_the_final_draft_is_due_by_each_act(begin: Begin, name: str, due: str) -> None:
    road = await begin(MONDAY, regulation=act(name))
    await road.route("roads")
    await road.answer("roads", DraftKind.INTERIM)
    assert road.run("final_draft").due_at == msk(due)


async def test_in_yelizovo_limits_are_shorter_and_count_in_its_own_zone(begin: Begin) -> None:
    # 09:00 of Kamchatka is midnight in Moscow.
    road = await begin("2026-11-23 00:00", regulation=act("yelizovo_2129"), schedules=KAMCHATKA)
    await road.route("roads", importance=Importance.HIGH)
    nine = msk("2026-11-23 00:00")
    assert road.run("routing").due_at == nine + timedelta(hours=1)
    assert road.run("answer").due_at == nine + timedelta(hours=2)
    assert road.run("return").due_at - road.run("return").started_at == timedelta(minutes=30)


async def test_in_yaroslavl_the_answer_counts_the_night(begin: Begin) -> None:
    road = await begin("2026-11-23 15:00", regulation=act("yaroslavl_draft"))
    assert road.run("answer").due_at == msk("2026-11-24 15:00")
    assert road.run("routing").due_at == msk("2026-11-23 16:00")
    await road.route("roads")
    assert road.run("draft").due_at == msk("2026-11-24 11:00")


async def test_in_bashkortostan_the_first_reaction_comes_before_the_draft_of_the_answer(begin: Begin) -> None:
    road = await begin(MONDAY, regulation=act("bashkortostan_2025"))
    await road.route("roads")
    assert road.run("answer").due_at == msk("2026-11-23 12:00")
    assert msk("2026-11-23 17:45") <= road.run("draft").due_at < msk("2026-11-23 17:46")
