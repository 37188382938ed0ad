"""Figures of networks that an operator watches, counted on both databases."""

from datetime import UTC, datetime, timedelta

from store.database.engines import Database
from store.networks import network_figures
from store.networks.network_figures import PolledSources, Publications
from store.networks.tables import PublicationRow, SourceRow
from tests.rows import publication_row, source_row
from tests.store.migrations.test_schema import a_journal_row

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def source(
    network: str, look_in: int, *, failures: int = 0, next_in: int = -600, active: bool = True
) -> SourceRow:
    """To be looked at in minutes from now, and not before `next_in`."""
    return source_row(
        "a",
        NOW,
        network=network,
        active=active,
        look_at=NOW + timedelta(minutes=look_in),
        next_at=NOW + timedelta(minutes=next_in),
        failures=failures,
    )


def publication(draft: str, state: str, minutes_ago: int) -> PublicationRow:
    return publication_row(
        draft,
        NOW - timedelta(minutes=minutes_ago),
        network="vk",
        platform="vk",
        account="k",
        command=draft,
        person="executor",
        state=state,
        looked_at=NOW,
    )


async def test_what_is_under_way_is_counted_by_network(database: Database) -> None:
    await a_journal_row(database)
    async with database.write() as session:
        session.add_all(
            [
                source("vk", -20),
                # It has failed, and is put off by itself.
                source("vk", -50, failures=3, next_in=-5),
                source("vk", -90, active=False),
                source("telegram", 3),
                publication("a", "open", 4),
                publication("b", "published", 9),
                publication("c", "confirmed", 90),
            ]
        )
    async with database.read() as session:
        found = await network_figures.read(session, NOW)
    assert found.sources == {
        "vk": PolledSources(count=2, failing=1, due_since=NOW - timedelta(minutes=20)),
        "telegram": PolledSources(count=1, failing=0, due_since=NOW + timedelta(minutes=3)),
    }
    assert found.publications == {"vk": Publications(count=2, oldest=NOW - timedelta(minutes=9))}
    assert (found.candidates, found.checks) == (0, 0)
