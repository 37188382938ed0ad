"""The file of one message («Материалы по сообщению»): all there is of it, with the certificate of its journal."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from calendar_rules import titles
from calendar_rules.act_words import said
from calendar_rules.regulation import HolderRole
from calendar_rules.russian import short_amount
from calendar_rules.vocabulary import DraftStatus
from service.access import wording
from service.journal.reading import JournalRowView, Journals
from service.messages.reader import MessageReader
from service.messages.targets import Target
from service.messages.view import DraftView, LimitView, MessageView
from service.notices.inbox import Inbox, ToldNotice
from service.reports.papers import journal_lines
from service.reports.papers.journal_certificate import Certificate, certify
from service.reports.papers.message_file import (
    Event,
    Fact,
    FileTold,
    LimitTold,
    MessageFile,
    MessageFileJob,
    Stretch,
)
from service.reports.papers.named import Named
from service.reports.papers.press import Press
from service.reports.papers.requisites import Office
from service.reports.papers.shelf import Shelf
from service.reports.weekly.press import Job, Work
from service.runs.rules import Rules
from store.database.blocking import BlockingDatabase
from store.database.columns import ERASED
from store.database.engines import Database
from store.messages import attachments
from store.messages.tables import AttachmentRow

_ROWS: Final = 100_000
_LARGEST: Final = 100 * 2**20
"""Bytes of files that are put inside; what goes beyond is named with its sum."""
_DAY: Final = timedelta(days=1)


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
        anchors: Path,
    ) -> None:
        """`anchors`: the directory of the files that anchor journals."""
        self._db = database
        self._rules = rules
        self._reader = reader
        self._journals = journals
        self._inbox = inbox
        self._shelf = shelf
        self._press = press
        self._office = office
        self._url = database_url
        self._anchors = anchors

    async def pdf(self, target: Target) -> bytes:
        """PDF/A-3a with the attachments inside. Raises TooBusyError where it is not there in time."""
        journal = (await self._journals.page(target, before=None, limit=_ROWS)).items
        last = journal[0].number if journal else 0
        key = f"message-file/{target.number}/{last}/{target.row.erased_at}/{target.caller.key}"
        return await self._shelf.passing(key, lambda: self._made(target, journal[::-1]), is_large=True)

    async def _made(self, target: Target, journal: Sequence[JournalRowView]) -> bytes:
        message = await self._reader.current(target)
        notices = await self._inbox.of_message(target)
        certificate = await asyncio.to_thread(self._certified, target.number)
        async with self._db.read() as session:
            named = await Named.read(session, self._rules.zone)
            rows = await attachments.of_message(session, target.number)
        with TemporaryDirectory(prefix="otklik-file-") as folder:
            files = await self._laid_out(target, rows, named, Path(folder))
            at = datetime.now(UTC) + timedelta(microseconds=target.row.clock_ahead)
            requisites = await self._office.to_governor("", at)
            told = MessageFile(
                authority=requisites.authority,
                title=f"Материалы по сообщению № {target.number}",
                as_of=f"по состоянию на {named.moment(at)}",
                made_at=_day(at.astimezone(self._rules.zone)),
                act=_act(journal, self._rules),
                facts=tuple(_facts(message, named)),
                text=_readable(message.text),
                drafts=tuple(
                    (*_draft(draft, named), *_promises(message, draft, named)) for draft in message.drafts
                ),
                charged=tuple(_charged(message, named)),
                events=tuple(_events(journal, notices, named)),
                limits=tuple(_limit(run, named) for run in message.limits),
                files=files,
                certificate=tuple(_certificate(certificate)),
                signatory=requisites.signatory.office,
                drawn_up=f"Материалы составлены {named.moment(at)}; по запросу: {named.person(target.caller.key)}",
            )
            job = MessageFileJob(told=told, folder=folder)
            return await self._press.make(Job(work=Work.MESSAGE_FILE, message_file=job))

    def _certified(self, message: int) -> Certificate:
        database = BlockingDatabase(self._url, 1)
        try:
            return certify(database, self._anchors, message)
        finally:
            database.dispose()

    async def _laid_out(
        self, target: Target, rows: Sequence[AttachmentRow], named: Named, folder: Path
    ) -> tuple[FileTold, ...]:
        """Write the files into the folder, each under a name of its own, one at a time in memory."""
        told: list[FileTold] = []
        left = _LARGEST
        for number, row in enumerate(rows, 1):
            async with self._db.read() as session:
                found = await attachments.with_content(session, target.number, row.id)
            name = ""
            if found is not None and len(found[1]) <= left:
                left -= len(found[1])
                # Latin letters only: programs that show PDF differ in how they read others in names of files.
                name = f"prilozhenie-{number:02}{_ending(row.name)}"
                await asyncio.to_thread((folder / name).write_bytes, found[1])
            told.append(
                FileTold(
                    name=name,
                    title=_readable(row.name) if found else wording.DATA_ERASED,
                    type=row.type,
                    size=f"{max(round(row.size / 1024), 1)} КБ",
                    digest=row.digest,
                    added=f"{named.moment(row.uploaded_at)}, {named.person(row.uploaded_by)}",
                )
            )
        return tuple(told)


def _ending(name: str) -> str:
    ending = Path(name).suffix.lower()
    return ending if ending.isascii() and ending[1:].isalnum() else ""


def _day(moment: datetime) -> tuple[int, int, int]:
    return moment.year, moment.month, moment.day


def _readable(text: str) -> str:
    return wording.DATA_ERASED if text == ERASED else text


def _act(journal: Sequence[JournalRowView], rules: Rules) -> str:
    """By which act the message was led; it is on record with its registration."""
    named = str(journal[0].data.get("act") or "") if journal else ""
    act = rules.regulation.act
    own = act.title if not named or named in (act.key, act.citation) else named
    return f"Порядок рассмотрения: {own}."


def _facts(message: MessageView, named: Named) -> Iterator[Fact]:
    yield Fact(what="Где размещено", told=titles.NETWORKS[message.network])
    yield Fact(what="Ссылка", told=_readable(message.url))
    yield Fact(what="Автор", told=_readable(message.author))
    yield Fact(what="Выявлено", told=named.moment(message.detected_at))
    yield Fact(what="Зарегистрировано", told=named.moment(message.registered_at))
    yield Fact(what="Тема", told=named.topic(message.topic) if message.topic else "не указана")
    yield Fact(what="Локация", told=_readable(message.location) if message.location else "не указана")
    if message.importance:
        yield Fact(what="Важность", told=titles.IMPORTANCE[message.importance])
    yield Fact(
        what="Исполнительные органы", told="\n".join(map(named.body, message.bodies)) or "не назначены"
    )
    if message.curator:
        yield Fact(what="Куратор", told=named.person(message.curator))
    if message.assignee:
        yield Fact(what="Исполнитель", told=named.person(message.assignee))
    if message.repeats:
        yield Fact(what="Повторное к сообщению", told=f"№ {message.repeats}")
    yield Fact(what="Этап", told=titles.STAGES[message.stage])
    if message.outcome is not None:
        yield Fact(what="Итог", told=titles.OUTCOMES[message.outcome])
    if message.decline_ground is not None:
        yield Fact(what="Основание", told=titles.DECLINE_GROUNDS[message.decline_ground])
    if message.close_reason is not None:
        yield Fact(what="Причина", told=titles.CLOSE_REASONS[message.close_reason])
    if message.verdict is not None:
        for given in message.verdict.history:
            by = f"{named.person(given.person)}, {named.moment(given.at)}"
            said = (
                titles.VERDICTS[given.value],
                _readable(given.reply or ""),
                _readable(given.url or ""),
                by,
            )
            yield Fact(what="Что говорит автор", told="\n".join(filter(None, said)))


def _draft(draft: DraftView, named: Named) -> Iterator[Fact]:
    yield Fact(what=titles.DRAFT_KINDS[draft.kind], told=_readable(draft.text))
    if draft.measures:
        yield Fact(what="Принятые меры", told=_readable(draft.measures))
    yield Fact(what="Орган", told=named.body(draft.body))
    yield Fact(what="Состояние", told=titles.DRAFT_STATUSES[draft.status])
    if draft.comment:
        yield Fact(what="Замечания куратора", told=_readable(draft.comment))
    if draft.status is DraftStatus.PUBLISHED and draft.published_at is not None:
        link = _readable(draft.published_url or "")
        yield Fact(what="Размещено", told=f"{named.moment(draft.published_at)}\n{link}".strip())


def _promises(message: MessageView, draft: DraftView, named: Named) -> Iterator[Fact]:
    """What a text promises, and what came of it."""
    for promise in message.promises:
        if promise.draft != draft.id:
            continue
        lines = [_readable(promise.what), f"Срок: {named.moment(promise.by)}"]
        lines += [
            f"Перенесено {named.moment(move.at)} с {named.moment(move.since)}: {_readable(move.reason)}"
            for move in promise.moves
        ]
        done = f", сделано {named.moment(promise.done_at)}" if promise.done_at else ""
        lines.append(f"{titles.PROMISE_STATES[promise.state]}{done}")
        if promise.evidence is not None:
            lines += [_readable(text) for text in (promise.evidence.url, promise.evidence.note) if text]
        yield Fact(what="Обещание", told="\n".join(lines))


def _charged(message: MessageView, named: Named) -> Iterator[str]:
    for run in message.limits:
        if run.breached_at is None or run.inherited:
            continue
        name = f"{titles.LIMITS[run.name]} (пункт {run.clause}), истёк {named.moment(run.due_at)}"
        whose = "; ".join(named.charged(item) for item in run.charged)
        yield f"{name} — {whose or 'ни за кем не учтено: сроки отдельных шагов вместе длиннее срока ответа'}."


def _events(
    journal: Sequence[JournalRowView], notices: Sequence[ToldNotice], named: Named
) -> Iterator[Event]:
    rows = [(row.at, 0, row.number, journal_lines.event(row, named)) for row in journal]
    told = [(notice.at, 1, place, _notice(notice, named)) for place, notice in enumerate(reversed(notices))]
    yield from (event for *_, event in sorted(rows + told, key=lambda it: it[:3]))


def _notice(notice: ToldNotice, named: Named) -> Event:
    return Event(
        at=named.moment(notice.at),
        title=f"Направлены сведения: {said(titles.NOTICE_KINDS[notice.kind]).lower()}",
        who="\n".join(named.person(person, acting_for) for person, acting_for in notice.persons),
        lines=(Fact(what="", told=_readable(notice.text)),),
    )


def _limit(run: LimitView, named: Named) -> LimitTold:
    holder = (
        "куратор"
        if run.holder.role is HolderRole.CURATOR or run.holder.body is None
        else named.body(run.holder.body)
    )
    facts = [
        Fact(what="Ответственный", told=holder),
        Fact(what="Начало", told=named.moment(run.started_at)),
        Fact(what="Истекает", told=named.moment(run.due_at)),
    ]
    for what, moment in (
        ("Исполнен", run.met_at),
        ("Нарушен", run.breached_at if not run.inherited else None),
        ("Истёк до поступления", run.breached_at if run.inherited else None),
        ("Исполнение не требуется с", run.cancelled_at),
    ):
        if moment is not None:
            facts.append(Fact(what=what, told=named.moment(moment)))
    if run.charged:
        facts.append(Fact(what="Учтено за", told="\n".join(map(named.charged, run.charged))))
    stretches = tuple(
        Stretch(
            since=named.moment(step.start),
            until=named.moment(step.end),
            counted=_amount(step.counted),
            reason=step.reason,
        )
        for step in run.explanation
    )
    return LimitTold(
        title=f"{titles.LIMITS[run.name]} (пункт {run.clause})", facts=tuple(facts), stretches=stretches
    )


def _amount(counted: timedelta) -> str:
    if not counted:
        return "нет"
    return f"{counted // _DAY} раб. день" if counted % _DAY == timedelta(0) else short_amount(counted)


def _certificate(it: Certificate) -> Iterator[Fact]:
    yield Fact(
        what="Проверка",
        told="Журнал цел: каждая строка связана с предыдущей контрольной суммой, связь не нарушена."
        if not it.flaws
        else "Журнал не прошёл проверку: " + "; ".join(it.flaws) + ".",
    )
    yield Fact(what="Строк", told=str(it.rows))
    yield Fact(what="Контрольная сумма последней строки (SHA-256)", told=it.hash or "строк нет")
    if it.anchor is None:
        yield Fact(what="Закрепление", told="Файлов закрепления с этим журналом ещё нет.")
    else:
        yield Fact(
            what="Закрепление",
            told=f"Файл {it.anchor.file}: строка {it.anchor.number}, контрольная сумма {it.anchor.hash}",
        )
