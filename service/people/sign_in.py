"""Signing in by password, and what people do with their own password and open sign-ins."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pydantic import BaseModel, Field

from calendar_rules.vocabulary import Role
from service.access import note as access_note
from service.access import wording
from service.access.errors import (
    ConflictError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    NotSignedInError,
    TooBusyError,
)
from service.access.request_source import Origin
from service.people import password_strength, passwords
from service.people.guesses import Guesses, Tried
from service.people.second_factor import SecondFactors
from settings import Settings
from store.database.engines import Database
from store.people import kept_passwords, persons, tokens
from store.people.persons import Actor, Lacking, SignedIn
from store.people.tables import PersonRow, TokenRow
from store.people.tokens import Way


@dataclass(frozen=True, slots=True)
class Opened:
    """A sign-in just made: the token, shown this once, and what the device keeps to be known by."""

    token: str
    lifetime: timedelta
    device: str | None = None


class SignInEntry(BaseModel):
    """Открытый вход."""

    id: str
    at: datetime = Field(description="Когда выполнен вход.")
    expires_at: datetime
    second_factor: bool = Field(description="Подтверждён ли вход вторым фактором.")
    address: str = Field(description="Сетевой адрес, с которого выполнен вход.")
    agent: str = Field(description="Программа, из которой выполнен вход.")
    current: bool = Field(description="Этот самый вход.")


class SignInList(BaseModel):
    """Открытые входы, сначала новые."""

    items: list[SignInEntry]
    next: None = Field(default=None, description="Список всегда полный.")


class SignIn:
    """Opens and ends sign-ins, and says what each is open to."""

    def __init__(
        self, database: Database, settings: Settings, guesses: Guesses, second_factors: SecondFactors
    ) -> None:
        self._db = database
        self._settings = settings
        self._guesses = guesses
        self._second_factors = second_factors

    async def by_password(
        self, origin: Origin, sign_in: str, password: str, code: str | None, device: str | None
    ) -> Opened:
        """A sign-in of whoever knows the password, and the code where they have a second factor.

        Raises NotSignedInError in the same words and after the same work whoever does not, TooManyGuessesError,
        TooBusyError.
        """
        await self._note_try(sign_in)
        async with self._guesses.turn(origin, sign_in, device) as tried:
            person = await self._whose(tried, password)
            proved = await self._second_factors.is_needed(sign_in)
            if proved:
                if not code:
                    raise NotSignedInError(wording.CODE_NEEDED)
                await self._second_factors.check(sign_in, code, tried)
            # Slow, and after all that can refuse: made by the work of today, if it was by another.
            renewed = await self._renewed(person, password)
            way = Way(proved, origin.address, origin.agent)
            async with self._db.write() as session:
                # Changed meanwhile: then every sign-in by the old one has just been ended.
                if not await kept_passwords.still_is(session, sign_in, person.password_hash):
                    raise NotSignedInError(wording.WRONG_PASSWORD)
                token = await tokens.issue(session, sign_in, datetime.now(UTC), way=way)
                await self._guesses.right(session, tried, origin)
                if renewed is not None:
                    await kept_passwords.renew_hash(session, sign_in, person.password_hash, renewed)
        access_note.signs_in(person.key)
        return Opened(token, tokens.LIFETIME, self._guesses.device_for(tried))

    async def of_token(self, token: str) -> SignedIn | None:
        """The sign-in that a token opens; None for one that opens nothing."""
        async with self._db.lookup() as session:
            found = await persons.signed_in(session, tokens.digest(token), datetime.now(UTC))
        if found is not None:
            access_note.asks(found.person)
        return found

    def require_complete(self, caller: SignedIn) -> None:
        """Raises ForbiddenError while the sign-in lacks something without which nothing else is open to it."""
        match caller.lacking:
            case Lacking.OWN_PASSWORD:
                raise ForbiddenError(wording.CHANGE_PASSWORD_FIRST)
            case Lacking.CODE:
                raise ForbiddenError(wording.GIVE_CODE_FIRST)
            case Lacking.SECOND_FACTOR if self._settings.second_factor_for_admins and _is_admin(
                caller.person
            ):
                raise ForbiddenError(wording.ENROL_FIRST)
            case _:
                return

    async def holder(self, key: str) -> Actor:
        """The person of a sign-in. Raises NotFoundError."""
        async with self._db.lookup() as session:
            person = await persons.actor(session, key)
        if person is None:
            raise NotFoundError(wording.NO_PERSON.format(person=key))
        return person

    async def end_this(self, caller: SignedIn) -> None:
        """The caller's sign-in ends."""
        async with self._db.write() as session:
            await tokens.revoke(session, caller.digest, datetime.now(UTC))

    async def open_of(self, person: str, caller: SignedIn) -> SignInList:
        """The open sign-ins of a person."""
        async with self._db.read() as session:
            rows = await tokens.open_ones(session, person, datetime.now(UTC))
        return SignInList(items=[_entry(row, caller) for row in rows])

    async def end(self, person: str, sign_in: str) -> None:
        """End an open sign-in of a person. Raises NotFoundError."""
        async with self._db.write() as session:
            ended = persons.storable(sign_in) and await tokens.revoke_one(
                session, person, sign_in, datetime.now(UTC)
            )
        if not ended:
            raise NotFoundError(wording.NO_SIGN_IN)

    async def end_all(self, person: str) -> None:
        """End every open sign-in of a person."""
        async with self._db.write() as session:
            await tokens.revoke_all(session, person, datetime.now(UTC))

    async def confirm_presence(self, caller: SignedIn, origin: Origin, password: str) -> None:
        """It is the caller who asks, not somebody who has come by their token: they know the password.

        Raises NotSignedInError, TooManyGuessesError, TooBusyError; ConflictError for somebody who has no password.
        """
        await self._confirmed(caller, origin, password)

    async def change_password(self, caller: SignedIn, origin: Origin, old: str, new: str) -> None:
        """A new password of the caller's own; their other sign-ins end.

        Raises as `confirm_presence`, and InvalidInputError for a new one that is weak.
        """
        person = await self._confirmed(caller, origin, old)
        weakness = wording.SAME_PASSWORD if new == old else None
        weakness = weakness or password_strength.weakness(new, person.key, person.name)
        if weakness is not None:
            raise InvalidInputError("new", weakness)
        try:
            password_hash = await passwords.hashed(new)
        except passwords.TooManyAtOnceError as error:
            raise TooBusyError(wording.SIGN_IN_IS_BUSY) from error
        async with self._db.write() as session:
            if not await kept_passwords.change_password(
                session, person.key, person.password_hash, password_hash
            ):
                raise NotSignedInError(wording.WRONG_OLD_PASSWORD)
            await tokens.revoke_all(session, person.key, datetime.now(UTC), but=caller.digest)

    async def _confirmed(self, caller: SignedIn, origin: Origin, password: str) -> PersonRow:
        person = await self._person(caller.person.key)
        if person is None or not person.password_hash:
            raise ConflictError(wording.NO_PASSWORD)
        async with self._guesses.turn(origin, person.key, None) as tried:
            if not await _matches(password, person.password_hash):
                await self._guesses.wrong(tried)
                raise NotSignedInError(wording.WRONG_OLD_PASSWORD)
        return person

    async def _whose(self, tried: Tried, password: str) -> PersonRow:
        """The person of the try's sign-in, whose password it is. Raises NotSignedInError, TooBusyError."""
        person = await self._person(tried.sign_in)
        usable = person is not None and person.active
        right = await _matches(password, person.password_hash if person is not None and usable else None)
        if person is None or not right:
            await self._guesses.wrong(tried)
            raise NotSignedInError(wording.WRONG_PASSWORD)
        return person

    async def _note_try(self, sign_in: str) -> None:
        """For the record of access, also of a try that comes too soon."""
        if (person := await self._person(sign_in)) is not None:
            access_note.tries(person.key)

    async def _person(self, key: str) -> PersonRow | None:
        async with self._db.lookup() as session:
            return await session.get(PersonRow, key) if persons.storable(key) else None

    async def _renewed(self, person: PersonRow, password: str) -> str | None:
        if not passwords.is_outdated(person.password_hash):
            return None
        try:
            return await passwords.hashed(password)
        except passwords.TooManyAtOnceError:
            return None  # another time


async def _matches(password: str, kept: str | None) -> bool:
    try:
        return await passwords.matches(password, kept)
    except passwords.TooManyAtOnceError as error:
        raise TooBusyError(wording.SIGN_IN_IS_BUSY) from error


def _is_admin(person: Actor) -> bool:
    return any(capacity.role is Role.ADMIN for capacity in person.capacities(datetime.now(UTC)))


def _entry(row: TokenRow, caller: SignedIn) -> SignInEntry:
    return SignInEntry(
        id=row.id,
        at=row.created_at,
        expires_at=row.expires_at,
        second_factor=row.second_factor,
        address=row.address,
        agent=row.agent,
        current=row.digest == caller.digest,
    )
