"""Rutube as the program needs it: new comments under the newest videos of a channel, or under one video.

Answers are put there by hand; whether one stands is read as anybody can.
"""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Final

from calendar_rules.vocabulary import Network
from service.messages.posts import key_of
from service.networks.platforms.by_hand import ByHand
from service.networks.platforms.port import (
    Ability,
    Fault,
    Found,
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
from service.networks.platforms.rutube.client import Comment, Comments, Videos, asked
from service.networks.platforms.texts import same
from service.networks.platforms.web_text import mentions
from settings import Settings

_LONGEST = 3000
_VIDEOS = 10
"""The newest of a channel, that are looked at."""
_THREADS, _MOST_CALLS = 10, 20
"""Threads whose answers a look reads, and pages of comments that a check goes through."""
_REMEMBERED = 3000
_FIRST_LOOK = timedelta(days=7)
_CHANNEL = re.compile(r"rutube\.ru/(?:channel|video/person)/(\d{1,15})(?:/|$)")
_VIDEO = re.compile(r"rutube\.ru/video/([\w-]{1,64})(?:\?comment=(\d{1,18}))?")


class RutubeAdapter(ByHand):
    """Without any key."""

    platform: Final = Platform.RUTUBE
    traits: Final = Traits(
        network=Network.VIDEO_HOSTING,
        abilities=frozenset({Ability.READ, Ability.VERIFY}),
        kinds=frozenset({SourceKind.CHANNEL}),
        max_length=_LONGEST,
        # A look makes a dozen calls or two; the site refuses those who ask often.
        rate=Rate(6, timedelta(minutes=1)),
    )

    def __init__(self, settings: Settings) -> None:
        self._base = settings.rutube_url

    async def read(self, where: Where, key: Key | None) -> Reading:
        """New comments, the oldest first. The cursor: the numbers of those that were `seen`; `floor`, in seconds."""
        seen = [int(number) for number in where.cursor.get("seen", ())]
        known = set(seen)
        floor = int(where.cursor.get("floor", (datetime.now(UTC) - _FIRST_LOOK).timestamp()))
        fresh: list[tuple[str, Comment]] = []
        for video in await self._videos(where.address):
            fresh += [(video, it) async for it in self._newest(video) if it.id not in known]
        since = datetime.fromtimestamp(floor, UTC)
        fresh.sort(key=lambda each: each[1].created_at or datetime.min.replace(tzinfo=UTC))
        found = [
            _found(video, comment)
            for video, comment in fresh
            if comment.text.strip()
            and not comment.is_deleted
            and mentions(comment.text, where.query)
            and not (comment.created_at and comment.created_at < since)
        ]
        numbers = [*seen, *(comment.id for _, comment in fresh)]
        return Reading(found, {"seen": numbers[-_REMEMBERED:], "floor": floor})

    async def verify(self, url: str, text: str, key: Key | None) -> Seen:
        """Among the comments of the video: the one that the link names, else one of this text."""
        found = _VIDEO.match(key_of(url))
        if found is None:
            return Seen(Stands.UNKNOWN, why="Это не ссылка на видео или комментарий Rutube.")
        try:
            return await self._looked_for(found[1], int(found[2]) if found[2] else None, text)
        except NetworkRefusalError as refusal:
            if refusal.fault is Fault.GONE:
                return Seen(Stands.DELETED)
            return Seen(Stands.UNKNOWN, why=refusal.advice)

    async def _looked_for(self, video: str, wanted: int | None, text: str) -> Seen:
        async for comment in self._all(video):
            if comment.id == wanted and not comment.is_deleted:
                return Seen(Stands.STANDS if same(comment.text, text) else Stands.EDITED, comment.text)
            if wanted is None and same(comment.text, text):
                return Seen(Stands.STANDS, comment.text)
        if wanted is not None:
            return Seen(Stands.DELETED)
        return Seen(
            Stands.UNKNOWN, "", "Под видео нет комментария с таким текстом: откройте его и проверьте."
        )

    async def _videos(self, address: str) -> list[str]:
        """The videos to look at. Raises NetworkRefusalError for what is neither a channel nor a video."""
        link = key_of(address)
        if found := _VIDEO.match(link):
            return [found[1]]
        channel = _CHANNEL.match(link)
        if channel is None:
            raise NetworkRefusalError(
                Fault.DATA,
                "Нужна ссылка на канал Rutube с номером (https://rutube.ru/channel/123/) или на одно видео.",
                code="address",
            )
        given = await asked(self._base, f"/api/video/person/{channel[1]}/", Videos)
        return [video.id for video in given.results[:_VIDEOS] if re.fullmatch(r"[\w-]{1,64}", video.id)]

    async def _newest(self, video: str) -> AsyncIterator[Comment]:
        """The newest comments of a video, with the answers of the busiest threads among them."""
        page = await self._page(video)
        for comment in page.results:
            yield comment
        busy = sorted(page.results, key=lambda it: it.replies_number, reverse=True)[:_THREADS]
        for comment in busy:
            if comment.replies_number:
                for reply in (await self._page(video, parent_id=str(comment.id))).results:
                    yield reply.model_copy(update={"parent_id": reply.parent_id or comment.id})

    async def _all(self, video: str) -> AsyncIterator[Comment]:
        """Every comment of a video. Raises NetworkRefusalError where there are more than a check goes through."""
        calls = 0
        threads: list[str | None] = [None]
        while threads:
            parent = threads.pop(0)
            number = 1
            while True:
                if calls == _MOST_CALLS:
                    raise NetworkRefusalError(
                        Fault.PERSON,
                        "Под видео слишком много комментариев: откройте ссылку и проверьте ответ сами.",
                        code="too many",
                    )
                calls += 1
                under = {"parent_id": parent} if parent else {}
                page = await self._page(video, page=str(number), **under)
                for comment in page.results:
                    yield comment
                    if parent is None and comment.replies_number:
                        threads.append(str(comment.id))
                if not page.has_next:
                    break
                number += 1

    async def _page(self, video: str, **query: str) -> Comments:
        return await asked(self._base, f"/api/comments/video/{video}/", Comments, **query)


def _found(video: str, comment: Comment) -> Found:
    page = f"https://rutube.ru/video/{video}/"
    user = comment.user
    return Found(
        url=f"{page}?comment={comment.id}",
        author=(user.name if user else None) or "Автор не указан",
        text=comment.text.strip(),
        posted_at=comment.created_at,
        parent_url=f"{page}?comment={comment.parent_id}" if comment.parent_id else page,
        author_url=user.site_url if user else None,
    )
