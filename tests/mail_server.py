"""A mail server on loopback that does as it is told: refuses, stalls, hangs up, and comes back."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from tests.ports import free_port

HANG_UP = "hang up after the letter"
STALL = "stall"


@dataclass
class MailServer:
    """`answers` are given in their order, one to each letter; after them every letter is taken.

    `to_recipient` gives answers to RCPT, by address. `taken` are the letters taken, in order, also those of which the
    sender was not told.
    """

    port: int
    answers: list[str] = field(default_factory=list)
    to_recipient: dict[str, str] = field(default_factory=dict)
    taken: list[EmailMessage] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    by_tls: list[bool] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None
    at_once: ssl.SSLContext | None = None
    """TLS from the first byte, in place of STARTTLS."""
    on_letter: Callable[[], None] | None = None
    _server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_RCPT(  # noqa: N802  as aiosmtpd names it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.to_recipient.get(address, "250 OK")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer == STALL:
            await asyncio.sleep(3600)
        if answer == HANG_UP or answer.startswith("2"):
            assert isinstance(envelope.content, bytes)
            self.taken.append(message_from_bytes(envelope.content, policy=default))
            self.to.extend(envelope.rcpt_tos)
            self.by_tls.append(session.ssl is not None or self.at_once is not None)
            if self.on_letter is not None:
                self.on_letter()
        if answer == HANG_UP:
            assert server.transport is not None
            server.transport.close()
        return answer

    def _is_known(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        login, password = getattr(data, "login", b"").decode(), getattr(data, "password", b"").decode()
        return AuthResult(success=self.known.get(login) == password, handled=False)

    async def start(self) -> None:
        def connected() -> SMTP:
            return SMTP(
                self,
                hostname="otklik.test",
                tls_context=self.tls,
                require_starttls=self.tls is not None,
                authenticator=self._is_known if self.known else None,
                auth_required=bool(self.known),
                auth_require_tls=self.tls is not None,
                loop=asyncio.get_running_loop(),
            )

        self._server = await asyncio.get_running_loop().create_server(
            connected, "127.0.0.1", self.port, ssl=self.at_once
        )

    async def stop(self) -> None:
        """Nobody listens any more."""
        if self._server is not None:
            self._server.close()
            self._server = None


@asynccontextmanager
async def mail_server(
    *,
    tls: ssl.SSLContext | None = None,
    at_once: ssl.SSLContext | None = None,
    known: dict[str, str] | None = None,
) -> AsyncIterator[MailServer]:
    """A server that takes every letter until it is told otherwise."""
    server = MailServer(free_port(), tls=tls, at_once=at_once, known=known or {})
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
