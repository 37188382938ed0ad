"""Writes the demo's messages: their rows, their texts, and every command of their roads into the outbox."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from calendar_rules.vocabulary import Role
from embedded.demo.data import DemoComplaint, complaints, demo_of
from embedded.demo.messages.dates import DatedStep, Planned, plan
from embedded.demo.messages.promises import with_promise
from embedded.demo.messages.steps import chance, identity
from embedded.demo.seeding import PREFIX, key
from service.assembly import Service
from service.commands.bulk_registration import BulkRegistration, PastStep, Registered
from service.commands.intake import KeyedRequest
from service.language.lemmas import lemmas_of_each
from service.runs.rules import Rules
from store.database.session import Session
from store.people import persons
from store.people.persons import Actor
from workflows.vocabulary import Command

log = structlog.get_logger(__name__)

_LEASE = timedelta(minutes=2)
"""How long the API leaves the delivery to whoever seeds."""

_ANOTHER_CURATOR = 0.2
"""How often a draft is decided on by another curator than the message's own."""


async def write(service: Service, missing: Iterable[DemoComplaint], now: datetime) -> int:
    """Write the complaints that are missing, with their roads as seen at `now`; returns how many."""
    rules = service.rules
    wanted = {complaint.slug for complaint in missing}
    planned = [
        with_promise(item, rules, now)
        for item in plan(
            complaints(demo_of(rules.regulation.act.key)), rules.regulation, rules.department, now
        )
        if item.complaint.slug in wanted
    ]
    lemmas = await lemmas_of_each(item.complaint.text for item in planned)
    async with service.database.write() as session:
        writing = _Writing(session, rules, await _Staff.of(session, planned), now)
        return sum([await writing.add(*each) for each in zip(planned, lemmas, strict=True)])


@dataclass(frozen=True, slots=True)
class _Staff:
    """The people of the directory who act: the curators, and the first executor of each body."""

    curators: Sequence[Actor]
    executors: dict[str, Actor]

    @classmethod
    async def of(cls, session: Session, planned: Iterable[Planned]) -> "_Staff":
        bodies = {step.body for item in planned for step in item.steps if step.body is not None}
        curators = [await _actor(session, key) for key in await persons.holders(session, Role.CURATOR)]
        executors = {
            body: await _actor(session, (await persons.holders(session, Role.EXECUTOR, body))[0])
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


async def _actor(session: Session, person: str) -> Actor:
    found = await persons.actor(session, person)
    assert found is not None  # noqa: S101
    return found


class _Writing:
    """One transaction in which the demo is written."""

    def __init__(self, session: Session, rules: Rules, staff: _Staff, now: datetime) -> None:
        self._bulk = BulkRegistration(session, rules, now + _LEASE)
        self._staff = staff

    async def add(self, item: Planned, lemmas: str) -> bool:
        """Write one message with its road; False where its link is registered already."""
        complaint = item.complaint
        if await self._bulk.is_known(complaint.url):
            log.warning("a demo link is registered already", slug=complaint.slug)
            return False
        steps = [await self._step(complaint, step, number) for number, step in enumerate(item.steps, start=1)]
        registered = Registered(
            network=complaint.network,
            url=complaint.url,
            author=complaint.author,
            text=complaint.text,
            lemmas=lemmas,
            detected_at=item.detected_at,
            registered_at=item.registered_at,
            curator=self._staff.curator(complaint),
            request=_request(complaint, 0),
            steps=steps,
        )
        await self._bulk.add([registered])
        return True

    async def _step(self, complaint: DemoComplaint, step: DatedStep, number: int) -> PastStep:
        fields = dict(step.fields)
        if (earlier := fields.get("repeats")) is not None:
            fields["repeats"] = await self._bulk.registered_under(f"{PREFIX}{earlier}:0")
        return PastStep(
            id=identity(complaint.slug, "command", number),
            name=step.command,
            person=self._staff.acting(complaint, step, number),
            at=step.at,
            request=_request(complaint, number),
            fields=fields,
            texts=step.texts,
        )


def _request(complaint: DemoComplaint, step: int) -> KeyedRequest:
    request = key(complaint, step)
    return KeyedRequest(request, identity(request), repeatable=True)
