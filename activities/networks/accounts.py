"""Accounts of bodies in networks, as activities use them: found by body, their keys opened for one call at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from activities.networks.port import Key, Platform


@dataclass(frozen=True, slots=True)
class Account:
    """An account with a key; `until` is how long that is good, where it is known. `open` opens it for one call."""

    id: str
    body: str
    platform: Platform
    own_page: str
    until: datetime | None
    open: Callable[[], Key] = field(repr=False)


class Accounts(Protocol):
    """Finds accounts. `open` raises NetworkRefusalError where a key cannot be opened."""

    async def of_body(self, network: str, body: str) -> Sequence[Account]:
        """Those of a body in a network of clause 3, the last added first."""
        ...

    async def of_platform(self, platform: Platform) -> Sequence[Account]:
        """Those by which a platform can be asked, whosever they are."""
        ...
