"""The one-page note to the Governor on a message that a curator reported (cl. 21)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from typing import Final

from babel.dates import format_datetime

from calendar_rules import titles
from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import DraftStatus, Importance, Stage
from service import directory, wording
from service.directory import DirectoryView
from service.earlier import likely_earlier
from service.errors import NotFoundError
from service.message_reader import MessageReader
from service.message_view import LimitView, MessageView
from service.outcome_writer import OutcomeWriter
from service.rules import Rules
from service.targets import Target
from service.weekly import phrases
from service.weekly.documents import WeeklyDocuments
from service.weekly.governor_note import GovernorNote, NoteLine
from store import journal, people, tables, texts
from store.database import Database
from workflows.vocabulary import Command

_LINE: Final = 72  # letters of a line on the page
_LINES_OF_TEXT: Final = 18
_LINES_OF_REASON: Final = 8
_LONGEST_PLACE: Final = 150
_MOST_EARLIER: Final = 6
_MOST_LIMITS: Final = 4
_OF_CURATORS: Final = (Stage.ROUTING, Stage.APPROVAL, Stage.AWAITING_AUTHOR)


@dataclass(frozen=True, slots=True)
class _Told:
    """What a note is made of."""

    message: MessageView
    report: tables.JournalRow
    reason: str
    directory: DirectoryView
    names: Mapping[str, str]
    earlier: tuple[int, ...]
    rules: Rules

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
        documents: WeeklyDocuments,
        address: str,
    ) -> None:
        """`address`: that of the workplace, for the link of the message."""
        self._db = database
        self._reader = reader
        self._outcomes = outcomes
        self._rules = rules
        self._documents = documents
        self._address = address

    async def is_reported(self, message: int) -> bool:
        """Whether a curator has reported it."""
        return await self._report(message) is not None

    async def pdf(self, target: Target) -> bytes:
        """The note, one page of A4. Raises NotFoundError where nobody has reported the message."""
        if (report := await self._report(target.number)) is None:
            # What has just been answered may not be in the journal yet.
            await self._reader.caught_up(target.row, self._outcomes.state(target.number))
            report = await self._report(target.number)
        if report is None:
            raise NotFoundError(wording.NOT_REPORTED.format(message=target.number))
        return await self._documents.note(await self._note(target, report))

    async def _report(self, message: int) -> tables.JournalRow | None:
        async with self._db.read() as session:
            return await journal.last_of_kind(session, message, Command.REPORT_TO_GOVERNOR)

    async def _note(self, target: Target, report: tables.JournalRow) -> GovernorNote:
        message = await self._reader.current(target)
        async with self._db.read() as session:
            known = await texts.contents(session, [target.number])
            names = await people.names(session)
        earlier = await likely_earlier(
            self._db, self._rules, target, topic=message.topic, location=message.location
        )
        told = _Told(
            message=message,
            report=report,
            reason=known.get(report.data.get("texts", {}).get("reason", ""), tables.ERASED),
            directory=await directory.read(self._db),
            names=names,
            earlier=tuple(item.number for item in earlier[:_MOST_EARLIER]),
            rules=self._rules,
        )
        return _written(told, self._address)


def _written(told: _Told, address: str) -> GovernorNote:
    message = told.message
    reason, _ = _cut(_readable(told.reason), _LINES_OF_REASON)
    text, is_cut = _cut(_readable(message.text), _LINES_OF_TEXT)
    return GovernorNote(
        message=int(message.id),
        title=f"Справка о сообщении № {message.id}",
        made=f"Составлена {told.moment(datetime.now(UTC))}",
        reason=reason,
        lines=tuple(NoteLine(what=what, told=said) for what, said in _lines(told) if said),
        text=text,
        is_cut=is_cut,
        address=f"{address}/messages/{message.id}",
    )


def _lines(told: _Told) -> Iterator[tuple[str, str]]:
    message, report = told.message, told.report
    yield "Доложено", f"{told.moment(report.at)}, {told.names.get(report.person or '', 'куратор')}"
    yield "Тема", told.topic(message.topic) if message.topic else "ещё не указана: сообщение не направлено"
    yield "Место", _shortened(message.location or "не указано")
    yield "Где размещено", titles.NETWORKS[message.network]
    yield "Выявлено", told.moment(message.detected_at)
    if message.importance and message.importance is not Importance.ORDINARY:
        yield "Важность", titles.IMPORTANCE[message.importance].lower()
    yield "У кого", _holder(told)
    yield "Что делается", _state(message)
    yield "Что размещено", _published(told)
    yield "К какому сроку", _limits(told)
    yield "Раньше", _repeats(told)


def _holder(told: _Told) -> str:
    message = told.message
    if message.stage is Stage.CLOSED:
        bodies = "; ".join(told.body(body) for body in message.bodies)
        return f"работа завершена; вели: {bodies}" if bodies else "работа завершена"
    if message.stage in _OF_CURATORS or message.current_body is None:
        return f"{told.names.get(message.curator or '', 'не назначен')} (куратор)"
    person = told.names.get(message.assignee or "")
    return f"{told.body(message.current_body)}, {person or 'исполнитель не назначен'}"


def _state(message: MessageView) -> str:
    if message.outcome is not None:
        return titles.OUTCOMES[message.outcome].lower()
    return f"предстоит {titles.STEPS[message.stage]}"


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
        parts.append(f"похожие: {', '.join(others)}")
    return "; ".join(parts) or "похожих сообщений не было"


def _readable(text: str) -> str:
    if not text.strip():
        return f"{wording.TEXT_IS_IN_A_PICTURE}."
    return wording.DATA_ERASED if text == tables.ERASED else text


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
    return format_datetime(value, "d MMMM y 'года' HH:mm", tzinfo=value.tzinfo, locale="ru")
