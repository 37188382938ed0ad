"""Beginning of the demo's invented network: posts, an account of every body, and a source that brings the posts."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from calendar_rules.vocabulary import Network
from embedded.demo.act import act_of
from embedded.demo.data import DemoComment, DemoPost, network_posts
from embedded.demo.network import PATH, posts
from embedded.demo.network.adapter import TOKEN
from embedded.demo.network.posts import DemoPostRow, Posts
from embedded.demo.network.town import account_token
from service.keys import ring as keys
from service.networks.platforms.port import Platform, SourceKind
from service.networks.seal import NetworkSeal
from settings import Settings
from store.database.engines import Database
from store.database.session import Session
from store.directory import rows as directory_rows
from store.networks import keys as network_keys
from store.networks import sources
from store.networks.tables import NetworkKeyRow, SourceRow

_EVERY = timedelta(minutes=10)
"""What is written is looked at at once; this finds what a process that ended in between has left."""
_NETWORK = Network.BLOG
"""A network of any host: to it belongs what stands at the program's own address."""
_CURATOR, _ADMIN = "curator", "admin"


async def seed(database: Database, settings: Settings) -> None:
    """Write all of it at the first start; at a later one only see to it that addresses are those of today."""
    base, now = f"{settings.public_url}{PATH}", datetime.now(UTC)
    invented = Posts(settings.data)
    try:
        await invented.make()
        async with invented.read() as session:
            is_first = not await posts.count(session)
        async with database.write() as session:
            # It has them already where the first start was cut off between the two databases.
            if is_first and not await network_keys.of_platform(session, Platform.DEMO.value):
                _add_source(session, base, now)
                await _open_accounts(session, settings, base, now)
            else:
                await _move(session, base)
        if is_first:
            async with invented.write() as session:
                await _write_posts(session, act_of(settings), now)
    finally:
        await invented.dispose()


async def _write_posts(session: Session, act: str, now: datetime) -> None:
    for post in network_posts(act):
        under = await _add(session, post, now)
        for comment in post.comments:
            await _add(session, comment, now, under)


async def _add(
    session: Session, given: DemoPost | DemoComment, now: datetime, under: int | None = None
) -> int | None:
    row = DemoPostRow(
        post=under,
        author=given.author,
        text=given.text,
        body=given.body if isinstance(given, DemoComment) else None,
        at=now - timedelta(hours=given.hours),
    )
    session.add(row)
    await session.flush()
    return row.id


def _add_source(session: Session, base: str, now: datetime) -> None:
    session.add(
        SourceRow(
            network=_NETWORK.value,
            kind=SourceKind.COMMUNITY.value,
            address=base,
            title="Завалинка",
            every=int(_EVERY.total_seconds()),
            added_by=_CURATOR,
            added_at=now,
            # Not before the API serves the network, which then asks for it.
            look_at=now + _EVERY,
        )
    )


async def _open_accounts(session: Session, settings: Settings, base: str, now: datetime) -> None:
    ring = keys.load(settings)
    seal = NetworkSeal(ring)
    for body in await directory_rows.bodies(session):
        number = uuid4().hex
        session.add(
            NetworkKeyRow(
                id=number,
                network=_NETWORK.value,
                body=body.key,
                url=f"{base}/accounts/{body.key}",
                platform=Platform.DEMO.value,
                credentials=seal.sealed(number, {TOKEN: account_token(ring.current, body.key)}),
                added_by=_ADMIN,
                added_at=now,
            )
        )


async def _move(session: Session, base: str) -> None:
    """The port or the public address is another one than at the last start."""
    for key in await network_keys.of_platform(session, Platform.DEMO.value):
        key.url = base + key.url[key.url.index(PATH) + len(PATH) :]
        session.add(key)
    for source in await sources.all_of_them(session):
        if source.network == _NETWORK and source.address.endswith(PATH):
            source.address = base
            session.add(source)
