"""The benches of the networks that have an interface: each with its stand-in, and what people do there."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import pytest

from service.networks.platforms.max.adapter import MaxAdapter
from service.networks.platforms.odnoklassniki.adapter import OdnoklassnikiAdapter
from service.networks.platforms.port import SourceKind
from service.networks.platforms.telegram.adapter import TelegramAdapter
from service.networks.platforms.vkontakte.adapter import VkontakteAdapter
from service.networks.platforms.youtube.adapter import YouTubeAdapter
from settings import Settings
from tests.networks.bench import Bench
from tests.networks.max import stand_in as mx
from tests.networks.odnoklassniki import stand_in as ok
from tests.networks.telegram import stand_in as tg
from tests.networks.vkontakte import stand_in as vk
from tests.networks.youtube import stand_in as yt


@dataclass(kw_only=True)
class OfVkontakte(Bench[vk.Vkontakte]):
    text = "Анна Сергеевна, яму на ул. Ленина заделают до 1 декабря. Департамент дорог & транспорта"
    author = "Анна Иванова-100172", "https://vk.com/id100172"

    @property
    def adapter(self) -> VkontakteAdapter:
        self.network.forget_pace()
        return VkontakteAdapter(Settings(vkontakte_url=self.network.base), lambda: self.now)

    def post(self) -> str:
        return self.network.link(self.network.write_post("О дорогах", -self.network.group, at=self.now))

    def comment(
        self, post: str, text: str, to: str = "", at: datetime | None = None, own: bool = False
    ) -> str:
        author, answers = (-self.network.group if own else 100172), self.at(to) if to else None
        return self.network.link(
            self.network.write_comment(self.at(post), text, author, answers, at or self.now)
        )

    def at(self, url: str) -> Any:
        there: list[Any] = [*self.network.posts.values(), *self.network.comments.values()]
        return next(it for it in there if self.network.link(it) == url)

    def close(self, post: str, closed: bool = True) -> None:
        self.at(post).comments_closed = closed

    def answers(self) -> list[tuple[str, str]]:
        return [(self.network.link(it), it.text) for it in self.network.answers()]


@dataclass(kw_only=True)
class OfOdnoklassniki(Bench[ok.Odnoklassniki]):
    text = "Анна, лифт починят до 1 декабря."
    author = "Анна С.", "https://ok.ru/profile/574951234"

    @property
    def adapter(self) -> OdnoklassnikiAdapter:
        self.network.forget_pace()
        return OdnoklassnikiAdapter(Settings(odnoklassniki_url=self.network.base), lambda: self.now)

    def post(self) -> str:
        return self.network.link(self.network.write_topic("О лифтах"))

    def comment(
        self, post: str, text: str, to: str = "", at: datetime | None = None, own: bool = False
    ) -> str:
        author, answers = (self.network.group if own else "574951234"), self.at(to) if to else None
        return self.network.link(
            self.network.write_comment(self.at(post), text, author, answers, at or self.now)
        )

    def at(self, url: str) -> Any:
        there: list[Any] = [*self.network.topics.values(), *self.network.comments.values()]
        return next(it for it in there if self.network.link(it) == url)

    def close(self, post: str, closed: bool = True) -> None:
        self.at(post).closed = closed


@dataclass(kw_only=True)
class OfYouTube(Bench[yt.YouTube]):
    kind = SourceKind.CHANNEL
    text = "Анна, яму на ул. Ленина заделают до 1 декабря."
    author = "@anna", "http://www.youtube.com/@anna"

    @property
    def adapter(self) -> YouTubeAdapter:
        settings = Settings(youtube_url=self.network.base, youtube_token_url=self.network.tokens)
        return YouTubeAdapter(settings, lambda: self.now)

    def post(self) -> str:
        return self.network.link(self.network.write_video())

    def comment(
        self, post: str, text: str, to: str = "", at: datetime | None = None, own: bool = False
    ) -> str:
        answers = self.at(to) if to else None
        return self.network.link(
            self.network.write_comment(post.partition("v=")[2], text, answers, at or self.now, own)
        )

    def at(self, url: str) -> Any:
        return self.network.comments[url.partition("&lc=")[2]]

    def edit(self, url: str) -> None:
        there = self.at(url)
        there.text, there.edited_at = "Решайте сами", there.at + timedelta(hours=1)

    def close(self, post: str, closed: bool = True) -> None:
        (self.network.closed.add if closed else self.network.closed.remove)(post.partition("v=")[2])

    def answers(self) -> list[tuple[str, str]]:
        return [(self.network.link(it), it.text) for it in self.network.answers()]


@dataclass(kw_only=True)
class OfMax(Bench[mx.MaxStandIn]):
    kind = SourceKind.CHANNEL
    text = "Здравствуйте! Мусор вывезли."
    author = "Анна С.", None

    @cached_property
    def adapter(self) -> MaxAdapter:
        return MaxAdapter(Settings(max_url=self.network.base), lambda: self.now)

    def post(self) -> str:
        number = len(self.network.comments) + 1
        self.network.comments.setdefault(f"mid.post{number}", [])
        return f"{self.network.page}/post{number}"

    def comment(
        self, post: str, text: str, to: str = "", at: datetime | None = None, own: bool = False
    ) -> str:
        mid = f"mid.{post.rpartition('/')[2]}"
        said = self.network.say(
            text,
            mid,
            bot=own,
            timestamp=int((at or self.now).timestamp() * 1000),
            link={"type": "reply", "message": self.at(to)["body"]} if to else None,
        )
        return f"{post}?post={mid}&comment={said['body']['mid']}"

    def at(self, url: str) -> Any:
        said = (it for comments in self.network.comments.values() for it in comments)
        return next(it for it in said if it["body"]["mid"] == url.partition("comment=")[2])

    def edit(self, url: str) -> None:
        self.at(url)["body"]["text"] = "Мусор не вывезли"

    def delete(self, url: str) -> None:
        for comments in self.network.comments.values():
            comments[:] = [it for it in comments if it["body"]["mid"] != url.partition("comment=")[2]]

    def close(self, post: str, closed: bool = True) -> None:
        self.network.hidden = closed

    def answers(self) -> list[tuple[str, str]]:
        return [
            (
                f"{self.network.page}/{mid.removeprefix('mid.')}?post={mid}&comment={it['body']['mid']}",
                it["body"]["text"],
            )
            for mid, comments in self.network.comments.items()
            for it in comments
            if it["sender"]["is_bot"]
        ]


@dataclass(kw_only=True)
class OfTelegram(Bench[tg.TelegramStandIn]):
    kind = SourceKind.CHANNEL
    text = "Здравствуйте! Фонарь починили."
    author = "Анна С.", "https://t.me/anna"
    said: dict[str, Any] = field(default_factory=dict)
    """By its link: what a bot has heard is an update no more."""

    @cached_property
    def adapter(self) -> TelegramAdapter:
        return TelegramAdapter(Settings(telegram_url=self.network.base))

    def post(self) -> str:
        return f"{self.network.page}/{tg.POST}"

    def comment(
        self, post: str, text: str, to: str = "", at: datetime | None = None, own: bool = False
    ) -> str:
        answered = self.said[to] if to else self.network.forwarded_post()
        of_channel = {"sender_chat": tg.in_a_message(self.network.chats[tg.CHANNEL])} if own else {}
        date = int((at or self.now).timestamp())
        said = self.network.hear(text, answered, date=date, **of_channel)
        url = f"https://t.me/ivanovo_chat/{said['message_id']}"
        self.said[url] = said
        return url

    def delete(self, url: str) -> None:
        self.network.sent.pop(int(url.rpartition("/")[2]))

    def answers(self) -> list[tuple[str, str]]:
        return [
            (f"https://t.me/ivanovo_chat/{number}", it["text"]) for number, it in self.network.sent.items()
        ]


def _milliseconds() -> int:
    return int(datetime.now(UTC).timestamp() * 1000)


BENCHES: dict[str, tuple[type[Bench[Any]], Callable[[], Any]]] = {
    "vkontakte": (OfVkontakte, vk.Vkontakte),
    "odnoklassniki": (OfOdnoklassniki, ok.Odnoklassniki),
    "odnoklassniki in seconds, oldest first": (
        OfOdnoklassniki,
        lambda: ok.Odnoklassniki(newest_first=False, has_milliseconds=False),
    ),
    "youtube": (OfYouTube, yt.YouTube),
    "max": (OfMax, lambda: mx.MaxStandIn(now=_milliseconds())),
    "max without markers": (
        OfMax,
        lambda: mx.MaxStandIn(now=_milliseconds(), has_markers=False),
    ),
    "telegram": (OfTelegram, tg.TelegramStandIn),
}


@asynccontextmanager
async def running(name: str) -> AsyncIterator[Any]:
    of, network = BENCHES[name]
    async with network().running() as stand_in:
        yield of(network=stand_in, now=datetime.now(UTC).replace(microsecond=0))


def bench_of(name: str) -> Any:
    """A fixture: the bench of this network, which runs."""

    @pytest.fixture(name="bench")
    async def bench() -> AsyncIterator[Any]:
        async with running(name) as of_network:
            yield of_network

    return bench


@pytest.fixture(name="bench")
async def indirect_bench(request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    """That of the network which the test names."""
    async with running(request.param) as of_network:
        yield of_network
