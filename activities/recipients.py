"""From offices to people: who gets a notice on the day, with substitutes for those who are absent (cl. 6)."""

from sqlmodel.ext.asyncio.session import AsyncSession

from calendar_rules.regulation import Audience
from store.people import Role, Substitution, holders, stand_in, substitutions_at
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


async def recipients(session: AsyncSession, fact: NoticeFact) -> dict[str, str | None]:
    """People to be told, each with whom they stand in for; None for those told in their own right."""
    away = await substitutions_at(session, fact.at)
    found: dict[str, str | None] = {}
    for addressee in fact.to:
        for person in await _people(session, addressee):
            _add(found, person, away, fact)
    return found


def _add(found: dict[str, str | None], person: str, away: tuple[Substitution, ...], fact: NoticeFact) -> None:
    told = stand_in(person, away, fact.at)
    represented = None if told == person else person
    if told not in found or represented is None:
        found[told] = represented


async def _people(session: AsyncSession, addressee: Addressee) -> list[str]:
    if addressee.person is not None:
        return [addressee.person]
    role: Role | None = _ROLES[addressee.audience]
    while role is not None:
        body = addressee.body if role in (Role.EXECUTOR, Role.RESPONSIBLE, Role.DEPUTY) else None
        if people := await holders(session, role, body):
            return people
        role = _NEXT.get(role)
    return []
