"""Titles of bodies and persons' offices on a day: every title has a day from which it holds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Self

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.people.held_from import HeldFrom
from store.people.tables import FROM_EVER, BodyRow, BodyTitleRow, PersonPositionRow, PersonRow


class Titles(NamedTuple):
    """What a body is called: in full, and for lists and within sentences."""

    title: str
    short: str


@dataclass(frozen=True, slots=True)
class Planned:
    """What a body will be called from a day to come."""

    since: date
    titles: Titles


_BODIES = sa.select(
    col(BodyTitleRow.body), col(BodyTitleRow.since), col(BodyTitleRow.title), col(BodyTitleRow.short_title)
).order_by(col(BodyTitleRow.since))
_POSITIONS = sa.select(
    col(PersonPositionRow.person), col(PersonPositionRow.since), col(PersonPositionRow.position)
).order_by(col(PersonPositionRow.since))


def bodies_on(connection: sa.Connection, day: date) -> dict[str, Titles]:
    """What every body was called on a day; one that came later, by its first name. A document of a past period names
    bodies as they were called on its last day."""
    found = {
        key: Titles(title, short)
        for key, title, short in connection.execute(
            sa.select(col(BodyRow.key), col(BodyRow.title), col(BodyRow.short_title))
        )
    }
    seen: set[str] = set()
    for body, since, title, short in connection.execute(_BODIES):
        if since <= day or body not in seen:
            found[body] = Titles(title, short)
        seen.add(body)
    return found


def short_titles_on(connection: sa.Connection, day: date) -> dict[str, str]:
    """The short ones alone."""
    return {key: titles.short for key, titles in bodies_on(connection, day).items()}


def positions_on(connection: sa.Connection, day: date) -> dict[str, str]:
    """The titles of everybody's offices on a day."""
    found: dict[str, str] = dict(
        connection.execute(sa.select(col(PersonRow.key), col(PersonRow.position))).all()
    )
    seen: set[str] = set()
    for person, since, position in connection.execute(_POSITIONS):
        if since <= day or person not in seen:
            found[person] = position
        seen.add(person)
    return found


# ---- changing them


@dataclass(frozen=True, slots=True)
class Standing:
    """What everything is called before a change: by key, bodies and the offices of people."""

    bodies: Mapping[str, Titles]
    positions: Mapping[str, str]

    @classmethod
    async def read(cls, session: AsyncSession) -> Self:
        bodies = (await session.exec(select(BodyRow.key, BodyRow.title, BodyRow.short_title))).all()
        positions = (await session.exec(select(PersonRow.key, PersonRow.position))).all()
        return cls({key: Titles(title, short) for key, title, short in bodies}, dict(positions))


async def put(
    session: AsyncSession,
    before: Standing,
    bodies: Mapping[str, Titles],
    positions: Mapping[str, str],
    held: HeldFrom,
) -> None:
    """Call bodies and the offices of people so from the day on, and write what holds today where everybody reads it.

    All of them are there. What is new is called so from ever.
    """
    named = set(await session.exec(select(BodyTitleRow.body).distinct()))
    for key, titles in bodies.items():
        known = before.bodies.get(key)
        if key not in named:
            session.add(_body_row(key, FROM_EVER, known or titles))
        if known not in (None, titles):
            await session.merge(_body_row(key, held.day, titles))
    titled = set(await session.exec(select(PersonPositionRow.person).distinct()))
    for key, position in positions.items():
        was = before.positions.get(key)
        if key not in titled:
            session.add(PersonPositionRow(person=key, since=FROM_EVER, position=was or position))
        if was not in (None, position):
            await session.merge(PersonPositionRow(person=key, since=held.day, position=position))
    await session.flush()
    await bring_into_force(session, held.today)


def _body_row(body: str, since: date, titles: Titles) -> BodyTitleRow:
    return BodyTitleRow(body=body, since=since, title=titles.title, short_title=titles.short)


async def bring_into_force(session: AsyncSession, today: date) -> int:
    """Write what holds today where everybody reads it; returns how many titles have changed by that."""
    connection = await session.connection()
    bodies = await connection.run_sync(bodies_on, today)
    positions = await connection.run_sync(positions_on, today)
    changed = 0
    for body in await session.exec(select(BodyRow)):
        titles = bodies[body.key]
        if titles != (body.title, body.short_title):
            body.title, body.short_title = titles
            session.add(body)
            changed += 1
    for person in await session.exec(select(PersonRow)):
        if positions[person.key] != person.position:
            person.position = positions[person.key]
            session.add(person)
            changed += 1
    return changed


# ---- what is planned


async def planned_for_body(session: AsyncSession, body: str, today: date) -> list[Planned]:
    """What the body will be called from days to come, in order."""
    rows = await session.exec(
        select(BodyTitleRow)
        .where(BodyTitleRow.body == body, col(BodyTitleRow.since) > today)
        .order_by(col(BodyTitleRow.since))
    )
    return [Planned(row.since, Titles(row.title, row.short_title)) for row in rows]


async def planned_for_person(session: AsyncSession, person: str, today: date) -> list[tuple[date, str]]:
    """The titles of the person's office from days to come, in order."""
    rows = await session.exec(
        select(PersonPositionRow)
        .where(PersonPositionRow.person == person, col(PersonPositionRow.since) > today)
        .order_by(col(PersonPositionRow.since))
    )
    return [(row.since, row.position) for row in rows]


async def withdraw(
    session: AsyncSession, day: date, *, body: str | None = None, person: str | None = None
) -> None:
    """What the body or person was to be called from a day they are not."""
    await session.exec(
        sa.delete(BodyTitleRow).where(col(BodyTitleRow.body) == body, col(BodyTitleRow.since) == day)
    )
    await session.exec(
        sa.delete(PersonPositionRow).where(
            col(PersonPositionRow.person) == person, col(PersonPositionRow.since) == day
        )
    )


async def forget_bodies(session: AsyncSession, bodies: Iterable[str]) -> None:
    """Of bodies that are gone."""
    await session.exec(sa.delete(BodyTitleRow).where(col(BodyTitleRow.body).in_(list(bodies))))
