"""The one-page note to the Governor on a message that a curator reported (cl. 21)."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Final

from babel.dates import format_datetime

from calendar_rules import titles
from calendar_rules.act_words import said
from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import DraftStatus, Importance, Stage
from service.access import wording
from service.access.deadline import keep
from service.access.errors import NotFoundError
from service.directory import forms as directory
from service.directory.forms import DirectoryView
from service.messages.direction import isolated, without_controls
from service.messages.earlier import likely_earlier
from service.messages.outcome_writer import OutcomeWriter
from service.messages.reader import MessageReader
from service.messages.targets import Target
from service.messages.view import LimitView, MessageView
from service.people.person_names import short
from service.reports.papers.form import Requisites
from service.reports.papers.press import Press
from service.reports.papers.requisites import Office
from service.reports.papers.shelf import Shelf
from service.reports.weekly import phrases
from service.reports.weekly.governor_note import GovernorNote, NoteLine
from service.reports.weekly.press import NoteJob
from service.runs.rules import Rules
from store.database.columns import ERASED
from store.database.engines import Database
from store.journal import reading as journal
from store.messages import texts
from store.messages.tables import JournalRow
from store.people import persons
from workflows.stages import OF_CURATORS
from workflows.vocabulary import Command

_LINE: Final = 72  # letters of a line on the page
_LINES_OF_TEXT: Final = 18
_LINES_OF_REASON: Final = 8
_LONGEST_PLACE: Final = 150
_MOST_EARLIER: Final = 6
_MOST_LIMITS: Final = 4
_STATES: Final[Mapping[Stage, str]] = {
    Stage.ROUTING: "готовится направление исполнителю",
    Stage.PREPARATION: "готовится проект ответа",
    Stage.APPROVAL: "проект ответа на согласовании у куратора",
    Stage.REWORK: "проект ответа на доработке",
    Stage.PUBLICATION: "согласованный ответ готовится к размещению",
    Stage.AWAITING_FINAL: "размещён промежуточный ответ, готовится окончательный",
    Stage.AWAITING_AUTHOR: "ожидается уточнение от автора сообщения",
    Stage.CLOSED: "работа завершена",
}


@dataclass(frozen=True, slots=True)
class _Told:
    """What a note is made of."""

    message: MessageView
    report: JournalRow
    reason: str
    directory: DirectoryView
    names: Mapping[str, str]
    earlier: tuple[int, ...]
    rules: Rules
    at: datetime
    """When the note is made, by the message's own clock."""

    def body(self, key: str) -> str:
        return next((body.title for body in self.directory.bodies if body.key == key), key)

    def topic(self, key: str) -> str:
        return next((topic.title for topic in self.directory.topics if topic.key == key), key)

    def moment(self, value: datetime) -> str:
        return _moment(value.astimezone(self.rules.zone))


class GovernorNotes:
    """Makes notes of what was reported."""

    def __init__(
        self,
        database: Database,
        reader: MessageReader,
        outcomes: OutcomeWriter,
        rules: Rules,
        shelf: Shelf,
        press: Press,
        office: Office,
    ) -> None:
        self._db = database
        self._reader = reader
        self._outcomes = outcomes
        self._rules = rules
        self._shelf = shelf
        self._press = press
        self._office = office

    async def is_reported(self, message: int) -> bool:
        """Whether a curator has reported it."""
        return await self._report(message) is not None

    def begin(self, target: Target) -> None:
        """A curator has just reported it: the note is made behind the answer."""
        keep(asyncio.create_task(self._prepared(target), name="making a note to the Governor"))

    async def pdf(self, target: Target) -> bytes:
        """The note, one page of A4, as it was made at the report.

        Raises NotFoundError where nobody has reported the message, TooBusyError where it is not there in time.
        """
        report = await self._known(target)
        if report is None:
            raise NotFoundError(said(wording.NOT_REPORTED).format(message=target.number))
        return await self._shelf.kept(_key(report), lambda: self._made(target, report), message=target.number)

    async def _prepared(self, target: Target) -> None:
        if (report := await self._known(target)) is not None:
            await self._shelf.soon(_key(report), lambda: self._made(target, report), message=target.number)

    async def _known(self, target: Target) -> JournalRow | None:
        if (report := await self._report(target.number)) is None:
            # What has just been answered may not be in the journal yet.
            await self._reader.caught_up(target.row, self._outcomes.state(target.number))
            report = await self._report(target.number)
        return report

    async def _made(self, target: Target, report: JournalRow) -> bytes:
        note = await self._note(target, report)
        return await self._press.make(NoteJob(note=note))

    async def _report(self, message: int) -> JournalRow | None:
        async with self._db.lookup() as session:
            return await journal.last_of_kind(session, message, Command.REPORT_TO_GOVERNOR)

    async def _note(self, target: Target, report: JournalRow) -> GovernorNote:
        message = await self._reader.current(target)
        async with self._db.read() as session:
            known = await texts.contents(session, [target.number])
            names = await persons.names(session)
        earlier = await likely_earlier(
            self._db, self._rules, target, topic=message.topic, location=message.location
        )
        told = _Told(
            message=message,
            report=report,
            reason=known.get(report.data.get("texts", {}).get("reason", ""), ERASED),
            directory=await directory.read(self._db),
            names=names,
            earlier=tuple(item.number for item in earlier[:_MOST_EARLIER]),
            rules=self._rules,
            at=datetime.now(UTC) + timedelta(microseconds=target.row.clock_ahead),
        )
        return _written(told, await self._office.to_governor(_title(message), told.at))


def _key(report: JournalRow) -> str:
    return f"governor-note/{report.message}/{report.number}"


def _title(message: MessageView) -> str:
    return f"Справка о сообщении № {message.id}"


def _written(told: _Told, requisites: Requisites) -> GovernorNote:
    message = told.message
    reason, _ = _cut(without_controls(_readable(told.reason)), _LINES_OF_REASON)
    text, is_cut = _cut(without_controls(_readable(message.text)), _LINES_OF_TEXT)
    return GovernorNote(
        message=int(message.id),
        title=requisites.title,
        made=f"По состоянию на {told.moment(told.at)}",
        reason=reason,
        lines=tuple(NoteLine(what=what, told=said) for what, said in _lines(told) if said),
        text=text,
        is_cut=is_cut,
        requisites=requisites,
    )


def _lines(told: _Told) -> Iterator[tuple[str, str]]:
    message, report = told.message, told.report
    yield "Доложено", f"{told.moment(report.at)}, куратор {_initials(told, report.person)}".rstrip()
    yield "Тема", told.topic(message.topic) if message.topic else "ещё не указана: сообщение не направлено"
    yield "Локация", isolated(_shortened(message.location or "не указано"))
    yield "Где размещено", titles.NETWORKS[message.network]
    yield "Выявлено", told.moment(message.detected_at)
    if message.importance and message.importance is not Importance.ORDINARY:
        yield "Важность", titles.IMPORTANCE[message.importance].lower()
    yield "Исполнитель", _holder(told)
    yield "Состояние", _state(message)
    yield "Размещено", _published(told)
    yield "Срок исполнения", _limits(told)
    yield "Ранее поступившие схожие сообщения", _repeats(told)


def _holder(told: _Told) -> str:
    message = told.message
    if message.stage is Stage.CLOSED:
        bodies = "; ".join(told.body(body) for body in message.bodies)
        return f"завершено; исполнители: {bodies}" if bodies else "завершено"
    if message.stage in OF_CURATORS or message.current_body is None:
        return f"куратор {_initials(told, message.curator) or 'не назначен'}"
    person = _initials(told, message.assignee)
    return f"{told.body(message.current_body)}, {person or 'исполнитель не назначен'}"


def _initials(told: _Told, person: str | None) -> str:
    name = told.names.get(person or "")
    return short(name) if name else ""


def _state(message: MessageView) -> str:
    if message.outcome is not None:
        return titles.OUTCOMES[message.outcome].lower()
    return _STATES[message.stage]


def _published(told: _Told) -> str:
    found = [draft for draft in told.message.drafts if draft.status is DraftStatus.PUBLISHED]
    if not found:
        return "ответа пока нет"
    last = found[-1]
    when = f", {told.moment(last.published_at)}" if last.published_at else ""
    return f"{titles.DRAFT_KINDS[last.kind].lower()}{when}"


def _limits(told: _Told) -> str:
    open_ones = [
        run
        for run in told.message.limits
        # That of a return is a window, and nobody's duty.
        if run.met_at is None and run.cancelled_at is None and run.name is not LimitName.RETURN
    ]
    open_ones.sort(key=lambda run: run.due_at)
    return "; ".join(_limit(run, told) for run in open_ones[:_MOST_LIMITS])


def _limit(run: LimitView, told: _Told) -> str:
    late = ", нарушен" if run.breached_at is not None else ""
    name, due = titles.LIMITS[run.name], phrases.moment(run.due_at.astimezone(told.rules.zone))
    return f"{name[0].lower()}{name[1:]} (п. {run.clause}) — {due}{late}"


def _repeats(told: _Told) -> str:
    parts = []
    if told.message.repeats:
        parts.append(f"повторяет сообщение № {told.message.repeats}")
    others = [f"№ {number}" for number in told.earlier if str(number) != told.message.repeats]
    if others:
        parts.append(", ".join(others))
    return "; ".join(parts) or "не поступали"


def _readable(text: str) -> str:
    if not text.strip():
        return f"{wording.TEXT_IS_IN_A_PICTURE}."
    return wording.DATA_ERASED if text == ERASED else text


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_PLACE else f"{text[:_LONGEST_PLACE].rstrip()}…"


def _cut(text: str, most: int) -> tuple[str, bool]:
    """So much of a text as finds room in so many lines of the page, and whether it goes on."""
    kept: list[str] = []
    left = most
    given = [line.strip() for line in text.splitlines() if line.strip()]
    for place, line in enumerate(given):
        takes = max(ceil(len(line) / _LINE), 1)
        if takes > left:
            if left:
                kept.append(f"{line[: left * _LINE].rsplit(' ', 1)[0]}…")
            return "\n".join(kept), True
        kept.append(line)
        left -= takes
        if not left and place + 1 < len(given):
            return "\n".join(kept), True
    return "\n".join(kept), False


def _moment(value: datetime) -> str:
    return format_datetime(value, "d MMMM y 'года в' HH:mm", tzinfo=value.tzinfo, locale="ru")
