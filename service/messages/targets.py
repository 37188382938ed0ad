"""The message something is done with, and whether the person may see it and act on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from structlog.contextvars import bind_contextvars

from calendar_rules.act_words import said
from calendar_rules.vocabulary import Role
from service.access import note as access_note
from service.access import wording
from service.access.errors import ForbiddenError, NotFoundError, UnknownNowError
from service.access.values import number_of
from service.messages.head import GIVING_A_TURN
from service.messages.outcome_writer import OutcomeWriter
from service.runs.workflows import Workflows
from store.commands import outbox
from store.database.engines import Database
from store.messages import finding
from store.messages.finding import WithTurns
from store.messages.tables import MessageRow
from store.notices import inbox as notices
from store.people import tokens
from store.people.persons import Actor, Capacity, SignedIn
from workflows.commands import Grant

COMMANDING = frozenset({Role.CURATOR, Role.HEAD, Role.EXECUTOR, Role.RESPONSIBLE, Role.ADMIN})
"""The roles in which commands are given."""

OVERSEEING = frozenset({Role.RESPONSIBLE, Role.DEPUTY, Role.HEAD, Role.DEPUTY_POLICY})
"""The offices in which others are answered for; who leaves one goes on reading what they were told of."""


OF_BODIES = (Role.EXECUTOR, Role.RESPONSIBLE)
"""The roles in which the work of a body is done."""


@dataclass(frozen=True, slots=True)
class Target:
    """A message someone may see, and in what capacities, on the message's own clock.

    `only_to_read`: they see it because one with their body repeats it (cl. 16), or because they were told of it in an
    office that they held before (cl. 20); they act on it in no way.
    """

    row: MessageRow
    caller: Actor
    capacities: Sequence[Capacity]
    turns: Sequence[str] = ()
    """The bodies that have or had the message."""
    only_to_read: bool = False

    @property
    def number(self) -> int:
        assert self.row.number is not None  # noqa: S101
        return self.row.number

    @property
    def now(self) -> datetime:
        """The moment on the message's own clock."""
        return finding.message_now(self.row, datetime.now(UTC))

    def require(self, *roles: Role) -> None:
        """Raises ForbiddenError unless one of the roles is the person's at this moment.

        That of a body counts where the body has or had the message.
        """
        if self.only_to_read:
            raise ForbiddenError(said(wording.ONLY_TO_READ))
        if not any(
            capacity.role in roles and (capacity.role not in OF_BODIES or capacity.body in self.turns)
            for capacity in self.capacities
        ):
            raise ForbiddenError(wording.only_for(roles))


def require_role(caller: Actor, *roles: Role) -> None:
    """Raises ForbiddenError unless one of the roles is the person's now, or of someone they stand in for."""
    if not any(capacity.role in roles for capacity in caller.capacities(datetime.now(UTC))):
        raise ForbiddenError(wording.only_for(roles))


def grants(caller: Actor, moment: datetime) -> tuple[Grant, ...]:
    """What a command carries of the caller: the capacities at `moment` in which commands are given."""
    return tuple(
        Grant(role=capacity.role, body=capacity.body, acting_for=capacity.acting_for)
        for capacity in caller.capacities(moment)
        if capacity.role in COMMANDING
    )


class Targets:
    """Finds messages for people."""

    def __init__(self, database: Database, workflows: Workflows, outcomes: OutcomeWriter) -> None:
        self._db = database
        self._workflows = workflows
        self._outcomes = outcomes

    async def with_sign_in(self, message: str, token: str) -> tuple[SignedIn | None, WithTurns | None]:
        """The sign-in that a token opens, None for one that opens nothing; and what `find` reads of the message."""
        number, now = number_of(message), datetime.now(UTC)
        async with self._db.lookup() as session:
            signed_in, found = await finding.with_sign_in(session, number or 0, tokens.digest(token), now)
        if signed_in is not None:
            access_note.asks(signed_in.person)
        return signed_in, found

    async def find(self, message: str, caller: Actor, read: WithTurns | None = None) -> Target:
        """The message of this number; `read` is what has just been read of it.

        Raises NotFoundError where there is none or the caller may not see it, UnknownNowError while nobody can
        say whether a command under way gives it to the caller.
        """
        number = number_of(message)
        if number is None:
            raise _not_found(message)
        bind_contextvars(message=number)
        access_note.shows([number])
        if read is None:
            async with self._db.lookup() as session:
                read = await finding.with_turns(session, number)
        if read is None:
            raise _not_found(message)
        row, turns = read
        if answered := self._outcomes.state(number):
            turns = (*turns, *answered.turns)
        capacities = caller.capacities(finding.message_now(row, datetime.now(UTC)))
        seen = finding.sees(capacities, turns)
        if not seen and any(capacity.role in finding.SEES_OWN for capacity in capacities):
            turns = await self._turns_under_way(number, capacities)
            seen = finding.sees(capacities, turns)
        if seen:
            return Target(row, caller, capacities, turns)
        if await self._was_told(row, caller) or await self._is_repeated(number, capacities):
            return Target(row, caller, capacities, turns, only_to_read=True)
        raise _not_found(message)

    async def _was_told(self, row: MessageRow, caller: Actor) -> bool:
        """Whether they oversaw somebody before, and were told of the message."""
        moment = finding.message_now(row, datetime.now(UTC))
        persons = {office.person for office in caller.offices_left(moment) if office.role in OVERSEEING}
        if not persons:
            return False
        async with self._db.lookup() as session:
            return await notices.were_told(session, persons, row.number or 0)

    async def _is_repeated(self, number: int, capacities: Sequence[Capacity]) -> bool:
        """Whether a message that was with a body of theirs repeats this one (cl. 16)."""
        bodies = finding.bodies_of(capacities)
        if not bodies:
            return False
        # What has just been answered of the later one may not be in the database yet.
        await self._outcomes.settled()
        async with self._db.lookup() as session:
            return await finding.is_repeated_to(session, number, bodies)

    async def _turns_under_way(self, number: int, capacities: Sequence[Capacity]) -> Sequence[str]:
        """The turns, where a command under way may give them the message: its workflow knows, the database not yet."""
        async with self._db.lookup() as session:
            under_way = await outbox.waits(session, number, GIVING_A_TURN)
            # Read after that: with nothing under way it has every turn.
            turns = await finding.turns(session, number)
        if finding.sees(capacities, turns) or not under_way:
            return turns
        answer = await self._workflows.ask(number)
        if answer is None:
            raise UnknownNowError(wording.WHOSE_IS_UNKNOWN)
        return answer.state.turns


def _not_found(message: str) -> NotFoundError:
    return NotFoundError(wording.NO_MESSAGE.format(message=message))
