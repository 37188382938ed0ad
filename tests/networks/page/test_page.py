"""Watched pages, and the check of what was published by hand."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from service.networks.platforms.page.adapter import PageAdapter
from service.networks.platforms.port import Fault, NetworkRefusalError, SourceKind, Stands, Where
from service.networks.platforms.sandbox import Limits, Sandbox
from settings import Settings
from tests.networks.served import Said
from tests.networks.site import Site
from tests.patience import PATIENCE

TOPIC = "/viewtopic.php"
PHPBB = """<html><head><title>Двор</title></head><body><nav>Главная Форум Поиск</nav>
<div id="p11" class="post"><p class="author"><a class="username" href="./memberlist.php?u=2">Сосед</a>
 <time datetime="{at}">вчера</time></p>
<div class="postbody"><div class="content">Во дворе дома 5 не горит фонарь.<br>Темно.</div></div>
<div class="signature">Всем добра</div></div>
{more}
</body></html>"""
ANSWER = "Добрый день! Фонарь у дома 5 заменён 26 ноября. Если свет пропадёт снова, напишите нам."


@pytest.fixture
def pages(tmp_path: Path) -> PageAdapter:
    # A busy machine counts more of the processor for the same.
    return PageAdapter(
        Settings.load(data=tmp_path, demo=True), Sandbox(Limits(processor=30.0, within=PATIENCE))
    )


def watched(base: str, path: str = TOPIC) -> Where:
    return Where(SourceKind.PAGE, f"{base}{path}", None, {})


async def refused(pages: PageAdapter, base: str) -> NetworkRefusalError:
    with pytest.raises(NetworkRefusalError) as refusal:
        await pages.read(watched(base), None)
    return refusal.value


def post(number: int, text: str) -> str:
    return (
        f'<div id="p{number}" class="post"><a class="username">Жительница</a>'
        f'<div class="postbody"><div class="content">{text}</div></div></div>'
    )


async def test_posts_of_a_forum_are_found_by_their_own_links(
    site: Site, base: str, pages: PageAdapter
) -> None:
    site.put(TOPIC, PHPBB.format(at="2099-11-26T10:00:00+03:00", more=""))
    first = await pages.read(watched(base), None)
    (found,) = first.found
    assert found.url == f"{base}{TOPIC}#p11"
    assert found.author == "Сосед"
    assert found.text == "Во дворе дома 5 не горит фонарь.\nТемно."
    assert found.posted_at is not None
    assert found.posted_at.isoformat() == "2099-11-26T10:00:00+03:00"

    site.put(TOPIC, PHPBB.format(at="2099-11-26T10:00:00+03:00", more=post(12, "Подтверждаю.")))
    second = await pages.read(replace(watched(base), cursor=first.cursor), None)
    assert [(found.url, found.author, found.text) for found in second.found] == [
        (f"{base}{TOPIC}#p12", "Жительница", "Подтверждаю.")
    ]
    third = await pages.read(replace(watched(base), cursor=second.cursor), None)
    assert third.found == ()
    assert site.paths.count("/robots.txt") == 1


async def test_comments_inside_a_post_are_not_its_text(site: Site, base: str, pages: PageAdapter) -> None:
    site.put(
        "/news",
        '<main><article id="post-7"><span class="author">Редакция</span><p>Закрыли мост.</p>'
        '<ul><li id="comment-8"><cite class="comment-author">Иван</cite><p>Когда откроют?</p></li></ul>'
        "</article></main>",
    )
    found = (await pages.read(watched(base, "/news"), None)).found
    assert [(it.url.rpartition("#")[2], it.author, it.text) for it in found] == [
        ("post-7", "Редакция", "Редакция\nЗакрыли мост."),
        ("comment-8", "Иван", "Иван\nКогда откроют?"),
    ]


async def test_articles_are_known_by_the_links_they_show(site: Site, base: str, pages: PageAdapter) -> None:
    site.put(
        "/blog",
        '<article><h2>Двор</h2><a rel="bookmark" href="/blog/dvor">вчера</a><p>Не вывозят мусор.</p></article>'
        '<article><a href="/blog/park"><time datetime="2099-01-01T00:00:00Z">1 января</time></a><p>Парк.</p></article>',
    )
    found = (await pages.read(watched(base, "/blog"), None)).found
    assert [it.url for it in found] == [f"{base}/blog/dvor", f"{base}/blog/park"]


async def test_a_page_without_posts_tells_what_was_added_each_time_under_another_link(
    site: Site, base: str, pages: PageAdapter
) -> None:
    line = "Жители улицы Садовой жалуются на отсутствие тротуара у школы № {}."
    site.put("/wall", f"<p>{line.format(1)}</p>")
    where = watched(base, "/wall")
    reading = await pages.read(where, None)
    assert reading.found == []
    links = set()
    for number in (2, 3):
        site.put("/wall", "".join(f"<p>{line.format(each)}</p>" for each in range(1, number + 1)))
        reading = await pages.read(replace(where, cursor=reading.cursor), None)
        (found,) = reading.found
        assert found.text == line.format(number)
        links.add(found.url)
    assert len(links) == 2


async def test_a_page_in_another_encoding_is_read(site: Site, base: str, pages: PageAdapter) -> None:
    html = f'<head><meta charset="windows-1251"></head>{post(3, "Нет воды")}'
    site.pages["/old"] = ("text/html", html.encode("cp1251"))
    (found,) = (await pages.read(watched(base, "/old"), None)).found
    assert found.text == "Нет воды"


@pytest.mark.parametrize(
    ("rules", "fault"),
    [
        ("User-agent: *\nDisallow: /", Fault.PERSON),
        ("User-agent: Otklik\nDisallow: /*.php", Fault.PERSON),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Otklik\nAllow: /", None),
    ],
)
async def test_a_page_that_its_owner_closes_to_programs_is_not_asked_for(
    site: Site, base: str, pages: PageAdapter, rules: str, fault: Fault | None
) -> None:
    site.put("/robots.txt", rules, "text/plain")
    site.put(TOPIC, PHPBB.format(at="", more=""))
    if fault is None:
        assert (await pages.read(watched(base), None)).found
        return
    assert (await refused(pages, base)).fault is fault
    assert TOPIC not in site.paths


async def test_a_site_says_how_far_apart_it_wants_to_be_asked(
    site: Site, base: str, pages: PageAdapter
) -> None:
    site.put("/robots.txt", "User-agent: *\nCrawl-delay: 300\nDisallow: /admin", "text/plain")
    site.put(TOPIC, PHPBB.format(at="", more=""))
    reading = await pages.read(watched(base), None)
    assert reading.again_after is not None
    assert reading.again_after.total_seconds() == 300


async def test_while_robots_txt_cannot_be_had_nothing_is_read(
    site: Site, base: str, pages: PageAdapter
) -> None:
    site.moved["/robots.txt"] = (503, "")
    assert (await refused(pages, base)).fault is Fault.LATER


async def test_what_is_no_page_says_what_to_do(site: Site, base: str, pages: PageAdapter) -> None:
    site.next = [Said(200, b"%PDF-", {"Content-Type": "application/pdf"})]
    refusal = await refused(pages, base)
    assert refusal.fault is Fault.DATA and refusal.advice


# ---- the check of an answer


@pytest.mark.parametrize(
    ("page", "state"),
    [
        (
            post(12, ANSWER.replace("день", "<b>день</b>").replace(" ноября.", "&nbsp;ноября.<br>")),
            Stands.STANDS,
        ),
        (post(12, ANSWER.replace("26 ноября", "27 ноября")), Stands.EDITED),
        (post(12, ANSWER.replace("26 ноября", "27 ноября")) + post(14, ANSWER), Stands.EDITED),
        (post(13, "Спасибо!"), Stands.UNKNOWN),
        (f"<script>window.state = {json.dumps({'text': ANSWER})}</script>", Stands.STANDS),
    ],
)
async def test_a_page_shows_whether_the_answer_stands(
    site: Site, base: str, pages: PageAdapter, page: str, state: Stands
) -> None:
    site.put(TOPIC, f"<body>{page}</body>")
    seen = await pages.verify(f"{base}{TOPIC}#p12", ANSWER, None)
    assert seen.state is state
    # Read, and not there: a page that showed it once has lost it.
    assert (state is Stands.UNKNOWN) == (seen.text == "" and bool(seen.why))


async def test_a_page_that_does_not_open_says_what_can_be_said(
    site: Site, base: str, pages: PageAdapter
) -> None:
    for said, state in ((Said(404), Stands.DELETED), (Said(403), Stands.UNKNOWN), (None, Stands.UNKNOWN)):
        site.next = [said]
        seen = await pages.verify(f"{base}{TOPIC}", ANSWER, None)
        assert (seen.state, seen.text) == (state, None)
        assert (seen.why is None) == (state is Stands.DELETED)
