"""Sends one letter through one channel, whatever it is."""

from collections.abc import Mapping
from datetime import datetime

from service.notices import bots
from service.notices.bots import Bot
from service.notices.channel_addresses import MAIL, Address, Allowed, refuse_inner
from service.notices.letter import Letter
from service.notices.mail import NOT_SET, MailServer, MailSession
from service.notices.messengers import Messengers, room
from service.notices.sending import Fate, Outcome
from settings import Settings


class ChannelSending:
    """Of one process; `close` lets go of its threads."""

    def __init__(self, settings: Settings) -> None:
        self.server = MailServer.of(settings)
        self._allowed = Allowed.of(settings)
        self._bases: Mapping[str, str] = {
            bots.VKONTAKTE: settings.vkontakte_url,
            bots.MAX: settings.max_url,
        }
        self._messengers = Messengers()

    def close(self) -> None:
        """Let go of the threads."""
        self._messengers.close()

    async def alone(self, address: Address, letter: Letter, at: datetime) -> Outcome:
        """Send a letter, with a connection of its own if it is mail."""
        if address.scheme != MAIL:
            return await self.by_messenger(address, letter)
        if self.server is None:
            return Outcome(Fate.LATER, NOT_SET, everywhere=True)
        async with self.server.session() as session:
            return await self.by_mail(session, address, letter, at)

    async def by_mail(self, session: MailSession, address: Address, letter: Letter, at: datetime) -> Outcome:
        """Send a letter as mail of a moment."""
        return await session.send(letter, address.mail, at)

    async def by_messenger(self, address: Address, letter: Letter) -> Outcome:
        """Send a letter through what is not mail; what it is called goes along where there is a place for it."""
        bot = Bot.of(address.url)
        if bot is not None:
            text = f"{letter.subject}\n\n{letter.short(bots.ROOM[bot.scheme] - len(letter.subject) - 2)}"
            return await bots.send(bot, text, letter.id, self._bases)
        headers = {"Idempotency-Key": letter.id}
        if letter.notices:
            headers["X-Otklik-Notice"] = ", ".join(map(str, letter.notices))
        return await self._messengers.send(
            address.url,
            letter.subject,
            letter.short(room(address.url) - len(letter.subject) - 2),
            headers,
            lambda host, addresses: refuse_inner(host, addresses, self._allowed),
        )
