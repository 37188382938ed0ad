"""Undelivered notices, for the administrator: what they are, why, and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from service.access import wording
from service.access.errors import NotFoundError
from service.notices import channel_addresses
from settings import Settings
from store.database.engines import Database
from store.notices import channels, deliveries
from store.notices.deliveries import Figures, Undelivered

LONG = timedelta(hours=1)
"""For so long a channel may not get through before the administrator is shown it."""


@dataclass(frozen=True, slots=True)
class UndeliveredOf:
    """What does not get through one channel of a person: `advice` says what to do."""

    channel: int
    person: str
    name: str
    title: str
    failed: int
    waiting: int
    since: datetime
    error: str
    advice: str


class UndeliveredNotices:
    """Shows them, and has them tried again."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._db = database
        self.mail_is_set = settings.smtp_url is not None

    async def read(self) -> tuple[Sequence[UndeliveredOf], Figures]:
        """Each channel with something that does not get through, and how delivery stands on the whole."""
        now = datetime.now(UTC)
        async with self._db.read() as session:
            found = await deliveries.undelivered(session, now - LONG)
            figures = await deliveries.figures(session, now)
        return [self._shown(item) for item in found], figures

    async def again(self, channel: int) -> None:
        """What has failed there is tried at once. Raises NotFoundError."""
        async with self._db.write() as session:
            if await channels.by_id(session, channel) is None:
                raise NotFoundError(wording.NO_CHANNEL)
            await deliveries.again(session, channel, datetime.now(UTC))

    def _shown(self, item: Undelivered) -> UndeliveredOf:
        return UndeliveredOf(
            channel=item.channel,
            person=item.person,
            name=item.name,
            title=channel_addresses.title(item.scheme),
            failed=item.failed,
            waiting=item.waiting,
            since=item.since,
            error=item.error or wording.CHANNEL_SAYS_NOTHING,
            advice=self._advice(item),
        )

    def _advice(self, item: Undelivered) -> str:
        if item.scheme == channel_addresses.MAIL and not item.failed:
            return wording.CHECK_MAIL_SERVER if self.mail_is_set else wording.SET_MAIL_SERVER
        if item.failed:
            return wording.ASK_FOR_ANOTHER_CHANNEL
        return wording.CHECK_CHANNEL
