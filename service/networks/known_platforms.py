"""The platforms this installation can speak to, and which of them an address belongs to."""

from collections.abc import Mapping

from calendar_rules.vocabulary import Network
from service.networks.platforms import registry
from service.networks.platforms.port import Adapter, Platform, SourceKind


class Platforms:
    """Adapters by platform, and how to know which one is meant."""

    def __init__(self, adapters: Mapping[Platform, Adapter]) -> None:
        self._adapters = adapters

    def of(self, network: Network, address: str, kind: SourceKind | None = None) -> Adapter | None:
        """The adapter for an address of a network; None where there is none."""
        platform = registry.platform_of(network, address, kind)
        return None if platform is None else self._adapters.get(platform)

    def by_name(self, platform: str | None) -> Adapter | None:
        """The adapter of the platform of this name."""
        return self._adapters.get(Platform(platform)) if platform in set(Platform) else None
