"""Source of a request, as guesses are counted by it."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

_ONE_CUSTOMER = 64
"""Bits of an IPv6 address that one customer of a provider has for themselves to choose from."""
_LONGEST_AGENT = 200


@dataclass(frozen=True, slots=True)
class Origin:
    """The address and the program that somebody signs in with."""

    address: str
    agent: str = ""

    @property
    def source(self) -> str:
        """What guesses are counted by: an IPv4 address, a /64 of IPv6."""
        try:
            address = ip_address(self.address)
        except ValueError:
            return self.address
        if isinstance(address, IPv6Address):
            if address.ipv4_mapped is not None:
                return str(address.ipv4_mapped)
            return str(ip_network((address, _ONE_CUSTOMER), strict=False))
        return str(address)


def origin(peer: str, forwarded_for: str, agent: str, trusted: Sequence[IPv4Network | IPv6Network]) -> Origin:
    """The origin of a request that came from `peer` with this header `X-Forwarded-For`.

    The header is believed only as far as trusted proxies have written it: from its end to the first address that is
    none of theirs.
    """
    chain = [part.strip() for part in forwarded_for.split(",") if part.strip()]
    address = peer
    while chain and is_among(address, trusted):
        address = chain.pop()
    return Origin(address if _is_address(address) else peer, agent[:_LONGEST_AGENT])


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def is_among(address: str, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    """Whether an address is in one of the networks; an IPv4 address written as IPv6 is what it is."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return any(parsed in network for network in networks)
