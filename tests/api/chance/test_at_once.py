"""Two people at one moment, and people who are no longer there: the outcome is one the order allows, on record."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import NamedTuple

import pytest
from httpx import Response
from sqlmodel import col, delete, update

from calendar_rules.vocabulary import Role
from store.people.tables import PersonRoleRow, PersonRow
from tests.api.messages.case import Case, routing
from tests.api.messages.office import Office, refused

Do = Callable[[Case], Awaitable[Response]]
Arrange = Callable[[Office], Awaitable[Case]]


# ---- two at once


async def preparing(office: Office) -> Case:
    return await Case.begin(office, to=["roads"])


async def contributed(office: Office) -> Case:
    case = await Case.begin(office, to=["housing", "roads"])
    await case.contribute()
    return case


async def drafted(office: Office) -> Case:
    case = await preparing(office)
    await case.submit()
    return case


async def approved(office: Office) -> Case:
    case = await drafted(office)
    await case.approve()
    return case


async def asked(office: Office) -> Case:
    case = await preparing(office)
    await case.answer("clarification")
    return case


async def ended(office: Office) -> Case:
    case = await preparing(office)
    await case.close()
    return case


def approve(case: Case) -> Awaitable[Response]:
    return case.post("curator", f"/drafts/{case.draft['id']}/approve")


def withdraw(case: Case) -> Awaitable[Response]:
    path = f"/messages/{case.id}/drafts/{case.draft['id']}"
    return case.office.call("executor-roads", "DELETE", path)


def give_back(case: Case) -> Awaitable[Response]:
    return case.post("executor-roads", "/return", {"reason": "Не наше."})


def route_elsewhere(case: Case) -> Awaitable[Response]:
    return case.post("curator", "/route", routing("housing"))


def send_contribution_back(case: Case) -> Awaitable[Response]:
    contribution = case.view["contributions"][-1]["id"]
    return case.post("curator", f"/contributions/{contribution}/rework", {"comment": "Когда?"})


def draft(case: Case) -> Awaitable[Response]:
    return case.post("executor-roads", "/drafts", {"kind": "answer", "text": "Засыпали."})


def publish(case: Case) -> Awaitable[Response]:
    return case.post("executor-roads", "/publication", {"url": "https://vk.com/wall-1_2"})


def close(case: Case) -> Awaitable[Response]:
    return case.post("curator", "/close", {"reason": "deleted"})


def decline(case: Case) -> Awaitable[Response]:
    return case.post("curator2", "/decline", {"ground": "obscene_or_insulting"})


def reply(case: Case) -> Awaitable[Response]:
    return case.post("curator2", "/author-reply", {"text": "Дом 5."})


def send_back(case: Case) -> Awaitable[Response]:
    return case.post("curator", f"/drafts/{case.draft['id']}/rework", {"comment": "Когда?"})


def resume(case: Case) -> Awaitable[Response]:
    return case.post("curator", "/resume")


def reopen(case: Case) -> Awaitable[Response]:
    return case.post("curator", "/reopen", {"reason": "Закрыто по ошибке."})


def reopen_as_head(case: Case) -> Awaitable[Response]:
    return case.post("head", "/reopen", {"reason": "Закрыто по ошибке."})


def assign(case: Case) -> Awaitable[Response]:
    return case.post("responsible-roads", "/assignee", {"person": "executor-roads"})


def correct_place(case: Case) -> Awaitable[Response]:
    body = {"location": "г. Шуя", "reason": "Опечатка."}
    return case.office.call("curator", "PATCH", f"/messages/{case.id}", body)


def correct_text(case: Case) -> Awaitable[Response]:
    body = {"text": "Яма у дома 5.", "reason": "Опечатка."}
    return case.office.call("curator2", "PATCH", f"/messages/{case.id}", body)


class Pair(NamedTuple):
    """Two steps at once on a message brought there, and where it stands by how they were answered."""

    arrange: Arrange
    one: Do
    other: Do
    outcomes: dict[tuple[int, int], tuple[str, str | None, str | None]]


PAIRS = {
    "a decision and a withdrawal": Pair(
        drafted,
        approve,
        withdraw,
        {(200, 200): ("preparation", None, "roads"), (409, 200): ("preparation", None, "roads")},
    ),
    "a publication and a withdrawal": Pair(
        approved,
        publish,
        withdraw,
        {(200, 409): ("closed", "answered", None), (409, 200): ("preparation", None, "roads")},
    ),
    "a publication and an approval taken back": Pair(
        approved,
        publish,
        send_back,
        {(200, 409): ("closed", "answered", None), (409, 200): ("rework", None, "roads")},
    ),
    "an end undone by two": Pair(
        ended,
        reopen,
        reopen_as_head,
        {(200, 409): ("preparation", None, "roads"), (409, 200): ("preparation", None, "roads")},
    ),
    "an author's reply and going on without it": Pair(
        asked,
        reply,
        resume,
        {(200, 409): ("preparation", None, "roads"), (409, 200): ("preparation", None, "roads")},
    ),
    "a return and an assignment": Pair(
        preparing,
        give_back,
        assign,
        {(200, 409): ("routing", None, None), (200, 200): ("routing", None, None)},
    ),
    "two corrections": Pair(
        preparing,
        correct_place,
        correct_text,
        {(200, 200): ("preparation", None, "roads")},
    ),
    "a return and another route": Pair(
        preparing,
        give_back,
        route_elsewhere,
        {(200, 200): ("preparation", None, "housing"), (409, 200): ("preparation", None, "housing")},
    ),
    "a contribution sent back and the next body's draft": Pair(
        contributed,
        send_contribution_back,
        draft,
        {(200, 409): ("preparation", None, "housing"), (409, 200): ("approval", None, "roads")},
    ),
    "a publication and an end without an answer": Pair(
        approved,
        publish,
        close,
        {(200, 409): ("closed", "answered", None), (409, 200): ("closed", "unanswered", None)},
    ),
    "a draft and a refusal to process": Pair(
        preparing,
        draft,
        decline,
        {(200, 200): ("closed", "declined", None), (409, 200): ("closed", "declined", None)},
    ),
    "a draft without waiting and the author's reply": Pair(
        asked,
        draft,
        reply,
        {(200, 409): ("approval", None, "roads"), (200, 200): ("approval", None, "roads")},
    ),
}


@pytest.mark.parametrize("name", PAIRS)
async def test_of_two_at_once_each_is_answered_by_the_order_in_which_they_came(
    office: Office, name: str
) -> None:
    pair = PAIRS[name]
    for turned in (False, True):
        case = await pair.arrange(office)
        before = len(await case.journal())
        if turned:
            second, first = await asyncio.gather(pair.other(case), pair.one(case))
        else:
            first, second = await asyncio.gather(pair.one(case), pair.other(case))
        view = await case.look()
        statuses = first.status_code, second.status_code
        assert pair.outcomes[statuses] == (view["stage"], view["outcome"], view["current_body"])
        rows = [row for row in (await case.journal())[before:] if "id" in row["data"]]
        assert len(rows) == 2
        assert [row["kind"] for row in rows].count("refused") == statuses.count(409)


# ---- people who are no longer there


@asynccontextmanager
async def without(office: Office, person: str) -> AsyncIterator[None]:
    """The person's account is closed, as long as the block lasts."""

    async def set_active(active: bool) -> None:
        async with office.database.write() as session:
            await session.exec(update(PersonRow).where(col(PersonRow.key) == person).values(active=active))

    await set_active(False)
    try:
        yield
    finally:
        await set_active(True)


@asynccontextmanager
async def joined_by(office: Office, person: str, body: str) -> AsyncIterator[None]:
    """The person is an executor of the body too, as long as the block lasts."""
    async with office.database.write() as session:
        session.add(PersonRoleRow(person=person, role=Role.EXECUTOR, body=body))
    try:
        yield
    finally:
        async with office.database.write() as session:
            await session.exec(
                delete(PersonRoleRow).where(
                    col(PersonRoleRow.person) == person, col(PersonRoleRow.body) == body
                )
            )


async def test_a_draft_waits_for_its_decision_though_its_author_has_left(office: Office) -> None:
    case = await drafted(office)
    await case.until_told("executor-roads", "assigned")
    async with without(office, "executor-roads"):
        refused(await withdraw(case), 401)
        assert (await case.approve())["stage"] == "publication"
        # With no executor left, the body's responsible official is told.
        assert [item["kind"] for item in await case.notices("responsible-roads")] == ["approved"]
        async with joined_by(office, "executor-ecology", "roads"):
            url = {"url": "https://vk.com/wall-1_2"}
            assert (await case.step("executor-ecology", "/publication", url))["outcome"] == "answered"
    people = {row["kind"]: row["person"] for row in await case.journal() if row["person"]}
    assert people["submit_draft"] == "executor-roads"
    assert people["confirm_publication"] == "executor-ecology"


async def test_a_draft_sent_as_the_account_is_closed_is_taken_or_refused_and_never_lost(
    office: Office,
) -> None:
    case = await preparing(office)
    await office.token("executor-roads")
    leaving = without(office, "executor-roads")
    answer, _ = await asyncio.gather(draft(case), leaving.__aenter__())
    try:
        assert answer.status_code in (200, 401)
        stage = "approval" if answer.status_code == 200 else "preparation"
        assert (await case.look())["stage"] == stage
        drafts = [row for row in await case.journal() if row["kind"] == "submit_draft"]
        assert len(drafts) == (answer.status_code == 200)
    finally:
        await leaving.__aexit__(None, None, None)


async def test_a_body_that_has_lost_its_executor_is_late_before_its_superiors(office: Office) -> None:
    case = await preparing(office)
    await case.until_told("executor-roads", "assigned")
    async with without(office, "executor-roads"):
        refused(await draft(case), 401)
        await case.at("mon 14:45")
        assert [item["kind"] for item in await case.notices("responsible-roads")] == ["breach", "warning"]
        assert [item["kind"] for item in await case.notices("deputy")] == ["escalation"]
        # The curator may still give the message to another body: nobody has acted.
        assert (await case.route("housing"))["current_body"] == "housing"
        assert case.run("draft", 0)["cancelled_at"] is not None
