"""Every spelling of a link in one table per network: spellings of a post share a key, and posts never do."""

from collections.abc import Mapping, Sequence
from time import process_time
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.messages.posts import key_of

Spellings = Mapping[str, Sequence[str]]
"""Key -> links that name its post."""

VKONTAKTE: Spellings = {
    "vk.com/wall-1_2": [
        "https://vk.com/wall-1_2",
        "https://vk.ru/wall-1_2",
        "https://vkontakte.ru/wall-1_2",
        "https://vk.com./wall-1_2",
        "https://vk.com/ivanovo37?w=wall-1_2",
        "https://vk.com/ivanovo37?w=wall-1_2%2Fall",
        "https://vk.com/feed#/wall-1_2",
        "https://vk.com/wall-1_2?z=photo-1_3%2Fwall-1_2",
        "https://vk.com/widget_post.php?owner_id=-1&post_id=2&hash=abc",
    ],
    "vk.com/wall1_2": ["https://vk.com/wall1_2", "https://vk.com/id1?w=wall1_2"],
    "vk.com/wall-1_2?reply=5": [
        "https://m.vk.ru/wall-1_2?reply=5#reply5",
        "https://vk.com/wall-1_2#reply5",
        "https://vk.com/wall-1_2_r5",
        "https://vk.com/ivanovo37?w=wall-1_2%3Freply%3D5",
        "https://vk.com/ivanovo37?w=wall-1_2&reply=5",
        "https://vk.com/wall-1_2?reply=5&thread=4",
    ],
    "vk.com/wall-1_2?reply=6": ["https://vk.com/wall-1_2?reply=6&thread=5"],
    "vk.com/wall-1_2?thread=5": ["https://vk.com/wall-1_2?thread=5"],
    "vk.com/photo-1_3": [
        "https://vk.com/ivanovo37?z=photo-1_3%2Falbum-1_00%2Frev",
    ],
    "vk.com/topic-1_7?reply=8": [
        "https://vk.com/topic-1_7?post=8",
        "https://m.vk.com/topic-1_7?post=8#post8",
    ],
    "vk.com/topic-1_7": ["https://vk.com/topic-1_7", "https://vk.com/topic-1_7?offset=20"],
    "vk.com/market-1_9": ["https://vk.com/market-1_9", "https://vk.com/club1?w=product-1_9%2Fquery"],
    "vk.com/ivanovo37": ["https://vk.com/ivanovo37", "https://m.vk.ru/ivanovo37/?from=post&utm_campaign=a"],
    "vk.com/wall-1_2_answer": ["https://vk.com/wall-1_2_answer"],
    "vk.com/": ["https://vk.com", "http://m.vk.ru/"],
}

ODNOKLASSNIKI: Spellings = {
    "ok.ru/topic/2": [
        "https://ok.ru/group/1/topic/2",
        "http://odnoklassniki.ru/group/1/topic/2",
        "https://m.odnoklassniki.ru/group/1/topic/2",
        "https://m.ok.ru/dk?st.cmd=altGroupMediaThemeComments&st.groupId=1&st.themeId=2&tkn=55",
        "https://m.ok.ru/dk?st.topicId=2&st.cmd=altGroupForum",
        "https://m.ok.ru/dk?st.cmd=discussion&st.discType=GROUP_TOPIC&st.discId=2",
        "https://ok.ru/group/1?st.cmd=altGroupMain&st.layer.cmd=PopLayerMediaTopic&st.layer.topicId=2",
    ],
    "ok.ru/topic/4": ["https://ok.ru/profile/9/statuses/4", "https://m.ok.ru/dk?st.cmd=s&st.statusId=4"],
    "ok.ru/topic/2?comment=MTc2": [
        "https://m.ok.ru/dk?st.cmd=altGroupForum&st.topicId=2&st.cmtId=MTc2",
        "https://ok.ru/group/1/topic/2?commentId=MTc2",
    ],
    "ok.ru/photo/6": [
        "https://ok.ru/group/1/album/5/6",
        "https://m.ok.ru/dk?st.cmd=userPhoto&st.photoId=6",
    ],
    "ok.ru/album/5": ["https://ok.ru/group/1/album/5", "https://ok.ru/ivanovo/album/5"],
    "ok.ru/video/8": [
        "https://ok.ru/videoembed/8?autoplay=1",
    ],
    "ok.ru/ivanovo": ["https://ok.ru/ivanovo", "https://m.ok.ru/ivanovo/?_aid=groupOwnFeed"],
}

INSTAGRAM: Spellings = {
    "instagram.com/p/CxY_-1": [
        "https://m.instagram.com/p/CxY_-1/?igsh=MWQ1",
        "https://www.instagram.com/reel/CxY_-1/",
        "https://www.instagram.com/ivanovo.37/p/CxY_-1/?img_index=2",
        "https://www.instagram.com/p/CxY_-1/embed/captioned/",
    ],
    "instagram.com/p/cxy_-1": ["https://www.instagram.com/p/cxy_-1/"],
    "instagram.com/p/CxY_-1?comment=17": ["https://www.instagram.com/p/CxY_-1/c/17/"],
    "instagram.com/p/CxY_-1?comment=18": ["https://www.instagram.com/p/CxY_-1/c/17/r/18/"],
    "instagram.com/ivanovo.37": ["https://www.instagram.com/ivanovo.37/?hl=ru"],
}

VIDEO_HOSTING: Spellings = {
    "youtube.com/watch?v=dQw-_1": [
        "https://m.youtube.com/watch?v=dQw-_1&t=42s",
        "https://music.youtube.com/watch?v=dQw-_1&si=abc",
        "https://www.youtube.com/shorts/dQw-_1?feature=share",
        "https://www.youtube-nocookie.com/embed/dQw-_1",
        "https://www.youtube.com/watch?v=dQw-_1&list=PL1&index=2#t=3",
    ],
    "youtube.com/watch?v=dqw-_1": ["https://youtu.be/dqw-_1"],
    "youtube.com/watch?v=dQw-_1&lc=Ugw1.8a": [
        "https://www.youtube.com/watch?lc=Ugw1.8a&v=dQw-_1&t=1",
        "https://youtu.be/dQw-_1?lc=Ugw1.8a",
    ],
    "youtube.com/post/Ugkx1": [
        "https://www.youtube.com/channel/UC1/community?lb=Ugkx1",
    ],
    "rutube.ru/video/0a1b2c": [
        "https://rutube.ru/video/0A1B2C",
        "https://rutube.ru/play/embed/0a1b2c/",
        "https://m.rutube.ru/video/0a1b2c/?r=wd&t=10",
    ],
    "rutube.ru/video/0a1b2c?comment=12": ["https://rutube.ru/video/0a1b2c/?comment=12"],
    "vkvideo.ru/video-1_2": [
        "https://m.vkvideo.ru/video-1_2",
        "https://vk.com/video-1_2_0123456789abcdef01",
        "https://vk.com/clip-1_2",
        "https://vkvideo.ru/clip-1_2",
        "https://vk.com/videos-1?z=video-1_2%2Fpl_-1_-2",
        "https://vkvideo.ru/playlist/-1_3/video-1_2",
        "https://vk.com/video_ext.php?oid=-1&id=2&hash=abc",
    ],
    "vkvideo.ru/video-1_2?reply=4": [
        "https://vkvideo.ru/video-1_2?reply=4",
        "https://vk.com/video-1_2?reply=4&thread=3",
    ],
}

MICROBLOG: Spellings = {
    "t.me/kineshma/12": [
        "https://t.me/s/kineshma/12",
        "https://T.me/Kineshma/12?single",
        "https://telegram.dog/kineshma/12",
        "https://t.me/kineshma/3/12",
        "https://t.me/kineshma/12?thread=3",
    ],
    "t.me/kineshma/12?comment=40": [
        "https://telegram.me/s/kineshma/12?comment=40",
    ],
    "t.me/c/100/12": ["https://t.me/c/100/12", "https://t.me/c/100/3/12"],
    "t.me/kineshma": ["https://t.me/kineshma", "https://telegram.me/kineshma/"],
    "x.com/i/status/1": [
        "https://twitter.com/kineshma/status/1?s=20&t=abc",
        "https://www.twitter.com/Kineshma/statuses/1/photo/1",
    ],
    "max.ru/kineshma/AZx1": [
        "https://max.ru/kineshma/AZx1",
        "https://web.max.ru/kineshma/AZx1/?from=feed",
    ],
    "max.ru/kineshma/AZx1?comment=7": ["https://max.ru/kineshma/AZx1?comment=7"],
}

BLOG: Spellings = {
    "dzen.ru/a/Zx-1": [
        "https://zen.yandex.ru/a/Zx-1?from=channel&rid=1",
        "https://dzen.ru/a/Zx-1?share_to=vk&utm_referrer=a#vvedenie",
    ],
    "dzen.ru/a/Zx-1?comment=3": ["https://dzen.ru/a/Zx-1?comment_id=3", "https://dzen.ru/a/Zx-1#comment_3"],
    "dzen.ru/b/Zx-1": ["https://dzen.ru/b/Zx-1?from=feed"],
    "dzen.ru/video/watch/65ab": ["https://dzen.ru/video/watch/65ab?t=3", "https://dzen.ru/shorts/65ab"],
    "dzen.ru/media/0123456789abcdef01234567": [
        "https://zen.yandex.ru/media/kineshma/yamy-na-doroge-0123456789abcdef01234567",
        "https://dzen.ru/media/id/98/yamy-na-doroge-0123456789abcdef01234567?lang=ru",
    ],
    "some-user.livejournal.com/123": [
        "https://some-user.livejournal.com/123.html?mode=reply",
        "https://SOME-USER.livejournal.com/123.html?view=comments#comments",
        "https://users.livejournal.com/some_user/123.html",
    ],
    "some-user.livejournal.com/123?thread=45": [
        "https://some-user.livejournal.com/123.html?thread=45#t45",
        "https://some-user.livejournal.com/123.html#t45",
        "https://some-user.livejournal.com/123.html?replyto=45",
    ],
    "other.livejournal.com/123": ["https://other.livejournal.com/123.html"],
    "pikabu.ru/story/_123": [
        "https://m.pikabu.ru/story/yamyi_123?utm_source=linkshare",
    ],
    "pikabu.ru/story/_123?comment=9": [
        "https://pikabu.ru/story/yamyi_na_doroge_123?cid=9",
        "https://pikabu.ru/story/_123#comment_9",
    ],
    "kineshma.blogspot.com/2026/11/a.html": [
        "https://kineshma.blogspot.com/2026/11/a.html",
        "http://kineshma.blogspot.ru/2026/11/a.html?m=1",
    ],
    "kineshma.wordpress.com/2026/a": [
        "https://kineshma.wordpress.com/2026/a/",
        "https://kineshma.wordpress.com/2026/a/?share=twitter",
    ],
    "kineshma.wordpress.com/2026/a#comment-5": ["https://kineshma.wordpress.com/2026/a/#comment-5"],
}

REVIEW_SITE: Spellings = {
    "otzovik.com/review_123": [
        "https://otzovik.com/review_123.html",
        "https://m.otzovik.com/review_123.html?from=main#top",
    ],
    "otzovik.com/review_123?comment=4": ["https://otzovik.com/review_123.html#comment4"],
    "irecommend.ru/content/bolnitsa-1": [
        "https://irecommend.ru/content/bolnitsa-1",
        "https://irecommend.ru/content/bolnitsa-1?new=4",
    ],
    "irecommend.ru/content/bolnitsa-1?comment=4": ["https://irecommend.ru/content/bolnitsa-1#comment-4"],
    "2gis.ru/firm/70": [
        "https://2gis.ru/ivanovo/firm/70",
        "https://m.2gis.ru/ivanovo/firm/70/41.0%2C57.0/tab/reviews?m=41.0%2C57.0%2F16",
        "https://2gis.ru/reviews/70",
    ],
    "2gis.ru/firm/70/review/5": [
        "https://2gis.ru/ivanovo/firm/70/tab/reviews/review/5",
        "https://2gis.ru/reviews/70/review/5?utm_source=share",
    ],
    "yandex.ru/maps/org/99": [
        "https://yandex.ru/maps/5/ivanovo/org/bolnitsa/99/reviews/?ll=41%2C57&z=16",
        "https://yandex.ru/profile/99",
        "https://yandex.ru/maps/?oid=99&z=16",
    ],
    "yandex.ru/maps/org/99?author=ab1": [
        "https://yandex.ru/maps/org/bolnitsa/99/reviews?reviews%5BpublicId%5D=ab1&utm_source=review",
        "https://yandex.ru/maps/org/99/reviews/?reviews[publicId]=ab1",
    ],
    "prodoctorov.ru/ivanovo/vrach/1-ivanov/otzivi#rate-6": [
        "https://prodoctorov.ru/ivanovo/vrach/1-ivanov/otzivi/#rate-6",
    ],
}

FORUM: Spellings = {
    "forum.example.ru/viewtopic.php?p=45": [
        "https://forum.example.ru/viewtopic.php?f=2&t=3&p=45#p45",
        "https://forum.example.ru/viewtopic.php?p=45&sid=0123456789abcdef0123456789abcdef",
        "https://www.forum.example.ru/viewtopic.php?t=3#p45",
    ],
    "forum.example.ru/viewtopic.php?t=3": [
        "https://forum.example.ru/viewtopic.php?f=2&t=3&start=20",
    ],
    "forum.example.ru/showthread.php?p=45": [
        "https://forum.example.ru/showthread.php?t=3&p=45#post45",
        "https://forum.example.ru/showthread.php?3-yamy&p=45",
        "https://forum.example.ru/showpost.php?p=45&postcount=2",
        "https://forum.example.ru/showthread.php/3-yamy#post45",
    ],
    "forum.example.ru/showthread.php?t=3": [
        "https://forum.example.ru/showthread.php?3-yamy",
        "https://forum.example.ru/showthread.php/3-yamy",
    ],
    "forum.example.ru/topic/3": [
        "https://forum.example.ru/topic/3-yamy/",
    ],
    "forum.example.ru/topic/3?comment=45": [
        "https://forum.example.ru/topic/3-yamy/?do=findComment&comment=45",
        "https://forum.example.ru/topic/3-yamy/#comment-45",
    ],
    "forum.example.ru/index.php?showtopic=3&p=45": [
        "https://forum.example.ru/index.php?showtopic=3&view=findpost&p=45",
        "https://forum.example.ru/index.php?showtopic=3#entry45",
    ],
    "forum.example.ru/threads/3": [
        "https://forum.example.ru/threads/yamy.3/",
    ],
    "forum.example.ru/posts/45": [
        "https://forum.example.ru/threads/yamy.3/#post-45",
        "https://forum.example.ru/threads/yamy.3/post-45",
    ],
    "forum.example.ru/index.php?msg=45": [
        "https://forum.example.ru/index.php?topic=3.msg45#msg45",
        "https://forum.example.ru/index.php/topic,3.msg45.html#msg45",
    ],
    "forum.example.ru/index.php?topic=3": ["https://forum.example.ru/index.php?topic=3.0"],
    "forum.example.ru/t/3": ["https://forum.example.ru/t/yamy/3", "https://forum.example.ru/t/3/1"],
    "forum.example.ru/t/3/45": ["https://forum.example.ru/t/yamy/3/45?u=somebody"],
}

ANY_SITE: Spellings = {
    "example.ru/news/1?page=2": [
        "https://example.ru/news/1?page=2",
        "http://WWW.Example.ru:80/news/1/?page=2&utm_source=vk&fbclid=1&yclid=2&from=share",
        "https://m.example.ru/news//../1?ref=main&page=2&PHPSESSID=0123456789abcdef0123456789",
        "https://example.ru/%6Eews/1?page=2#content",
    ],
    "example.ru/news/1?from=20": ["https://example.ru/news/1?from=20"],
    "example.ru/news/1#comment-5": [
        "https://example.ru/news/1/#Comment-5",
    ],
    "example.ru/?a=1&b=2": ["https://example.ru/?b=2&a=1", "https://example.ru?a=1&b=2"],
    "example.ru:8443/news/1": ["https://example.ru:8443/news/1"],
    "xn--l1adgmc.xn--p1ai/%D1%82%D0%B5%D0%BC%D0%B0/1": [
        "https://форум.рф/тема/1",
        "https://ФОРУМ.РФ/%d1%82%d0%b5%d0%bc%d0%b0/1/",
        "http://xn--l1adgmc.xn--p1ai/тема/1",
    ],
    "[2001:db8::1]/news": ["http://[2001:db8:0::1]/news"],
}

TABLES = {
    "vkontakte": VKONTAKTE,
    "odnoklassniki": ODNOKLASSNIKI,
    "instagram": INSTAGRAM,
    "video_hosting": VIDEO_HOSTING,
    "microblog": MICROBLOG,
    "blog": BLOG,
    "review_site": REVIEW_SITE,
    "forum": FORUM,
    "any_site": ANY_SITE,
}
LINKS = [link for table in TABLES.values() for links in table.values() for link in links]


@pytest.mark.parametrize("network", TABLES)
def test_every_spelling_of_a_post_has_its_key(network: str) -> None:
    table = TABLES[network]
    wrong = {
        link: (found, key) for key, links in table.items() for link in links if (found := key_of(link)) != key
    }
    assert wrong == {}


def test_a_key_is_a_link_of_its_own_post() -> None:
    keys = {key for table in TABLES.values() for key in table}
    assert {key: key_of(f"https://{key}") for key in keys} == {key: key for key in keys}


@st.composite
def respelled(draw: st.DrawFn) -> tuple[str, str]:
    """A link, and the same in another harmless spelling."""
    link = draw(st.sampled_from(LINKS))
    parts = urlsplit(link)
    host = draw(st.sampled_from([parts.netloc, parts.netloc.upper()]))
    if parts.port is None and not host.startswith("["):
        host = draw(st.sampled_from(["", "www.", "WWW."])) + host
        host += draw(st.sampled_from(["", ":80", ":443"]))
    path = parts.path
    if path.isascii() and "%" not in path:
        path = "".join(
            f"%{ord(letter):02x}" if letter.isalnum() and draw(st.booleans()) else letter for letter in path
        )
    path = draw(st.sampled_from(["", "/."])) + (path or "/") + draw(st.sampled_from(["", "/"]))
    pairs = parts.query.split("&") if parts.query else []
    pairs += draw(st.lists(st.sampled_from(["utm_source=x", "utm_medium=y", "fbclid=z"]), unique=True))
    query = f"?{'&'.join(draw(st.permutations(pairs)))}" if pairs else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return link, f"{draw(st.sampled_from(['http', 'https', 'HTTPS']))}://{host}{path}{query}{fragment}"


@given(respelled())
def test_a_harmless_respelling_keeps_the_key(pair: tuple[str, str]) -> None:
    link, other = pair
    assert key_of(other) == key_of(link)


def test_a_comment_of_a_site_whose_posts_have_numbers_is_a_post_of_its_own() -> None:
    assert key_of("https://blog.example.ru/posts/45#comment-2") == "blog.example.ru/posts/45#comment-2"


@given(st.text(max_size=300) | st.text(alphabet="htps:/.?#&=%@\\[]vkcom-_019wall", max_size=300))
def test_any_text_has_a_key_and_a_key_is_settled(text: str) -> None:
    for link in (text, f"https://{text}", f"https://vk.com/{text}", f"https://example.ru/{text}"):
        key = key_of(link)
        if key != link.strip():  # else it is not a usable link
            assert key_of(f"https://{key}") == key


@pytest.mark.parametrize("repeated", ["a", "../", "%41", "&a=1", "1.", "/threads/", "я"])
@pytest.mark.parametrize(
    "beginning",
    [
        *("https://vk.com/", "https://ok.ru/dk?st.topicId=", "https://pikabu.ru/story/"),
        "https://forum.example.ru/threads/",
    ],
)
def test_the_longest_link_takes_no_longer_for_what_it_is_made_of(beginning: str, repeated: str) -> None:
    link = (beginning + repeated * 20_000)[:20_000]
    started = process_time()
    key_of(link)
    assert process_time() - started < 0.5
