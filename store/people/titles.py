"""Titles of bodies and of persons' offices on a day."""

from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import col

from store.people import dated_values
from store.people.dated_values import Field, Kind
from store.people.tables import BodyRow, DatedValueRow, PersonRow


class Titles(NamedTuple):
    """Titles of a body: in full, and for lists and within sentences."""

    title: str
    short: str


def bodies_on(connection: sa.Connection, day: date) -> dict[str, Titles]:
    """What every body was called on a day. A document of a past period names bodies as they were called on its last
    day."""
    bodies = connection.execute(sa.select(col(BodyRow.key), col(BodyRow.title), col(BodyRow.short_title)))
    held = _held(connection, Kind.TITLES, day)
    return {key: Titles(*held.get(Field(Kind.TITLES, key), titles)) for key, *titles in bodies}


def short_titles_on(connection: sa.Connection, day: date) -> dict[str, str]:
    """The short ones alone."""
    return {key: titles.short for key, titles in bodies_on(connection, day).items()}


def positions_on(connection: sa.Connection, day: date) -> dict[str, str]:
    """The titles of everybody's offices on a day."""
    people = connection.execute(sa.select(col(PersonRow.key), col(PersonRow.position)))
    held = _held(connection, Kind.POSITION, day)
    return {key: held.get(Field(Kind.POSITION, key), position) for key, position in people}


def _held(connection: sa.Connection, kind: Kind, day: date) -> dict[Field, Any]:
    row = DatedValueRow
    rows = connection.execute(
        sa.select(col(row.kind), col(row.subject), col(row.office), col(row.since), col(row.value))
        .where(col(row.kind) == kind)
        .order_by(col(row.since))
    )
    return dated_values.on(rows, day)
