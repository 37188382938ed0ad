"""A network as an adapter sees it, kept in a file.

What goes wrong in it is said beforehand: `faults` are raised one by one, before anything is done or after it.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from calendar_rules.vocabulary import Network
from service.networks.accounts import NetworkAccounts
from service.networks.platforms.accounts import Account
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

OWN_PAGE = "https://vk.com/club238"
KEY = Key("key-1", OWN_PAGE, {"access_token": "secret"})
REPLY_LOST = NetworkRefusalError(Fault.UNKNOWN, "Связь с сетью прервалась.", code="lost")
LATER = NetworkRefusalError(Fault.LATER, "Сеть просит подождать.", code="29")


@dataclass
class FakeNetwork(Adapter):
    """The adapter of a network whose comments are lines of a file."""

    file: Path
    names_answers: bool = False
    platform: Platform = Platform.VKONTAKTE
    faults: list[Exception] = field(default_factory=list)
    """Raised by `publish`, one a call, before anything is published."""
    after: list[NetworkRefusalError] = field(default_factory=list)
    """Raised by `publish` once it has published: the network's yes is lost."""
    finding: list[NetworkRefusalError] = field(default_factory=list)
    """Raised by `find_own`."""
    on_yes: Callable[[], Awaitable[None] | None] = lambda: None
    """Called behind each yes, before the caller has it."""
    network: Network = Network.VKONTAKTE
    calls: list[str] = field(default_factory=list)
    by: list[str] = field(default_factory=list)
    """Ids of the keys that published, or tried to."""
    abilities: frozenset[Ability] = frozenset(Ability)
    attachments: Mapping[str, int] = field(default_factory=lambda: {"image": 2**20})
    finds_own: bool = True
    rate: Rate = field(default_factory=lambda: Rate(100, timedelta(seconds=1)))
    sees_all: bool = False
    hidden_from: frozenset[str] = frozenset()
    """Ids of keys to which nothing is shown there."""
    is_a_page: bool = False
    """What it does not show is not on a page that was read: nobody says that it is gone."""

    @property
    def traits(self) -> Traits:
        return Traits(
            network=self.network,
            abilities=self.abilities,
            kinds=frozenset(SourceKind),
            max_length=4096,
            rate=self.rate,
            attachments=self.attachments,
            most_attachments=2,
            credentials=("access_token",),
            names_answers=self.names_answers,
            sees_all=self.sees_all,
            finds_own=self.finds_own,
        )

    @property
    def asked(self) -> list[str]:
        """The calls but for checks, which come when they come."""
        return [call for call in self.calls if call != "verify"]

    @property
    def comments(self) -> list[dict[str, str]]:
        """What stands there, in the order in which it came."""
        if not self.file.exists():
            return []
        return [json.loads(line) for line in self.file.read_text().splitlines()]

    def keep(self, comments: list[dict[str, str]]) -> None:
        self.file.write_text("".join(f"{json.dumps(item)}\n" for item in comments))

    async def publish(self, answer: Answer, key: Key) -> Published:
        self.calls.append("publish")
        assert key.credentials
        self.by.append(key.id)
        if self.faults:
            raise self.faults.pop(0)
        known = [item for item in self.comments if item["name"] == answer.name] if self.names_answers else []
        if not known:
            url = f"{answer.post_url}?reply={len(self.comments) + 1}"
            files = ",".join(file.type for file in answer.files)
            known = [{"url": url, "name": answer.name, "text": answer.text, "post": answer.post_url}]
            self.keep([*self.comments, known[0] | {"files": files}])
        if (waited := self.on_yes()) is not None:
            await waited
        if self.after:
            raise self.after.pop(0)
        return Published(known[0]["url"])

    async def find_own(self, answer: Answer, key: Key) -> Published | None:
        self.calls.append("find_own")
        if self.finding:
            raise self.finding.pop(0)
        for item in self.comments:
            if item["post"] == answer.post_url and item["text"] == answer.text:
                return Published(item["url"])
        return None

    async def verify(self, url: str, text: str, key: Key | None) -> Seen:
        self.calls.append("verify")
        if self.finding:
            raise self.finding.pop(0)
        shown = [] if key is not None and key.id in self.hidden_from else self.comments
        found = next((item["text"] for item in shown if item["url"] == url), None)
        if found is None and self.is_a_page:
            return Seen(Stands.UNKNOWN, "", "На странице нет текста.")
        if found is None:
            return Seen(Stands.DELETED)
        return Seen(Stands.STANDS if found == text else Stands.EDITED, found)

    async def read(self, where: Where, key: Key | None) -> Reading:
        self.calls.append("read")
        return Reading((), {})


class FakeAccounts(NetworkAccounts):
    """One account, of the body `roads`."""

    def __init__(self, platform: Platform = Platform.VKONTAKTE) -> None:
        self.known = [Account("key-1", "roads", platform, OWN_PAGE, None, lambda: KEY)]

    def add(self, key: str, page: str) -> None:
        """Another account of the body, added after those that are known."""
        first = self.known[-1]
        opened = Key(key, page, KEY.credentials)
        self.known.insert(0, Account(key, first.body, first.platform, page, None, lambda: opened))

    async def of_body(self, network: str, body: str) -> list[Account]:
        return [item for item in self.known if item.body == body]

    async def of_platform(self, platform: Platform) -> list[Account]:
        return [item for item in self.known if item.platform is platform]
