"""The second factor: codes by time (TOTP, RFC 6238), and recovery codes for a lost device."""

import hmac
from datetime import UTC, datetime

import pyotp
from pydantic import BaseModel, Field

from service.access import wording
from service.access.errors import ConflictError, NotFoundError, NotSignedInError, UnknownNowError
from service.keys.ring import KeyRing, UnsealError
from service.people.guesses import Guesses, Tried
from store.database.engines import Database
from store.database.session import Session
from store.people import second_factors, tokens
from store.people.persons import SignedIn
from store.people.tables import SecondFactorRow

ISSUER = "Отклик"
PURPOSE = "second factor"
_STEP = 30  # seconds
_LATE = 1
"""Steps by which the clocks may differ."""
RECOVERY_CODES = 10
_RECOVERY_CODE = 16
"""Characters of one."""


class Enrolment(BaseModel):
    """Второй фактор, который осталось подтвердить кодом."""

    uri: str = Field(description="Содержимое QR-кода для приложения (otpauth://…). Показывается один раз.")
    secret: str = Field(description="То же для ввода вручную.")


class RecoveryCodes(BaseModel):
    """Коды восстановления. Показываются один раз, каждый действует один раз."""

    recovery_codes: list[str]


class SecondFactors:
    """Enrols, checks and removes second factors.

    Wrong codes are counted by the person, wherever they come from: whoever is asked for one has known the password.
    Where the person has signed in before they count by that source or device, so that others hold up no owner there.
    A recovery code is not waited for: its 80 bits are nobody's to guess.
    """

    def __init__(self, database: Database, keys: KeyRing, guesses: Guesses) -> None:
        self._db = database
        self._keys = keys
        self._guesses = guesses

    async def is_needed(self, person: str) -> bool:
        """Whether the person has confirmed a second factor."""
        return await self._confirmed(person) is not None

    async def check(self, person: str, code: str, of: Tried | None = None) -> None:
        """Take a code of the person, from the application or a recovery code; no code is taken twice.

        `of` is the sign-in that is tried. Raises NotSignedInError for a wrong one, TooManyGuessesError after many.
        """
        enrolled = await self._confirmed(person)
        if enrolled is None:
            raise ConflictError(wording.NOT_ENROLLED)
        await self._take(enrolled, code, of)

    async def enrol(self, caller: SignedIn) -> Enrolment:
        """A new secret, which counts once `confirm` has seen a code of it. Raises ConflictError where there is one."""
        person, secret = caller.person.key, pyotp.random_base32()
        async with self._db.write() as session:
            existing = await second_factors.of(session, person)
            if existing is not None and existing.confirmed_at is not None:
                raise ConflictError(wording.ALREADY_ENROLLED)
            sealed = self._keys.seal(PURPOSE, secret, person)
            await second_factors.enrol(session, person, sealed, datetime.now(UTC))
        uri = pyotp.TOTP(secret).provisioning_uri(name=person, issuer_name=ISSUER)
        return Enrolment(uri=uri, secret=secret)

    async def confirm(self, caller: SignedIn, code: str) -> RecoveryCodes:
        """The second factor counts from now on, and the caller's other sign-ins end: they were made without it.

        Raises ConflictError, NotSignedInError, TooManyGuessesError.
        """
        person = caller.person.key
        async with self._db.read() as session:
            enrolled = await second_factors.of(session, person)
        if enrolled is None:
            raise ConflictError(wording.NOT_ENROLLED)
        if enrolled.confirmed_at is not None:
            raise ConflictError(wording.ALREADY_ENROLLED)
        await self._take(enrolled, code)
        codes, now = _new_recovery_codes(), datetime.now(UTC)
        async with self._db.write() as session:
            await second_factors.confirm(session, person, now)
            await second_factors.replace_recovery_codes(session, person, map(_bare, codes))
            await tokens.prove(session, caller.digest)
            await tokens.revoke_all(session, person, now, but=caller.digest)
        return RecoveryCodes(recovery_codes=codes)

    async def renew_recovery_codes(self, caller: SignedIn, code: str) -> RecoveryCodes:
        """New recovery codes in place of the old ones. Raises as `check`."""
        await self.check(caller.person.key, code)
        codes = _new_recovery_codes()
        async with self._db.write() as session:
            await second_factors.replace_recovery_codes(session, caller.person.key, map(_bare, codes))
        return RecoveryCodes(recovery_codes=codes)

    async def remove_own(self, caller: SignedIn, code: str) -> None:
        """The caller's own, against a code. Raises as `check`."""
        await self.check(caller.person.key, code)
        async with self._db.write() as session:
            await second_factors.remove(session, caller.person.key)

    async def remove_of(self, caller: SignedIn, person: str) -> None:
        """Somebody else's, who has lost the device; their sign-ins end. Raises ConflictError, NotFoundError."""
        if person == caller.person.key:
            raise ConflictError(wording.OWN_BY_CODE)
        async with self._db.write() as session:
            if not await second_factors.remove(session, person):
                raise NotFoundError(wording.NOT_ENROLLED)
            await tokens.revoke_all(session, person, datetime.now(UTC))

    async def _confirmed(self, person: str) -> SecondFactorRow | None:
        async with self._db.lookup() as session:
            found = await second_factors.of(session, person)
        return found if found is not None and found.confirmed_at is not None else None

    async def _take(self, enrolled: SecondFactorRow, code: str, of: Tried | None = None) -> None:
        code = _bare(code)
        if len(code) == _RECOVERY_CODE:
            await self._take_recovery_code(enrolled.person, code)
            return
        async with self._guesses.turn_of_codes(enrolled.person, of) as tried:
            step = self._step_of(enrolled, code)
            async with self._db.write() as session:
                right = step is not None and await second_factors.use_step(session, enrolled.person, step)
                if right:
                    await self._guesses.right_code(session, tried)
                    await self._seal_by_current(session, enrolled)
            if not right:
                await self._guesses.wrong(tried)
                raise NotSignedInError(wording.WRONG_CODE)

    async def _take_recovery_code(self, person: str, code: str) -> None:
        async with self._db.write() as session:
            right = await second_factors.use_recovery_code(session, person, code, datetime.now(UTC))
        if not right:
            raise NotSignedInError(wording.WRONG_CODE)

    def _secret_of(self, enrolled: SecondFactorRow) -> str:
        try:
            return self._keys.unseal(PURPOSE, enrolled.secret, enrolled.person)
        except UnsealError as error:
            raise UnknownNowError(wording.SECOND_FACTOR_UNREADABLE) from error

    def _step_of(self, enrolled: SecondFactorRow, code: str) -> int | None:
        """The time step whose code this is; None for none of now."""
        totp = pyotp.TOTP(self._secret_of(enrolled))
        now = int(datetime.now(UTC).timestamp()) // _STEP
        steps = [
            step
            for step in range(now - _LATE, now + _LATE + 1)
            if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode())
        ]
        return steps[-1] if steps else None

    async def _seal_by_current(self, session: Session, enrolled: SecondFactorRow) -> None:
        if not self._keys.is_current(enrolled.secret):
            sealed = self._keys.seal(PURPOSE, self._secret_of(enrolled), enrolled.person)
            await second_factors.seal_again(session, enrolled.person, sealed)


def _new_recovery_codes() -> list[str]:
    """Ten codes of 80 bits, as `ABCD-EFGH-IJKL-MNOP`."""
    codes = (pyotp.random_base32(32)[:_RECOVERY_CODE] for _ in range(RECOVERY_CODES))
    return ["-".join(code[start : start + 4] for start in range(0, _RECOVERY_CODE, 4)) for code in codes]


def _bare(code: str) -> str:
    """A code as it is compared, however it was typed."""
    return "".join(code.split()).replace("-", "").upper()
