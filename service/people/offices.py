"""Recipients of notices: the people of an office on the day, and those who were there (cl. 6).

What is meant for somebody absent goes to whoever stands in for them; where nobody does, what is an executor's goes to
the responsible of the body, what is a curator's to the other curators and the head.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Self

from calendar_rules.regulation import Audience, HolderRole
from calendar_rules.vocabulary import Role
from store.database.session import Connection
from store.journal.charges import Charged
from store.people import offices
from store.people.offices import Term
from store.people.persons import stand_in
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
    """Who holds offices, and who is away, read once with the short titles of all bodies by key."""

    def __init__(
        self, connection: Connection, addressees: Iterable[Addressee], earliest: datetime, latest: datetime
    ) -> None:
        """Of these addressees, at moments from `earliest` to `latest`."""
        bodies = {addressee.body for addressee in addressees if addressee.body}
        self._terms: dict[tuple[str, str | None], list[Term]] = defaultdict(list)
        known = offices.known(connection, bodies, earliest, latest)
        for term in known.terms:
            self._terms[term.role, term.body].append(term)
        self._away, self.titles = known.away, known.titles

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

        `person` is who had the work; of a body, where nobody had, its only executor, else its responsible. Whoever was
        absent is not named: whoever stood in for them is, else the responsible of the body, of a curator nobody.
        """
        of_body = role is HolderRole.EXECUTOR
        whose = [person] if person else list(self._held_then(Role.EXECUTOR, body, at)) if of_body else []
        # Of several executors it was nobody's in particular, though only one of them may have been there.
        found = self._there(whose, at) if len(whose) == 1 else {}
        if of_body and not found:
            found = self._there(self._held_then(Role.RESPONSIBLE, body, at), at)
        return next(iter(found.items())) if len(found) == 1 else (None, None)

    def responsible(self, charged: Iterable[Charged]) -> set[str]:
        """Those charged who answer for their body, or stand in for who does, and are no executors of it."""
        persons = {(item.body, item.acting_for or item.person) for item in charged}
        return {
            person
            for body, person in persons
            if person
            and self._ever(Role.RESPONSIBLE, body, person)
            and not self._ever(Role.EXECUTOR, body, person)
        }

    def _ever(self, role: Role, body: str | None, person: str) -> bool:
        return any(term.person == person for term in self._terms.get((role, body), ()))

    def _there(self, people: Iterable[str], at: datetime) -> Told:
        """Who of these people, or in their place, was at work; in a circle of absences nobody was."""
        absent = {away.person for away in self._away if away.covers(at)}
        found: dict[str, str | None] = {}
        for person in people:
            present = stand_in(person, self._away, at)
            if present is not None and present not in absent:
                _add(found, {present: None if present == person else person})
        return found

    def told(self, to: Iterable[Addressee], at: datetime) -> Told:
        """People to be told at a moment of what goes to these addressees, once each."""
        found: dict[str, str | None] = {}
        for addressee in to:
            role, people = self._people(addressee, at)
            _add(found, self.in_place_of(people, role, addressee.body, at))
        return found

    def held(self, role: Role, body: str | None, at: datetime) -> list[str]:
        """Who holds an office at a moment, in a body where it belongs to one, and can still be told; where nobody did,
        who came first after it."""
        terms = self._terms.get((role, body if role in _OF_BODIES else None), ())
        return _of_first([term for term in terms if term.works], at)

    def _held_then(self, role: Role, body: str | None, at: datetime) -> list[str]:
        """The same, also of those who have left since: to be named."""
        return _of_first(self._terms.get((role, body), ()), at)

    def in_place_of(self, people: Iterable[str], role: Role, body: str | None, at: datetime) -> Told:
        """Who gets at a moment what is meant for these people as the holders of an office, each with in whose place."""
        found: dict[str, str | None] = {}
        for person in people:
            present = stand_in(person, self._away, at)
            instead = [present] if present is not None else self._falls_to(role, body, at)
            # What nobody else may get stays with the person.
            _add(found, {other: None if other == person else person for other in instead or [person]})
        return found

    def _falls_to(self, role: Role, body: str | None, at: datetime) -> Sequence[str]:
        """Who gets what falls to nobody in an office: the next office up in which somebody is at work."""
        beside = self._at_work(role, None, at) if role is Role.CURATOR else []
        higher = _NEXT.get(role)
        while higher is not None:
            if people := self._at_work(higher, body, at):
                return [*beside, *people]
            higher = _NEXT.get(higher)
        return beside

    def _at_work(self, role: Role, body: str | None, at: datetime) -> list[str]:
        """Who does the work of an office at a moment: its holders, or whoever stands in for them."""
        present = (stand_in(person, self._away, at) for person in self.held(role, body, at))
        return [person for person in present if person is not None]

    def _people(self, addressee: Addressee, at: datetime) -> tuple[Role, Sequence[str]]:
        """The office that an addressee stands for, or the next one up that somebody holds, and its holders."""
        role = _ROLES[addressee.audience]
        if addressee.person is not None:
            return role, [addressee.person]
        higher: Role | None = role
        while higher is not None:
            if people := self.held(higher, addressee.body, at):
                return higher, people
            higher = _NEXT.get(higher)
        return role, ()


def _of_first(terms: Sequence[Term], at: datetime) -> list[str]:
    if held := [term.person for term in terms if term.covers(at)]:
        return list(dict.fromkeys(held))
    later = [(term.since, term.person) for term in terms if term.since is not None and term.since > at]
    first = min((since for since, _ in later), default=None)
    return list(dict.fromkeys(person for since, person in later if since == first))


def holding(connection: Connection, to: Iterable[Addressee], at: datetime) -> Told:
    """Who holds these offices at a moment, else the next ones up that somebody holds; for the absent, who gets what is
    meant for them."""
    to = tuple(to)
    return Offices(connection, to, at, at).told(to, at)


def _add(found: dict[str, str | None], more: Told) -> None:
    """Each person once, and in their own right where they are told so as well."""
    for person, represented in more.items():
        if person not in found or represented is None:
            found[person] = represented
