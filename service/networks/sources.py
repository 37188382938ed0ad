"""Sources of candidates as curators set them up (cl. 4): searches, communities, channels, feeds, pages."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from calendar_rules.vocabulary import Network, Role
from service.access import note as access_note
from service.access import wording
from service.access.errors import InvalidInputError, NotFoundError
from service.access.values import Duration, number_of
from service.messages import networks
from service.messages.posts.link import LinkError, parse
from service.networks import source_edits
from service.networks.known_platforms import Platforms
from service.networks.platforms.port import Ability, SourceKind
from service.networks.source_edits import KIND_TITLES
from service.runs.rules import Rules
from store.database.engines import Database
from store.database.session import Session
from store.directory import edits as directory_edits
from store.directory.edits import Action
from store.networks import sources
from store.networks.tables import SourceRow
from store.people.persons import Actor

KEEPERS = (Role.CURATOR, Role.ADMIN)
MOST = 500
"""Sources of an installation."""
LEAST, MOST_APART = timedelta(minutes=1), timedelta(days=7)
"""Between two polls: a network is not asked more often than people write, nor so rarely that an answer is late."""
_LONGEST = 2000
_LONGEST_TITLE = 80

_MAY_LACK = frozenset({"query", "title"})
_YES_NO = {True: "да", False: "нет"}
_OF_LINKS = frozenset({SourceKind.FEED, SourceKind.PAGE})


def _line(text: str) -> str:
    text = text.strip()
    if not text.isprintable():
        raise PydanticCustomError("russian", "уберите переводы строк и невидимые знаки.")
    return text


Line = Annotated[str, Field(max_length=_LONGEST), AfterValidator(_line)]
Title = Annotated[str, Field(max_length=_LONGEST_TITLE), AfterValidator(_line)]


class SourceGiven(BaseModel):
    """Где искать сообщения."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    network: Network = Field(description="Сеть (п. 3).")
    kind: SourceKind = Field(description="Что это: поиск, сообщество, канал, лента, страница.")
    address: Line = Field(
        default="",
        description="Ссылка; у поиска по всей сети её может не быть.",
        examples=["https://vk.com/kineshma"],
    )
    query: Line | None = Field(
        default=None, description="Что искать; обязательно для поиска.", examples=["Заречный яма"]
    )
    title: Title | None = Field(
        default=None,
        description="Как источник называть в списках; без названия — по адресу или словам поиска.",
    )
    every: Duration = Field(description="Как часто просматривать.", examples=["PT2M"])


class SourceChange(BaseModel):
    """Что изменить; неназванное остаётся прежним."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    network: Network | None = Field(default=None, description="Сеть (п. 3).")
    kind: SourceKind | None = Field(
        default=None, description="Что это: поиск, сообщество, канал, лента, страница."
    )
    address: Line | None = Field(default=None, description="Ссылка; у поиска по всей сети её может не быть.")
    query: Line | None = Field(default=None, description="Что искать; обязательно для поиска.")
    title: Title | None = Field(
        default=None, description="Как источник называть в списках; null — по адресу или словам поиска."
    )
    every: Duration | None = Field(default=None, description="Как часто просматривать.", examples=["PT5M"])
    active: bool | None = Field(default=None, description="Просматривать ли источник.")

    @model_validator(mode="after")
    def _something_changes(self) -> Self:
        if not self.model_fields_set:
            raise PydanticCustomError("russian", wording.NOTHING_TO_CORRECT)
        return self


class SourceView(BaseModel):
    """Источник и то, что вышло из последнего просмотра."""

    id: str
    network: Network
    kind: SourceKind
    address: str
    query: str | None
    title: str | None = Field(description="Как источник называют; null — по адресу или словам поиска.")
    every: timedelta
    active: bool = Field(description="Просматривается ли: отключённый ждёт, пока его включат.")
    added_by: str
    added_at: datetime
    last_polled_at: datetime | None
    last_error: str | None = Field(description="Почему последний просмотр не удался и что делать.")
    next_at: datetime | None = Field(description="Раньше этого момента источник не просматривается.")

    @property
    def called(self) -> str:
        """What people read for it."""
        return source_edits.called(self.title, self.address, self.query)


class SourceList(BaseModel):
    """Источники, последние сверху."""

    items: list[SourceView]
    next: str | None = None


class Sources:
    """Keeps the sources; workers look at those that are due."""

    def __init__(self, database: Database, platforms: Platforms, rules: Rules) -> None:
        self._db = database
        self._platforms = platforms
        self._zone = rules.zone

    async def listed(self) -> SourceList:
        """Every source."""
        async with self._db.read() as session:
            rows = await sources.all_of_them(session)
        return SourceList(items=[self._view(row) for row in rows])

    async def one(self, source: str) -> SourceView:
        """Raises NotFoundError."""
        async with self._db.read() as session:
            return self._view(await self._found(session, source))

    async def add(self, caller: Actor, given: SourceGiven) -> SourceView:
        """A source, which is polled at once and from then on. Raises InvalidInputError."""
        async with self._db.write(alone=True) as session:
            known = await sources.all_of_them(session)
            if len(known) >= MOST:
                raise InvalidInputError("address", wording.too_many_sources(MOST))
            row = SourceRow(
                network=given.network.value,
                kind=given.kind.value,
                address=given.address,
                query=given.query or None,
                title=given.title or None,
                every=int(given.every.total_seconds()),
                added_by=caller.key,
                added_at=datetime.now(UTC),
            )
            await self._check(session, row, given.every, list(known))
            session.add(row)
            await session.flush()
            _note(session, caller, row, Action.ADDED, [(source_edits.ADDRESS, "", source_edits.named(row))])
        access_note.adds(source=row.id)
        return self._view(row)

    async def change(self, caller: Actor, source: str, given: SourceChange) -> SourceView:
        """Another address, query, pace, or on and off. Raises NotFoundError, InvalidInputError."""
        async with self._db.write(alone=True) as session:
            row = await self._found(session, source)
            before = source_edits.named(row), row.title or "", row.every, row.active
            place = row.network, row.kind, row.address, row.query
            values = given.model_dump(mode="json", exclude_unset=True, exclude={"every"})
            for name, value in values.items():
                if value is not None or name in _MAY_LACK:
                    setattr(row, name, value or None if name in _MAY_LACK else value)
            if given.every is not None:
                row.every = int(given.every.total_seconds())
            every = timedelta(seconds=row.every) if given.every is None else given.every
            await self._check(session, row, every, await self._others(session, row))
            if (row.network, row.kind, row.address, row.query) != place:
                row.cursor = {}
            row.failures, row.next_at, row.last_error = 0, None, None
            row.look_at = datetime.now(UTC)
            session.add(row)
            _note(session, caller, row, Action.CHANGED, _changed(before, row))
        access_note.adds(source=row.id)
        return self._view(row)

    async def remove(self, caller: Actor, source: str) -> None:
        """It is polled no more; what it has brought stays. Raises NotFoundError."""
        async with self._db.write(alone=True) as session:
            row = await self._found(session, source)
            assert row.id is not None  # noqa: S101
            _note(session, caller, row, Action.GONE, [(source_edits.ADDRESS, source_edits.named(row), "")])
            await sources.remove(session, row.id)
        access_note.adds(source=source)

    @staticmethod
    async def _found(session: Session, source: str) -> SourceRow:
        number = number_of(source)
        row = None if number is None else await sources.by_id(session, number)
        if row is None:
            raise NotFoundError(wording.NO_SOURCE)
        return row

    @staticmethod
    async def _others(session: Session, row: SourceRow) -> list[SourceRow]:
        return [other for other in await sources.all_of_them(session) if other.id != row.id]

    async def _check(
        self, session: Session, row: SourceRow, every: timedelta, others: list[SourceRow]
    ) -> None:
        """Raises InvalidInputError for what nobody could poll."""
        network, kind = Network(row.network), SourceKind(row.kind)
        if kind is SourceKind.SEARCH and not row.query:
            raise InvalidInputError("query", wording.NOTHING_TO_SEARCH)
        if kind is not SourceKind.SEARCH and not row.address:
            raise InvalidInputError("address", wording.FIELD_IS_EMPTY)
        if kind in _OF_LINKS:
            try:
                parse(row.address)
            except LinkError as error:
                raise InvalidInputError("address", str(error)) from error
        if "://" in row.address and (wrong := (await networks.known(session)).misfit(row.address, network)):
            raise InvalidInputError("address", wrong)
        adapter = self._platforms.of(network, row.address, kind)
        if adapter is None or Ability.READ not in adapter.traits.abilities:
            raise InvalidInputError("address", wording.UNREADABLE_PLATFORM)
        if kind not in adapter.traits.kinds:
            raise InvalidInputError(
                "kind", wording.kinds_of([KIND_TITLES[kind] for kind in adapter.traits.kinds])
            )
        if not LEAST <= every <= MOST_APART:
            raise InvalidInputError("every", wording.PACE)
        for other in others:
            if (other.network, other.kind, other.address, other.query) == (
                row.network,
                row.kind,
                row.address,
                row.query,
            ):
                raise InvalidInputError("address", wording.SOURCE_IS_THERE.format(source=other.id))

    def _view(self, row: SourceRow) -> SourceView:
        def moment(value: datetime | None) -> datetime | None:
            return None if value is None else value.astimezone(self._zone)

        return SourceView(
            id=str(row.id),
            network=Network(row.network),
            kind=SourceKind(row.kind),
            address=row.address,
            query=row.query,
            title=row.title,
            every=timedelta(seconds=row.every),
            active=row.active,
            added_by=row.added_by,
            added_at=row.added_at.astimezone(self._zone),
            last_polled_at=moment(row.last_polled_at),
            last_error=row.last_error,
            next_at=moment(row.next_at),
        )


def _changed(before: tuple[str, str, int, bool], row: SourceRow) -> list[tuple[str, str, str]]:
    address, title, every, active = before
    fields = [
        (source_edits.ADDRESS, address, source_edits.named(row)),
        ("Название", title, row.title or ""),
        ("Секунд между просмотрами", str(every), str(row.every)),
        ("Просматривается", _YES_NO[active], _YES_NO[row.active]),
    ]
    return [field for field in fields if field[1] != field[2]]


def _note(
    session: Session, caller: Actor, row: SourceRow, action: Action, fields: list[tuple[str, str, str]]
) -> None:
    directory_edits.note(session, caller.key, datetime.now(UTC), [source_edits.edit(row, action, fields)])
