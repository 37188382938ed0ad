"""Publishing step by step: whatever goes wrong, one answer, and its link on record first."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import col

from calendar_rules.vocabulary import DraftStatus, Stage
from service.networks.handing_back import GIVES_UP
from service.networks.platforms.port import Ability, Fault, NetworkRefusalError, Rate
from store.commands import outbox
from store.database.engines import Database
from store.messages import text_seals, texts
from store.messages.tables import MessageRow, MessageTextRow
from store.networks import publications
from tests.databases import on_both
from tests.fake_network import LATER, REPLY_LOST, FakeAccounts, FakeNetwork
from tests.rows import journal_row, one_of, put
from tests.service.networks.pressed import NOW, POST, Pressed, add_roads
from workflows.publication import PublicationStep

PERSON = NetworkRefusalError(Fault.PERSON, "Комментирование записи закрыто.", code="213")


class End(BaseException):
    """Of a worker, between two instructions."""


class Case(Pressed):
    """On a network that does what it is told to."""

    def __init__(self, database: Database, network: FakeNetwork) -> None:
        super().__init__(database, network, FakeAccounts())
        self.fake = network


@pytest.fixture
async def case(database: Database, tmp_path: Path) -> Case:
    async with database.write() as session:
        await add_roads(session)
    case = Case(database, FakeNetwork(tmp_path / "comments"))
    await case.press()
    return case


@on_both
async def test_the_link_is_on_record_and_the_confirmation_goes_with_it(case: Case) -> None:
    assert await case.until_over() == publications.PUBLISHED
    command, row = await case.command(), await case.row()
    assert command.status == outbox.TAKEN
    assert command.payload["url"] == row.url
    text = await one_of(case.database, MessageTextRow, row.url)
    assert text.content == f"{POST}?reply=1"
    assert case.fake.comments[0]["name"] == "draft-1"
    await case.settle(outbox.ACCEPTED)
    assert (await case.step()).state == publications.CONFIRMED
    assert await case.notices() == []


@on_both
async def test_a_text_exchanged_after_its_approval_is_not_published(case: Case) -> None:
    """Whatever stands beside it, and whichever key is put there with it."""
    other = texts.new(1, "text", "Ямы нет и не было.", NOW)
    for exchanged in ({"content": other.content}, {"content": other.content, "key": other.key}):
        async with case.database.write() as session:
            await session.exec(
                update(MessageTextRow).where(col(MessageTextRow.id) == case.text).values(exchanged)
            )
    assert await case.until_over() == publications.REFUSED
    assert case.fake.calls == []
    command, advice = await case.command(), (await case.row()).advice or ""
    assert "Текст проекта в базе данных не тот, который согласован" in advice
    assert "Разместите ответ вручную" not in advice
    assert command.payload["obstacle"] == advice, "the message has it on record"


async def test_a_text_out_of_which_words_were_taken_is_published(case: Case) -> None:
    async with case.database.write() as session:
        text = await session.get_one(MessageTextRow, case.text)
        resealed = text_seals.rewrite(text, "Яму засыпали. [удалено]")
    await put(case.database, journal_row(1, 2, NOW, "redact", data={"resealed": resealed}))
    assert await case.until_over() == publications.PUBLISHED


async def test_nothing_is_sent_before_the_approval_is_on_record(case: Case) -> None:
    case.number, case.draft = 2, "draft-2"
    await case.press(f"{POST}1", approved="draft-1")
    assert (await case.step()).state == publications.OPEN
    assert case.fake.calls == []


async def test_an_end_of_the_worker_behind_the_networks_yes_leaves_one_answer(case: Case) -> None:
    def end() -> None:
        raise End

    case.fake.on_yes = end
    with pytest.raises(End):
        await case.step()
    assert (await case.row()).unsure
    case.fake.on_yes = lambda: None
    assert await case.until_over() == publications.PUBLISHED
    assert len(case.fake.comments) == 1


async def test_where_it_cannot_be_looked_for_the_name_keeps_it_single(case: Case) -> None:
    case.fake.names_answers = True
    case.fake.after = [REPLY_LOST]
    case.fake.finding = [PERSON]
    assert await case.until_over() == publications.PUBLISHED
    assert case.fake.calls == ["publish", "find_own", "publish"]
    assert len(case.fake.comments) == 1


async def test_where_it_cannot_be_looked_for_and_has_no_name_a_person_looks(case: Case) -> None:
    case.fake.after = [REPLY_LOST]
    case.fake.finding = [PERSON]
    assert await case.until_over() == publications.REFUSED
    assert "Сначала откройте сообщение в сети и проверьте" in ((await case.row()).advice or "")
    assert case.fake.calls == ["publish", "find_own"]


async def test_a_network_that_is_busy_is_asked_again_and_not_sooner_than_it_says(case: Case) -> None:
    slow = NetworkRefusalError(Fault.LATER, "Сеть просит подождать.", after=timedelta(minutes=3))
    case.fake.faults = [LATER, slow]
    assert await case.until_over() == publications.PUBLISHED
    assert case.now - NOW >= timedelta(minutes=3)
    assert case.fake.calls == ["publish", "find_own", "publish", "find_own", "publish"]


ONE_CALL = Rate(1, timedelta(seconds=1))
AT_THE_LATEST = timedelta(minutes=10)


@pytest.mark.parametrize("code_6", [True, False])
async def test_where_a_key_calls_once_a_second_a_second_try_comes_within_seconds(
    case: Case, code_6: bool
) -> None:
    """A call that was refused, or that was lost before it arrived."""
    case.fake.rate = ONE_CALL
    often = NetworkRefusalError(Fault.LATER, "Слишком часто.", code="6", after=timedelta(seconds=1))
    case.fake.faults = [often if code_6 else REPLY_LOST]
    assert await case.until_over() == publications.PUBLISHED
    assert len(case.fake.comments) == 1
    assert case.now - NOW < timedelta(seconds=15)
    assert case.steps <= 5


async def test_a_key_that_was_asked_to_wait_hands_back_at_once(case: Case) -> None:
    """Somebody else's call was: a reader's."""
    await case.rates.pause("key-1", timedelta(hours=1))
    assert (await case.step()).state == publications.REFUSED
    assert "подождать" in ((await case.row()).advice or "")
    assert case.fake.calls == []


async def _never_free(*_given: object) -> timedelta:
    return timedelta(seconds=0.5)


@pytest.mark.parametrize("why", ["no answer", "under way", "rate"])
async def test_what_cannot_even_be_tried_is_handed_back_in_time(
    case: Case, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case.answers = why != "no answer"
    if why == "under way":
        await case.take("withdraw_draft")
    if why == "rate":
        # Others call by the same key, and are always first.
        monkeypatch.setattr(case.rates, "take", _never_free)
    assert await case.until_over() == publications.REFUSED
    assert case.now - NOW <= AT_THE_LATEST
    assert case.steps < 60
    assert case.fake.calls == []
    assert "Разместите ответ вручную" in ((await case.row()).advice or "")
    assert await case.notices() == [("publication_failed", "executor-roads")]


async def test_an_answer_that_shows_only_after_the_last_try_is_found_by_the_last_look(case: Case) -> None:
    case.fake.after = [REPLY_LOST]
    case.fake.finding = [LATER] * 8
    assert await case.until_over() == publications.PUBLISHED
    assert len(case.fake.comments) == 1


async def test_what_was_handed_back_while_it_was_being_sent_is_told(case: Case) -> None:
    async def handed_back() -> None:
        row = await case.row()
        async with case.database.write() as session:
            await publications.change(session, row, publications.OPEN, state=publications.REFUSED)

    case.fake.on_yes = handed_back
    assert (await case.step()).state == publications.STRAY
    assert (await case.row()).url is not None
    assert [kind for kind, _ in await case.notices()] == ["answer_unconfirmed"] * 2


async def test_a_confirmation_that_is_not_taken_is_asked_after_ever_less_often(case: Case) -> None:
    await case.step()
    for _ in range(60):
        case.now += (await case.step()).again_after or timedelta(0)
    assert case.now - NOW > timedelta(hours=2)


@pytest.mark.parametrize(
    ("fault", "said"), [(LATER, "Сеть не отвечает"), (RuntimeError("odd"), "")], ids=["network", "program"]
)
async def test_what_fails_each_time_is_left_to_people_while_there_is_time(
    case: Case, fault: Exception, said: str
) -> None:
    case.fake.faults = [fault] * 50
    assert await case.until_over() == publications.REFUSED
    assert GIVES_UP <= case.now - NOW <= AT_THE_LATEST
    advice = (await case.row()).advice or ""
    assert said in advice and "Разместите ответ вручную" in advice
    assert await case.notices() == [("publication_failed", "executor-roads")]
    assert case.fake.comments == []


async def test_a_draft_withdrawn_meanwhile_is_sent_no_more(case: Case) -> None:
    case.fake.faults = [LATER]
    await case.step()
    case.status, case.stage = DraftStatus.WITHDRAWN, Stage.PREPARATION
    assert await case.until_over() == publications.REFUSED
    assert case.fake.calls == ["publish", "find_own"]
    assert case.fake.comments == []


async def test_one_withdrawn_behind_the_networks_yes_is_told_to_body_and_curator(case: Case) -> None:
    case.fake.after = [REPLY_LOST]
    await case.step()
    case.status, case.stage = DraftStatus.REWORK, Stage.REWORK
    assert await case.until_over() == publications.PUBLISHED
    await case.settle(outbox.REFUSED)
    assert (await case.step()).state == publications.STRAY
    told = [("answer_unconfirmed", "curator"), ("answer_unconfirmed", "executor-roads")]
    assert await case.notices() == told
    assert (await case.step()).state == publications.STRAY
    assert await case.notices() == told


async def test_what_nobody_has_asked_for_is_not_done(case: Case) -> None:
    step = await case.worker().step("1", "another")
    assert step == PublicationStep(state="unknown")
    assert case.fake.calls == []


async def test_only_own_pages_are_published_on_where_the_network_lets_no_more(case: Case) -> None:
    case.fake.abilities = frozenset({Ability.PUBLISH_ON_OWN_PAGES})
    async with case.database.write() as session:
        (await session.get_one(MessageRow, 1)).url = "https://vk.com/wall-9_1"
    assert await case.until_over() == publications.REFUSED
    assert "только на страницах самого органа" in ((await case.row()).advice or "")
