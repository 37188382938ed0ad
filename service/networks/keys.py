"""Keys of bodies' accounts in networks: given by an administrator, kept sealed, never shown again (cl. 13)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated
from uuid import uuid4

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from calendar_rules.titles import NETWORKS
from calendar_rules.vocabulary import Network
from service.access import note as access_note
from service.access import wording
from service.access.errors import InvalidInputError, NotFoundError
from service.access.values import Instant
from service.commands.requests import Key as DirectoryKey
from service.commands.requests import Link
from service.keys.ring import KeyRing
from service.messages import networks
from service.networks.known_platforms import Platforms
from service.networks.platforms.port import Key, Traits
from service.networks.seal import NetworkSeal
from service.runs.rules import Rules
from store.database.engines import Database
from store.database.session import Session
from store.directory import edits as directory_edits
from store.directory import rows as directory_rows
from store.directory.edits import Action, Edit, Part
from store.networks import keys as network_keys
from store.networks import sources
from store.networks.tables import NetworkKeyRow
from store.people.persons import Actor

_MOST_PARTS = 20
_LONGEST_NAME, _LONGEST_PART = 100, 10_000

PART_TITLES: Mapping[str, str] = {
    "access_token": "Ключ доступа",
    "api_key": "Ключ API",
    "application_key": "Публичный ключ приложения",
    "application_secret_key": "Секретный ключ приложения",
    "bot_token": "Ключ бота",
    "token": "Ключ",
    "chat_id": "Номер канала (chat_id)",
    "service_key": "Сервисный ключ приложения",
    "community_key": "Ключ сообщества",
    "group_id": "Номер сообщества",
    "confirmation": "Строка подтверждения сервера",
    "secret": "Секретный ключ сервера",
    "client_id": "Идентификатор клиента",
    "client_secret": "Секрет клиента",
    "refresh_token": "Ключ обновления",
}
"""What people call the parts of keys; others are called by their names."""


def _parts(given: dict[str, str]) -> dict[str, str]:
    if not given:
        raise PydanticCustomError("russian", "укажите ключ: без него аккаунт ничего не может.")
    if len(given) > _MOST_PARTS or any(
        not 0 < len(name) <= _LONGEST_NAME or not name.isascii() or not name.isprintable() for name in given
    ):
        raise PydanticCustomError("russian", "части ключа названы не так, как их называет сеть.")
    for name, value in given.items():
        # What was given is never repeated: it is a secret.
        if not value.strip() or len(value) > _LONGEST_PART or not value.isprintable():
            raise PydanticCustomError(
                "russian", "часть «{part}» пуста или записана с ошибкой.", {"part": name}
            )
    return {name: value.strip() for name, value in given.items()}


class AccountGiven(BaseModel):
    """Аккаунт органа в сети и ключ к нему; ключ больше никогда не показывается."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    network: Network = Field(description="Сеть (п. 3).")
    body: DirectoryKey = Field(description="Ключ органа из справочника.", examples=["roads"])
    url: Link = Field(description="Страница аккаунта в сети.", examples=["https://vk.com/roads37"])
    credentials: Annotated[dict[str, str], AfterValidator(_parts)] = Field(
        repr=False,
        description="Части ключа по именам, принятым для площадки.",
        examples=[{"access_token": "…"}],
    )
    expires_at: Instant | None = Field(
        default=None, description="Когда ключ перестанет действовать; без него — не истекает."
    )


class AccountView(BaseModel):
    """Аккаунт, к которому есть ключ."""

    id: str
    network: Network
    body: str
    url: str
    platform: str | None = Field(
        description="Площадка, для вызовов которой этот ключ; пусто, если программа её не знает."
    )
    expires_at: datetime | None
    added_by: str
    added_at: datetime
    hook: str = Field(description="Адрес на этом сервере, по которому сеть сообщает о новом (POST).")


class AccountList(BaseModel):
    """Аккаунты с ключами, по органам и сетям."""

    items: list[AccountView]
    next: str | None = None


class NetworkKeys:
    """Keeps keys of accounts, and opens them for a call."""

    def __init__(self, database: Database, keys: KeyRing, platforms: Platforms, rules: Rules) -> None:
        self._db = database
        self._seal = NetworkSeal(keys)
        self._platforms = platforms
        self._zone = rules.zone

    def opened(self, row: NetworkKeyRow) -> Key:
        """The key of a row, for one call. Raises ValueError where it cannot be opened."""
        return self._seal.opened(row)

    async def listed(self) -> AccountList:
        """Every account that has a key."""
        async with self._db.read() as session:
            rows = await network_keys.all_of_them(session)
        return AccountList(items=[self._view(row) for row in rows])

    def asked_for(self, network: Network, url: str) -> Traits | None:
        """What is known of the platform of an account; None: no program can speak to it."""
        adapter = self._platforms.of(network, url)
        return None if adapter is None else adapter.traits

    async def add(self, caller: Actor, given: AccountGiven) -> AccountView:
        """Keep a key; one of the same account takes the place of the one before, under the same id.

        Raises InvalidInputError.
        """
        self._judge(given)
        now = datetime.now(UTC)
        if given.expires_at is not None and given.expires_at <= now:
            raise InvalidInputError("expires_at", wording.KEY_IS_OVER)
        adapter = self._platforms.of(given.network, given.url)
        async with self._db.write(alone=True) as session:
            title = await self._fitting(session, given)
            known = [
                row
                for row in await network_keys.of_body(session, given.network, given.body)
                if row.url == given.url
            ]
            row = known[0] if known else _new(caller, given, now)
            row.platform = None if adapter is None else adapter.platform.value
            row.credentials = self._seal.sealed(row.id, given.credentials)
            row.expires_at, row.added_by, row.added_at = given.expires_at, caller.key, now
            session.add(row)
            await sources.asked_again(session, [given.network.value])
            _note(session, caller, now, row, title, Action.CHANGED if known else Action.ADDED)
        access_note.adds(network=given.network, body=given.body)
        return self._view(row)

    async def remove(self, caller: Actor, key: str) -> None:
        """The key is gone at once, with its credentials; the body's official page stays. Raises NotFoundError."""
        async with self._db.write(alone=True) as session:
            row = await network_keys.by_id(session, key)
            if row is None:
                raise NotFoundError(wording.NO_ACCOUNT)
            await network_keys.remove(session, key)
            titles = await directory_rows.titles_of_bodies(session)
            _note(session, caller, datetime.now(UTC), row, titles.get(row.body, row.body), Action.GONE)
        access_note.adds(network=row.network, body=row.body)

    def _judge(self, given: AccountGiven) -> None:
        """Raises InvalidInputError for parts that the platform has no use for, or that it lacks."""
        traits = self.asked_for(given.network, given.url)
        if traits is None:
            return
        if not traits.credentials:
            raise InvalidInputError("credentials", wording.NO_KEY_NEEDED)
        if unknown := sorted(set(given.credentials) - set(traits.credentials)):
            raise InvalidInputError("credentials", wording.unknown_parts(unknown, traits.credentials))
        needed = [name for name in traits.credentials if name not in traits.optional]
        if missing := [name for name in needed if name not in given.credentials]:
            raise InvalidInputError("credentials", wording.missing_parts(missing))

    async def _fitting(self, session: Session, given: AccountGiven) -> str:
        """The body's title. Raises InvalidInputError for an unknown body and a page of another network."""
        titles = await directory_rows.titles_of_bodies(session)
        if given.body not in titles:
            raise InvalidInputError("body", wording.NO_BODY.format(key=given.body))
        if wrong := (await networks.known(session)).misfit(given.url, given.network):
            raise InvalidInputError("url", wrong)
        return titles[given.body]

    def _view(self, row: NetworkKeyRow) -> AccountView:
        return AccountView(
            id=row.id,
            network=Network(row.network),
            body=row.body,
            url=row.url,
            platform=row.platform,
            expires_at=None if row.expires_at is None else row.expires_at.astimezone(self._zone),
            added_by=row.added_by,
            added_at=row.added_at.astimezone(self._zone),
            hook=f"/hooks/{row.network}/{row.id}",
        )


def _new(caller: Actor, given: AccountGiven, now: datetime) -> NetworkKeyRow:
    """A row whose key is still to be sealed, bound to its id."""
    return NetworkKeyRow(
        id=uuid4().hex,
        network=given.network.value,
        body=given.body,
        url=given.url,
        credentials="",
        added_by=caller.key,
        added_at=now,
    )


def _note(
    session: Session, caller: Actor, now: datetime, row: NetworkKeyRow, title: str, action: Action
) -> None:
    """On record without the key: that one was given, changed or removed, and until when it is good."""
    until = row.expires_at.date().isoformat() if row.expires_at and action is not Action.GONE else ""
    fields = [("Аккаунт", "", row.url)] if action is not Action.GONE else [("Аккаунт", row.url, "")]
    if until:
        fields.append(("Действует до", "", until))
    named = f"{NETWORKS[Network(row.network)]}: {title}"
    directory_edits.note(session, caller.key, now, [Edit(Part.NETWORK_KEYS, row.body, named, action, fields)])
