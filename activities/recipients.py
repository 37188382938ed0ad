"""From offices to people: who gets a notice on the day, with substitutes for those who are absent (cl. 6)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from calendar_rules.regulation import Audience
from calendar_rules.vocabulary import Role
from store import offices
from store.people import stand_in
from store.session import Connection
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

Told = Mapping[str, str | None]
"""People to be told, each with whom they stand in for; None for those told in their own right."""


class Offices:
    """Who holds the offices that some notices go to, and who is away, read once; `facts` are not empty."""

    def __init__(self, connection: Connection, facts: Iterable[NoticeFact]) -> None:
        facts = tuple(facts)
        bodies = {addressee.body for fact in facts for addressee in fact.to if addressee.body}
        self._holders: dict[tuple[str, str | None], list[str]] = defaultdict(list)
        for role, body, person in offices.holders(connection, bodies):
            self._holders[role, body].append(person)
        moments = [fact.at for fact in facts]
        self._away = offices.away(connection, min(moments), max(moments))

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
