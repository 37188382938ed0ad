"""From offices to people: who gets a notice on the day, with substitutes for those who are absent (cl. 6)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Self

from calendar_rules.regulation import Audience, HolderRole
from calendar_rules.vocabulary import Role
from store import offices
from store.offices import Term
from store.people import Substitution, stand_in
from store.session import Connection
from workflows.notice_facts import Charge
from workflows.state import Addressee, NoticeFact

_ROLES = {
    Audience.EXECUTORS: Role.EXECUTOR,
    Audience.HOLDER: Role.EXECUTOR,
    Audience.RESPONSIBLE: Role.RESPONSIBLE,
    Audience.DEPUTY: Role.DEPUTY,
    Audience.DEPUTY_POLICY: Role.DEPUTY_POLICY,
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

Told = Mapping[str, str | None]
"""People to be told, each with whom they stand in for; None for those told in their own right."""


class Offices:
    """Who holds offices, and who is away, read once."""

    def __init__(
        self, connection: Connection, addressees: Iterable[Addressee], earliest: datetime, latest: datetime
    ) -> None:
        """Of these addressees, at moments from `earliest` to `latest`."""
        bodies = {addressee.body for addressee in addressees if addressee.body}
        self._terms: dict[tuple[str, str | None], list[Term]] = defaultdict(list)
        for term in offices.terms(connection, bodies, earliest):
            self._terms[term.role, term.body].append(term)
        self._away = offices.away(connection, earliest, latest)

    @classmethod
    def of(cls, connection: Connection, facts: Iterable[NoticeFact], charges: Iterable[Charge]) -> Self:
        """Of those that some facts are told to and some breaches are charged to; one of both is not empty."""
        facts, charges = tuple(facts), tuple(charges)
        moments = [fact.at for fact in facts] + [charge.at for charge in charges]
        to = [addressee for fact in facts for addressee in fact.to]
        to += [Addressee(audience=Audience.EXECUTORS, body=charge.body) for charge in charges]
        return cls(connection, to, min(moments), max(moments))

    def at_fault(
        self, role: HolderRole, body: str | None, person: str | None, at: datetime
    ) -> tuple[str | None, str | None]:
        """Who was at work when a limit passed at a moment, and in whose place; None where nobody can be named.

        `person` is who had the work; of a body, where nobody had, its only executor, else its responsible.
        """
        if person is None and role is HolderRole.EXECUTOR:
            executors = self._holding(Role.EXECUTOR, body, at)
            person = executors[0] if len(executors) == 1 else None
            person = person or next(iter(self._holding(Role.RESPONSIBLE, body, at)), None)
        if person is None:
            return None, None
        present = stand_in(person, self._away, at)
        return present, None if present == person else person

    def told(self, to: Iterable[Addressee], at: datetime) -> Told:
        """People to be told at a moment of what goes to these addressees, once each."""
        people = (person for addressee in to for person in self._people(addressee, at))
        return at_work(people, self._away, at)

    def _people(self, addressee: Addressee, at: datetime) -> list[str]:
        if addressee.person is not None:
            return [addressee.person]
        role: Role | None = _ROLES[addressee.audience]
        while role is not None:
            if people := self._reached(role, addressee.body if role in _OF_BODIES else None, at):
                return people
            role = _NEXT.get(role)
        return []

    def _holding(self, role: Role, body: str | None, at: datetime) -> list[str]:
        """Who held the office at the moment; where nobody did, who came first after it."""
        return _of_first(self._terms.get((role, body), ()), at)

    def _reached(self, role: Role, body: str | None, at: datetime) -> list[str]:
        """The same of those who can still be told."""
        return _of_first([term for term in self._terms.get((role, body), ()) if term.works], at)


def _of_first(terms: Sequence[Term], at: datetime) -> list[str]:
    if held := [term.person for term in terms if term.covers(at)]:
        return list(dict.fromkeys(held))
    later = [(term.since, term.person) for term in terms if term.since is not None and term.since > at]
    first = min((since for since, _ in later), default=None)
    return list(dict.fromkeys(person for since, person in later if since == first))


def holding(connection: Connection, to: Iterable[Addressee], at: datetime) -> Told:
    """Who holds these offices at a moment, else the next ones up that somebody holds; substitutes for the absent."""
    to = tuple(to)
    return Offices(connection, to, at, at).told(to, at)


def at_work(people: Iterable[str], away: Sequence[Substitution], at: datetime) -> dict[str, str | None]:
    """These people, or those who stand in for them at a moment; each once, with whom they stand in for."""
    found: dict[str, str | None] = {}
    for person in people:
        present = stand_in(person, away, at)
        represented = None if present == person else person
        if present not in found or represented is None:
            found[present] = represented
    return found
