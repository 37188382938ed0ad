"""The demo's messages: every complaint registered with the commands of its road, as messages that come with their past.

All of them are written in one transaction with what starts them: whatever ends this process, either nothing is there,
or all of it is and only waits to be started, by the next start or by the API.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from time import monotonic
from typing import Final

import structlog

from calendar_rules.vocabulary import DraftKind, Role
from embedded.demo.data import complaints
from embedded.demo.dates import Planned, plan
from embedded.demo.network import beginning
from embedded.demo.roads import Step, chance, identity
from service.assembly import Service, assemble
from service.commands.bulk_registration import BulkRegistration, PastStep, Registered
from service.commands.intake import KeyedRequest
from service.directory import working_hours
from service.language.lemmas import lemmas_of_each
from service.runs import rules
from service.runs.rules import Rules
from settings import Settings
from store.commands import outbox
from store.commands.tables import CommandRow
from store.database.engines import Database
from store.database.session import Session
from store.migrations import purpose
from store.migrations.purpose import PurposeError
from store.notices import inbox
from store.people import persons
from store.people.persons import Actor
from workflows.vocabulary import Command

log = structlog.get_logger(__name__)

PREFIX: Final = "demo:"
"""Begins every Idempotency-Key of the demo."""
_LEASE: Final = timedelta(minutes=2)
"""How long the API leaves the starts to whoever seeds."""
_AT_ONCE: Final = 20
_TEMPORAL_WITHIN: Final = 60.0  # seconds
_STARTED_WITHIN: Final = 120.0
_PAUSE: Final = 0.05
_READ_AFTER: Final = timedelta(days=4)
_ANOTHER_CURATOR: Final = 0.2
"""How often a draft is decided on by another curator than the message's own."""
_PROMISING: Final = 0.25
"""How many of the answers promise something."""
_PROMISES: Final = (
    "Выехать на место повторно и проверить результат.",
    "Завершить работы по этому адресу.",
    "Сообщить автору о результате проверки.",
)
_PROMISED_WITHIN: Final = 12
"""Working days."""
_UNKEPT: Final = 0.2
"""How many of the promises whose day is over nobody has marked yet."""
_EARLY: Final = timedelta(hours=1)
"""How long before their day promises are kept."""


def key(slug: str, step: int) -> str:
    """The Idempotency-Key of a step of a complaint's road; the first, of number 0, registers it."""
    return f"{PREFIX}{slug}:{step}"


async def seed(settings: Settings) -> None:
    """Add the messages of the demo to the database and to Temporal, and what stands in its invented network; a second
    time changes nothing.

    The directory must be there. What cannot be started in time is left to the API. Raises TimeoutError while Temporal
    is not reached, and PurposeError on a database that is not a demo.
    """
    database = Database(settings.database_url)
    try:
        async with database.read() as session:
            if not (await purpose.find(session)).purpose.demo:
                raise PurposeError(
                    "База данных не демонстрационная: демонстрационные сообщения в неё не добавляются."
                )
            known = await outbox.statuses(session, PREFIX)
    finally:
        await database.dispose()
    if known and set(outbox.WAITING).isdisjoint(known.values()):
        return
    service = assemble(settings, rules.load_files(settings))
    try:
        await working_hours.bring(service.database, service.rules)
        if not known:
            await write(service, settings, datetime.now(UTC))
        await _start(service)
    finally:
        await service.close()


async def write(service: Service, settings: Settings, now: datetime) -> None:
    """Write the invented network, and every complaint with its road as seen at `now`."""
    planned = [
        _with_promise(item, service.rules, now) for item in plan(complaints(), service.rules.department, now)
    ]
    lemmas = await lemmas_of_each(item.road.complaint.text for item in planned)
    async with service.database.write() as session:
        await beginning.begin(session, settings, now)
        bulk = BulkRegistration(session, service.rules, now + _LEASE)
        staff = await _Staff.of(session, planned)
        numbers: dict[str, int] = {}
        for batch in _batches(list(zip(planned, lemmas, strict=True))):
            rows = await bulk.add([_registered(*each, staff, numbers) for each in batch])
            for (item, _), (message, _) in zip(batch, rows, strict=True):
                assert message.number is not None  # noqa: S101
                numbers[item.road.complaint.slug] = message.number
    log.info("demo messages are registered", messages=len(numbers))


def _batches(planned: Sequence[tuple[Planned, str]]) -> Iterator[Sequence[tuple[Planned, str]]]:
    """Parts of the plan, in order: a message that repeats another comes after the part that has it."""
    starts = [0, *(place for place, (item, _) in enumerate(planned) if item.road.complaint.route.repeats)]
    for start, end in pairwise([*starts, len(planned)]):
        if start < end:
            yield planned[start:end]


@dataclass(frozen=True, slots=True)
class _Staff:
    """The people of the directory who act: the curators, and an executor of each body."""

    curators: Sequence[Actor]
    executors: Mapping[str, Actor]

    @classmethod
    async def of(cls, session: Session, planned: Sequence[Planned]) -> "_Staff":
        bodies = {step.body for item in planned for step in item.road.steps if step.body is not None}
        curators = [await _actor(session, key) for key in await persons.holders(session, Role.CURATOR)]
        return cls(curators, {body: await _actor(session, f"executor-{body}") for body in sorted(bodies)})

    def curator(self, slug: str) -> Actor:
        """Who registers and routes the complaint."""
        return self.curators[int(chance(slug, "curator") * len(self.curators))]

    def acting(self, slug: str, step: Step, number: int) -> Actor:
        """Who takes the step."""
        if step.body is not None:
            return self.executors[step.body]
        curator = self.curator(slug)
        decides = step.command in (Command.APPROVE, Command.SEND_FOR_REWORK)
        if decides and chance(slug, "decision", number) < _ANOTHER_CURATOR:
            return self.curators[self.curators.index(curator) - 1]
        return curator


async def _actor(session: Session, person: str) -> Actor:
    found = await persons.actor(session, person)
    assert found is not None  # noqa: S101
    return found


def _registered(item: Planned, lemmas: str, staff: _Staff, numbers: Mapping[str, int]) -> Registered:
    """`numbers`: those of the messages before it, by slug."""
    complaint = item.road.complaint
    return Registered(
        network=complaint.network,
        url=complaint.url,
        author=complaint.author,
        text=complaint.text,
        lemmas=lemmas,
        detected_at=item.detected_at,
        registered_at=item.registered_at,
        curator=staff.curator(complaint.slug),
        request=_request(complaint.slug, 0),
        steps=[
            PastStep(
                id=identity(complaint.slug, "command", number),
                name=step.command,
                person=staff.acting(complaint.slug, step, number),
                at=at,
                request=_request(complaint.slug, number),
                fields={
                    name: str(numbers[value]) if name == "repeats" else value
                    for name, value in step.fields.items()
                },
                texts=step.texts,
            )
            for number, (step, at) in enumerate(zip(item.road.steps, item.at, strict=True), start=1)
        ],
    )


def _request(slug: str, step: int) -> KeyedRequest:
    request = key(slug, step)
    return KeyedRequest(request, identity(request), repeatable=True)


def _with_promise(item: Planned, rules: Rules, now: datetime) -> Planned:
    """Have some of the answers promise something, with what came of it by `now`; most promise nothing."""
    slug, steps = item.road.complaint.slug, list(item.road.steps)
    drafts = [place for place, step in enumerate(steps) if step.command is Command.SUBMIT_DRAFT]
    if not drafts or chance(slug, "promise") >= _PROMISING:
        return item
    drafted = steps[drafts[-1]]
    if steps[-1].command is not Command.CONFIRM_PUBLICATION or drafted.fields["kind"] is not DraftKind.ANSWER:
        return item
    promise, what = identity(slug, "promise"), _PROMISES[int(chance(slug, "promised") * len(_PROMISES))]
    calendar = rules.calendar_of(drafted.body)
    days = 1 + int(chance(slug, "promised days") * _PROMISED_WITHIN)
    by = calendar.closing(calendar.add_days(item.at[-1].astimezone(rules.zone).date(), days))
    assert by is not None  # noqa: S101
    stated = [{"id": promise, "what": what, "by": by}]
    steps[drafts[-1]] = replace(drafted, fields={**drafted.fields, "promises": stated})
    moments = list(item.at)
    if by < now and chance(slug, "promise kept") >= _UNKEPT:
        link = {"url": f"https://example.ru/otklik-demo/done-{slug}"}
        kept = replace(drafted, command=Command.KEEP_PROMISE, fields={"promise": promise}, texts=link)
        steps.append(kept)
        moments.append(max(item.at[-1], by - _EARLY))
    road = replace(item.road, steps=tuple(steps))
    return replace(item, road=road, at=tuple(moments))


async def _start(service: Service) -> None:
    """Start what waits, and wait until the worker has written down what became of it."""
    await service.runs.temporal.start()
    async with asyncio.timeout(_TEMPORAL_WITHIN):
        await service.runs.temporal.until_reached()
    begun: set[str] = set()
    end = monotonic() + _STARTED_WITHIN
    while waiting := await _waiting(service.database):
        if monotonic() > end:
            log.warning("demo messages are left for the API to start", messages=len(waiting))
            break
        # No more than the worker takes within the time that Temporal leaves it for a step.
        under_way = [row for row in waiting if row.id in begun]
        next_ones = [row for row in waiting if row.id not in begun][: _AT_ONCE - len(under_way)]
        taken = await asyncio.gather(*map(service.commands.delivery.begin, next_ones))
        begun.update(row.id for row, message in zip(next_ones, taken, strict=True) if message is not None)
        await asyncio.sleep(_PAUSE)
    # As in an office at work: what is new in an inbox is of the last days.
    async with service.database.write() as session:
        now = datetime.now(UTC)
        await inbox.read(session, None, now, until=now - _READ_AFTER)


async def _waiting(database: Database) -> Sequence[CommandRow]:
    """The registrations whose messages have no record yet; steps of a road may wait to be sent again beside them."""
    async with database.read() as session:
        found = await outbox.waiting_under(session, PREFIX)
    return [row for row in found if row.name == outbox.REGISTER]
