"""Instagram as the program needs it: comments under the account's own publications. The network is banned in Russia."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from calendar_rules.vocabulary import Network
from service.networks.platforms.answers import CLOCKS_DIFFER, refuse_unfit
from service.networks.platforms.instagram import reading, webhook
from service.networks.platforms.instagram.client import ACCESS_TOKEN, Client, Comment
from service.networks.platforms.instagram.place import Place, account_of, place_of
from service.networks.platforms.port import (
    Ability,
    Answer,
    Fault,
    Key,
    NetworkRefusalError,
    Platform,
    Published,
    PushAnswer,
    Pushed,
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

LONGEST: Final = 2200
_RATE: Final = Rate(1, timedelta(seconds=1))
_ON: Final = Traits(
    network=Network.INSTAGRAM,
    abilities=frozenset({Ability.READ, Ability.RECEIVE_PUSHES, Ability.PUBLISH_ON_OWN_PAGES, Ability.VERIFY}),
    kinds=frozenset({SourceKind.COMMUNITY}),
    max_length=LONGEST,
    rate=_RATE,
    credentials=(ACCESS_TOKEN, webhook.APP_SECRET, webhook.VERIFY_TOKEN),
    optional=frozenset({webhook.APP_SECRET, webhook.VERIFY_TOKEN}),
    key_named="ключ доступа этого аккаунта, который выдал его владелец",
)
_OFF: Final = Traits(
    network=Network.INSTAGRAM, abilities=frozenset(), kinds=frozenset(), max_length=LONGEST, rate=_RATE
)
_PAGES = 4
_IS_OFF = (
    "Instagram: работа программы с сетью выключена, потому что сеть в России запрещена. Сообщения регистрируют и "
    "ответы размещают вручную; администратор может включить её настройкой OTKLIK_INSTAGRAM."
)
_NOT_OWN = (
    "Instagram: программа отвечает только под публикациями своего аккаунта. Разместите ответ вручную и укажите "
    "ссылку на него."
)
_NO_COMMENT = "Ссылка ведёт не на комментарий Instagram. Откройте её и проверьте сами."
_HIDDEN = "Ответ скрыт от других. Откройте его в аккаунте и снимите скрытие."
_NO_FILES = "к комментарию нельзя приложить файл. Уберите файлы или разместите ответ вручную."


class InstagramAdapter:
    """The adapter; it does nothing unless the setting says so."""

    platform = Platform.INSTAGRAM

    def __init__(self, settings: Settings, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._client = Client(settings.instagram_url)
        self._is_on = settings.instagram
        self._clock = clock

    @property
    def traits(self) -> Traits:
        """Without the setting there are no abilities."""
        return _ON if self._is_on else _OFF

    async def names(self, key: Key) -> frozenset[str]:
        """None: links of publications do not say whose they are."""
        return frozenset()

    async def read(self, where: Where, key: Key | None) -> Reading:
        """What is new under the account's own publications, and where it is marked."""
        self._refuse_off()
        if key is None:
            raise NetworkRefusalError(
                Fault.PERSON,
                "Instagram: нет ключа аккаунта. Администратор указывает его; до тех пор сеть смотрят вручную.",
                code="no key",
            )
        return await reading.read(self._client, key, where, self._clock())

    async def publish(self, answer: Answer, key: Key) -> Published:
        """Answer a comment under a publication of our own, or comment the publication."""
        place = self._judged(answer)
        if place.comment:
            # Answers have one level: one to an answer goes under the same comment.
            number = await self._client.write(key, f"{place.comment}/replies", answer.text)
            return Published(Place(place.code, place.comment, number).url)
        media = await self._own_media(place, key)
        number = await self._client.write(key, f"{media}/comments", answer.text)
        return Published(Place(place.code, number).url)

    async def find_own(self, answer: Answer, key: Key) -> Published | None:
        """Our comment with this text in this place, not written before the answer was."""
        place, own = self._judged(answer), account_of(key.own_page)
        if own is None:
            raise NetworkRefusalError(
                Fault.PERSON,
                "Instagram: по странице аккаунта не узнать его имя. Администратор указывает её в виде "
                "https://www.instagram.com/имя.",
                code="no name",
            )
        since = answer.written_at - CLOCKS_DIFFER
        media = None if place.comment else await self._own_media(place, key)
        after: str | None = None
        for _ in range(_PAGES):
            if place.comment:
                page = await self._client.replies(key, place.comment, after)
            else:
                page = await self._client.comments(key, media or "", after)
            for comment in page.data:
                if _is_it(comment, own, since, answer.text):
                    parts = (place.comment, comment.id) if place.comment else (comment.id,)
                    return Published(Place(place.code, *parts).url, comment.timestamp.astimezone(UTC))
            after = page.paging.further
            if after is None:
                return None
        # Not seen to the end: a second answer would be worse than one that a person looks for.
        raise NetworkRefusalError(
            Fault.PERSON,
            "Instagram: комментариев слишком много, чтобы узнать, появился ли ответ. Откройте публикацию и проверьте "
            "сами.",
            code="too many",
        )

    async def verify(self, url: str, text: str, key: Key | None) -> Seen:
        """Whether the comment stands. What is not shown to a token that works is gone."""
        self._refuse_off()
        place = place_of(url)
        if place is None or place.number is None or key is None:
            return Seen(Stands.UNKNOWN, why=_NO_COMMENT)
        try:
            comment = await self._client.comment(key, place.number)
        except NetworkRefusalError as refused:
            if refused.fault is not Fault.GONE:
                raise
            await self._client.me(key)
            return Seen(Stands.DELETED)
        if comment.hidden:
            return Seen(Stands.UNKNOWN, comment.text, _HIDDEN)
        return Seen(Stands.STANDS if same(comment.text, text) else Stands.EDITED, comment.text)

    async def receive(self, pushed: Pushed, key: Key) -> PushAnswer:
        """A webhook of Meta's."""
        return webhook.receive(pushed, key) if self._is_on else PushAnswer(404)

    async def _own_media(self, place: Place, key: Key) -> str:
        """The number of a publication of our own by its code. Raises NetworkRefusalError where it is none of ours."""
        after: str | None = None
        for _ in range(_PAGES):
            page = await self._client.media(key, after, limit=100)
            for media in page.data:
                shown = place_of(media.permalink)
                if shown and shown.code == place.code:
                    return media.id
            after = page.paging.further
            if after is None:
                break
        raise NetworkRefusalError(Fault.PERSON, _NOT_OWN, code="not own")

    def _judged(self, answer: Answer) -> Place:
        self._refuse_off()
        place = place_of(answer.post_url)
        if place is None:
            raise NetworkRefusalError(Fault.PERSON, _NOT_OWN, code="no publication")
        refuse_unfit(answer, "Instagram", LONGEST, _NO_FILES)
        return place

    def _refuse_off(self) -> None:
        if not self._is_on:
            raise NetworkRefusalError(Fault.PERSON, _IS_OFF, code="off")


def _is_it(comment: Comment, own: str, since: datetime, text: str) -> bool:
    return comment.name.lower() == own and comment.timestamp >= since and same(comment.text, text)
