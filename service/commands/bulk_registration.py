"""Messages registered many at a time, by a table or with their past: rows and outbox in one transaction.

Nothing is lost whatever ends the process: a message that is written and not started waits in the outbox for the
dispatcher, or for whoever goes on with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.commands.intake import COMMAND, KeyedRequest, command_row, registration_row
from service.commands.promises import WHAT
from service.commands.registration import message_row
from service.messages import corrected_row
from service.messages.targets import grants
from service.runs.rules import Rules
from store.commands import outbox
from store.commands.tables import CommandRow
from store.database.session import Session
from store.directory import rows as directory_rows
from store.messages import texts
from store.messages.tables import MessageRow
from store.networks import candidates
from store.people.persons import Actor
from workflows.vocabulary import Command


@dataclass(frozen=True, slots=True)
class PastStep:
    """A command that a message comes with: who gave it, when on the message's clock, and under what key.

    `fields` are the command's own, where the promises of a draft say in words what they are; `texts` are contents by
    field.
    """

    id: str
    name: Command
    person: Actor
    at: datetime
    request: KeyedRequest
    fields: Mapping[str, Any]
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Registered:
    """A message to be registered; `lemmas` are those of its text. `url_key`: as of `registration.message_row`."""

    network: str
    url: str
    author: str
    text: str
    lemmas: str
    detected_at: datetime
    registered_at: datetime
    curator: Actor
    request: KeyedRequest
    url_key: str | None = None
    steps: Sequence[PastStep] = ()


class BulkRegistration:
    """One transaction in which messages are written with the commands that start them, and with their past."""

    def __init__(self, session: Session, rules: Rules, lease_until: datetime) -> None:
        """`lease_until`: how long the dispatcher leaves the delivery to whoever writes them."""
        self._session = session
        self._rules = rules
        self._lease_until = lease_until

    async def add(self, given: Sequence[Registered]) -> list[tuple[MessageRow, CommandRow]]:
        """Write messages that are not known yet; returns each with the command that starts it."""
        titles = await self._titles(given)
        rows = [_row(message) for message in given]
        self._session.add_all(rows)
        await self._session.flush()
        await self._take_candidates(rows)
        written = []
        for message, row in zip(given, rows, strict=True):
            past = [self._command(row, step, titles) for step in message.steps]
            start = registration_row(
                row,
                message.curator,
                message.request,
                self._lease_until,
                past=[{"name": command.name, **command.payload} for command in past],
            )
            self._session.add_all([start, *past])
            written.append((row, start))
        await self._session.flush()
        for message, (_, start) in zip(given, written, strict=True):
            if message.steps:
                await corrected_row.settle_place(self._session, start.message)
        return written

    async def _take_candidates(self, rows: Sequence[MessageRow]) -> None:
        """What was found before, and is a message now."""
        by_key = {row.url_key: row for row in rows if row.url_key is not None}
        for key in await candidates.known_keys(self._session, by_key):
            row = by_key[key]
            if row.number is not None:
                now = row.registered_at
                await candidates.became(self._session, {key: row.number}, row.registered_by, now)

    async def _titles(self, given: Sequence[Registered]) -> Mapping[str, str]:
        """The short titles of every body that a message is routed to."""
        bodies = {
            body
            for message in given
            for step in message.steps
            if step.name is Command.ROUTE
            for body in step.fields["bodies"]
        }
        return await directory_rows.answering(self._session, bodies) if bodies else {}

    def _command(self, row: MessageRow, step: PastStep, titles: Mapping[str, str]) -> CommandRow:
        assert row.number is not None  # noqa: S101
        written = {
            field: texts.new(row.number, field, content, step.at) for field, content in step.texts.items()
        }
        self._session.add_all(written.values())
        fields = dict(step.fields)
        if stated := fields.get("promises"):
            words = [texts.new(row.number, WHAT, one["what"], step.at) for one in stated]
            self._session.add_all(words)
            fields["promises"] = [{**one, "what": what.id} for one, what in zip(stated, words, strict=True)]
        if step.name is Command.ROUTE:
            fields["schedules"] = {body: self._rules.schedules.of(body) for body in fields["bodies"]}
            fields["titles"] = {body: titles[body] for body in fields["bodies"] if body in titles}
        command = COMMAND.validate_python(
            {
                "name": step.name,
                "id": step.id,
                "person": step.person.key,
                "grants": grants(step.person, step.at),
                "taken_at": step.at,
                **{field: text.id for field, text in written.items()},
                **fields,
            }
        )
        past = command_row(command, row.number, step.person, step.request, self._lease_until)
        # It goes with the start of the message, and is delivered with that.
        past.status, past.settled_at, past.lease_until = outbox.ACCEPTED, step.at, None
        return past


def _row(given: Registered) -> MessageRow:
    return message_row(
        network=given.network,
        url=given.url,
        author=given.author,
        text=given.text,
        lemmas=given.lemmas,
        detected_at=given.detected_at,
        registered_at=given.registered_at,
        registered_by=given.curator.key,
        url_key=given.url_key,
    )
