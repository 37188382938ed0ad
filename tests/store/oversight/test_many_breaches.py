"""Reading of very many breaches at once, as the register of all time asks: on both databases."""

import sqlalchemy as sa

from store.database.engines import Database
from store.journal import charges
from store.notices import inbox
from store.oversight import shortcomings
from tests.rows import ask

BREACHES = [(message, 1) for message in range(1, 10_001)]


async def test_ten_thousand_breaches_are_asked_about_at_once(database: Database) -> None:
    """PostgreSQL refuses a condition of so many alternatives."""

    def asked(connection: sa.Connection) -> list[object]:
        return [
            charges.of(connection, BREACHES),
            inbox.escalated(connection, BREACHES),
            shortcomings.measures_of(connection, BREACHES),
        ]

    found = await ask(database, asked)
    assert not any(found)
