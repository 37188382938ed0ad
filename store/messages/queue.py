"""The queue of a person: the messages whose open step is theirs, each by its own clock, the first due first.

A curator's are those whose curator they are; those whose curator is a curator no longer, or is absent with nobody in
their place, are every curator's. An executor's are those with the body, unless another executor of it was assigned. A
responsible official has those of the body while no executor of it is at work, and those of an executor who is absent
with nobody in their place. Substitutes have what is the absent person's (cl. 6).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import Role, Stage
from store.database.columns import UtcMoment
from store.messages.listing import OPEN_STAGES, Listed, Page, Place, Sort, in_place, rows_of
from store.messages.own_clocks import by_own_clock
from store.messages.tables import LimitRunRow, MessageRow
from store.people.absences import LATEST
from store.people.office_terms import NOW, held_at
from store.people.offices import away
from store.people.persons import Actor, nobody_stands_in
from store.people.tables import PersonRoleRow, PersonRow

_Part = sa.Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A message of a queue in brief: its duty that is due first, and when; None where no limit is open."""

    message: int
    due_at: datetime | None
    limit: str | None


def page(
    connection: sa.Connection,
    actor: Actor,
    now: datetime,
    *,
    size: int,
    after: Place | None = None,
    stage: Stage | None = None,
) -> Page:
    """Up to `size` messages of the person's queue, from behind `after`, a place in the order of due moments.

    `stage`: of those alone that are in it.
    """
    found = _first(connection, actor, now, size + 1, after, stage)
    rows = rows_of(connection, found[:size])
    if len(found) <= size or not rows:
        return Page(rows, None)
    return Page(rows, _place(rows[-1]))


def count(connection: sa.Connection, actor: Actor, now: datetime) -> int:
    """How many messages are in the person's queue."""
    theirs = _theirs(connection, actor, now)
    if theirs is None:
        return 0
    return connection.execute(sa.select(sa.func.count()).select_from(theirs)).scalar_one()


def by_stage(connection: sa.Connection, actor: Actor, now: datetime) -> dict[Stage, int]:
    """How many messages of the person's queue are in each stage; stages without any are left out."""
    theirs = _theirs(connection, actor, now)
    if theirs is None:
        return {}
    stage, number = col(MessageRow.stage), MessageRow.__table__.c.number  # type: ignore[attr-defined]
    if connection.dialect.name == "sqlite":
        # The index of stages has both: by the number each row would be read, with its texts.
        number = in_place(number)
    statement = (
        sa.select(stage, sa.func.count())
        .where(stage.in_(OPEN_STAGES), number.in_(sa.select(theirs.c.number)))
        .group_by(stage)
    )
    return {Stage(name): messages for name, messages in connection.execute(statement)}


def first_steps(connection: sa.Connection, actor: Actor, now: datetime, size: int) -> list[OpenStep]:
    """The first messages of the person's queue in brief."""
    numbers = _first(connection, actor, now, size, None)
    open_runs = (
        sa.select(col(LimitRunRow.message), col(LimitRunRow.due_at), col(LimitRunRow.name))
        .where(
            col(LimitRunRow.message).in_(numbers),
            col(LimitRunRow.met_at).is_(None),
            col(LimitRunRow.cancelled_at).is_(None),
            col(LimitRunRow.name) != LimitName.RETURN,  # a window, and no duty
        )
        .order_by(col(LimitRunRow.due_at).desc(), col(LimitRunRow.number).desc())
    )
    runs = {message: (due_at, name) for message, due_at, name in connection.execute(open_runs)}
    return [OpenStep(number, *runs.get(number, (None, None))) for number in numbers]


def _place(last: Listed) -> Place:
    return Place(Sort.DUE, last.number, last.first_due)


def _first(
    connection: sa.Connection,
    actor: Actor,
    now: datetime,
    size: int,
    after: Place | None,
    stage: Stage | None = None,
) -> list[int]:
    theirs = _theirs(connection, actor, now)
    if theirs is None:
        return []
    due, number = theirs.c.first_due, theirs.c.number
    statement = sa.select(number).order_by(due.is_(None), due, number).limit(size)
    if stage is not None:
        statement = statement.where(
            number.in_(sa.select(col(MessageRow.number)).where(col(MessageRow.stage) == stage))
        )
    if after is not None and after.due is not None:
        behind = sa.tuple_(due, number) > sa.tuple_(
            sa.literal(after.due, UtcMoment), sa.literal(after.number)
        )
        statement = statement.where(sa.or_(behind, due.is_(None)))
    elif after is not None:
        statement = statement.where(due.is_(None), number > after.number)
    return list(connection.scalars(statement))


@dataclass(frozen=True, slots=True)
class _Steps:
    """Whose steps are a person's at one moment.

    `curators`: those of these curators. `work`: those of a body, of each with the persons in whose name. `bodies`:
    everything with these bodies.
    """

    curators: tuple[str, ...]
    work: tuple[tuple[str, tuple[str, ...]], ...]
    bodies: tuple[str, ...]


def _theirs(connection: sa.Connection, actor: Actor, now: datetime) -> sa.Subquery | None:
    """Number and first due moment of each message in the queue; None for who never has any."""
    staff = _Staff(connection, actor, now)
    edges = (*actor.edges, *staff.edges)
    spans = by_own_clock(lambda moment: _steps(actor, staff, moment), edges, now)
    parts = [part.where(within) for steps, within in spans for part in _parts(steps, staff)]
    if not parts:
        return None
    # UNION also takes out what is theirs for two reasons. Each part is read from its own index alone.
    return (parts[0] if len(parts) == 1 else sa.union(*parts)).subquery()


def _steps(actor: Actor, staff: "_Staff", moment: datetime) -> _Steps:
    capacities = actor.capacities(moment)
    curators = [held.acting_for or actor.key for held in capacities if held.role is Role.CURATOR]
    work: dict[str, list[str]] = defaultdict(list)
    for held in capacities:
        if held.role is Role.EXECUTOR and held.body:
            work[held.body].append(held.acting_for or actor.key)
    bodies = {held.body for held in capacities if held.role is Role.RESPONSIBLE and held.body}
    unattended = staff.unattended(moment)
    for body in bodies:
        if persons := unattended.intersection(staff.executors_of(body)):
            work[body].extend(persons)
    return _Steps(
        curators=tuple(sorted({*curators, *staff.former_curators, *unattended})) if curators else (),
        work=tuple((body, tuple(sorted(set(persons)))) for body, persons in sorted(work.items())),
        bodies=tuple(sorted(body for body in bodies if staff.nobody_works_in(body, moment))),
    )


def _parts(steps: _Steps, staff: "_Staff") -> list[_Part]:
    due: _Part = sa.select(col(MessageRow.number), col(MessageRow.first_due))
    assignee = col(MessageRow.assignee)
    parts: list[_Part] = []
    if steps.curators:
        parts.append(due.where(col(MessageRow.step_curator).in_(steps.curators)))
    for body, persons in steps.work:
        theirs = sa.or_(assignee.is_(None), assignee.in_(persons), assignee.not_in(staff.executors_of(body)))
        parts.append(due.where(col(MessageRow.step_body) == body, theirs))
    if steps.bodies:
        parts.append(due.where(col(MessageRow.step_body).in_(steps.bodies)))
    return parts


class _Staff:
    """Who else could have what is in a person's queue: executors of the same bodies, curators, and who is absent."""

    def __init__(self, connection: sa.Connection, actor: Actor, now: datetime) -> None:
        self._executors: dict[str, set[str]] = defaultdict(set)
        roles = {held.role for held in actor.roles}
        bodies = {held.body for held in actor.roles if held.role in (Role.EXECUTOR, Role.RESPONSIBLE)}
        if bodies:
            for body, person in connection.execute(
                _EXECUTORS, {"bodies": sorted(filter(None, bodies)), "now": now}
            ):
                assert body is not None  # noqa: S101  it is one of those asked for
                self._executors[body].add(person)
        is_curator = Role.CURATOR in roles
        self.former_curators: Sequence[str] = (
            list(connection.scalars(_FORMER_CURATORS, {"now": now})) if is_curator else ()
        )
        """Persons whose steps as curators are open, and who are curators no longer."""
        gets_what_is_left = is_curator or Role.RESPONSIBLE in roles
        self._away = away(connection, now, LATEST) if gets_what_is_left else ()

    @property
    def edges(self) -> list[datetime]:
        """The moments at which somebody goes or comes back."""
        return [moment for absence in self._away for moment in absence.edges]

    def executors_of(self, body: str) -> list[str]:
        """The body's executors, without those who have left."""
        return sorted(self._executors[body])

    def nobody_works_in(self, body: str, moment: datetime) -> bool:
        """Whether no executor of the body is at work then."""
        return self._executors[body] <= {absence.person for absence in self._away if absence.covers(moment)}

    def unattended(self, moment: datetime) -> frozenset[str]:
        """Who is absent then with nobody in their place."""
        return nobody_stands_in(self._away, moment)


_EXECUTORS = (
    sa.select(col(PersonRoleRow.body), col(PersonRoleRow.person))
    .join(PersonRow, col(PersonRow.key) == col(PersonRoleRow.person))
    .where(
        col(PersonRoleRow.role) == Role.EXECUTOR,
        col(PersonRoleRow.body).in_(sa.bindparam("bodies", expanding=True)),
        col(PersonRow.active).is_(sa.true()),
        held_at(NOW),
    )
)
_CURATORS = (
    sa.select(col(PersonRoleRow.person))
    .join(PersonRow, col(PersonRow.key) == col(PersonRoleRow.person))
    .where(col(PersonRoleRow.role) == Role.CURATOR, col(PersonRow.active).is_(sa.true()), held_at(NOW))
)
_FORMER_CURATORS = (
    sa.select(col(MessageRow.step_curator))
    .where(col(MessageRow.step_curator).is_not(None), col(MessageRow.step_curator).not_in(_CURATORS))
    .distinct()
)
