"""A draft whose publication was asked for, and a worker that does it step by step by a clock that is moved by hand."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from calendar_rules.vocabulary import DraftKind, DraftStatus, Network, Stage
from service.messages.states import MessageStates
from service.networks.answer_notices import AnswerNotices
from service.networks.platforms.port import Adapter, Platform
from service.networks.platforms.rates import Rates
from service.networks.publications import Publishing
from store.commands import outbox
from store.commands.tables import CommandRow
from store.database.engines import Database
from store.database.session import Session
from store.messages import texts
from store.networks import publications
from store.networks.tables import PublicationRow
from store.notices.tables import NoticeRow
from tests.fake_network import FakeAccounts
from tests.message_row import message_row, message_state
from tests.rows import Office, add_office, all_of, command_row, journal_row, publication_row, put
from tests.rules_given import plain
from workflows.publication import PublicationStep
from workflows.state import Draft, MessageState

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
POST, TEXT = "https://vk.com/wall-238_1", "Яму засыпали сегодня утром."


async def add_roads(session: Session) -> None:
    """A body that answers, with its executor and a curator: `roads`, `executor-roads` and `curator`."""
    people: dict[str, list[Office]] = {
        "curator": [("curator", None)],
        "executor-roads": [("executor", "roads")],
    }
    await add_office(session, people, ["roads"])


class _States(MessageStates):
    def __init__(self, case: "Pressed") -> None:
        self._case = case

    async def of(self, number: int) -> MessageState | None:
        return await self._case.state(number)


class Pressed:
    """An approved draft of the message of this number whose publication was asked for `at`."""

    def __init__(
        self,
        database: Database,
        adapter: Adapter,
        accounts: FakeAccounts,
        *,
        number: int = 1,
        at: datetime = NOW,
    ) -> None:
        self.database, self.adapter, self.accounts = database, adapter, accounts
        self.number, self.asked_at, self.now = number, at, at
        self.network = adapter.traits.network or Network.BLOG
        self.status, self.stage = DraftStatus.APPROVED, Stage.PUBLICATION
        self.answers = True
        self.rates = Rates(database, self.seconds)
        self.steps = 0
        self.draft, self.text = f"draft-{number}", ""

    @property
    def adapters(self) -> Mapping[Platform, Adapter]:
        return {self.adapter.platform: self.adapter}

    def seconds(self) -> float:
        return self.now.timestamp()

    def worker(self) -> Publishing:
        """What a worker that was started now knows: nothing of what others did but for the rates of keys."""
        return Publishing(
            self.database,
            _States(self),
            self.adapters,
            self.accounts,
            self.rates,
            AnswerNotices(plain()),
            clock=lambda: self.now,
        )

    async def state(self, number: int) -> MessageState | None:
        if not self.answers:
            return None
        draft = Draft(
            id=self.draft,
            kind=DraftKind.ANSWER,
            body="roads",
            person="executor-roads",
            text=self.text,
            round=1,
            status=self.status,
            stage_before=Stage.PREPARATION,
        )
        return message_state(
            self.asked_at, network=self.network, drafts=[draft], stage=self.stage, sequence=("roads",)
        )

    async def step(self) -> PublicationStep:
        step = await self.worker().step(str(self.number), self.draft)
        self.steps += 1
        return step

    async def until_over(self) -> str:
        """Steps, each when it is due, until the link is known or the publication is over."""
        for _ in range(100):
            step = await self.step()
            if step.again_after is None or step.state == publications.PUBLISHED:
                return step.state
            self.now += step.again_after
        raise AssertionError("it never ends")

    async def row(self) -> PublicationRow:
        async with self.database.read() as session:
            row = await publications.of_draft(session, self.number, self.draft)
        assert row is not None
        return row

    async def command(self) -> CommandRow:
        async with self.database.read() as session:
            row = await outbox.by_id(session, f"command-{self.number}")
        assert row is not None
        return row

    async def take(self, name: str) -> None:
        """Another command, which nobody delivers."""
        await put(
            self.database,
            command_row("other", name, self.asked_at, person="executor-roads", message=self.number),
        )

    async def settle(self, status: str) -> None:
        async with self.database.write() as session:
            row = await outbox.by_id(session, f"command-{self.number}")
            assert row is not None
            row.status = status
            session.add(row)

    async def notices(self) -> list[tuple[str, str]]:
        rows = await all_of(self.database, NoticeRow)
        return sorted((row.kind, row.person) for row in rows)

    async def press(self, url: str = POST, text: str = TEXT, approved: str | None = None) -> None:
        """Write the message about a post, its approved draft, and what a press of the executor writes.

        `approved`: the draft of which the journal says so, if another.
        """
        number, at, network = self.number, self.asked_at, self.network.value
        payload: dict[str, Any] = {
            "name": "confirm_publication",
            "id": f"command-{number}",
            "person": "executor-roads",
        }
        of_draft = texts.new(number, "text", text, at)
        self.text = of_draft.id
        approval = {"draft": approved or self.draft, "approved": {"text": of_draft.id}}
        await put(
            self.database,
            message_row(number, at, network=network, url=url),
            of_draft,
            journal_row(number, 1, at, "approve", data=approval),
            command_row(
                f"command-{number}",
                "confirm_publication",
                at,
                person="executor-roads",
                key=f"key-{number}",
                message=number,
                payload=payload | {"draft": self.draft},
                status=outbox.HELD,
            ),
            publication_row(
                self.draft,
                at,
                message=number,
                network=network,
                platform=self.adapter.platform.value,
                command=f"command-{number}",
            ),
        )
