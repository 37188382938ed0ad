"""Headers of every answer, whoever makes it, tell a browser what not to do."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response

from api.main import create_app
from settings import Settings
from tests.api.conftest import client_of
from tests.prepared import prepare

SignIn = Callable[[str], Awaitable[AsyncClient]]


def assert_protected(answer: Response) -> None:
    headers = answer.headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cross-origin-embedder-policy"] == "require-corp"
    assert "camera=()" in headers["permissions-policy"]
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    # Each once: two values would be read as whichever the browser likes.
    assert all(len(headers.get_list(name)) == 1 for name in headers)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 303),
        ("GET", "/sign-in", 200),
        ("GET", "/about", 200),
        ("GET", "/docs", 200),
        ("GET", "/openapi.json", 200),
        ("GET", "/healthz", 200),
        ("GET", "/metrics", 200),
        ("GET", "/readyz", 503),
        ("GET", "/api/directory", 401),
        ("GET", "/unknown", 404),
        ("PUT", "/api/messages", 405),
        ("POST", "/api/token", 422),
        ("GET", f"/?{'q' * 9000}", 414),
        ("GET", "/fails", 500),
    ],
)
async def test_every_answer_is_protected_and_kept_nowhere(
    app: FastAPI, http: AsyncClient, method: str, path: str, status: int
) -> None:
    @app.get("/fails")
    async def fails() -> None:
        raise RuntimeError("secret")

    answer = await http.request(method, path)
    assert answer.status_code == status
    assert_protected(answer)
    assert answer.headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in answer.headers


async def test_whoever_is_signed_in_gets_the_same(as_: SignIn) -> None:
    answer = await (await as_("curator")).get("/api/directory")
    assert answer.status_code == 200
    assert_protected(answer)
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/api/directory", "/fails"])
async def test_by_tls_the_browser_is_told_to_stay_with_it(app: FastAPI, path: str) -> None:
    @app.get("/fails")
    async def fails() -> None:
        raise RuntimeError("secret")

    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="https://otklik") as http:
        answer = await http.get(path)
    assert answer.headers["strict-transport-security"].startswith("max-age=31536000")


@pytest.mark.parametrize("path", ["/sign-in", "/about", "/docs"])
async def test_pages_have_nothing_inline_and_what_they_load_is_served(http: AsyncClient, path: str) -> None:
    page = (await http.get(path)).text
    assert not re.search(r"<style|<script(?! src=)|\sstyle=|\son\w+=", page)
    loaded = re.findall(r'<(?:link|script)[^>]* (?:href|src)="([^"]+)"', page)
    assert loaded
    for address in loaded:
        assert address.startswith("/")
        file = await http.get(address)
        assert file.status_code == 200
        assert file.headers["cache-control"].startswith("public, max-age=")
        assert_protected(file)


async def test_a_file_of_another_version_is_not_kept(http: AsyncClient) -> None:
    file = await http.get("/static/000000000000/otklik.svg")
    assert (file.status_code, file.headers["cache-control"]) == (200, "no-cache")


@pytest.mark.parametrize(
    "name", ["unknown.css", "%2e%2e/session.py", "css", "vendor/%2e%2e/%2e%2e/session.py"]
)
async def test_nothing_but_files_of_the_pages_is_served(http: AsyncClient, name: str) -> None:
    assert (await http.get(f"/static/x/{name}")).status_code == 404


@pytest.fixture
async def named(settings: Settings) -> AsyncIterator[FastAPI]:
    """An installation that is told its names."""
    told = Settings.load(
        data=settings.data,
        temporal_address=settings.temporal_address,
        temporal_namespace="default",
        public_url="https://Otklik.example.ru:8443/",
        hosts="kanal.example.ru, 10.0.0.5",
    )
    await prepare(told)
    app = create_app(told)
    async with app.router.lifespan_context(app):
        yield app


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("otklik.example.ru", 200),
        ("OTKLIK.example.ru:8443", 200),
        ("kanal.example.ru", 200),
        ("10.0.0.5", 200),
        ("localhost:8000", 200),
        ("127.0.0.1:8000", 200),
        ("[::1]:8000", 200),
        ("evil.example.ru", 421),
        ("otklik.example.ru.evil.ru", 421),
        ("evil.ru@otklik.example.ru", 421),
        ("10.0.0.6", 421),
        ("[::1", 421),
        ("", 421),
    ],
)
async def test_only_requests_for_this_server_are_served(named: FastAPI, host: str, status: int) -> None:
    async with client_of(named) as http:
        answer = await http.get("/healthz", headers={"Host": host})
    assert answer.status_code == status, answer.text
    assert_protected(answer)
    if status == 421:
        assert "OTKLIK_PUBLIC_URL" in answer.json()["detail"]


async def test_the_address_a_connection_came_in_by_is_always_known(named: FastAPI) -> None:
    """Probes and metrics are asked for by address: 10.0.0.6 here, where nobody has configured it."""
    async with AsyncClient(transport=ASGITransport(named), base_url="http://10.0.0.6:8000") as http:
        assert (await http.get("/healthz")).status_code == 200


async def test_two_names_are_none(named: FastAPI) -> None:
    async with client_of(named) as http:
        answer = await http.get("/healthz", headers=[("Host", "localhost"), ("Host", "evil.ru")])
    assert answer.status_code == 421


@pytest.mark.parametrize(
    "headers", [[(f"X-{number}", "a") for number in range(120)], [("X-Long", "a" * 40_000)]]
)
async def test_headers_are_bounded(http: AsyncClient, headers: list[tuple[str, str]]) -> None:
    answer = await http.get("/healthz", headers=headers)
    assert answer.status_code == 431
    assert_protected(answer)
