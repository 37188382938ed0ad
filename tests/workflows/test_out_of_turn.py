"""Commands at each stage: what may be done, by whom, and what becomes of everything else."""

import asyncio
from collections.abc import Set
from typing import NamedTuple
from uuid import uuid4

import pytest
from temporalio.client import Client

from calendar_rules.vocabulary import (
    CloseReason,
    DeclineGround,
    ReferralTo,
)
from tests.workflows.road import ADMIN, CURATOR, HEAD, Archive, Backend, Road, executor, responsible
from tests.workflows.stages import (
    MONDAY,
    Arrange,
    Begin,
    approved,
    clarification,
    contributed,
    drafted,
    final_draft,
    interim,
    joint,
    registered,
    replied,
    returned,
    reworked,
    routed,
    withdrawn,
)
from workflows import commands
from workflows.commands import Grant
from workflows.state import Admission


async def contribution_in_rework(begin: Begin) -> Road:
    road = await contributed(begin)
    await road.rework_contribution()
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
    """Where a message stands, what is awaited, and what the contract allows there, to the curator beside `ALWAYS`."""

    arrange: Arrange
    awaited: str
    curator: Set[str]
    roads: Set[str] = frozenset()
    housing: Set[str] = frozenset()


ALWAYS = {"close_unanswered", "report_to_governor", "correct", "note", "hand_over", "split", "refer"}
OF_THE_HEAD = {"note", "hand_over", "refer", "redact"}
OF_THE_ADMIN = {"redact", "record_erasure"}
PASSING = {"transfer"}
"""By curator and head, where a body has the turn."""
BESIDE_THE_ROAD = {
    *("report_to_governor", "correct", "correct_link", "note", "assign", "hand_over", "split", "refer"),
    *("redact", "record_erasure"),
}
"""What leaves a message where it stands."""
LINK, TURN = {"correct_link"}, {"assign", "note"}
ROUTABLE = {"route", "decline"}
CONTRIBUTING = {"return_to_curator", "contribute"} | TURN
RETURNABLE = {"return_to_curator", "submit_draft"} | TURN
TO_ROUTE = "направление сообщения (куратор, п. 7)"
TO_CONTRIBUTE = "информация для общего ответа (roads, п. 15)"
TO_DRAFT, TO_DRAFT_JOINTLY = "проект ответа (roads, п. 10)", "проект ответа (housing, п. 10)"
TO_DECIDE = "решение по проекту ответа (куратор, п. 11)"
TO_REWORK = "доработанный проект ответа (roads, п. 12)"
TO_PUBLISH = "размещение согласованного текста (roads, п. 13)"
TO_END = "окончательный проект ответа (roads, п. 14)"
TO_REPLY = "ответ автора на запрос или проект ответа (roads, п. 10)"

PLACES = {
    "routing": Place(registered, TO_ROUTE, ROUTABLE),
    "routing after a return": Place(returned, TO_ROUTE, ROUTABLE, {"note"}),
    "preparation": Place(routed, TO_DRAFT, ROUTABLE, RETURNABLE),
    "preparation after a return": Place(rerouted, TO_DRAFT, ROUTABLE, RETURNABLE),
    "preparation after a withdrawal": Place(withdrawn, TO_DRAFT, {"decline"}, RETURNABLE),
    "preparation after a reply": Place(replied, TO_DRAFT, LINK, RETURNABLE | LINK),
    "preparation of the first of two": Place(joint, TO_CONTRIBUTE, ROUTABLE, CONTRIBUTING),
    "preparation of the last of two": Place(
        contributed, TO_DRAFT_JOINTLY, {"decline", "send_for_rework"}, {"note"}, RETURNABLE
    ),
    "a contribution in rework": Place(
        contribution_in_rework, TO_CONTRIBUTE, {"decline"}, CONTRIBUTING, {"note"}
    ),
    "approval": Place(
        drafted, TO_DECIDE, {"approve", "send_for_rework", "decline"}, {"withdraw_draft"} | TURN
    ),
    "rework": Place(reworked, TO_REWORK, {"decline"}, {"submit_draft"} | TURN),
    "publication": Place(
        approved, TO_PUBLISH, {"send_for_rework"}, {"confirm_publication", "withdraw_draft"} | TURN
    ),
    "awaiting_final": Place(interim, TO_END, LINK, {"submit_draft"} | TURN | LINK),
    "approval of the final draft": Place(
        final_draft, TO_DECIDE, {"approve", "send_for_rework"} | LINK, {"withdraw_draft"} | TURN | LINK
    ),
    "rework of the final draft": Place(final_rework, TO_REWORK, LINK, {"submit_draft"} | TURN | LINK),
    "awaiting_author": Place(
        clarification, TO_REPLY, {"author_replied", "resume"} | LINK, {"submit_draft"} | TURN | LINK
    ),
}

GIVERS: dict[str, Grant] = {
    "curator": CURATOR,
    "roads": executor("roads"),
    "housing": executor("housing"),
    "responsible roads": responsible("roads"),
    "responsible housing": responsible("housing"),
    "head": HEAD,
    "admin": ADMIN,
}


def person_commands(road: Road, grant: Grant) -> dict[str, commands.AnyCommand]:
    """Every command a person may give, well-formed for where the message stands."""
    draft = road.state.draft.id if road.state.draft else "none"
    published = next((item.id for item in road.state.drafts if item.published_url), None)
    last = road.state.contributions[-1].id if road.state.contributions else None
    in_approval = road.state.stage in ("approval", "publication")

    def given(*texts: str) -> dict[str, object]:
        return road.given("someone", grant, None, *texts)

    made: list[commands.AnyCommand] = [
        road.routing("roads", person="someone", grant=grant),
        commands.Return(**given("reason")),
        commands.Contribute(**given("text"), contribution=uuid4().hex),
        road.drafting("roads", person="someone", grant=grant),
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
        commands.CorrectLink(**given("url", "reason"), draft=published or "none"),
        commands.Resume(**given()),
        road.reopening(grant),
        commands.Correct(**given("reason", "url")),
        commands.Note(**given("text")),
        commands.Assign(**given(), assignee="someone"),
        commands.HandOver(**given(), curator="curator2"),
        road.transferring(road.state.current_body, "health", grant),
        road.splitting("17", grant),
        road.referring(ReferralTo.POLICE, grant),
        road.redacting(grant),
        commands.RecordErasure(**given()),
    ]
    return {command.name: command for command in made}


def allowed(place: Place) -> set[tuple[str, str]]:
    passing = set() if place.awaited == TO_ROUTE else PASSING
    of_each = {
        "curator": place.curator | ALWAYS | passing,
        "head": OF_THE_HEAD | passing,
        "admin": OF_THE_ADMIN,
        "roads": place.roads,
        "housing": place.housing,
        # The responsible may do what executors of the own body may.
        "responsible roads": place.roads,
        "responsible housing": place.housing,
    }
    return {(command, giver) for giver, names in of_each.items() for command in names}


def holds(admission: Admission, giver: str) -> bool:
    return (GIVERS[giver].role, GIVERS[giver].body) == (admission.role, admission.body)


Stood = tuple[Place, Road]


@pytest.fixture(scope="module", params=PLACES)
async def stood(request: pytest.FixtureRequest, backend: Backend) -> tuple[Place, Road]:
    """A message at each place of its road."""
    place = PLACES[request.param]
    return place, await place.arrange(backend.begin)


async def test_what_is_allowed_is_what_the_contract_says(stood: Stood) -> None:
    place, road = stood
    said = {(item.command, giver) for item in road.state.allowed for giver in GIVERS if holds(item, giver)}
    assert said == allowed(place)
    assert len(said) == len(road.state.allowed)


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
    outcome = await road.send(person_commands(road, ADMIN)["decline"])
    assert outcome.detail == f"Сейчас это действие не принимается. Ожидается: {place.awaited}."


async def test_a_second_curator_learns_that_it_is_approved_already(begin: Begin) -> None:
    road = await approved(begin)
    outcome = await road.approve(person="curator2")
    assert outcome.detail == (
        "Проект ответа уже согласован. Ожидается: размещение согласованного текста (roads, п. 13)."
    )


async def test_bodies_stand_under_their_titles_in_a_refusal(begin: Begin) -> None:
    road = await routed(begin, titles={"roads": "Департамент дорожного хозяйства"})
    outcome = await road.reply()
    assert outcome.detail == (
        "Сейчас это действие не принимается. "
        "Ожидается: проект ответа (Департамент дорожного хозяйства, п. 10)."
    )


async def test_every_allowed_command_is_accepted(stood: Stood, temporal: Client, archive: Archive) -> None:
    """By a run that goes on from there: all that is beside the road by one, each that leads on by its own."""
    place, road = stood
    beside = {pair for pair in allowed(place) if pair[0] in BESIDE_THE_ROAD}

    async def refused(*pairs: tuple[str, str]) -> list[tuple[str, str]]:
        run = await road.gone_on(temporal, archive)
        given = [(pair, person_commands(run, GIVERS[pair[1]])[pair[0]]) for pair in pairs]
        return [pair for pair, command in given if not (await run.send(command)).accepted]

    each = [refused(*sorted(beside)), *(refused(pair) for pair in sorted(allowed(place) - beside))]
    assert await asyncio.gather(*each) == [[]] * len(each)


async def test_a_refused_command_is_in_the_journal_with_who_gave_it_and_why(begin: Begin) -> None:
    road = await begin(MONDAY)
    outcome = await road.draft("roads")
    row = (await road.rows("refused"))[0]
    assert (row.person, row.data) == (
        "executor-roads",
        {"command": "submit_draft", "id": road.ids[-1], "reason": outcome.detail},
    )


async def test_a_closed_message_refuses_everything_of_the_road_but_to_be_opened_again(
    begin: Begin, archive: Archive
) -> None:
    road = await begin(MONDAY)
    archive.away.add(road.message)
    await road.close(CloseReason.DELETED)
    every = [
        command
        for grant in GIVERS.values()
        for command in person_commands(road, grant).values()
        if command.name not in {"reopen", "split", "refer", "redact", "record_erasure"}
    ]
    await asyncio.gather(*map(road.signal, every))
    details = {(await road.outcome(command.id)).detail for command in every}
    archive.away.remove(road.message)
    assert details == {"Сообщение закрыто, действия с ним больше не принимаются."}
    await road.handle.result()
    assert (await road.kinds())[-1] == "refused"
