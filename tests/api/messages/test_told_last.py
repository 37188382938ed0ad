"""Answers given while a message's workflow is silent: nobody is shown less than they were told already."""

from http import HTTPStatus

import pytest
from sqlalchemy import update
from sqlmodel import col
from temporalio.client import Client

from api.web.message.forms import FORMS
from service.messages import recorded_outcomes
from service.runs.sealed_answers import SealedAnswers
from store.messages import finding
from store.messages.tables import MessageRow
from tests.api.messages.case import routing
from tests.api.messages.conftest import Begin
from tests.api.messages.office import Installation, Office
from tests.patience import PATIENCE
from workflows.state import OutcomeAnswer
from workflows.vocabulary import Command


async def test_what_was_just_done_is_shown_though_it_is_not_written_yet_and_nobody_answers(
    installation: Installation, office: Office, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await begin()
    installation.tampered.add(case.id)
    await case.route("roads")
    await case.journal()  # written by now
    async with office.database.read() as session:
        before = await finding.by_number(session, int(case.id))
    assert before is not None
    done = await case.submit()
    await case.journal()
    async with office.database.write() as session:
        connection = await session.connection()
        await connection.execute(
            update(MessageRow)
            .where(col(MessageRow.number) == before.number)
            .values(snapshot=before.snapshot, stage=before.stage)
        )

    async def nobody(*_: object) -> None:
        raise TimeoutError

    monkeypatch.setattr(SealedAnswers, "_believed", nobody)
    seen = await case.look("executor-roads")
    assert seen["stage"] == done["stage"] == "approval"
    assert [draft["id"] for draft in seen["drafts"]] == [draft["id"] for draft in done["drafts"]]


async def test_the_queue_and_its_preview_ask_no_workflow(
    office: Office, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await begin(to=["roads"])
    await case.journal()  # written by now

    async def asked(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(SealedAnswers, "ask", asked)
    act = FORMS[Command.SUBMIT_DRAFT].title
    for address in ("/?rows=1000", f"/queue/{case.id}"):
        answer = await office.browse("executor-roads", address)
        assert answer.status_code == HTTPStatus.OK
        assert f'href="/messages/{case.id}"' in answer.text
    # The queue may begin with another message, which waits for something else.
    assert f"{act}…" in answer.text


async def test_a_command_is_answered_by_its_record_as_its_workflow_would_answer(
    begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorded_outcomes, "_WITHIN", PATIENCE)
    asked: list[str | None] = []
    ask = SealedAnswers.ask

    async def noted(
        answers: SealedAnswers, client: Client, number: int, command: str | None = None
    ) -> OutcomeAnswer | None:
        asked.append(command)
        return await ask(answers, client, number, command)

    case = await begin()
    monkeypatch.setattr(SealedAnswers, "ask", noted)
    for person, step in (
        ("curator", case.route("roads")),
        ("executor-roads", case.submit()),
        ("curator", case.approve()),
    ):
        answered = await step
        assert asked == []
        assert await case.look(person) == answered
        assert asked == [None]
        asked.clear()
    answer = await case.post("curator", "/route", routing())
    assert (answer.status_code, asked) == (HTTPStatus.CONFLICT, [])
