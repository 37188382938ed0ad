"""Reads and answers in the demo's invented network, as in any other; what is shared is the file of its entries."""

import asyncio
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from calendar_rules.vocabulary import Network
from embedded.demo.network import PATH
from embedded.demo.network.entries import Entries, Entry, FullError
from service.networks.platforms.checks import same
from service.networks.platforms.port import (
    Ability,
    Adapter,
    Answer,
    Fault,
    Found,
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
from service.networks.platforms.registry import add_in_demos
from service.networks.platforms.web_text import mentions
from settings import Settings

AUTHOR: Final = "author"
"""The part of a key that says by what title its account answers."""
_LONGEST: Final = 4000
_ENTRY: Final = re.compile(rf"{PATH}/(\d{{1,9}})$")
_FULL: Final = "Демонстрационная сеть заполнена: ответьте вручную или начните с нового каталога данных."
_NOT_THERE: Final = "Такой публикации в демонстрационной сети нет."
_NO_ANSWER: Final = "Это ссылка не на ответ под публикацией демонстрационной сети."


class DemoAdapter(Adapter):
    """Adapter of an installation with `--demo`."""

    platform: Final = Platform.DEMO
    traits: Final = Traits(
        network=Network.BLOG,
        abilities=frozenset(
            {Ability.READ, Ability.PUBLISH_ON_OWN_PAGES, Ability.PUBLISH_ELSEWHERE, Ability.VERIFY}
        ),
        kinds=frozenset({SourceKind.COMMUNITY, SourceKind.PAGE}),
        max_length=_LONGEST,
        rate=Rate(20, timedelta(seconds=1)),
        reads_any_page=True,
        sees_all=True,
        names_answers=True,
    )

    def __init__(self, settings: Settings) -> None:
        self._entries = Entries(settings.data)
        self._base = f"{settings.public_url}{PATH}"

    async def read(self, where: Where, key: Key | None) -> Reading:
        """What people wrote, the oldest first. The cursor: `after`, the number of the last entry that was seen."""
        after, entries = int(where.cursor.get("after", 0)), await asyncio.to_thread(self._entries.all)
        found = [
            Found(self._url(entry.id), entry.author, entry.text, entry.at, self._parent(entry, entries))
            for entry in entries
            if entry.id > after and not entry.official and mentions(entry.text, where.query)
        ]
        return Reading(found, {"after": max(after, len(entries))})

    async def publish(self, answer: Answer, key: Key) -> Published:
        entries = await asyncio.to_thread(self._entries.all)
        under = _find(answer.post_url, entries)
        if under is None:
            raise NetworkRefusalError(Fault.GONE, _NOT_THERE)
        try:
            entry = await asyncio.to_thread(
                self._entries.add,
                key.credentials[AUTHOR],
                answer.text,
                datetime.now(UTC),
                post=under.post or under.id,
                official=True,
                name=answer.name,
            )
        except FullError:
            raise NetworkRefusalError(Fault.PERSON, _FULL) from None
        return Published(self._url(entry.id), entry.at)

    async def find_own(self, answer: Answer, key: Key) -> Published | None:
        for entry in await asyncio.to_thread(self._entries.all):
            if entry.name == answer.name:
                return Published(self._url(entry.id), entry.at)
        return None

    async def verify(self, url: str, text: str, key: Key | None) -> Seen:
        entry = _find(url, await asyncio.to_thread(self._entries.all))
        if entry is None or entry.post is None:
            return Seen(Stands.UNKNOWN, why=_NO_ANSWER)
        return Seen(Stands.STANDS if same(entry.text, text) else Stands.EDITED, entry.text)

    def _url(self, number: int) -> str:
        return f"{self._base}/{number}"

    def _parent(self, entry: Entry, entries: Sequence[Entry]) -> str | None:
        """What a comment answers: the last answer of a body above it, else the post."""
        if entry.post is None:
            return None
        answers = [it.id for it in entries if it.post == entry.post and it.official and it.id < entry.id]
        return self._url(answers[-1] if answers else entry.post)


def register() -> None:
    """Have processes of a demo read and answer in it, and know its links; a second time changes nothing."""
    add_in_demos(Platform.DEMO, DemoAdapter, PATH)


def _find(url: str, entries: Sequence[Entry]) -> Entry | None:
    named = _ENTRY.search(url)
    return next((entry for entry in entries if named and entry.id == int(named[1])), None)
