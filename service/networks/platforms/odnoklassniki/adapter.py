"""Одноклассники as the program needs them: groups read and checked; answers are put by hand."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from calendar_rules.vocabulary import Network
from service.networks.platforms.checks import compared
from service.networks.platforms.odnoklassniki import reading
from service.networks.platforms.odnoklassniki.client import (
    ACCESS_TOKEN,
    APPLICATION_KEY,
    APPLICATION_SECRET,
    CANNOT_BE_SEEN,
    Client,
)
from service.networks.platforms.odnoklassniki.place import place_of
from service.networks.platforms.port import (
    Ability,
    Adapter,
    Fault,
    Key,
    NetworkRefusalError,
    Platform,
    Rate,
    Reading,
    Seen,
    SourceKind,
    Stands,
    Traits,
    Where,
)
from settings import Settings

LONGEST: Final = 2000
_TRAITS: Final = Traits(
    network=Network.ODNOKLASSNIKI,
    abilities=frozenset({Ability.READ, Ability.VERIFY}),
    kinds=frozenset({SourceKind.COMMUNITY}),
    max_length=LONGEST,
    # A look makes up to three calls, of which a key has about three a second.
    rate=Rate(1, timedelta(seconds=1)),
    credentials=(APPLICATION_KEY, APPLICATION_SECRET, ACCESS_TOKEN),
    key_named="ключ приложения с доступом, который выдал администратор этой группы",
)
_NO_COMMENT = "Ссылка ведёт не на комментарий в Одноклассниках. Откройте её и проверьте сами."
_CLOSED = "Обсуждение закрыто, и программе его не видно. Откройте ссылку и проверьте сами."


class OdnoklassnikiAdapter(Adapter):
    """The adapter."""

    platform = Platform.ODNOKLASSNIKI
    traits = _TRAITS

    def __init__(self, settings: Settings, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._client = Client(settings.odnoklassniki_url)
        self._clock = clock

    async def read(self, where: Where, key: Key | None) -> Reading:
        """What is new in the discussions of a group that the account manages."""
        return await reading.read(self._client, key, where, self._clock())

    async def verify(self, url: str, text: str, key: Key | None) -> Seen:
        """Whether the comment stands, by `discussions.getComment`."""
        place = place_of(url)
        if place is None or place.comment is None:
            return Seen(Stands.UNKNOWN, why=_NO_COMMENT)
        try:
            comment = await self._client.comment(key, {**place.named, "commentId": place.comment})
        except NetworkRefusalError as refused:
            if refused.fault is Fault.GONE:
                return Seen(Stands.DELETED)
            if refused.code in CANNOT_BE_SEEN:
                return Seen(Stands.UNKNOWN, why=_CLOSED)
            raise
        if comment.is_removed:
            return Seen(Stands.DELETED)
        return compared(comment.text, text)
