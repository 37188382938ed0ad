"""Tells the administrators a week ahead that the key of an account is good no longer, once for each key."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import structlog

from calendar_rules.moments import moment_text
from calendar_rules.titles import NETWORKS
from calendar_rules.vocabulary import Network, NoticeKind, Role
from service.people.offices import Offices
from service.runs.rules import Rules, RulesInForce
from store.database import statements
from store.database.engines import Database
from store.database.session import Connection
from store.networks import keys as network_keys
from store.networks.tables import NetworkKeyRow
from store.notices.inbox import add_notices
from store.people import offices
from workflows.office import Portion

log = structlog.get_logger(__name__)

AHEAD = timedelta(days=7)
_DAY = timedelta(days=1)
"""The task comes once a day: what is told earlier than that would be told too late by a day otherwise."""


class KeyExpiry:
    """The task of this name."""

    def __init__(
        self,
        database: Database,
        rules: RulesInForce,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._rules = rules
        self._clock = clock

    async def portion(self) -> Portion:
        """Tell of the keys that are over within a week, or are over already; returns how many of them there are."""
        now = self._clock()
        async with self._database.read() as session:
            rows = await network_keys.expiring(session, now + AHEAD + _DAY)
        if not rows:
            return Portion()
        rules = await self._rules.now()
        async with self._database.write() as session:
            connection = await session.connection()
            notices = await connection.run_sync(_notices, rows, rules, now)
            if notices:
                # Of one fact a person is told once, however often this comes by.
                await statements.run(session, add_notices(notices, self._database.dialect))
        log.info("keys of accounts are about to be over", keys=len(rows))
        return Portion(done=len(rows))


def _notices(
    connection: Connection, rows: Sequence[NetworkKeyRow], rules: Rules, now: datetime
) -> list[dict[str, Any]]:
    people = _administrators(connection, now)
    titles = offices.titles(connection)
    return [
        {
            "message": None,
            "row": 0,
            "kind": NoticeKind.KEY_EXPIRY,
            "limit_name": None,
            "person": person,
            "acting_for": acting_for,
            "at": now,
            "deliver_from": rules.opening(now),
            "text": text(row, titles.get(row.body, row.body), rules.zone, now),
            "written_at": now,
            "fact": f"key-expiry-{row.id}-{row.expires_at.astimezone(UTC):%Y%m%dT%H%M%S}",
        }
        for row in rows
        if row.expires_at is not None
        for person, acting_for in people.items()
    ]


def _administrators(connection: Connection, now: datetime) -> Mapping[str, str | None]:
    held = Offices(connection, (), now, now)
    return held.in_place_of(held.held(Role.ADMIN, None, now), Role.ADMIN, None, now)


def text(row: NetworkKeyRow, body: str, zone: tzinfo, now: datetime) -> str:
    """What an administrator is told; the page is the body's own."""
    assert row.expires_at is not None  # noqa: S101
    until = row.expires_at.astimezone(zone)
    account = f"аккаунта «{body}» ({NETWORKS[Network(row.network)]}, {row.url})"
    over = moment_text(until)
    began = f"Ключ {account} больше не действует: истёк {over}." if row.expires_at <= now else ""
    return (
        f"{began or f'Ключ {account} действует до {over}.'} Выпустите новый ключ в сети и добавьте его: "
        "«Управление», «Ключи аккаунтов». Пока нового ключа нет, ответы размещают вручную."
    )
