"""Mail: letters go to the installation's mail server, by TLS where that is another machine's (docs/run/channels.md)."""

import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address as Mailbox
from email.message import EmailMessage
from email.policy import SMTP as FOR_SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path
from urllib.parse import unquote, urlsplit

import aiosmtplib
from aiosmtplib import SMTP

from service.notices.letter import Letter
from service.notices.sending import Fate, Outcome
from settings import Settings, is_here

NOT_SET = "Почтовый сервер не настроен."
_WITHIN = 20.0
"""Seconds for each answer of the server."""
_ANY_MAILBOX = re.compile(r"[^\s<>@]+@[^\s<>@]+")
_LONGEST_REPLY = 160
_SERVICE_CLOSING = 421
_FIRST_OF_GOOD = 500


@dataclass(frozen=True)
class MailServer:
    """How mail leaves: server, TLS, name and password, and from whom it is."""

    host: str
    port: int | None
    by_tls: bool
    """TLS from the first byte, as `smtps://` says; else STARTTLS."""
    needs_tls: bool
    ca: Path | None
    sender: Mailbox
    name: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, settings: Settings) -> "MailServer | None":
        """The server of the settings; None where there is none."""
        if settings.smtp_url is None:
            return None
        parts = urlsplit(settings.smtp_url)
        host = parts.hostname or ""
        name = unquote(parts.username) if parts.username else None
        password = unquote(parts.password) if parts.password else None
        if settings.smtp_credentials_file is not None:
            written = settings.smtp_credentials_file.read_text(encoding="utf-8").strip()
            name, _, password = written.partition(":")
        return cls(
            host=host,
            port=parts.port,
            by_tls=parts.scheme == "smtps",
            needs_tls=settings.smtp_tls and not is_here(host),
            ca=settings.smtp_ca,
            sender=_sender(settings),
            name=name,
            password=password,
        )

    @asynccontextmanager
    async def session(self) -> AsyncIterator["MailSession"]:
        """One connection, opened with the first letter."""
        session = MailSession(self)
        try:
            yield session
        finally:
            await session.close()

    def client(self) -> SMTP:
        """A connection that is not open yet."""
        context = ssl.create_default_context(cafile=str(self.ca) if self.ca else None)
        here = is_here(self.host) and self.ca is None
        if here:
            # Nobody stands between this machine and itself, and its certificate is mostly its own.
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return SMTP(
            hostname=self.host,
            port=self.port or (465 if self.by_tls else 587 if self.needs_tls else 25),
            use_tls=self.by_tls,
            start_tls=None if self.by_tls or not self.needs_tls else True,
            tls_context=context,
            username=self.name,
            password=self.password,
            timeout=_WITHIN,
        )

    def written(self, letter: Letter, to: str, at: datetime) -> EmailMessage:
        """The mail of a letter; its own name and that of its thread are the same at every attempt."""
        mail = EmailMessage(policy=FOR_SMTP)
        domain = self.sender.domain
        root = f"<{letter.thread}@{domain}>"
        mail["From"] = self.sender
        mail["To"] = to
        mail["Subject"] = letter.subject
        mail["Date"] = format_datetime(at)
        mail["Message-ID"] = f"<{letter.id}@{domain}>"
        mail["In-Reply-To"] = root
        mail["References"] = root
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"
        for notice in letter.notices:
            mail["X-Otklik-Notice"] = str(notice)
        mail.set_content(letter.plain, cte="base64")
        mail.add_alternative(letter.html, subtype="html", cte="base64")
        return mail


class MailSession:
    """One connection to the server, used for one letter after the other."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._smtp: SMTP | None = None

    async def close(self) -> None:
        """Say goodbye, if anybody listens."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None and smtp.is_connected:
            with suppress(aiosmtplib.SMTPException, OSError):
                await smtp.quit(timeout=2)
            smtp.close()

    async def send(self, letter: Letter, to: str, at: datetime) -> Outcome:
        """Send a letter once."""
        mail = self._server.written(letter, to, at)
        try:
            smtp = await self._connected()
        except aiosmtplib.SMTPAuthenticationError as error:
            return await self._away(f"Почтовый сервер не принял имя и пароль: {_reply(error)}")
        except aiosmtplib.SMTPResponseException as error:
            return await self._away(f"Почтовый сервер не принимает письма: {_reply(error)}")
        except ssl.SSLError:
            return await self._away(
                "Почтовый сервер не подтвердил, что он тот самый: проверьте его сертификат."
            )
        except (aiosmtplib.SMTPException, OSError):
            return await self._away("Почтовый сервер не отвечает, или защищённого соединения с ним нет.")
        return await self._sent(smtp, mail, to)

    async def _connected(self) -> SMTP:
        if self._smtp is None or not self._smtp.is_connected:
            self._smtp = self._server.client()
            await self._smtp.connect()
        return self._smtp

    async def _sent(self, smtp: SMTP, mail: EmailMessage, to: str) -> Outcome:
        begun = False
        try:
            await smtp.mail(str(self._server.sender.addr_spec))
            await smtp.rcpt(to)
            begun = True
            await smtp.data(mail.as_bytes())
        except aiosmtplib.SMTPSenderRefused as error:
            return await self._away(f"Почтовый сервер не принимает письма с нашего адреса: {_reply(error)}")
        except aiosmtplib.SMTPResponseException as error:
            if error.code == _SERVICE_CLOSING:
                return await self._away(f"Почтовый сервер прервал приём: {_reply(error)}")
            await self._begin_again(smtp)
            for_good = error.code >= _FIRST_OF_GOOD
            said = "отказал" if for_good else "пока не принимает письмо"
            return Outcome(Fate.NEVER if for_good else Fate.LATER, f"Почтовый сервер {said}: {_reply(error)}")
        except (aiosmtplib.SMTPException, OSError):
            outcome = await self._away("Почтовый сервер прервал связь.")
            return Outcome(Fate.UNKNOWN, outcome.error, everywhere=True) if begun else outcome
        return Outcome(Fate.TAKEN)

    async def _begin_again(self, smtp: SMTP) -> None:
        try:
            await smtp.rset()
        except (aiosmtplib.SMTPException, OSError):
            smtp.close()

    async def _away(self, error: str) -> Outcome:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None
        return Outcome(Fate.LATER, error, everywhere=True)


def _sender(settings: Settings) -> Mailbox:
    if settings.mail_from is None:
        host = urlsplit(settings.public_url).hostname or ""
        return Mailbox(
            "Отклик", "otklik", host if re.search("[a-z]", host) and ":" not in host else "localhost"
        )
    title, address = parseaddr(settings.mail_from)
    return Mailbox(title or "Отклик", addr_spec=address)


def _reply(error: aiosmtplib.SMTPResponseException) -> str:
    """What a server has said, without addresses: it goes to the record and to the administrator."""
    return _ANY_MAILBOX.sub("…", f"{error.code} {' '.join(error.message.split())}")[:_LONGEST_REPLY]
