"""YouTube as the program needs it: comments under channels and videos, answers from the body's channel."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from calendar_rules.vocabulary import Network
from service.networks.platforms.checks import CLOCKS_DIFFER, credential, same, too_many
from service.networks.platforms.port import (
    Ability,
    Adapter,
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
from service.networks.platforms.youtube import reading
from service.networks.platforms.youtube.client import TITLE, Client, Comment, Thread, Video
from service.networks.platforms.youtube.place import Place, page_of, place_of
from settings import Settings

LONGEST: Final = 10_000
API_KEY: Final = "api_key"
_OF_THE_ACCOUNT: Final = ("client_id", "client_secret", "refresh_token")
_TRAITS: Final = Traits(
    network=Network.VIDEO_HOSTING,
    abilities=frozenset(
        {Ability.READ, Ability.PUBLISH_ON_OWN_PAGES, Ability.PUBLISH_ELSEWHERE, Ability.VERIFY}
    ),
    kinds=frozenset({SourceKind.CHANNEL}),
    max_length=LONGEST,
    rate=Rate(5, timedelta(seconds=1)),
    credentials=(API_KEY, *_OF_THE_ACCOUNT),
    optional=frozenset(_OF_THE_ACCOUNT),
    key_named="ключ API YouTube (его создаёт в Google Cloud владелец проекта)",
    reads_any_page=True,
    sees_all=True,
)
_PAGES = 4
_NO_COMMENT = "Ссылка ведёт не на комментарий YouTube. Откройте её и проверьте сами."
_NO_VIDEO = "Видео удалено или скрыто, и программе его не видно. Откройте ссылку и проверьте сами."
_CLOSED = "Комментарии к видео отключены, и программе их не видно. Откройте ссылку и проверьте сами."


class YouTubeAdapter(Adapter):
    """The adapter. Reading and checking take an API key; answering takes the account's own consent."""

    platform = Platform.YOUTUBE
    traits = _TRAITS

    def __init__(self, settings: Settings, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self._client = Client(settings.youtube_url, settings.youtube_token_url)

    async def read(self, where: Where, key: Key | None) -> Reading:
        """What is new under the videos of a channel, or under one video."""
        own = page_of(key.own_page) if key else None
        return await reading.read(self._client, _by_api_key(key), where, own, self._clock())

    async def publish(self, answer: Answer, key: Key) -> Published:
        """Answer in the thread of a comment, or under the video."""
        place = _judged(answer)
        caller = await self._signed_in(key)
        if place.parent:
            number = await self._client.insert(
                "comments", caller, {"parentId": place.parent, "textOriginal": answer.text}
            )
        else:
            snippet = {"videoId": place.video, "topLevelComment": {"snippet": {"textOriginal": answer.text}}}
            number = await self._client.insert("commentThreads", caller, snippet)
        return Published(Place(place.video, number).url)

    async def find_own(self, answer: Answer, key: Key) -> Published | None:
        """Our comment with this text in this place; asked as its author, who sees what is held back too."""
        place, own = _judged(answer), page_of(key.own_page)
        if own is None:
            raise NetworkRefusalError(
                Fault.PERSON,
                "YouTube: по странице аккаунта не узнать канал. Администратор указывает её в виде "
                "https://www.youtube.com/channel/UC… или https://www.youtube.com/@канал.",
                code="no channel",
            )
        caller = await self._signed_in(key)
        since = answer.written_at - CLOCKS_DIFFER
        page: str | None = None
        for _ in range(_PAGES):
            comments, page = await self._page(caller, place, page)
            for comment in comments:
                about = comment.snippet
                shown = (about.original or "", about.text)
                if (
                    own.is_of(about.channel.value, about.author)
                    and about.published_at >= since
                    and any(same(text, answer.text) for text in shown)
                ):
                    return Published(Place(place.video, comment.id).url, about.published_at.astimezone(UTC))
            # Threads come the newest first; of answers the order is not documented.
            if page is None or (not place.parent and comments[-1].snippet.published_at < since):
                return None
        raise too_many(TITLE)

    async def verify(self, url: str, text: str, key: Key | None) -> Seen:
        """Whether the comment stands; one that is not shown is gone only where its video's comments are."""
        place = place_of(url)
        if place is None or place.comment is None:
            return Seen(Stands.UNKNOWN, why=_NO_COMMENT)
        caller = _by_api_key(key)
        given = {"part": "snippet", "id": place.comment, "textFormat": "plainText"}
        try:
            comments = (await self._client.list("comments", caller, given, Comment)).items
        except NetworkRefusalError as refused:
            if refused.fault is not Fault.GONE:
                raise
            comments = ()
        if comments:
            about = comments[0].snippet
            # YouTube shows some links by their titles: what was never edited is as it was written.
            edited = about.updated_at != about.published_at and not same(about.text, text)
            return Seen(Stands.EDITED if edited else Stands.STANDS, about.text)
        shown = await self._client.list("videos", caller, {"part": "statistics", "id": place.video}, Video)
        if not shown.items:
            return Seen(Stands.UNKNOWN, why=_NO_VIDEO)
        if shown.items[0].statistics.comments is None:
            return Seen(Stands.UNKNOWN, why=_CLOSED)
        return Seen(Stands.DELETED)

    async def _signed_in(self, key: Key) -> Mapping[str, str]:
        what = "доступ к каналу ({})"
        given = {name: credential(key, name, TITLE, what.format(name)) for name in _OF_THE_ACCOUNT}
        return await self._client.signed_in(given)

    async def _page(
        self, caller: Mapping[str, str], place: Place, page: str | None
    ) -> tuple[list[Comment], str | None]:
        """Comments among which an answer in this place is, and the token of their next page."""
        given = {"part": "snippet", "maxResults": "100", "textFormat": "plainText"}
        if page:
            given["pageToken"] = page
        if place.parent:
            answers = await self._client.list(
                "comments", caller, {**given, "parentId": place.parent}, Comment
            )
            return list(answers.items), answers.further
        threads = await self._client.list(
            "commentThreads", caller, {**given, "videoId": place.video, "order": "time"}, Thread
        )
        return [it.snippet.top for it in threads.items], threads.further if threads.items else None


def _by_api_key(key: Key | None) -> Mapping[str, str]:
    return {"X-Goog-Api-Key": credential(key, API_KEY, TITLE, "ключ API")}


def _judged(answer: Answer) -> Place:
    """Where the answer goes. Raises NetworkRefusalError for a link that leads to no video."""
    place = place_of(answer.post_url)
    if place is None:
        raise NetworkRefusalError(
            Fault.PERSON,
            "YouTube: ссылка ведёт не на видео и не на комментарий под ним. Разместите ответ вручную.",
            code="no video",
        )
    return place
