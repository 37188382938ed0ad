"""A bot sends by itself, to the installation's address and with a secret, and is looked at again."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.keys import ring as keys
from service.networks import webhooks
from service.networks.platforms.port import SourceKind, Where
from service.networks.platforms.telegram.adapter import TelegramAdapter
from service.networks.seal import NetworkSeal
from settings import Settings
from store.database.engines import Database
from store.networks import keys as network_keys
from store.networks.tables import NetworkKeyRow
from store.people.tables import BodyRow
from tests.networks.served import served
from tests.networks.telegram.stand_in import TOKEN, TelegramStandIn

PAGE = "https://t.me/ivanovo_news"


async def test_a_webhook_is_set_with_a_secret_and_taken_back(database: Database, tmp_path: Path) -> None:
    telegram = TelegramStandIn()
    telegram.hear("Не горит фонарь")
    async with served(telegram) as base:
        settings = Settings.load(data=tmp_path, telegram_url=base, public_url="https://otklik.example")
        ring = keys.load(settings)
        seal = NetworkSeal(ring)
        async with database.write() as session:
            session.add(BodyRow(key="roads", title="Дороги", short_title="Дороги", kind="executive"))
            await session.flush()
            session.add(
                NetworkKeyRow(
                    id="1",
                    network="microblog",
                    body="roads",
                    url=PAGE,
                    platform="telegram",
                    credentials=seal.sealed("1", {"bot_token": TOKEN, "secret": "слово"}),
                    added_by="admin",
                    added_at=datetime.now(UTC),
                )
            )
        said = await webhooks.in_database(database, settings, ring, f"{PAGE}/", on=True)
        assert "https://otklik.example/hooks/microblog/1" in said
        assert "Ещё не передано сообщений: 1." in said
        async with database.read() as session:
            row = await network_keys.by_id(session, "1")
        assert row is not None
        key = seal.opened(row)
        assert telegram.webhook == {
            "url": "https://otklik.example/hooks/microblog/1",
            "secret_token": key.credentials["secret"],
            "allowed_updates": ["message", "edited_message", "edited_channel_post"],
        }
        assert key.credentials["secret"] != "слово"  # Telegram takes no such letters
        assert key.credentials["secret"] not in said

        assert "отключён" in await webhooks.in_database(database, settings, ring, PAGE, on=False)
        where = Where(SourceKind.CHANNEL, PAGE, None, {})
        assert len((await TelegramAdapter(settings).read(where, key)).found) == 1


@pytest.mark.parametrize(
    ("public_url", "why"),
    [("http://127.0.0.1:8000", webhooks.NO_ADDRESS), ("https://otklik.example", webhooks.NO_KEY)],
)
async def test_what_keeps_it_from_being_set_is_said(
    database: Database, tmp_path: Path, public_url: str, why: str
) -> None:
    settings = Settings.load(data=tmp_path, public_url=public_url)
    with pytest.raises(webhooks.WebhookError, match=why[:20]):
        await webhooks.in_database(database, settings, keys.load(settings), PAGE, on=True)
