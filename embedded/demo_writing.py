"""Writes the demo's messages: their rows, their texts, and every command of their roads into the outbox."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from calendar_rules.vocabulary import Role
from embedded.demo_dates import DatedStep, Planned, plan
from embedded.demo_messages import PREFIX, key
from embedded.demo_steps import chance, identity
from service.assembly import Service
from service.command_intake import COMMAND, KeyedRequest, command_row, registration_row
from service.registration import message_row
from service.rules import Rules
from service.targets import grants
from store import likeness, messages, people, texts
from store.demo.data import DemoComplaint, complaints
from store.people import Actor
from store.tables import CommandRow
from workflows.vocabulary import Command

log = structlog.get_logger(__name__)

_LEASE = timedelta(minutes=2)
"""How long the API leaves the delivery to whoever seeds."""

_ANOTHER_CURATOR = 0.2
"""How often a draft is decided on by another curator than the message's own."""


async def write(service: Service, missing: Iterable[DemoComplaint], now: datetime) -> int:
    """Write the complaints that are missing, with their roads as seen at `now`; gives how many."""
    rules = service.rules
    wanted = {complaint.slug for complaint in missing}
    planned = [
        item
        for item in plan(complaints(), rules.regulation, rules.department, now)
        if item.complaint.slug in wanted
    ]
    lemmas = await asyncio.to_thread(lambda: [likeness.lemmas(item.complaint.text) for item in planned])
    async with service.database.write() as session:
        writing = _Writing(session, rules, await _Staff.of(session, planned), now)
        return sum([await writing.add(*each) for each in zip(planned, lemmas, strict=True)])


@dataclass(frozen=True, slots=True)
class _Staff:
    """The people of the directory who act: the curators, and the first executor of each body."""

    curators: Sequence[Actor]
    executors: dict[str, Actor]

    @classmethod
    async def of(cls, session: AsyncSession, planned: Iterable[Planned]) -> "_Staff":
        bodies = {step.body for item in planned for step in item.steps if step.body is not None}
        curators = [await _actor(session, key) for key in await people.holders(session, Role.CURATOR)]
        executors = {
            body: await _actor(session, (await people.holders(session, Role.EXECUTOR, body))[0])
            for body in sorted(bodies)
        }
        return cls(curators, executors)

    def curator(self, complaint: DemoComplaint) -> Actor:
        """Who registers and routes it."""
        return self.curators[int(chance(complaint.slug, "curator") * len(self.curators))]

    def acting(self, complaint: DemoComplaint, step: DatedStep, number: int) -> Actor:
        """Who takes the step."""
        if step.body is not None:
            return self.executors[step.body]
        curator = self.curator(complaint)
        decides = step.command in (Command.APPROVE, Command.SEND_FOR_REWORK)
        if decides and chance(complaint.slug, "decision", number) < _ANOTHER_CURATOR:
            return self.curators[self.curators.index(curator) - 1]
        return curator


async def _actor(session: AsyncSession, person: str) -> Actor:
    found = await people.actor(session, person)
    assert found is not None  # noqa: S101
    return found


class _Writing:
    """One transaction in which the demo is written."""

    def __init__(self, session: AsyncSession, rules: Rules, staff: _Staff, now: datetime) -> None:
        self._session = session
        self._rules = rules
        self._staff = staff
        self._lease_until = now + _LEASE

    async def add(self, item: Planned, lemmas: str) -> bool:
        """Write one message with its road; False where its link is registered already."""
        complaint, curator = item.complaint, self._staff.curator(item.complaint)
        if await messages.by_url(self._session, complaint.url) is not None:
            log.warning("a demo link is registered already", slug=complaint.slug)
            return False
        message = message_row(
            network=complaint.network,
            url=complaint.url,
            author=complaint.author,
            text=complaint.text,
            lemmas=lemmas,
            detected_at=item.detected_at,
            registered_at=item.registered_at,
            registered_by=curator.key,
        )
        self._session.add(message)
        await self._session.flush()
        assert message.number is not None  # noqa: S101
        commands = [
            await self._command(complaint, message.number, step, number)
            for number, step in enumerate(item.steps, start=1)
        ]
        past = [row.id for row in commands]
        start = registration_row(message, curator, _asked(complaint, 0), self._lease_until, past=past)
        self._session.add_all([start, *commands])
        return True

    async def _command(
        self, complaint: DemoComplaint, message: int, step: DatedStep, number: int
    ) -> CommandRow:
        person = self._staff.acting(complaint, step, number)
        command = COMMAND.validate_python(
            {
                "name": step.command,
                "id": identity(complaint.slug, "command", number),
                "person": person.key,
                "grants": grants(person, step.at),
                "taken_at": step.at,
                "texts": {
                    field: self._text(message, field, text, step.at) for field, text in step.texts.items()
                },
                **await self._fields(step),
            }
        )
        return command_row(command, message, person, _asked(complaint, number), self._lease_until)

    def _text(self, message: int, field: str, content: str, at: datetime) -> str:
        text = texts.new(message, field, content, at)
        self._session.add(text)
        return text.id

    async def _fields(self, step: DatedStep) -> dict[str, object]:
        """Of the command; a route also takes along hours of the bodies, and names the earlier message by number."""
        fields = dict(step.fields)
        if step.command is Command.ROUTE:
            fields["schedules"] = {body: self._rules.schedules.of(body) for body in step.fields["bodies"]}
            fields["repeats"] = await self._number_of(step.fields["repeats"])
        return fields

    async def _number_of(self, slug: str | None) -> str | None:
        if slug is None:
            return None
        found = await self._session.exec(
            select(CommandRow.message).where(col(CommandRow.key) == f"{PREFIX}{slug}:0")
        )
        number = found.first()
        return str(number) if number is not None else None


def _asked(complaint: DemoComplaint, step: int) -> KeyedRequest:
    request = key(complaint, step)
    return KeyedRequest(request, identity(request), repeatable=True)
