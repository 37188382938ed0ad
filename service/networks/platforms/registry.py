"""Every adapter there is, and which of them a link or a source belongs to.

A new network is a folder beside this file, a line in `_MADE` and, where it has hosts of its own, one in `_SITES`.
One that is above the service registers itself (`add_in_demos`).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from calendar_rules.vocabulary import Network
from service.messages.posts import key_of
from service.networks.platforms.feed.adapter import FeedAdapter
from service.networks.platforms.max.adapter import MaxAdapter
from service.networks.platforms.odnoklassniki.adapter import OdnoklassnikiAdapter
from service.networks.platforms.page.adapter import PageAdapter
from service.networks.platforms.port import Adapter, Platform, SourceKind
from service.networks.platforms.telegram.adapter import TelegramAdapter
from service.networks.platforms.vkontakte.adapter import VkontakteAdapter
from service.networks.platforms.youtube.adapter import YouTubeAdapter
from settings import Settings

_MADE: Final[Mapping[Platform, Callable[[Settings], Adapter]]] = {
    Platform.FEED: FeedAdapter,
    Platform.PAGE: PageAdapter,
    Platform.ODNOKLASSNIKI: OdnoklassnikiAdapter,
    Platform.TELEGRAM: TelegramAdapter,
    Platform.MAX: MaxAdapter,
    Platform.VKONTAKTE: VkontakteAdapter,
    Platform.YOUTUBE: YouTubeAdapter,
}

_SITES: Final[Mapping[str, Platform]] = {
    "vk.com": Platform.VKONTAKTE,
    "vkvideo.ru": Platform.VKONTAKTE,
    "ok.ru": Platform.ODNOKLASSNIKI,
    "youtube.com": Platform.YOUTUBE,
    "t.me": Platform.TELEGRAM,
    "max.ru": Platform.MAX,
}
"""By the host that every spelling of a site's links shares in their keys."""

_OF_NETWORK: Final[Mapping[Network, Platform]] = {
    Network.VKONTAKTE: Platform.VKONTAKTE,
    Network.ODNOKLASSNIKI: Platform.ODNOKLASSNIKI,
}
"""Networks of one platform each: the address of a source there may be no link."""

_OF_KIND: Final[Mapping[SourceKind, Platform]] = {
    SourceKind.FEED: Platform.FEED,
    SourceKind.PAGE: Platform.PAGE,
}


@dataclass(frozen=True, slots=True)
class _Added:
    make: Callable[[Settings], Adapter]
    path: str


_IN_DEMOS: Final[dict[Platform, _Added]] = {}


def add_in_demos(platform: Platform, make: Callable[[Settings], Adapter], path: str) -> None:
    """From now on this process has the adapter too, in installations with `settings.demo`.

    `path`: with what the paths of its links begin, whatever the host.
    """
    _IN_DEMOS[platform] = _Added(make, path)


def adapters(settings: Settings) -> Mapping[Platform, Adapter]:
    """The adapters of an installation, each made for the caller; what is not there is done by hand."""
    in_demos = {platform: added.make for platform, added in _IN_DEMOS.items()}
    made = _MADE if not settings.demo else {**_MADE, **in_demos}
    return {platform: make(settings) for platform, make in made.items()}


def platform_of(network: Network, address: str, kind: SourceKind | None = None) -> Platform | None:
    """Whose calls read a source, or reach what a link names; None where there is nobody to ask.

    A feed or a page is read as such wherever it is. `kind` is None for a link of a message or an answer: one of any
    other site is of no platform, and `Platform.PAGE` can still look whether a text stands behind it.
    """
    site, _, path = key_of(address).partition("/")
    for platform, added in _IN_DEMOS.items():
        if re.match(rf"{re.escape(added.path)}(?![\w-])", f"/{path}"):
            return platform
    if kind is not None and kind in _OF_KIND:
        return _OF_KIND[kind]
    while site:
        if site in _SITES:
            return _SITES[site]
        site = site.partition(".")[2]
    return _OF_NETWORK.get(network)
