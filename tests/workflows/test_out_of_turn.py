"""What may be done at each stage, by whom, and what becomes of everything else."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import NamedTuple
from uuid import uuid4

import pytest
from temporalio.client import Client

from calendar_rules.vocabulary import CloseReason, DeclineGround, DraftKind, Importance
from tests.workflows.road import ADMIN, CURATOR, Archive, Road, executor, msk
from tests.workflows.stages import (
    MONDAY,
    Begin,
    approved,
    contributed,
    drafted,
    published,
    replied,
    returned,
    reworked,
    routed,
    withdrawn,
)
from workflows import commands
from workflows.commands import Grant


async def registered(begin: Begin) -> Road:
    return await begin(MONDAY)


async def joint_first(begin: Begin) -> Road:
    return await routed(begin, "roads", "housing")


async def contribution_in_rework(begin: Begin) -> Road:
    road = await contributed(begin)
    await road.rework_contribution()
    return road


async def interim(begin: Begin) -> Road:
    return await published(begin, DraftKind.INTERIM)


async def clarification(begin: Begin) -> Road:
    return await published(begin, DraftKind.CLARIFICATION)


async def final_draft(begin: Begin) -> Road:
    road = await interim(begin)
    await road.draft("roads")
    return road


async def final_rework(begin: Begin) -> Road:
    road = await final_draft(begin)
    await road.rework()
    return road


async def rerouted(begin: Begin) -> Road:
    road = await returned(begin)
    await road.route("roads")
    return road


class Place(NamedTuple):
    """Where a message stands, what the contract allows there, and what is awaited."""

    arrange: Callable[[Begin], Awaitable[Road]]
    curator: set[str]
    roads: set[str]
    housing: set[str]
    awaited: str


ALWAYS = {"close_unanswered", "report_to_governor"}
NOTHING: set[str] = set()
DRAFT_OF_ROADS = "проект ответа от «roads» (п. 10)"

PLACES = {
    "routing": Place(
        registered,
        {"route", "decline"} | ALWAYS,
        NOTHING,
        NOTHING,
        "направление сообщения куратором (п. 7)",
    ),
    "routing after a return": Place(
        returned,
        {"route", "decline"} | ALWAYS,
        NOTHING,
        NOTHING,
        "направление сообщения куратором (п. 7)",
    ),
    "preparation": Place(
        routed,
        {"route", "decline"} | ALWAYS,
        {"return_to_curator", "submit_draft"},
        NOTHING,
        DRAFT_OF_ROADS,
    ),
    "preparation after a return": Place(
        rerouted,
        {"route", "decline"} | ALWAYS,
        {"return_to_curator", "submit_draft"},
        NOTHING,
        DRAFT_OF_ROADS,
    ),
    "preparation after a withdrawal": Place(
        withdrawn,
        {"decline"} | ALWAYS,
        {"return_to_curator", "submit_draft"},
        NOTHING,
        DRAFT_OF_ROADS,
    ),
    "preparation after a reply": Place(
        replied, ALWAYS, {"return_to_curator", "submit_draft"}, NOTHING, DRAFT_OF_ROADS
    ),
    "preparation of the first of two": Place(
        joint_first,
        {"route", "decline"} | ALWAYS,
        {"return_to_curator", "contribute"},
        NOTHING,
        "информация для общего ответа от «roads» (п. 15)",
    ),
    "preparation of the last of two": Place(
        contributed,
        {"decline", "send_for_rework"} | ALWAYS,
        NOTHING,
        {"return_to_curator", "submit_draft"},
        "проект ответа от «housing» (п. 10)",
    ),
    "a contribution in rework": Place(
        contribution_in_rework,
        {"decline"} | ALWAYS,
        {"return_to_curator", "contribute"},
        NOTHING,
        "информация для общего ответа от «roads» (п. 15)",
    ),
    "approval": Place(
        drafted,
        {"approve", "send_for_rework", "decline"} | ALWAYS,
        {"withdraw_draft"},
        NOTHING,
        "решение куратора по проекту ответа (п. 11)",
    ),
    "rework": Place(
        reworked,
        {"decline"} | ALWAYS,
        {"submit_draft"},
        NOTHING,
        "доработанный проект ответа от «roads» (п. 12)",
    ),
    "publication": Place(
        approved,
        ALWAYS,
        {"confirm_publication"},
        NOTHING,
        "размещение согласованного текста от «roads» (п. 13)",
    ),
    "awaiting_final": Place(
        interim, ALWAYS, {"submit_draft"}, NOTHING, "окончательный проект ответа от «roads» (п. 14)"
    ),
    "approval of the final draft": Place(
        final_draft,
        {"approve", "send_for_rework"} | ALWAYS,
        {"withdraw_draft"},
        NOTHING,
        "решение куратора по проекту ответа (п. 11)",
    ),
    "rework of the final draft": Place(
        final_rework, ALWAYS, {"submit_draft"}, NOTHING, "доработанный проект ответа от «roads» (п. 12)"
    ),
    "awaiting_author": Place(
        clarification,
        {"author_replied"} | ALWAYS,
        {"submit_draft"},
        NOTHING,
        "ответ автора на запрос или проект ответа от «roads» (п. 10)",
    ),
}

GIVERS: dict[str, Grant] = {
    "curator": CURATOR,
    "roads": executor("roads"),
    "housing": executor("housing"),
    "admin": ADMIN,
}


def person_commands(road: Road, grant: Grant) -> dict[str, commands.AnyCommand]:
    """Every command a person may give, well-formed for where the message stands."""
    draft = road.state.draft.id if road.state.draft else "none"
    last = road.state.contributions[-1].id if road.state.contributions else None
    in_approval = road.state.stage == "approval"

    def given(*texts: str) -> dict[str, object]:
        return road.given("someone", grant, None, *texts)

    made: list[commands.AnyCommand] = [
        commands.Route(
            **given("location"),
            bodies=("roads",),
            schedules=road.schedules_of(("roads",)),
            topic="potholes",
            importance=Importance.ORDINARY,
        ),
        commands.Return(**given("reason")),
        commands.Contribute(**given("text"), contribution=uuid4().hex),
        commands.SubmitDraft(**given("text"), draft=uuid4().hex, kind=DraftKind.ANSWER),
        commands.WithdrawDraft(**given(), draft=draft),
        commands.Approve(**given(), draft=draft),
        commands.SendForRework(
            **given("comment"),
            draft=draft if in_approval else None,
            contribution=None if in_approval else last,
        ),
        commands.ConfirmPublication(**given("url")),
        commands.Decline(**given(), ground=DeclineGround.HARM_TO_PERSON),
        commands.AuthorReplied(**given("text")),
        commands.Close(**given(), reason=CloseReason.DELETED),
        commands.ReportToGovernor(**given("reason")),
    ]
    return {command.name: command for command in made}


def allowed(place: Place) -> set[tuple[str, str]]:
    return {
        (command, giver)
        for giver, names in (("curator", place.curator), ("roads", place.roads), ("housing", place.housing))
        for command in names
    }


Stood = tuple[Place, Road]


@pytest.fixture(scope="module", params=PLACES)
async def stood(
    request: pytest.FixtureRequest, temporal: Client, archive: Archive
) -> AsyncIterator[tuple[Place, Road]]:
    """A message at each place of its road."""
    place = PLACES[request.param]

    async def begin(at: str) -> Road:
        return await Road.begin(temporal, archive, msk(at))

    yield place, await place.arrange(begin)


async def test_what_is_allowed_is_what_the_contract_says(stood: Stood) -> None:
    place, road = stood
    said = {(item.command, item.body or item.role.value) for item in road.state.allowed}
    assert said == allowed(place)


async def test_every_other_command_is_refused_and_changes_nothing_but_the_journal(stood: Stood) -> None:
    place, road = stood
    before = road.state
    others = [
        command
        for giver, grant in GIVERS.items()
        for name, command in person_commands(road, grant).items()
        if (name, giver) not in allowed(place)
    ]
    await asyncio.gather(*map(road.signal, others))
    after = {"rows": before.rows, "last_moment": before.last_moment}
    assert (await road.look()).model_copy(update=after) == before
    assert {row.data["id"] for row in await road.rows("refused")} >= {command.id for command in others}


async def test_a_refusal_says_in_russian_what_is_awaited(stood: Stood) -> None:
    place, road = stood
    outcome = await road.send(person_commands(road, ADMIN)["approve"])
    assert outcome.detail == f"Действие сейчас не принимается. Ожидается: {place.awaited}."


@pytest.mark.parametrize("name", PLACES)
async def test_every_allowed_command_is_accepted(begin: Begin, name: str) -> None:
    place = PLACES[name]

    async def accepted(command: str, giver: str) -> bool:
        road = await place.arrange(begin)
        assert (await road.report_to_governor()).accepted
        return (await road.send(person_commands(road, GIVERS[giver])[command])).accepted

    pairs = sorted(allowed(place) - {("report_to_governor", "curator")})
    outcomes = await asyncio.gather(*(accepted(*pair) for pair in pairs))
    assert [pair for pair, outcome in zip(pairs, outcomes, strict=True) if not outcome] == []


async def test_a_refused_command_is_in_the_journal_with_who_gave_it_and_why(begin: Begin) -> None:
    road = await begin(MONDAY)
    outcome = await road.draft("roads")
    row = (await road.rows("refused"))[0]
    assert (row.person, row.data) == (
        "executor-roads",
        {"command": "submit_draft", "id": road.ids[-1], "reason": outcome.detail},
    )


async def test_a_closed_message_refuses_everything(begin: Begin, archive: Archive) -> None:
    road = await begin(MONDAY)
    archive.away.add(road.message)
    await road.close(CloseReason.DELETED)
    every = [command for grant in GIVERS.values() for command in person_commands(road, grant).values()]
    await asyncio.gather(*map(road.signal, every))
    details = {(await road.outcome(command.id)).detail for command in every}
    archive.away.remove(road.message)
    assert details == {"Сообщение закрыто, действия с ним больше не принимаются."}


async def test_a_closed_message_ends_with_its_refusals_on_record(begin: Begin, archive: Archive) -> None:
    road = await begin(MONDAY)
    archive.away.add(road.message)
    await road.close(CloseReason.DELETED)
    await road.report_to_governor()
    archive.away.remove(road.message)
    await road.handle.result()
    assert (await road.kinds())[-1] == "refused"
