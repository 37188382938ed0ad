"""The file of one message («Материалы по сообщению»): what its page shows, its files and the check of its journal.

`message_file.typ` lays out the data as the page has it; here they are gathered, and moments and amounts are written.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from calendar_rules import titles
from calendar_rules.act_words import said
from calendar_rules.russian import short_amount
from service.access import wording
from service.journal import check as journal_check
from service.journal.check import Checked
from service.journal.reading import JournalRowView, Journals
from service.messages.reader import MessageReader
from service.messages.targets import Target
from service.messages.view import MessageView
from service.notices.inbox import Inbox
from service.reports.papers.named import Named
from service.reports.papers.press import Press
from service.reports.papers.requisites import Office
from service.reports.papers.shelf import Shelf
from service.reports.weekly.press import FileJob
from service.runs.rules import Rules
from store.database.blocking import BlockingDatabase
from store.database.columns import ERASED
from store.database.engines import Database
from store.journal import whole as journals
from store.messages import attachments
from store.messages.tables import AttachmentRow

Events = Callable[[MessageView, Sequence[JournalRowView]], Awaitable[Sequence[Mapping[str, Any]]]]
"""Puts rows of a journal into the words of the page: `number`, `at`, `title`, `who`, `said` of each."""

_ROWS: Final = 100_000
_LARGEST: Final = 100 * 2**20
"""Bytes of files that are put inside; what goes beyond is named with its sum."""
_DAY: Final = timedelta(days=1)
_WORDS: Final[Mapping[str, Mapping[Any, str]]] = {
    "network": titles.NETWORKS,
    "importance": titles.IMPORTANCE,
    "stage": titles.STAGES,
    "outcome": titles.OUTCOMES,
    "decline_ground": titles.DECLINE_GROUNDS,
    "close_reason": titles.CLOSE_REASONS,
    "kind": titles.DRAFT_KINDS,
    "status": titles.DRAFT_STATUSES,
    "verdict": titles.VERDICTS,
    "promise": titles.PROMISE_STATES,
    "limit": titles.LIMITS,
}


class MessageFiles:
    """Makes the files of messages."""

    def __init__(
        self,
        database: Database,
        rules: Rules,
        reader: MessageReader,
        journals: Journals,
        inbox: Inbox,
        shelf: Shelf,
        press: Press,
        office: Office,
        *,
        database_url: str,
    ) -> None:
        self._db = database
        self._rules = rules
        self._reader = reader
        self._journals = journals
        self._inbox = inbox
        self._shelf = shelf
        self._press = press
        self._office = office
        self._url = database_url

    async def pdf(self, target: Target, events: Events) -> bytes:
        """Return a PDF/A-3a with the attachments inside. Raises TooBusyError where it is not there in time."""
        journal = (await self._journals.page(target, before=None, limit=_ROWS)).items
        last = journal[0].number if journal else 0
        key = f"message-file/{target.number}/{last}/{target.row.erased_at}/{target.caller.key}"
        return await self._shelf.passing(
            key, lambda: self._made(target, journal[::-1], events), is_large=True
        )

    async def _made(self, target: Target, journal: Sequence[JournalRowView], events: Events) -> bytes:
        message = await self._reader.current(target)
        notices = await self._inbox.of_message(target)
        certificate = await asyncio.to_thread(self._certificate, target.number)
        async with self._db.read() as session:
            named = await Named.read(session, self._rules.zone)
            rows = await attachments.of_message(session, target.number)
        at = datetime.now(UTC) + timedelta(microseconds=target.row.clock_ahead)
        day = at.astimezone(self._rules.zone).date()
        requisites = await self._office.to_governor("", at)
        shown = await events(message, journal)
        told: list[Mapping[str, Any]] = [
            {
                "number": None,
                "at": notice.at,
                "title": f"Направлены сведения: {said(titles.NOTICE_KINDS[notice.kind]).lower()}",
                "who": "\n".join(named.person(person, other) for person, other in notice.persons),
                "said": [{"label": "", "text": notice.text, "before": None}],
            }
            for notice in reversed(notices)
        ]
        with TemporaryDirectory(prefix="otklik-file-") as folder:
            data: dict[str, Any] = {
                "authority": requisites.authority,
                "title": f"Материалы по сообщению № {target.number}",
                "as_of": f"по состоянию на {named.moment(at)}",
                "day": [day.year, day.month, day.day],
                "act": self._act(message),
                "message": message.model_dump(),
                "charged": [[named.charged(item) for item in run.charged] for run in message.limits],
                "events": sorted([*shown, *told], key=lambda event: event["at"]),
                "files": await self._files(target, rows, named, Path(folder)),
                "certificate": certificate,
                "signatory": requisites.signatory.office,
                "drawn_up": f"Материалы составлены {named.moment(at)}; по запросу: {named.person(target.caller.key)}",
                "words": _WORDS,
                "bodies": named.bodies,
                "topics": named.topics,
                "people": {key: named.person(key) for key in named.people},
            }
            return await self._press.make(FileJob(data=_written(data, named), attachments=Path(folder)))

    def _act(self, message: MessageView) -> str:
        """The act by which the message is led, in words."""
        act = self._rules.regulation.act
        own = act.title if not message.act or message.act in (act.key, act.citation) else message.act
        return f"Порядок рассмотрения: {own}."

    def _certificate(self, message: int) -> list[tuple[str, str]]:
        """Check the journal by its chain; blocks."""
        checked = Checked()
        database = BlockingDatabase(self._url, 1)
        try:
            with database.read() as connection:
                portion = journals.of_one(connection, database.dialect, message)
                rows = list(portion.rows)
        finally:
            database.dispose()
        flaws = [flaw for _, flaw in journal_check.flaws(rows, portion.recorded, checked)]
        verdict = (
            f"Журнал не прошёл проверку: {'; '.join(flaws)}."
            if flaws
            else "Журнал цел: каждая строка связана с предыдущей контрольной суммой, связь не нарушена."
        )
        return [
            ("Проверка", verdict),
            ("Строк", str(checked.rows)),
            (
                "Контрольная сумма последней строки (SHA-256)",
                (rows[-1].hash or "") if rows else "строк нет",
            ),
        ]

    async def _files(
        self, target: Target, rows: Sequence[AttachmentRow], named: Named, folder: Path
    ) -> list[dict[str, str]]:
        """Write the files into the folder, each under a name of its own, one at a time in memory."""
        told: list[dict[str, str]] = []
        left = _LARGEST
        for number, row in enumerate(rows, 1):
            async with self._db.read() as session:
                found = await attachments.with_content(session, target.number, row.id)
            name = ""
            if found is not None and len(found[1]) <= left:
                left -= len(found[1])
                # Latin letters only: programs that show PDF differ in how they read others in names of files.
                ending = Path(row.name).suffix.lower()
                name = f"prilozhenie-{number:02}{ending if ending.isascii() and ending[1:].isalnum() else ''}"
                await asyncio.to_thread((folder / name).write_bytes, found[1])
            told.append(
                {
                    "file": name,
                    "title": row.name if found else ERASED,
                    "type": row.type,
                    "size": f"{max(round(row.size / 1024), 1)} КБ",
                    "digest": row.digest,
                    "added": f"{named.moment(row.uploaded_at)}, {named.person(row.uploaded_by)}",
                }
            )
        return told


def _written(value: Any, named: Named) -> Any:
    """Return the value for JSON: moments, days and amounts in words, erased texts said to be so."""
    if isinstance(value, Mapping):
        return {str(key): _written(each, named) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_written(each, named) for each in value]
    match value:
        case datetime():
            value = named.moment(value)
        case date():
            value = f"{value:%d.%m.%Y}"
        case timedelta():
            value = _amount(value)
        case str():
            value = wording.DATA_ERASED if value == ERASED else str(value)
    return value


def _amount(counted: timedelta) -> str:
    if not counted:
        return "нет"
    return f"{counted // _DAY} раб. день" if counted % _DAY == timedelta(0) else short_amount(counted)
