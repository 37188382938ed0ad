"""Beginning of the demo's invented network: posts, an account of every body, and a source that brings the posts."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import uuid4

from calendar_rules.vocabulary import Network
from embedded.demo.data import network_posts
from embedded.demo.network import PATH
from embedded.demo.network.adapter import AUTHOR
from embedded.demo.network.entries import Entries
from service.keys import ring as keys
from service.networks.platforms.port import Platform, SourceKind
from service.networks.seal import NetworkSeal
from settings import Settings
from store.database.session import Session
from store.directory import rows as directory_rows
from store.networks.tables import NetworkKeyRow, SourceRow

_NETWORK: Final = Network.BLOG.value
"""A network of any host: to it belongs what stands at the program's own address."""
_EVERY: Final = timedelta(minutes=10)
"""What is written is looked at at once; this finds what a process that ended in between has left."""


async def begin(session: Session, settings: Settings, now: datetime) -> None:
    """Write the first posts, and have the installation look for them and answer in the network."""
    base = f"{settings.public_url}{PATH}"
    await asyncio.to_thread(_write_posts, Entries(settings.data), now.astimezone(UTC))
    session.add(
        SourceRow(
            network=_NETWORK,
            kind=SourceKind.COMMUNITY.value,
            address=base,
            title="Завалинка",
            every=int(_EVERY.total_seconds()),
            added_by="curator",
            added_at=now,
        )
    )
    seal = NetworkSeal(keys.load(settings))
    for body in await directory_rows.bodies(session):
        number = uuid4().hex
        session.add(
            NetworkKeyRow(
                id=number,
                network=_NETWORK,
                body=body.key,
                url=f"{base}#{body.key}",
                platform=Platform.DEMO.value,
                credentials=seal.sealed(number, {AUTHOR: body.short_title}),
                added_by="admin",
                added_at=now,
            )
        )


def _write_posts(entries: Entries, now: datetime) -> None:
    if entries.all():
        return
    for post in network_posts():
        under = entries.add(post.author, post.text, now - timedelta(hours=post.hours))
        for said in post.comments:
            at, official = now - timedelta(hours=said.hours), said.body is not None
            entries.add(said.author, said.text, at, post=under.id, official=official)
