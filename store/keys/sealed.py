"""Values that the database keeps sealed by the installation's keys, so that they can be sealed again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, select, update
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from store.networks.tables import NetworkKeyRow
from store.notices.tables import ChannelRow
from store.people.tables import SecondFactorRow


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column that holds what is sealed, in a table of this key; what is sealed there is bound to `bound_to`."""

    rows: type[SQLModel]
    key: str
    column: str
    bound_to: str

    @property
    def table(self) -> Table:
        found: Table = SQLModel.metadata.tables[str(self.rows.__tablename__)]
        return found


NETWORK_KEYS = SealedColumn(NetworkKeyRow, "id", "credentials", "id")
CHANNELS = SealedColumn(ChannelRow, "id", "address", "person")
SECOND_FACTORS = SealedColumn(SecondFactorRow, "person", "secret", "person")


@dataclass(frozen=True, slots=True)
class Sealed:
    """One sealed value of a row."""

    key: Any
    bound_to: str
    value: str


async def values(session: AsyncSession, column: SealedColumn) -> Sequence[Sealed]:
    """Everything that is sealed in a column."""
    table = column.table
    statement = select(table.c[column.key], table.c[column.bound_to], table.c[column.column]).where(
        table.c[column.column] != ""
    )
    return [Sealed(*row) for row in await (await session.connection()).execute(statement)]


async def replace(session: AsyncSession, column: SealedColumn, known: Sealed, value: str) -> bool:
    """Put the same, sealed anew, in the place of what was read, unless that is another by now; whether it was put."""
    table = column.table
    done = await (await session.connection()).execute(
        update(table)
        .where(table.c[column.key] == known.key, table.c[column.column] == known.value)
        .values({column.column: value})
    )
    return bool(done.rowcount)
