"""The directory of an installation as a whole: read, and brought up to another one, with what is gone from it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal, cast

from sqlalchemy import delete, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from calendar_rules.schedules import DEPARTMENT
from calendar_rules.vocabulary import Network, Role
from store.directory import in_force
from store.directory import rows as directory_rows
from store.directory.file import BodyEntry, DepartmentEntry, Directory, PersonEntry, RoleEntry, TopicEntry
from store.directory.tables import AccountRow, AnswerTemplateRow
from store.messages.tables import MessageBodyRow, TopicRow
from store.networks.tables import NetworkKeyRow
from store.people import dated_values, office_terms, tokens
from store.people.dated_values import EffectiveDate, Field, Kind
from store.people.office_terms import held_at
from store.people.tables import BodyRow, PersonRoleRow, PersonRow


async def whole(session: AsyncSession, *, everybody: bool = False) -> Directory:
    """The directory as it stands, without the notice on appeals; not checked: rows may be older than a rule.

    Somebody who has left and holds no role is in it only with `everybody`.
    """
    department = (await session.exec(select(BodyRow).where(BodyRow.kind == DEPARTMENT))).first()
    accounts: dict[str, dict[Network, str]] = {}
    for account in await directory_rows.accounts(session):
        accounts.setdefault(account.body, {})[Network(account.network)] = account.url
    return Directory.model_construct(
        appeal_notice=None,
        department=DepartmentEntry.model_construct(
            key=department.key if department else DEPARTMENT,
            title=department.title if department else "",
            short=department.short_title if department else "",
        ),
        bodies=tuple(
            BodyEntry.model_construct(
                key=body.key,
                title=body.title,
                short=body.short_title,
                brief=body.brief,
                kind=cast("Literal['executive', 'municipality']", body.kind),
                accounts=accounts.get(body.key, {}),
                active=body.active,
                successor=body.successor,
            )
            for body in await directory_rows.bodies(session)
        ),
        people=tuple(await _people(session, everybody=everybody)),
        topics=tuple(
            TopicEntry.model_construct(
                key=topic.key, group=topic.group, title=topic.title, words=tuple(topic.words)
            )
            for topic in await directory_rows.topics(session)
        ),
    )


async def _people(session: AsyncSession, *, everybody: bool) -> list[PersonEntry]:
    roles: dict[str, list[PersonRoleRow]] = {}
    now = datetime.now(UTC)
    for row in await session.exec(select(PersonRoleRow).where(held_at(now)).order_by(col(PersonRoleRow.id))):
        roles.setdefault(row.person, []).append(row)
    people = await session.exec(select(PersonRow).order_by(col(PersonRow.key)))
    return [
        _person(row, roles.get(row.key, [])) for row in people if everybody or row.active or row.key in roles
    ]


def _person(person: PersonRow, held: list[PersonRoleRow]) -> PersonEntry:
    own = dict.fromkeys((Role(row.role), None if row.role == Role.DEPUTY else row.body) for row in held)
    return PersonEntry.model_construct(
        key=person.key,
        name=person.name,
        position=person.position,
        email=person.email,
        roles=tuple(RoleEntry.model_construct(role=role, body=body) for role, body in own),
        oversees=tuple(row.body for row in held if row.role == Role.DEPUTY and row.body),
        active=person.active,
    )


async def replace(session: AsyncSession, given: Directory, effective: EffectiveDate) -> list[str]:
    """Bring everything up to the directory; returns who of its people has no password yet.

    Titles and offices are changed from the effective date, everything else at once.

    Accounts and topics that are gone from it are removed, and bodies that have never had a message; other bodies get no
    more of them. People who are gone do not work here any more: the record goes on naming them, and their sign-ins end.
    """
    before = await whole(session)
    hashes = dict((await session.exec(select(PersonRow.key, PersonRow.password_hash))).all())
    await put(session, given, hashes, effective)
    await session.flush()
    inactive = [person.key for person in given.people if not person.active]
    await _dismiss(session, [*_gone(before.people, given.people), *inactive], effective.now)
    await session.exec(delete(TopicRow).where(col(TopicRow.key).in_(_gone(before.topics, given.topics))))
    for body in given.bodies:
        await session.exec(
            delete(AccountRow).where(
                col(AccountRow.body) == body.key, col(AccountRow.network).not_in(list(body.accounts))
            )
        )
    await _remove_unused(session, _gone(before.bodies, given.bodies))
    return [person.key for person in given.people if person.active and not hashes.get(person.key)]


_Entries = Collection[BodyEntry | PersonEntry | TopicEntry]


def _gone(before: _Entries, given: _Entries) -> list[str]:
    kept = {entry.key for entry in given}
    return [entry.key for entry in before if entry.key not in kept]


async def _dismiss(session: AsyncSession, people: Collection[str], now: datetime) -> None:
    for key in people:
        person = await session.get(PersonRow, key)
        if person is not None:
            person.active, person.left_at = False, person.left_at or now
            session.add(person)
        await tokens.revoke_all(session, key, now)


async def with_messages(session: AsyncSession, bodies: Collection[str]) -> set[str]:
    """Those of the bodies that have or had a message: records name them."""
    statement = select(MessageBodyRow.body).where(col(MessageBodyRow.body).in_(bodies)).distinct()
    return set(await session.exec(statement))


async def _remove_unused(session: AsyncSession, bodies: Collection[str]) -> None:
    named = await with_messages(session, bodies)
    await session.exec(update(BodyRow).where(col(BodyRow.key).in_(named)).values(active=False))
    unused = set(bodies) - named
    for rows in (AccountRow, AnswerTemplateRow, NetworkKeyRow):
        await session.exec(delete(rows).where(col(rows.body).in_(unused)))
    await dated_values.forget_bodies(session, unused)
    await session.exec(delete(PersonRoleRow).where(col(PersonRoleRow.body).in_(unused)))
    await session.exec(delete(BodyRow).where(col(BodyRow.key).in_(unused)))


async def put(
    session: AsyncSession,
    given: Directory,
    password_hashes: Mapping[str, str],
    effective: EffectiveDate | None = None,
) -> None:
    """Bring the rows of a directory up to it; rows of other keys stay. Someone without a hash cannot sign in yet.

    Titles and offices are as given from the effective date, at once without one; what held before stays on record.
    """
    effective = effective or EffectiveDate.at_once()
    department = given.department
    before = await _titles(session)
    for body in given.bodies:
        await session.merge(
            BodyRow(
                key=body.key,
                title=body.title,
                short_title=body.short,
                brief=body.brief,
                kind=body.kind,
                active=body.active,
                successor=body.successor,
            )
        )
    if department.title:  # an installation is entered piece by piece, and this may not be the first
        await session.merge(
            BodyRow(key=department.key, title=department.title, short_title=department.short, kind=DEPARTMENT)
        )
    returned = await _put_people(session, given.people, password_hashes, effective)
    await session.flush()  # what follows points to them
    after = await _titles(session)
    await dated_values.set_from(
        session,
        effective.day,
        [(field, was, after[field]) for field, was in before.items() if was != after[field]],
    )
    await in_force.put_into_force(session, effective.today)
    for body in given.bodies:
        for network, url in body.accounts.items():
            await session.merge(AccountRow(body=body.key, network=network, url=url))
    for position, topic in enumerate(given.topics):
        await session.merge(TopicRow(**topic.model_dump(mode="json"), position=position))
    offices = {person.key: person.offices for person in given.people}
    await office_terms.set_from(session, offices, returned, effective)


async def _titles(session: AsyncSession) -> dict[Field, str | list[str]]:
    """Titles of all bodies and persons' offices as their rows have them."""
    bodies = await session.exec(select(BodyRow.key, BodyRow.title, BodyRow.short_title))
    found: dict[Field, str | list[str]] = {Field(Kind.TITLES, key): titles for key, *titles in bodies}
    people = await session.exec(select(PersonRow.key, PersonRow.position))
    return found | {Field(Kind.POSITION, key): position for key, position in people}


async def _put_people(
    session: AsyncSession,
    people: Sequence[PersonEntry],
    password_hashes: Mapping[str, str],
    effective: EffectiveDate,
) -> set[str]:
    """Returns who works here again."""
    there = {person.key: person for person in await session.exec(select(PersonRow))}
    returned = set()
    for person in people:
        row = there.get(person.key) or PersonRow(key=person.key, name="", position="", password_hash="")
        if row.active and not person.active:
            row.left_at = effective.now
        elif person.active and row.left_at is not None:
            await office_terms.end_all(session, person.key, row.left_at)
            row.left_at = None
            returned.add(person.key)
        row.name, row.position = person.name, person.position
        row.email, row.active = person.email, person.active
        row.password_hash = password_hashes.get(person.key, "")
        session.add(row)
    return returned
