"""Keys of accounts, kept sealed, each bound to the row it stands in, opened for one call (docs/run/security.md)."""

import json
from collections.abc import Mapping

from service.keys.ring import KeyRing, UnsealError
from service.networks.platforms.port import Key
from store.networks.tables import NetworkKeyRow

PURPOSE = "network key"


class NetworkSeal:
    """Seals and opens them by the installation's keys."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    def sealed(self, key: str, credentials: Mapping[str, str]) -> str:
        """The credentials as they are kept in the row of this id."""
        return self._keys.seal(PURPOSE, json.dumps(dict(credentials)), key)

    def opened(self, row: NetworkKeyRow) -> Key:
        """The key of a row, for one call. Raises ValueError where it cannot be opened."""
        try:
            credentials: dict[str, str] = json.loads(self._keys.unseal(PURPOSE, row.credentials, row.id))
        except UnsealError as error:
            raise ValueError(str(error)) from error
        return Key(row.id, row.url, credentials)
