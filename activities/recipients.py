"""From offices to people: who gets a notice on the day, with substitutes for those who are absent (cl. 6)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, bindparam, select, true
from sqlmodel import col

from calendar_rules.regulation import Audience
from calendar_rules.vocabulary import Role
from store.people import Substitution, ends_after, stand_in
from store.tables import AbsenceRow, PersonRoleRow, PersonRow, UtcMoment
from workflows.state import Addressee, NoticeFact

_ROLES = {
    Audience.EXECUTORS: Role.EXECUTOR,
    Audience.HOLDER: Role.EXECUTOR,
    Audience.RESPONSIBLE: Role.RESPONSIBLE,
    Audience.DEPUTY: Role.DEPUTY,
    Audience.HEAD: Role.HEAD,
    Audience.GOVERNOR: Role.GOVERNOR,
    Audience.CURATOR: Role.CURATOR,
}

# An office that nobody holds must not swallow a notice: it goes to the next one up.
_NEXT = {
    Role.EXECUTOR: Role.RESPONSIBLE,
    Role.RESPONSIBLE: Role.DEPUTY,
    Role.DEPUTY: Role.HEAD,
    Role.CURATOR: Role.HEAD,
}
_OF_BODIES = frozenset({Role.EXECUTOR, Role.RESPONSIBLE, Role.DEPUTY})

# Built once: building a statement costs more than executing it.
_HOLDERS = (
    select(col(PersonRoleRow.role), col(PersonRoleRow.body), col(PersonRoleRow.person))
    .join(PersonRow, col(PersonRow.key) == col(PersonRoleRow.person))
    .where(
        col(PersonRow.active).is_(true()),
        col(PersonRoleRow.body).is_(None) | col(PersonRoleRow.body).in_(bindparam("bodies", expanding=True)),
    )
    .order_by(col(PersonRoleRow.person))
)
_AWAY = (
    select(
        col(AbsenceRow.person), col(AbsenceRow.substitute), col(AbsenceRow.starts_at), col(AbsenceRow.ends_at)
    )
    .where(
        col(AbsenceRow.starts_at) <= bindparam("latest", type_=UtcMoment),
        ends_after(bindparam("earliest", type_=UtcMoment)),
    )
    .order_by(col(AbsenceRow.recorded_at), col(AbsenceRow.id))
)

Told = Mapping[str, str | None]
"""People to be told, each with whom they stand in for; None for those told in their own right."""


class Offices:
    """Who holds the offices that some notices go to, and who is away, read once; `facts` are not empty."""

    def __init__(self, connection: Connection, facts: Iterable[NoticeFact]) -> None:
        facts = tuple(facts)
        bodies = {addressee.body for fact in facts for addressee in fact.to if addressee.body}
        self._holders: dict[tuple[str, str | None], list[str]] = defaultdict(list)
        for role, body, person in connection.execute(_HOLDERS, {"bodies": sorted(bodies)}):
            self._holders[role, body].append(person)
        moments = [fact.at for fact in facts]
        away = connection.execute(_AWAY, {"earliest": min(moments), "latest": max(moments)})
        self._away = tuple(Substitution(*row) for row in away)

    def told(self, fact: NoticeFact) -> Told:
        """People to be told of a fact, once each."""
        found: dict[str, str | None] = {}
        for person in (person for addressee in fact.to for person in self._people(addressee)):
            present = stand_in(person, self._away, fact.at)
            represented = None if present == person else person
            if present not in found or represented is None:
                found[present] = represented
        return found

    def _people(self, addressee: Addressee) -> list[str]:
        if addressee.person is not None:
            return [addressee.person]
        role: Role | None = _ROLES[addressee.audience]
        while role is not None:
            if people := self._holders.get((role, addressee.body if role in _OF_BODIES else None)):
                return people
            role = _NEXT.get(role)
        return []
