"""Help on pages: guides, the act clause by clause, and whom to ask."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import unquote

import pytest
from httpx import AsyncClient

from api.web import session
from api.web.clauses import with_clauses
from api.web.help import guides
from calendar_rules import act_text, regulation
from calendar_rules.regulation import LimitName

SignIn = Callable[[str], Awaitable[AsyncClient]]

HTML = {"Accept": "text/html"}
_ANCHOR = re.compile(r'href="/help/guides/(\w+)#([^"]+)"')
_FILES = Path(__file__).parents[2] / "docs" / "ru"


@pytest.fixture
async def curator(http: AsyncClient, as_: SignIn) -> AsyncClient:
    """A curator's browser."""
    token = (await as_("curator")).headers["Authorization"].removeprefix("Bearer ")
    http.cookies.set(session.COOKIE, token)
    http.headers.update(HTML)
    return http


async def test_the_help_has_the_guide_of_the_role_and_every_clause(curator: AsyncClient) -> None:
    page = await curator.get("/help")
    assert page.status_code == 200
    assert "Куратор выявляет сообщения, направляет их органам" in page.text
    text = act_text.of(regulation.order_238().act)
    assert text is not None
    for number in text.clauses:
        assert f'id="clause-{number}"' in page.text
    # The demo names nobody to ask: that is said, with who can.
    assert "OTKLIK_HELP_CONTACT" in page.text
    assert "Департамент внутренней политики Ивановской области" in page.text


async def test_a_clause_is_shown_in_the_words_of_the_act_and_one_that_is_not_there_is_not(
    curator: AsyncClient,
) -> None:
    shown = await curator.get("/help/clauses/11")
    assert "в течение 1 часа 30 минут с момента поступления проекта ответа" in shown.text
    assert (await curator.get("/help/clauses/22")).status_code == 404


async def test_whoever_has_not_signed_in_signs_in_first(http: AsyncClient) -> None:
    page = await http.get("/help", headers=HTML, follow_redirects=False)
    assert (page.status_code, page.headers["location"]) == (303, "/sign-in?next=/help")


def test_an_act_whose_text_is_not_here_has_none() -> None:
    assert [act_text.of(given.act) is not None for given in regulation.shipped()].count(True) == 1


def test_every_limit_of_the_order_has_its_clause() -> None:
    order = regulation.order_238()
    text = act_text.of(order.act)
    assert text is not None
    assert list(text.clauses) == list(range(1, 22))
    assert {order.limits[name].clause for name in LimitName} <= set(text.clauses)
    assert text.clauses[13][0].startswith("Согласованный Куратором ответ")
    assert len(text.clauses[15]) == 5


def test_a_guide_leads_to_places_that_are_there() -> None:
    for name in guides.NAMES:
        for other, place in _ANCHOR.findall(guides.guide(name).text):
            assert f'id="{unquote(place)}"' in guides.guide(other).text


def test_every_guide_of_a_role_is_shown() -> None:
    assert set(guides.NAMES) == {file.stem for file in _FILES.glob("*.md")} - {"new-region", "protection"}


def test_a_text_is_written_as_it_is_around_its_clauses() -> None:
    assert with_clauses("<b> & п. 9") == (
        '&lt;b&gt; &amp; <a class="clause" role="button" href="/help#clause-9" data-clause="9">п. 9</a>'
    )
    assert with_clauses("темп. 9") == "темп. 9"


async def test_an_error_keeps_one_in_the_program_with_the_search_and_a_way_on(curator: AsyncClient) -> None:
    page = await curator.get("/nope")
    assert page.status_code == 404
    assert "Такой страницы нет." in page.text
    assert 'popovertarget="person"' in page.text and 'action="/messages" role="search"' in page.text
    forbidden = await curator.get("/admin")
    assert forbidden.status_code == 403
    assert 'popovertarget="person"' in forbidden.text


async def test_an_error_shows_nothing_of_the_program_to_whoever_has_not_signed_in(http: AsyncClient) -> None:
    page = await http.get("/nope", headers=HTML)
    assert page.status_code == 404
    assert "popovertarget" not in page.text and 'role="search"' not in page.text


def test_a_clause_is_cited_in_words_too() -> None:
    assert with_clauses("срок истёк (пункт 11)").endswith('data-clause="11">пункт 11</a>)')
    assert "data-clause" not in with_clauses("11 пунктов")
    turned = with_clauses("\u202eпункт 11")
    assert "data-clause" not in turned
    assert turned.startswith("<bdi>")
