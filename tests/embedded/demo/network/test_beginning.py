"""Beginning of the demo's invented network, and what becomes of it where the program answers elsewhere."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from embedded.demo.data import network_posts
from embedded.demo.network import posts
from embedded.demo.network.beginning import seed
from embedded.demo.network.posts import Posts
from embedded.demo.network.town import DemoNetwork
from service.keys import ring as keys
from service.networks.platforms.port import Platform
from service.networks.seal import NetworkSeal
from service.runs import rules
from settings import Settings
from store.database.engines import Database
from store.directory import rows as directory_rows
from store.networks import keys as network_keys
from store.networks import sources
from tests.prepared import prepare


async def test_a_first_start_writes_posts_accounts_and_a_source_and_a_later_one_moves_them(
    tmp_path: Path,
) -> None:
    settings = Settings.load(data=tmp_path, demo=True, demo_password="не для входа")
    await prepare(settings)
    database, invented = Database(settings.database_url), Posts(settings.data)
    try:
        for port in (8000, 8000, 8123):
            await seed(database, settings.model_copy(update={"public_url": f"http://127.0.0.1:{port}"}))
        async with database.read() as session:
            accounts = await network_keys.of_platform(session, Platform.DEMO.value)
            bodies = await directory_rows.bodies(session)
            (source,) = await sources.all_of_them(session)
        async with invented.read() as session:
            assert len(await posts.posts(session, 100)) == len(network_posts())
        assert source.address == "http://127.0.0.1:8123/demo-network"
        assert {account.body for account in accounts} == {body.key for body in bodies}
        ring = keys.load(settings)
        town = DemoNetwork(invented, database, ring, rules.load(None, None), settings.public_url)
        for account in accounts:
            assert account.url == f"http://127.0.0.1:8123/demo-network/accounts/{account.body}"
            assert await town.whose(NetworkSeal(ring).opened(account).credentials["token"]) == account.body
    finally:
        await invented.dispose()
        await database.dispose()


async def test_what_is_written_there_is_looked_at_at_once_whatever_put_the_source_off(tmp_path: Path) -> None:
    settings = Settings.load(data=tmp_path, demo=True, demo_password="не для входа")
    await prepare(settings)
    database, invented = Database(settings.database_url), Posts(settings.data)
    town = DemoNetwork(invented, database, keys.load(settings), rules.load(None, None), settings.public_url)

    async def is_due() -> bool:
        async with database.read() as session:
            (source,) = await sources.all_of_them(session)
        return sources.is_due(source, datetime.now(UTC))

    try:
        await seed(database, settings)
        assert not await is_due()  # the network is not served yet
        await town.have_it_read()
        assert await is_due()
        in_an_hour = datetime.now(UTC) + timedelta(hours=1)
        async with database.write() as session:
            put_off = {"look_at": in_an_hour, "next_at": in_an_hour, "failures": 3}
            await sources.change(session, 1, put_off)
        assert not await is_due()
        await town.write("Сосед", "Яма у дома 20.")
        assert await is_due()
    finally:
        await invented.dispose()
        await database.dispose()
