"""The register of shortcomings (cl. 20): breaches of limits, by whom, how late, and what was done about them.

It is a little long: who reads and who notes what is asked by every one of its parts.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import sleep
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import Role
from service.access import note as access_note
from service.access import wording
from service.access.errors import ConflictError, ForbiddenError, NotFoundError
from service.access.values import number_of
from service.commands.requests import Text
from service.messages import lines as message_lines
from service.messages.lists import PAUSE, MessageLists
from service.messages.targets import require_role
from service.messages.view import ChargedView, HolderView, charged_view
from service.runs.rules import Rules
from store.database.engines import Database
from store.database.session import Connection
from store.messages import listing, texts
from store.oversight import escalations, shortcomings
from store.oversight.shortcomings import Measure, Place, Shortcoming, Sought, Total
from store.oversight.tables import ShortcomingMeasureRow
from store.people import offices
from store.people.offices import Term
from store.people.persons import Actor, Capacity, OfficeLeft

READERS: Final = (Role.RESPONSIBLE, Role.DEPUTY, Role.HEAD, Role.DEPUTY_POLICY)
"""Deputies those of the bodies they oversee, the responsible those of their own body, the others all.

Who held such an office before goes on reading what came due in their time, and what they were told of.
"""
WRITERS: Final = (Role.DEPUTY, Role.HEAD, Role.DEPUTY_POLICY)
"""Who notes what was done: a deputy about what came due in their own time, the others about what they read.

A deputy who took a body over reads what was before, and is asked for it only where nobody works here any more who
oversaw the body then.
"""
_OF_BODIES: Final = (Role.RESPONSIBLE, Role.DEPUTY)
PAGE = 100
_AT_A_TIME = 250
"""Of an export: between two portions the requests of others go on."""
_FIELD = "shortcoming_measures"
"""What kind of a message's texts these are."""


class ShortcomingView(BaseModel):
    """Нарушение срока, которое не снято."""

    id: str
    message: str
    limit: LimitName
    clause: int = Field(description="Пункт порядка.")
    body: str | None = Field(
        description="Орган, за которым учтено нарушение: первый из charged; null — за куратором или ни за кем."
    )
    holder: HolderView = Field(description="За кем был срок.")
    charged: list[ChargedView] = Field(
        description="За кем учтено нарушение, наибольшее превышение первым; пусто — ни за кем."
    )
    due_at: datetime
    late_by: timedelta = Field(
        description="Опоздание в рабочем времени: до исполнения, а пока не исполнено — до момента ответа."
    )
    met_at: datetime | None
    cancelled_at: datetime | None = Field(description="Когда исполнение перестало требоваться.")
    acknowledged_at: datetime | None = Field(description="Когда подтверждено получение сведений о нарушении.")
    measures: str | None = Field(description="Принятые меры.")
    measures_by: str | None = Field(description="Имя для входа того, кто записал меры.")
    measures_at: datetime | None


class ShortcomingList(BaseModel):
    """Страница реестра, последние нарушения сверху; `next` передают как cursor."""

    items: list[ShortcomingView]
    next: str | None


class MeasuresGiven(BaseModel):
    """Принятые меры."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: Text = Field(
        description="Что предпринято по нарушению; решение принимается вне программы.",
        examples=["Ответственному объявлено замечание, работа отдела проверена."],
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A shortcoming as a line of the page, with the first line of its message, and all that was noted about it."""

    view: ShortcomingView
    subject: str
    is_open: bool
    measures: Sequence[Measure]
    may_write: bool


@dataclass(frozen=True, slots=True)
class Register:
    """A page of the register, how many there are in all, and by whom."""

    lines: Sequence[Line]
    next: str | None
    total: int
    open: int
    totals: Sequence[Total]


def require_reader(caller: Actor) -> None:
    """Raises ForbiddenError unless the register is the person's to read."""
    if not _left(caller, READERS):
        require_role(caller, *READERS)


class Shortcomings:
    """Reads the register, and keeps what is noted in it."""

    def __init__(self, database: Database, lists: MessageLists, rules: Rules) -> None:
        self._db = database
        self._lists = lists
        self._rules = rules

    async def page(
        self, caller: Actor, sought: Sought, *, size: int = PAGE, after: Place | None = None
    ) -> ShortcomingList:
        """Up to `size` of what the caller reads, the last first. Raises ForbiddenError."""
        require_reader(caller)
        return await self._lists.read(lambda connection: self._page(connection, caller, sought, size, after))

    async def register(
        self, caller: Actor, sought: Sought, *, size: int = PAGE, after: Place | None = None
    ) -> Register:
        """The same for the page, with totals. Raises ForbiddenError."""
        require_reader(caller)
        return await self._lists.read(
            lambda connection: self._register(connection, caller, sought, size, after)
        )

    async def exported(
        self,
        caller: Actor,
        sought: Sought,
        most: int,
        made: Callable[[Sequence[Line], datetime], bytes],
    ) -> bytes:
        """What `made` makes of up to `most` of it, in a thread of the lists, as of now. Raises ForbiddenError."""
        require_reader(caller)

        def make(connection: Connection) -> bytes:
            bodies, left, lines, after = _bodies(caller), _left(caller, READERS), list[Line](), None
            while len(lines) < most:
                size = min(_AT_A_TIME, most - len(lines))
                found = shortcomings.page(connection, bodies, sought, size=size, after=after, left=left)
                lines += self._lines(connection, caller, found)
                if len(found) < size:
                    break
                after = Place(found[-1].due_at, found[-1].message, found[-1].run)
                sleep(PAUSE)
            return made(lines, datetime.now(self._rules.zone))

        return await self._lists.read(make)

    async def note(self, caller: Actor, found: Shortcoming, given: MeasuresGiven) -> ShortcomingView:
        """Note what was done about a shortcoming of `found`; what was noted before stays on record.

        The same once more changes nothing. Raises ConflictError where the message's data are erased.
        """
        now = datetime.now(UTC)
        key = found.message, found.run
        async with self._db.write() as session:
            if await shortcomings.is_erased(session, found.message):
                raise ConflictError(wording.ERASED_FOR_MEASURES)
            connection = await session.connection()
            acting_for = await connection.run_sync(_acting_for, caller, found)
            standing = (await connection.run_sync(shortcomings.last_measures, [key])).get(key)
            if standing is None or (standing.text, standing.person) != (given.text, caller.key):
                text = texts.new(found.message, _FIELD, given.text, now)
                await texts.add(session, [text])
                await shortcomings.add_measure(
                    session,
                    ShortcomingMeasureRow(
                        message=found.message,
                        run=found.run,
                        text=text.id,
                        person=caller.key,
                        acting_for=acting_for,
                        at=now,
                    ),
                )
        (view,) = await self._lists.read(lambda connection: self._views(connection, [found]))
        return view

    async def found(self, caller: Actor, shortcoming: str) -> Shortcoming:
        """A shortcoming about which the caller may note something.

        Raises ForbiddenError for who only reads it, NotFoundError where there is none that the caller reads.
        """
        require_reader(caller)
        key = _key(shortcoming)
        found, acting = await self._lists.read(lambda connection: self._asked(connection, caller, key))
        if found is None:
            raise NotFoundError(wording.NO_SHORTCOMING)
        if not acting:
            raise ForbiddenError(wording.only_for(WRITERS))
        access_note.shows([found.message])
        return found

    @staticmethod
    def _asked(
        connection: Connection, caller: Actor, key: tuple[int, int] | None
    ) -> tuple[Shortcoming | None, bool]:
        """A shortcoming that the caller reads, and whether they may note something about it."""
        left = _left(caller, READERS)
        found = shortcomings.one(connection, *key, _bodies(caller), left) if key else None
        return found, found is not None and bool(_Writers(connection, caller, [found]).of(found))

    def _page(
        self,
        connection: Connection,
        caller: Actor,
        sought: Sought,
        size: int,
        after: Place | None,
    ) -> ShortcomingList:
        found = shortcomings.page(
            connection, _bodies(caller), sought, size=size + 1, after=after, left=_left(caller, READERS)
        )
        shown = found[:size]
        return ShortcomingList(
            items=self._views(connection, shown), next=place_after(shown) if len(found) > size else None
        )

    def _register(
        self, connection: Connection, caller: Actor, sought: Sought, size: int, after: Place | None
    ) -> Register:
        bodies, left = _bodies(caller), _left(caller, READERS)
        found = shortcomings.page(connection, bodies, sought, size=size + 1, after=after, left=left)
        shown = found[:size]
        return Register(
            self._lines(connection, caller, shown),
            place_after(shown) if len(found) > size else None,
            *shortcomings.count(connection, bodies, sought, left),
            shortcomings.totals(connection, bodies, sought, left),
        )

    def _lines(self, connection: Connection, caller: Actor, shown: Sequence[Shortcoming]) -> list[Line]:
        measures = shortcomings.measures_of(connection, {(item.message, item.run) for item in shown})
        messages = sorted({item.message for item in shown})
        subjects = {
            row.number: message_lines.subject(row.text) for row in listing.rows_of(connection, messages)
        }
        writers = _Writers(connection, caller, shown)
        return [
            Line(
                view,
                subjects.get(item.message, ""),
                item.is_open,
                measures.get((item.message, item.run), ()),
                bool(writers.of(item)),
            )
            for item, view in zip(shown, self._views(connection, shown), strict=True)
        ]

    def _views(self, connection: Connection, found: Sequence[Shortcoming]) -> list[ShortcomingView]:
        """Shortcomings as they are shown; moments in the Department's zone."""
        access_note.shows(item.message for item in found)
        now = datetime.now(UTC)
        told = {
            item.key: item.acknowledged_at
            for item in escalations.of(
                connection, [(item.message, item.row) for item in found if item.row is not None]
            )
        }
        measures = shortcomings.last_measures(connection, {(item.message, item.run) for item in found})
        return [self._view(item, told, measures.get((item.message, item.run)), now) for item in found]

    def _view(
        self,
        item: Shortcoming,
        told: Mapping[tuple[int, int], datetime | None],
        measure: Measure | None,
        now: datetime,
    ) -> ShortcomingView:
        acknowledged = told.get((item.message, item.row)) if item.row is not None else None

        def local(moment: datetime | None) -> datetime | None:
            return moment.astimezone(self._rules.zone) if moment else None

        late = self._rules.late(item.calendar, item.due_at, item.ended_at or item.now(now), item.stood)
        so_far = late if item.is_open and item.limit is not LimitName.ANSWER else None
        return ShortcomingView(
            id=f"{item.message}-{item.run}",
            message=str(item.message),
            limit=item.limit,
            clause=item.clause,
            body=next((charged.body for charged in item.charged), None),
            holder=HolderView(role=item.holder_role, body=item.holder_body),
            charged=[charged_view(charged, so_far) for charged in item.charged],
            due_at=item.due_at.astimezone(self._rules.zone),
            late_by=late,
            met_at=local(item.met_at),
            cancelled_at=local(item.cancelled_at),
            acknowledged_at=local(acknowledged),
            measures=measure.text if measure else None,
            measures_by=measure.person if measure else None,
            measures_at=local(measure.at if measure else None),
        )


def place_after(found: Sequence[Shortcoming]) -> str:
    """What `cursor` is for what comes behind these, which are not empty."""
    last = found[-1]
    return f"{last.due_at.timestamp():.6f}-{last.message}-{last.run}"


def place(cursor: str) -> Place | None:
    """The place that `place_after` wrote; None for anything else."""
    at, _, rest = cursor.partition("-")
    key = _key(rest)
    whole, _, fraction = at.partition(".")
    if key is None or len(fraction) != len("000000") or not (whole + fraction).isdecimal():
        return None
    try:
        moment = datetime.fromtimestamp(int(whole), UTC) + timedelta(microseconds=int(fraction))
    except (OverflowError, OSError, ValueError):
        return None
    return Place(moment, *key)


def _key(shortcoming: str) -> tuple[int, int] | None:
    """The message and the run that an id stands for; None if it can be no id."""
    message, _, run = shortcoming.partition("-")
    numbers = number_of(message), number_of(run)
    return (numbers[0], numbers[1]) if numbers[0] is not None and numbers[1] is not None else None


def _bodies(caller: Actor) -> Sequence[str] | None:
    """The bodies whose shortcomings the caller reads; None: everybody's."""
    capacities = caller.capacities(datetime.now(UTC))
    if any(held.role in READERS and held.role not in _OF_BODIES for held in capacities):
        return None
    return sorted({held.body for held in capacities if held.role in _OF_BODIES and held.body})


def _left(caller: Actor, roles: Collection[Role]) -> Sequence[OfficeLeft]:
    """The offices of these roles that the caller held before."""
    return [office for office in caller.offices_left(datetime.now(UTC)) if office.role in roles]


class _Writers:
    """In whose place the caller may note what was done about breaches, of a page at once."""

    def __init__(self, connection: Connection, caller: Actor, items: Sequence[Shortcoming]) -> None:
        self._caller = caller
        self._held = [held for held in caller.capacities(datetime.now(UTC)) if held.role in WRITERS]
        self._left = [(office, self._told(connection, office, items)) for office in _left(caller, WRITERS)]
        self._terms: Sequence[Term] = ()
        if items and any(held.role is Role.DEPUTY for held in self._held):
            bodies = {body for item in items for body in item.bodies}
            earliest = min(item.due_at for item in items)
            self._terms = [
                term
                for term in offices.terms(connection, bodies, earliest)
                if term.role == Role.DEPUTY and term.works
            ]

    def of(self, item: Shortcoming) -> list[str]:
        """By sign-in, in whose place: their own first; nobody's where they only read it."""
        found = [held.acting_for or self._caller.key for held in self._held if self._asks(held, item)]
        found += [office.person for office, key in self._left if (item.message, item.run) in key]
        return list(dict.fromkeys(found))

    def _asks(self, held: Capacity, item: Shortcoming) -> bool:
        if held.role is not Role.DEPUTY:
            return True
        if held.body not in item.bodies:
            return False
        then = {term.person for term in self._terms if term.body == held.body and term.covers(item.due_at)}
        return not then or (held.acting_for or self._caller.key) in then

    @staticmethod
    def _told(
        connection: Connection, office: OfficeLeft, items: Sequence[Shortcoming]
    ) -> set[tuple[int, int]]:
        """Which of these breaches were somebody's by an office that they left."""
        return shortcomings.of_the_time(connection, office, {(item.message, item.run) for item in items})


def _acting_for(connection: Connection, caller: Actor, item: Shortcoming) -> str | None:
    """In whose place the caller notes it; None in their own."""
    places = _Writers(connection, caller, [item]).of(item)
    return None if not places or caller.key in places else places[0]
