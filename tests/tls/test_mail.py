"""The mail server is reached by TLS that proves who it is; name and password go to no other."""

import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.notices.letter import Letters
from service.notices.mail import MailServer
from service.notices.sending import Fate, Outcome
from settings import Settings
from tests.mail_server import mail_server
from tests.tls.conftest import Certificates

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
NAME, PASSWORD = "otklik", "pass:word@"


def context(certificates: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / "postgres/cert.pem", certificates / "postgres/key.pem")
    return context


async def send(tmp_path: Path, **settings: object) -> Outcome:
    server = MailServer.of(Settings.load(data=tmp_path, mail_from="otklik@region.test", **settings))
    assert server is not None
    async with server.session() as session:
        return await session.send(
            Letters("https://otklik.test", UTC).trial(1, NOW), "ivanova@region.test", NOW
        )


@pytest.mark.parametrize("way", ["smtp", "smtps"])
async def test_a_server_that_proves_who_it_is_gets_name_password_and_mail(
    certificates: Certificates, tmp_path: Path, way: str
) -> None:
    tls = context(certificates.ours)
    async with mail_server(
        tls=tls if way == "smtp" else None, at_once=tls if way == "smtps" else None, known={NAME: PASSWORD}
    ) as server:
        secret = tmp_path / "secret"
        secret.write_text(f"{NAME}:{PASSWORD}\n")
        for url, file in (
            (f"{way}://localhost:{server.port}", secret),
            (f"{way}://{NAME}:pass%3Aword%40@localhost:{server.port}", None),
        ):
            outcome = await send(
                tmp_path,
                smtp_url=url,
                smtp_credentials_file=file,
                smtp_ca=certificates.ours / "postgres/ca.pem",
            )
            assert outcome.fate is Fate.TAKEN, outcome.error
        assert server.by_tls == [True, True]


@pytest.mark.parametrize(
    ("server_of", "said"), [("strangers", ""), ("ours", "имя и пароль")], ids=["stranger", "wrong password"]
)
async def test_a_stranger_and_whoever_does_not_know_the_password_get_nothing_and_nothing_is_given_up(
    certificates: Certificates, tmp_path: Path, server_of: str, said: str
) -> None:
    tls = context(getattr(certificates, server_of))
    async with mail_server(tls=tls, known={NAME: PASSWORD}) as server:
        outcome = await send(
            tmp_path,
            smtp_url=f"smtp://{NAME}:wrong@localhost:{server.port}",
            smtp_ca=certificates.ours / "postgres/ca.pem",
        )
    assert (outcome.fate, outcome.everywhere, server.taken) == (Fate.LATER, True, [])
    assert said in outcome.error


@pytest.mark.parametrize(
    ("url", "given", "needs"),
    [
        ("smtp://mail.region.test", {}, True),
        ("smtp://127.0.0.1", {}, False),
        ("smtp://mail.region.test", {"smtp_tls": False}, False),
    ],
)
def test_on_another_machine_tls_is_demanded_unless_a_setting_says_otherwise(
    tmp_path: Path, url: str, given: dict[str, bool], needs: bool
) -> None:
    server = MailServer.of(Settings.load(data=tmp_path, smtp_url=url, **given))
    assert server is not None
    assert server.needs_tls is needs
