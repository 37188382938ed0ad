"""Одноклассники as the program needs them: groups read and checked; answers only where a setting says so."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from calendar_rules.vocabulary import Network
from service.networks.platforms.by_hand import ByHand
from service.networks.platforms.checks import CLOCKS_DIFFER, compared, refuse_unfit, too_many
from service.networks.platforms.odnoklassniki import reading
from service.networks.platforms.odnoklassniki.client import (
    ACCESS_TOKEN,
    APPLICATION_KEY,
    APPLICATION_SECRET,
    CANNOT_BE_SEEN,
    TITLE,
    Client,
)
from service.networks.platforms.odnoklassniki.place import Place, group_of, place_of
from service.networks.platforms.port import (
    Ability,
    Answer,
    Fault,
    Key,
    NetworkRefusalError,
    Platform,
    Published,
    Rate,
    Reading,
    Seen,
    SourceKind,
    Stands,
    Traits,
    Where,
)
from service.networks.platforms.texts import same
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
_PAGES = 3
_OFF = (
    "Одноклассники: сеть не описывает вызов, которым размещают комментарии, поэтому ответ размещается вручную. "
    "Администратор может включить размещение программой настройкой OTKLIK_ODNOKLASSNIKI_PUBLISHING."
)
_NOT_OWN = (
    "Одноклассники: программа отвечает только в обсуждениях своей группы. Разместите ответ вручную и укажите "
    "ссылку на него."
)
_NO_COMMENT = "Ссылка ведёт не на комментарий в Одноклассниках. Откройте её и проверьте сами."
_CLOSED = "Обсуждение закрыто, и программе его не видно. Откройте ссылку и проверьте сами."


class OdnoklassnikiAdapter(ByHand):
    """The adapter."""

    platform = Platform.ODNOKLASSNIKI

    def __init__(self, settings: Settings, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._client = Client(settings.odnoklassniki_url)
        self._publishes = settings.odnoklassniki_publishing
        self._clock = clock

    @property
    def traits(self) -> Traits:
        """Answering is among the abilities where it is switched on."""
        if not self._publishes:
            return _TRAITS
        return replace(_TRAITS, abilities=_TRAITS.abilities | {Ability.PUBLISH_ON_OWN_PAGES})

    async def read(self, where: Where, key: Key | None) -> Reading:
        """What is new in the discussions of a group that the account manages."""
        return await reading.read(self._client, key, where, self._clock())

    async def publish(self, answer: Answer, key: Key) -> Published:
        """Comment in a discussion of our own group."""
        place, _ = self._judged(answer, key)
        given = {"entityType": place.kind, "entityId": place.number, "comment": answer.text}
        if place.comment:
            given["reply_to_comment_id"] = place.comment
        number = await self._client.add_comment(key, given)
        if number is None:
            raise NetworkRefusalError(
                Fault.UNKNOWN,
                "Одноклассники: сеть не сообщила номер комментария.",
                code="no number",
            )
        return Published(Place(place.kind, place.number, number, place.group).url)

    async def find_own(self, answer: Answer, key: Key) -> Published | None:
        """Our comment with this text at this place, not written before the answer was."""
        place, group = self._judged(answer, key)
        # Whether the network shows the group or the person whose key it is, is not documented.
        own = {group, await reading.current_user(self._client, key)}
        since = answer.written_at - CLOCKS_DIFFER
        anchor = None
        for _ in range(_PAGES):
            page = await self._client.comments(key, {**place.named, **({"anchor": anchor} if anchor else {})})
            for comment in page.comments:
                if (
                    reading.is_of(comment, own)
                    and not comment.is_removed
                    and (comment.at is None or comment.at >= since)
                    and (comment.reply_to_comment_id or None) == place.comment
                    and same(comment.text, answer.text)
                ):
                    return Published(Place(place.kind, place.number, comment.id, place.group).url, comment.at)
            if not page.has_more or not page.anchor or page.anchor == anchor:
                return None
            anchor = page.anchor
        raise too_many(TITLE)

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

    def _judged(self, answer: Answer, key: Key) -> tuple[Place, str]:
        """Where the answer goes, and the number of the group. Raises NetworkRefusalError."""
        place, group = place_of(answer.post_url), group_of(key.own_page)
        if not self._publishes:
            raise NetworkRefusalError(Fault.PERSON, _OFF, code="off")
        if place is None or group is None or place.group != group:
            raise NetworkRefusalError(Fault.PERSON, _NOT_OWN, code="not own group")
        refuse_unfit(answer, TITLE, LONGEST)
        return place, group
