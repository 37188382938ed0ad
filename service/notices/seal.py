"""Addresses of channels hold keys of bots and of web addresses: they are kept sealed, each for its person."""

from service.keys.ring import KeyRing, UnsealError

PURPOSE = "channel"


class ChannelSeal:
    """Seals and opens them by the installation's keys."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    def sealed(self, address: str, person: str) -> str:
        """The address as it is kept."""
        return self._keys.seal(PURPOSE, address, person)

    def opened(self, sealed: str, person: str) -> str:
        """The address of this person's channel. Raises ValueError where the key is not there."""
        try:
            return self._keys.unseal(PURPOSE, sealed, person)
        except UnsealError as error:
            raise ValueError(str(error)) from error
