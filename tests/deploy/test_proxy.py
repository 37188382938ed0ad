"""The proxy's file closes what it says it closes, and fits the bounds and ports of the program."""

import re

import pytest

from api.request_body import AROUND_A_FILE
from api.response_headers import BY_TLS
from service.messages.attachments import LARGEST
from tests.deploy import compose
from tests.documents import ROOT

FILE = (ROOT / "deploy" / "nginx" / "otklik.conf").read_text(encoding="utf-8")
WITHOUT_COMMENTS = re.sub(r"^\s*#.*$", "", FILE, flags=re.MULTILINE)


def values(directive: str) -> list[str]:
    """What stands behind each of these directives, in order."""
    return re.findall(rf"^\s*{re.escape(directive)}\s+(.+);$", WITHOUT_COMMENTS, re.MULTILINE)


def location(of: str) -> str:
    """The block of the first place that a path matches, as nginx looks: patterns in order, then the rest."""
    blocks = re.findall(r"location (~ )?(\S+) \{([^}]*)\}", WITHOUT_COMMENTS)
    patterns = [(pattern, block) for tilde, pattern, block in blocks if tilde]
    (rest,) = (block for tilde, pattern, block in blocks if not tilde)
    found: str = next((block for pattern, block in patterns if re.search(pattern, of)), rest)
    return found


def test_every_process_of_the_api_is_asked() -> None:
    (published,) = compose.load(compose.environment())["services"]["api"]["ports"]
    first, last = map(int, published.split(":")[1].split("-"))
    servers = [value.partition(" ")[0] for value in values("server")]
    assert servers == [f"127.0.0.1:{port}" for port in range(first, last + 1)]


def test_only_todays_tls_is_taken_and_it_is_said_to_be_for_good() -> None:
    assert values("ssl_protocols") == ["TLSv1.2 TLSv1.3"]
    assert values("ssl_reject_handshake") == ["on"]
    said = BY_TLS["Strict-Transport-Security"]
    assert values("add_header") == [f'Strict-Transport-Security "{said}" always']


def test_nothing_that_a_client_claims_of_itself_is_passed_on() -> None:
    set_by_proxy = dict(value.split(None, 1) for value in values("proxy_set_header"))
    assert set_by_proxy["X-Forwarded-For"] == "$remote_addr"
    assert set_by_proxy["X-Forwarded-Proto"] == "$scheme"
    assert set_by_proxy["Forwarded"] == set_by_proxy["X-Forwarded-Host"] == '""'


@pytest.mark.parametrize(
    ("paths", "says"),
    [
        (("/metrics", "/readyz", "/healthz"), "return 404;"),  # for inside
        (("/api/token", "/sign-in", "/api/me/password"), "zone=otklik_sign_in"),  # guessing is slowed down
        (("/api/events", "/api/messages/12/events", "/events"), "proxy_buffering off;"),
        (("/", "/api/messages", "/api/messages/12/attachments", "/api/events"), "zone=otklik_requests"),
    ],
)
def test_a_path_has_the_bound_it_needs(paths: tuple[str, ...], says: str) -> None:
    for path in paths:
        assert says in location(path)
        assert ("proxy_pass http://otklik;" in location(path)) is ("404" not in says)


def test_a_file_of_the_greatest_size_fits_through() -> None:
    allowed = values("client_max_body_size")[0]
    assert int(allowed.removesuffix("m")) * 1024 * 1024 >= LARGEST + AROUND_A_FILE
    for directive in ("client_body_timeout", "client_header_timeout", "send_timeout"):
        (seconds,) = values(directive)
        assert int(seconds.removesuffix("s")) <= 30
