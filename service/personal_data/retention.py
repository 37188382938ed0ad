"""Destroys what is past its term, a portion at a time, and writes the act of it (152-FZ; docs/run/retention.md).

What is due is judged by the clock of this process and by its settings, so that whoever starts a run too early destroys
nothing that is not due. A portion is a few short transactions, each whole by itself with its entries in the act.
"""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import structlog

from service.runs import machine_commands
from settings import Settings
from store.commands import kept_requests
from store.database.engines import Database
from store.database.session import Session
from store.messages import finding, texts, unsent
from store.people import known_sources, wrong_passwords
from store.personal_data import destruction, erasure, residue, retention
from store.personal_data.destruction import Act, DataClass
from workflows.commands import RecordErasure
from workflows.office import OfficeTask, Portion

log = structlog.get_logger(__name__)

GROUND = "Истёк срок хранения персональных данных."

_MESSAGES = 20
_ROWS = 500
_PUSHES_KNOWN = timedelta(days=30)
"""No network tells of the same once more after that."""


class Retention:
    """The task of this name, with the database it cleans and the terms it goes by."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._settings = settings
        self._clock = clock
        self._act = ""
        self._over: set[object] = set()
        self._requests_after = 0

    async def portion(self, act: str) -> Portion:
        """Destroy some of what is due, by an act of this name; once nothing is, sweep what is left in files."""
        now = self._clock()
        of = Act(act, GROUND, None, now + self._settings.backups_kept)
        if act != self._act:
            self._act, self._over, self._requests_after = act, set(), 0
        for part in (self._messages, self._unused_files, self._requests, self._rows):
            if part in self._over:
                continue
            done = await part(now, of)
            if not done:
                # What falls due while this act is done is of the next: to look for it again reads all there ever was.
                self._over.add(part)
                continue
            log.info(
                "data past their term were destroyed", amounts={str(kind): n for kind, n in done.items()}
            )
            return Portion(done=done.total(), more=True)
        async with self._database.write() as session:
            await retention.forget_pushes(session, now - _PUSHES_KNOWN)
        await residue.sweep(self._database)
        return Portion()

    async def _messages(self, now: datetime, act: Act) -> Counter[DataClass]:
        before, done = now - self._settings.messages_kept, Counter[DataClass]()
        async with self._database.read() as session:
            numbers = await retention.messages_past_term(session, before, _MESSAGES)
        for number in numbers:
            async with self._database.write() as session:
                done += await _erase(session, number, before, now, act)
        return done

    async def _unused_files(self, now: datetime, act: Act) -> Counter[DataClass]:
        async with self._database.read() as session:
            files = await retention.unused_files(session, now - self._settings.unused_files_kept, _MESSAGES)
        if not files:
            return Counter()
        async with self._database.write() as session:
            amount = await retention.delete_files(session, files)
            return await _recorded(session, act, now, DataClass.UNUSED_FILES, amount)

    async def _requests(self, now: datetime, act: Act) -> Counter[DataClass]:
        before = now - self._settings.requests_kept
        async with self._database.read() as session:
            commands = await kept_requests.past_term(session, before, _ROWS, after=self._requests_after)
            late = [] if commands else await retention.late_requests(session, _ROWS)
        if not (commands or late):
            return Counter()
        async with self._database.write() as session:
            amount = await kept_requests.forget(session, sorted(commands or late))
            done = await _recorded(session, act, now, DataClass.REQUESTS, amount)
        self._requests_after = max(commands, default=self._requests_after)
        return done

    async def _rows(self, now: datetime, act: Act) -> Counter[DataClass]:
        """Of the first class of rows of which some are due."""
        kept = self._settings
        for kind, delete, term in (
            (DataClass.UNSENT_TEXTS, retention.delete_unsent_texts, unsent.KEPT),
            (DataClass.SIGN_INS, retention.delete_sign_ins, kept.sign_ins_kept),
            (DataClass.KNOWN_SOURCES, retention.delete_known_sources, known_sources.REMEMBERED),
            (DataClass.WRONG_PASSWORDS, retention.delete_wrong_passwords, wrong_passwords.WINDOW),
            (DataClass.ACCESS_RECORD, retention.delete_access_record, kept.access_record_kept),
            (DataClass.CANDIDATES, retention.delete_candidates, kept.candidates_kept),
        ):
            if kind in self._over:
                continue
            async with self._database.write() as session:
                done = await _recorded(session, act, now, kind, await delete(session, now - term, _ROWS))
            if done:
                return done
            self._over.add(kind)
        return Counter()


async def _recorded(
    session: Session, act: Act, now: datetime, kind: DataClass, amount: int
) -> Counter[DataClass]:
    done = +Counter({kind: amount})
    if done:
        await destruction.record(session, act, now, done)
        await residue.note(session)
    return done


async def _erase(
    session: Session, number: int, before: datetime, now: datetime, act: Act
) -> Counter[DataClass]:
    """Erase a message that is still due, with the command that has its journal say so."""
    row = await finding.locked(session, number)
    if not await retention.messages_past_term(session, before, 1, only=number):
        return Counter()
    done = await erasure.erase(session, row)
    await destruction.record(session, act, now, done, number)
    ground = texts.new(number, "ground", GROUND, now, lasting=True)
    await texts.add(session, [ground])
    taken_at = finding.message_now(row, now)
    command = RecordErasure(id=uuid4().hex, person=None, taken_at=taken_at, ground=ground.id)
    await machine_commands.give(
        session, command, number, key=f"{OfficeTask.RETENTION}-{command.id}", request=OfficeTask.RETENTION
    )
    return done
