"""Feeds as they are found in the world: read once, moved, gone, broken, and never from within."""

import gzip
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.networks.platforms.feed.adapter import FeedAdapter
from service.networks.platforms.port import Fault, NetworkRefusalError, SourceKind, Where
from service.networks.platforms.sandbox import Limits, Sandbox
from settings import Settings
from tests.networks.served import Said
from tests.networks.site import Site
from tests.patience import PATIENCE

FEED = "/feed.xml"
LATELY = datetime.now(UTC) - timedelta(hours=1)


@pytest.fixture
def where(base: str) -> Where:
    return Where(SourceKind.FEED, f"{base}{FEED}", None, {})


@pytest.fixture
def feeds(tmp_path: Path) -> FeedAdapter:
    # A busy machine counts more of the processor for the same, and leaves next to none of it to a sandbox.
    patient = Limits(processor=30.0, within=PATIENCE)
    return FeedAdapter(Settings.load(data=tmp_path, demo=True), Sandbox(patient))


def rss(*entries: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Город &amp; двор</title>'
        f"<link>https://blog.example/</link>{''.join(entries)}</channel></rss>"
    )


def entry(number: int, text: str = "Яма у дома 5", at: datetime = LATELY) -> str:
    return (
        f"<item><title>Запись {number}</title><link>https://blog.example/{number}</link><guid>g{number}</guid>"
        f"<pubDate>{at:%a, %d %b %Y %H:%M:%S +0000}</pubDate>"
        f"<description>&lt;p&gt;{text}&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;</description></item>"
    )


async def refused(feeds: FeedAdapter, where: Where) -> NetworkRefusalError:
    with pytest.raises(NetworkRefusalError) as refusal:
        await feeds.read(where, None)
    assert refusal.value.advice
    return refusal.value


async def test_an_entry_is_found_once_and_unchanged_feeds_are_not_sent_again(
    site: Site, where: Where, feeds: FeedAdapter
) -> None:
    site.put(FEED, rss(entry(2), entry(1, at=LATELY - timedelta(hours=1))), "application/rss+xml")
    first = await feeds.read(where, None)
    assert [found.url for found in first.found] == ["https://blog.example/1", "https://blog.example/2"]
    assert first.found[0].text == "Запись 1\n\nЯма у дома 5"
    assert first.found[0].author == "Город & двор"
    assert first.found[1].posted_at == LATELY.replace(microsecond=0)

    again = await feeds.read(replace(where, cursor=first.cursor), None)
    assert (again.found, again.cursor) == ((), first.cursor)
    assert "if-none-match" in site.asked[-1].headers

    site.put(FEED, rss(entry(3), entry(2)), "application/rss+xml")
    third = await feeds.read(replace(where, cursor=again.cursor), None)
    assert [found.url for found in third.found] == ["https://blog.example/3"]


async def test_atom_with_a_relative_link_and_an_author_is_read(
    site: Site, where: Where, feeds: FeedAdapter
) -> None:
    site.put(
        FEED,
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Лента</title><entry><id>tag:1</id><title>Двор</title>'
        '<link href="/posts/1"/><author><name>Анна</name><uri>https://blog.example/anna</uri></author>'
        f"<updated>{LATELY.isoformat()}</updated><content type='html'>Двор &lt;b&gt;не чистят&lt;/b&gt;."
        "&lt;br&gt;Третий день.</content>"
        "</entry></feed>",
        "application/atom+xml",
    )
    (found,) = (await feeds.read(where, None)).found
    assert found.url == where.address.replace(FEED, "/posts/1")
    assert (found.author, found.author_url) == ("Анна", "https://blog.example/anna")
    assert found.text == "Двор не чистят.\nТретий день."


async def test_of_a_long_feed_the_first_entries_are_read(
    site: Site, where: Where, feeds: FeedAdapter
) -> None:
    site.put(FEED, rss(*(entry(number) for number in range(2100))))
    assert len((await feeds.read(where, None)).found) == 2000


async def test_nothing_that_comes_into_sight_is_older_than_a_week(
    site: Site, where: Where, feeds: FeedAdapter
) -> None:
    old = LATELY - timedelta(days=30)
    site.put(FEED, rss(entry(2), entry(9, at=old)))
    first = await feeds.read(where, None)
    assert [it.url for it in first.found] == ["https://blog.example/2"]
    site.put(FEED, rss(entry(2), entry(1, at=old), entry(3)))
    later = await feeds.read(replace(where, cursor=first.cursor), None)
    assert [it.url for it in later.found] == ["https://blog.example/3"]


async def test_a_query_keeps_what_has_all_its_words(site: Site, where: Where, feeds: FeedAdapter) -> None:
    site.put(FEED, rss(entry(1, "Автобус не пришёл"), entry(2, "Яма на дороге")))
    reading = await feeds.read(replace(where, query="пришел автобус"), None)
    assert [found.url for found in reading.found] == ["https://blog.example/1"]


@pytest.mark.parametrize(("status", "for_good"), [(308, True), (302, False)])
async def test_only_a_permanent_move_changes_the_address(
    site: Site, where: Where, feeds: FeedAdapter, status: int, for_good: bool
) -> None:
    site.moved[FEED] = (status, "/new.xml")
    site.put("/new.xml", rss(entry(1)))
    reading = await feeds.read(where, None)
    assert len(reading.found) == 1
    assert reading.address == (where.address.replace(FEED, "/new.xml") if for_good else None)


async def test_a_redirection_without_a_host_stays_with_the_site_that_was_asked(
    site: Site, where: Where, feeds: FeedAdapter
) -> None:
    """By its name, not by the address that the name has today: another site may stand there."""
    named = where.address.replace("127.0.0.1", "localhost")
    host = named.split("/")[2]
    site.moved[FEED] = (301, "new.xml")
    site.put("/new.xml", rss(entry(1)))
    reading = await feeds.read(replace(where, address=named), None)
    assert [asked.headers["host"] for asked in site.asked] == [host, host]
    assert reading.address == named.replace(FEED, "/new.xml")


@pytest.mark.parametrize(
    ("said", "fault", "after"),
    [
        (Said(410), Fault.GONE, None),
        (Said(404), Fault.PERSON, None),
        (Said(429, headers={"Retry-After": "120"}), Fault.LATER, timedelta(minutes=2)),
        (None, Fault.LATER, None),
        (Said(200, b"<html><body>not a feed</body></html>", {"Content-Type": "text/html"}), Fault.DATA, None),
        (Said(200, gzip.compress(b"x" * 50_000_000), {"Content-Encoding": "gzip"}), Fault.DATA, None),
        (Said(200, b"x", {"Content-Encoding": "br"}), Fault.DATA, None),
    ],
)
async def test_what_goes_wrong_says_what_to_do(
    site: Site, where: Where, feeds: FeedAdapter, said: Said | None, fault: Fault, after: timedelta | None
) -> None:
    site.next = [said]
    refusal = await refused(feeds, where)
    assert (refusal.fault, refusal.after) == (fault, after)


async def test_a_circle_of_redirections_ends(site: Site, where: Where, feeds: FeedAdapter) -> None:
    site.moved[FEED] = (302, FEED)
    assert (await refused(feeds, where)).fault is Fault.DATA
    assert len(site.asked) == 6


@pytest.mark.parametrize("address", ["ftp://blog.example/feed", "/etc/passwd", "http://"])
async def test_what_is_no_web_address_is_refused(feeds: FeedAdapter, address: str) -> None:
    assert (await refused(feeds, Where(SourceKind.FEED, address, None, {}))).fault is Fault.DATA


async def test_an_inner_server_is_not_read_unless_it_is_named(
    site: Site, where: Where, tmp_path: Path
) -> None:
    site.put(FEED, rss(entry(1)))
    refusal = await refused(FeedAdapter(Settings.load(data=tmp_path)), where)
    assert refusal.fault is Fault.DATA
    assert "OTKLIK_SOURCE_HOSTS" in refusal.advice
    assert site.asked == []
    named = FeedAdapter(Settings.load(data=tmp_path, source_hosts="127.0.0.1"))
    assert len((await named.read(where, None)).found) == 1


async def test_a_redirection_leads_to_no_inner_server(site: Site, where: Where, tmp_path: Path) -> None:
    site.moved[FEED] = (302, "http://10.1.2.3/secret")
    feeds = FeedAdapter(Settings.load(data=tmp_path, source_hosts="127.0.0.1"))
    assert (await refused(feeds, where)).code == "inner"
