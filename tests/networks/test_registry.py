"""Adapters of sources and links."""

from calendar_rules.vocabulary import Network
from service.networks.platforms.port import Platform, SourceKind
from service.networks.platforms.registry import adapters, platform_of
from settings import Settings


def test_a_link_belongs_to_the_platform_of_its_site() -> None:
    for network, address, kind, platform in (
        (Network.VKONTAKTE, "https://m.vk.com/wall-1_2", None, Platform.VKONTAKTE),
        (Network.VKONTAKTE, "-218861756", SourceKind.COMMUNITY, Platform.VKONTAKTE),
        (Network.VIDEO_HOSTING, "https://vk.com/video-1_2", None, Platform.VKONTAKTE),
        (Network.MICROBLOG, "https://ivanovo.t.me/15", None, Platform.TELEGRAM),
        (Network.MICROBLOG, "https://x.com/i/status/15", None, None),
        (Network.MICROBLOG, "https://mastodon.example/@a.rss", SourceKind.FEED, Platform.FEED),
        (Network.FORUM, "https://forum.example/viewtopic.php?t=1", SourceKind.PAGE, Platform.PAGE),
        (Network.VIDEO_HOSTING, "https://www.youtube.com/feeds/videos.xml", SourceKind.FEED, Platform.FEED),
    ):
        assert platform_of(network, address, kind) is platform, address


def test_every_adapter_is_under_its_own_platform() -> None:
    assert all(adapter.platform is platform for platform, adapter in adapters(Settings()).items())
