"""Networks of links, and where an answer may stand (cl. 13)."""

from dataclasses import replace

import pytest

from calendar_rules.vocabulary import Network
from service.messages.networks import given
from service.messages.posts import KnownNetworks, LinkError

KNOWN = given().known

DISGUISED = {
    "https://vk.com@evil.ru/wall-1_2": "она ведёт на evil.ru",
    "https://evil.ru\\@vk.com/wall-1_2": "обратная косая черта",
    "https://vk.com/wall-1_2\u202etxt": "невидимые знаки",
    "https://vk.com/wall -1_2": "пробелы",
    "https://vк.com/wall-1_2": "разных алфавитов",
    "https://xn--v-ntb.com/wall-1_2": "разных алфавитов",
    "https://vk.com:8443/wall-1_2": "указан порт 8443",
    "https://vk%2ecom/wall-1_2": "недопустимые знаки",
    "https://vk.com\uff0fevil.ru/": "записана неверно",
    "https://[vk.com/wall-1_2": "записана неверно",
    "vk.com/wall-1_2": "нужна ссылка вида https",
    "javascript:alert(1)//vk.com": "нужна ссылка вида https",
    "https://vk..com/wall-1_2": "записано неверно",
    f"https://{'a' * 300}.ru/": "слишком длинное",
    f"https://vk.com/{'a' * 20_000}": "длиннее 20000 знаков",
    "https://vk.com/away.php?to=https%3A%2F%2Fevil.ru": "для перехода на другой сайт",
    "https://www.youtube.com/redirect?q=https%3A%2F%2Fevil.ru": "для перехода на другой сайт",
}
"""Link -> what is said of it, whatever the network."""


@pytest.mark.parametrize("link", DISGUISED)
def test_a_link_that_hides_where_it_leads_is_refused(link: str) -> None:
    for network in (Network.VKONTAKTE, Network.FORUM):
        assert DISGUISED[link] in (KNOWN.misfit(link, network) or "")
        assert DISGUISED[link] in (KNOWN.may_stand("https://vk.com/wall-1_1", network, link) or "")


def test_a_link_belongs_to_the_network_of_its_host() -> None:
    for link, network in (
        ("https://m.vk.ru/wall-1_2", Network.VKONTAKTE),
        ("https://m.ok.ru/dk?st.topicId=2", Network.ODNOKLASSNIKI),
        ("https://kineshma.t.me/1", Network.MICROBLOG),
        ("https://youtu.be/1", Network.VIDEO_HOSTING),
        ("https://yandex.ru/maps/org/1", Network.REVIEW_SITE),
        ("https://notvk.com/wall-1_2", None),
        ("https://vk.com.evil.ru/wall-1_2", None),
        ("не ссылка", None),
    ):
        assert KNOWN.network_of(link) is network, link


def test_what_a_link_names_is_one_value() -> None:
    post = KNOWN.post("https://M.VK.ru/club1?w=wall-1_2_r3")
    assert (post.network, post.key, post.host) == (Network.VKONTAKTE, "vk.com/wall-1_2?reply=3", "vk.ru")
    assert post == KNOWN.post("https://vk.ru/wall-1_2?reply=3")
    with pytest.raises(LinkError, match="вида https"):
        KNOWN.post("vk.com/wall-1_2")


def test_a_link_fits_its_network_or_the_likely_one_is_named() -> None:
    for link, network, reason in (
        ("https://vk.com/wall-1_2", Network.VKONTAKTE, None),
        (
            "https://example.ru/1",
            Network.VKONTAKTE,
            "сайт example.ru не относится к сети «ВКонтакте» (vk.com, vk.ru, vkontakte.ru).",
        ),
        ("http://127.0.0.1:8080/t/1", Network.FORUM, None),
        ("https://vk.com/video-1_2", Network.VKONTAKTE, None),
        ("https://vk.com/video-1_2", Network.VIDEO_HOSTING, None),
        (
            "https://vkvideo.ru/video-1_2",
            Network.VKONTAKTE,
            "ссылка ведёт в сеть «Видеохостинги», а указана «ВКонтакте».",
        ),
    ):
        assert KNOWN.misfit(link, network) == reason


def test_any_host_fits_where_an_installation_lists_none() -> None:
    known = KnownNetworks(
        tuple(replace(it, hosts=()) if it.key is Network.VKONTAKTE else it for it in KNOWN.networks)
    )
    assert known.misfit("https://example.ru/1", Network.VKONTAKTE) is None
    assert known.misfit("https://ok.ru/topic/1", Network.VKONTAKTE) is not None


STANDS = [
    ("https://vk.com/wall-1_2?reply=3", Network.VKONTAKTE, "https://vk.com/wall-1_2?reply=4&thread=3"),
    ("https://vk.com/wall-1_2", Network.VKONTAKTE, "https://m.vk.ru/wall-5_6"),
    ("https://vk.com/video-1_2", Network.VKONTAKTE, "https://vkvideo.ru/video-1_2?reply=3"),
    ("https://vkvideo.ru/video-1_2", Network.VIDEO_HOSTING, "https://vk.com/video-1_2?reply=3"),
    ("https://forum.example.ru/t/a/1", Network.FORUM, "https://www.forum.example.ru/t/a/1/2"),
    ("http://forum.example.ru:8080/t/a/1", Network.FORUM, "http://forum.example.ru:8080/t/a/1/2"),
    ("https://m.2gis.ru/firm/1", Network.REVIEW_SITE, "https://2gis.ru/firm/1/tab/reviews/review/2"),
    (
        "https://user.livejournal.com/1.html",
        Network.BLOG,
        "https://m.livejournal.com/read/user/user/1?thread=2",
    ),
    ("", Network.VKONTAKTE, "https://vk.com/wall-1_2"),
    ("[утрачено]", Network.FORUM, "https://forum.example.ru/t/1"),
]


def test_an_answer_stands_where_its_message_stands() -> None:
    for message, network, answer in STANDS:
        assert KNOWN.may_stand(message, network, answer) is None, answer


ELSEWHERE = [
    ("https://vk.com/wall-1_2", Network.VKONTAKTE, "https://ok.ru/topic/1", "ведёт в сеть «Одноклассники»"),
    (
        "https://vk.com/wall-1_2",
        Network.VKONTAKTE,
        "https://vk.com.evil.ru/1",
        "не относится к сети «ВКонтакте»",
    ),
    ("https://forum.example.ru/t/1", Network.FORUM, "https://vk.com/wall-1_2", "на сайте forum.example.ru"),
    (
        "https://forum.example.ru/t/1",
        Network.FORUM,
        "https://forum.example.ru:81/t/2",
        "на сайте forum.example.ru",
    ),
    ("https://dzen.ru/a/1", Network.BLOG, "https://pikabu.ru/story/_1", "на сайте dzen.ru"),
    (
        "https://one.livejournal.com/1.html",
        Network.BLOG,
        "https://two.livejournal.com/1.html",
        "на сайте one.live",
    ),
    ("", Network.FORUM, "https://vk.com/wall-1_2", "ведёт в сеть «ВКонтакте»"),
]


def test_an_answer_elsewhere_is_refused() -> None:
    for message, network, answer, reason in ELSEWHERE:
        assert reason in (KNOWN.may_stand(message, network, answer) or ""), answer


def test_the_message_itself_is_never_its_answer() -> None:
    for message, network, answer in (
        ("https://vk.com/wall-1_2", Network.VKONTAKTE, "https://m.vk.ru/club1?w=wall-1_2&from=feed"),
        ("https://forum.example.ru/t/a/1", Network.FORUM, "https://www.forum.example.ru/t/1/?utm_source=vk"),
        ("https://youtu.be/1", Network.VIDEO_HOSTING, "https://www.youtube.com/shorts/1"),
    ):
        assert "ссылка на само сообщение" in (KNOWN.may_stand(message, network, answer) or ""), answer
