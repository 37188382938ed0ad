"""Accounts of bodies as publishing and checking use them: keys stay sealed until a call is made."""

from collections.abc import Iterable, Sequence
from functools import partial

from service.networks.platforms.accounts import Account
from service.networks.platforms.port import Fault, Key, NetworkRefusalError, Platform
from service.networks.seal import NetworkSeal
from store.database.engines import Database
from store.networks import keys as network_keys
from store.networks.tables import NetworkKeyRow

_CANNOT_BE_OPENED = (
    "Ключ аккаунта не открывается: сообщите администратору, чтобы он подключил аккаунт заново."
)


class NetworkAccounts:
    """Finds accounts that have keys."""

    def __init__(self, database: Database, seal: NetworkSeal) -> None:
        self._db = database
        self._seal = seal

    async def of_body(self, network: str, body: str) -> Sequence[Account]:
        """Those of a body in a network of clause 3, the last added first."""
        async with self._db.lookup() as session:
            return self._accounts(await network_keys.of_body(session, network, body))

    async def of_platform(self, platform: Platform) -> Sequence[Account]:
        """Those by which a platform can be asked, whosever they are."""
        async with self._db.lookup() as session:
            return self._accounts(await network_keys.of_platform(session, platform))

    def _accounts(self, rows: Iterable[NetworkKeyRow]) -> list[Account]:
        return [
            Account(
                row.id, row.body, Platform(row.platform), row.url, row.expires_at, partial(self._open, row)
            )
            for row in rows
            if row.platform in set(Platform)
        ]

    def _open(self, row: NetworkKeyRow) -> Key:
        try:
            return self._seal.opened(row)
        except ValueError as error:
            raise NetworkRefusalError(Fault.PERSON, _CANNOT_BE_OPENED, code="sealed") from error
