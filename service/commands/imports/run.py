"""`otklik import`: the table is looked through whole, then registered batch by batch; a dry run ends before that."""

import asyncio
import sys
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import structlog
import typer

from calendar_rules import CalendarError
from calendar_rules.act_words import said
from calendar_rules.vocabulary import Network, Role
from service.commands.imports.columns import Columns, HeaderError, how_many_known, recognise
from service.commands.imports.forecast import Forecast
from service.commands.imports.intake import BATCH, Intake, Known, Written
from service.commands.imports.known_words import KnownWords
from service.commands.imports.report import Report, ReportError
from service.commands.imports.rows import Entry, LineProblem, RefusedLine, Rows
from service.commands.imports.source import BrokenLine, Line, SourceError, Table, open_table
from service.commands.imports.tally import Tally, number
from service.directory import working_hours
from service.directory.workbook_bounds import text_of
from service.runs import rules
from service.runs.part import Runs
from settings import Settings
from store.database.session import DatabaseError, DataError
from store.people import persons
from store.people.persons import Actor
from store.processes.rows import database_now

_BATCHES_STARTING = 2

NOTHING_DONE = 2
INTERRUPTED = 1

_NO_DATABASE = (
    "База данных не читается: {error}. Импорт ведётся в ту же базу, что и веб-сервис: укажите её ключом --data или "
    "переменной OTKLIK_DATABASE_URL; новую базу готовит «otklik serve» или «otklik prepare»."
)


_UNFORESEEN = (
    "строку не удалось разобрать ({error}); ошибка записана в журнал программы, "
    "остальные строки она не задержала."
)

log = structlog.get_logger(__name__)


class ImportRefusedError(Exception):
    """Nothing was registered; the text is Russian and says what to change."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the operator asks for."""

    file: Path
    curator: str | None
    network: Network | None
    dry_run: bool
    report: Path | None


@dataclass(frozen=True, slots=True)
class RepeatedLine:
    """A line that tells the same message as an earlier one of the table."""

    line: int
    first: int

    def as_refused(self) -> RefusedLine:
        return RefusedLine(self.line, (LineProblem("", f"повторяет строку {self.first}", ""),))


Judged = Entry | RefusedLine | RepeatedLine


async def import_table(settings: Settings, options: Options) -> int:
    """Import a table; returns the exit code: 0 done (also with lines refused), 1 ended halfway, 2 nothing was done."""
    try:
        connected = Runs.assemble(settings, rules.load_files(settings))
    except rules.RulesError as error:
        typer.echo(str(error), err=True)
        return NOTHING_DONE
    try:
        await working_hours.bring(connected.database, connected.rules)
        return await _Run(connected, options, await _prepared(connected, options)).run()
    except (ImportRefusedError, SourceError, HeaderError, ReportError, CalendarError) as error:
        typer.echo(str(error), err=True)
        return NOTHING_DONE
    except DatabaseError as error:
        typer.echo(_NO_DATABASE.format(error=getattr(error, "orig", error)), err=True)
        return NOTHING_DONE
    finally:
        await connected.close()


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What is known before the first line is read."""

    table: Table
    columns: Columns
    directory: KnownWords
    curator: Actor
    curator_is_assumed: bool


async def _prepared(runs: Runs, options: Options) -> _Prepared:
    table = open_table(options.file, how_many_known)
    with closing(table.lines()) as lines:
        header = next(lines, None)
    columns = recognise([text_of(cell) for cell in header.cells] if isinstance(header, Line) else [])
    async with runs.database.read() as session:
        curators = await persons.holders(session, Role.CURATOR)
        key = options.curator or (curators[0] if curators else "")
        curator = await persons.actor(session, key)
        directory = await KnownWords.of(session)
        await (await session.connection()).run_sync(
            lambda connection: runs.clock.compare(lambda: database_now(connection))
        )
    if flaw := runs.clock.flaw:
        raise ImportRefusedError(flaw)
    now = datetime.now(UTC)
    if curator is None or not any(held.role is Role.CURATOR for held in curator.capacities(now)):
        raise ImportRefusedError(
            f"Сообщения регистрирует куратор{said(' (п. 5, 7)')}, а «{key}» не куратор. "
            f"Укажите куратора ключом --curator; кураторы: {', '.join(curators) or 'ни одного'}."
        )
    return _Prepared(table, columns, directory, curator, options.curator is None)


class _Run:
    """One import."""

    def __init__(self, runs: Runs, options: Options, prepared: _Prepared) -> None:
        self._runs = runs
        self._options = options
        self._with = prepared
        self._rows = Rows(prepared.columns, runs.rules, prepared.directory.networks, options.network)
        self._intake = Intake(runs, prepared.curator)
        self._forecast = Forecast(runs.rules, datetime.now(UTC))
        place = options.report or _beside(options.file)
        if place.resolve() == options.file.resolve():
            raise ImportRefusedError(
                "Отчёт нельзя записать поверх таблицы. Укажите другой путь ключом --report."
            )
        self._report = Report(place, prepared.directory)

    async def run(self) -> int:
        """The exit code."""
        self._say(self._what_was_recognised())
        seen = await self._look_through()
        self._say(seen.sums(dry_run=True), seen.assumptions(), self._limits(seen), seen.routing())
        if self._options.dry_run:
            self._save(seen, ["Проверка без записи: в базу данных ничего не записано."])
            return 0
        return await self._register(seen)

    # ---- the two passes

    async def _look_through(self) -> Tally:
        tally = Tally()
        for_report = self._report if self._options.dry_run else None
        with typer.progressbar(
            self._batches(), label=f"Проверка, по {BATCH} строк", show_pos=True, file=sys.stderr
        ) as progress:
            batches = iter(progress)
            while batch := await asyncio.to_thread(next, batches, None):
                known = await self._intake.known([item for item in batch if isinstance(item, Entry)])
                await asyncio.to_thread(self._note, batch, known, tally, for_report)
        return tally

    async def _register(self, seen: Tally) -> int:
        tally = Tally()
        await self._runs.temporal.start()
        try:
            await self._take_in(tally, seen.lines)
            self._save(tally, _what_waits(await self._intake.start_waiting()))
        except (DatabaseError, OSError, SourceError, ReportError) as error:
            self._say(tally.sums(dry_run=False), _where_it_ended(tally, getattr(error, "orig", error)))
            return INTERRUPTED
        return 0

    async def _take_in(self, tally: Tally, lines: int) -> None:
        """Write every batch, and start its workflows while the next ones are read and written."""
        starting: deque[asyncio.Task[int]] = deque()
        with typer.progressbar(length=lines, label="Регистрация", file=sys.stderr) as progress:
            batches = self._batches()
            try:
                while batch := await asyncio.to_thread(next, batches, None):
                    became, found = await self._written(batch)
                    if len(starting) == _BATCHES_STARTING:
                        await starting.popleft()
                    written = [item for item in found.values() if isinstance(item, Written)]
                    starting.append(asyncio.create_task(self._intake.start(written)))
                    await asyncio.to_thread(self._note, became, found, tally, self._report)
                    progress.update(len(batch))
            finally:
                while starting:
                    await starting.popleft()

    async def _written(
        self, batch: Sequence[Judged]
    ) -> tuple[Sequence[Judged], Mapping[str, Written | Known]]:
        """The batch in the database; where a line of it cannot be written, the others are, and it is refused."""
        entries = [item for item in batch if isinstance(item, Entry)]
        try:
            return batch, await self._intake.write(entries)
        except Exception as error:
            if not _of_a_line(error):
                raise
        found: dict[str, Written | Known] = {}
        refused: dict[str, RefusedLine] = {}
        for entry in entries:
            try:
                found |= await self._intake.write([entry])
            except Exception as error:
                if not _of_a_line(error):
                    raise
                refused[entry.key] = _unforeseen(entry.line, error)
        return [refused.get(item.key, item) if isinstance(item, Entry) else item for item in batch], found

    def _batches(self) -> Iterator[list[Judged]]:
        judged = self._judged()
        return iter(lambda: list(islice(judged, BATCH)), [])

    def _judged(self) -> Iterator[Judged]:
        """Every line but the header; of those that tell the same message the first is taken."""
        first: dict[bytes, int] = {}
        with closing(self._with.table.lines()) as lines:
            next(lines)
            for line in lines:
                judged = self._judge(line)
                if isinstance(judged, Entry):
                    before = first.setdefault(bytes.fromhex(judged.key)[:16], judged.line)
                    if before != judged.line:
                        yield RepeatedLine(judged.line, before)
                        continue
                yield judged

    def _judge(self, line: Line | BrokenLine) -> Entry | RefusedLine:
        try:
            return self._rows.judge(line, datetime.now(UTC))
        except Exception as error:
            # Nobody has foreseen what is in the line; the others are none the worse for it.
            log.exception("a line of the table was not judged", line=line.number)
            return RefusedLine(
                line.number, (LineProblem("", _UNFORESEEN.format(error=type(error).__name__), ""),)
            )

    def _note(
        self,
        batch: Sequence[Judged],
        found: Mapping[str, Written | Known],
        tally: Tally,
        report: Report | None,
    ) -> None:
        """Count a batch, and put it into the report; `found` says what the entries became."""
        for item in batch:
            tally.lines += 1
            if isinstance(item, RefusedLine):
                tally.refuse(item)
                if report:
                    report.refuse(item)
            elif isinstance(item, RepeatedLine):
                tally.repeated += 1
                if report:
                    report.refuse(item.as_refused())
            else:
                became = found.get(item.key)
                done = self._count(item, became, tally)
                if report:
                    report.take(item, became.number if became else None, done)

    def _count(self, entry: Entry, became: Written | Known | None, tally: Tally) -> str:
        if isinstance(became, Known):
            tally.known += not became.erased
            tally.erased += became.erased
            return "стёрто раньше (152-ФЗ)" if became.erased else "зарегистрировано раньше"
        tally.register(entry, self._with.directory, self._forecast)
        return "зарегистрировано" if became else "будет зарегистрировано"

    # ---- what the operator reads

    def _what_was_recognised(self) -> list[str]:
        columns, curator = self._with.columns, self._with.curator.key
        lines = [
            f"{self._options.file.name}: {self._with.table.described}.",
            "Столбцы: " + ", ".join(f"«{name}»" for name in columns.names.values()) + ".",
        ]
        if columns.unused:
            lines.append(
                "Не используются столбцы: " + ", ".join(f"«{name}»" for name in columns.unused) + "."
            )
        assumed = (
            " (первый в справочнике; другого укажите ключом --curator)"
            if self._with.curator_is_assumed
            else ""
        )
        return [*lines, f"Регистрирует куратор {curator}{assumed}."]

    def _limits(self, tally: Tally) -> list[str]:
        return tally.limits(self._forecast, self._runs.rules.regulation.act.title)

    def _save(self, tally: Tally, ending: Sequence[str]) -> None:
        sums = tally.sums(dry_run=self._options.dry_run)
        details = [*tally.assumptions(), *self._limits(tally), *tally.routing(), *ending]
        self._report.save([*self._what_was_recognised(), *sums, *details])
        self._say([] if self._options.dry_run else sums, ending, [f"Отчёт: {self._report.path}"])

    def _say(self, *parts: Sequence[str]) -> None:
        for part in parts:
            for line in part:
                typer.echo(line)


def _unforeseen(line: int, error: Exception) -> RefusedLine:
    """Nobody has foreseen what is in the line; the others are none the worse for it."""
    log.error("a line of the table cannot be taken", line=line, exc_info=error)
    return RefusedLine(line, (LineProblem("", _UNFORESEEN.format(error=type(error).__name__), ""),))


def _of_a_line(error: Exception) -> bool:
    """Whether it is a value that could not be written, and not the database that is away."""
    return isinstance(error, DataError) or not isinstance(error, DatabaseError | OSError)


def _where_it_ended(tally: Tally, why: object) -> list[str]:
    return [
        f"Импорт прерван: {why}",
        f"Зарегистрированные сообщения ({number(tally.new)}) сохранены. Запустите импорт ещё раз: они не повторятся.",
    ]


def _what_waits(left: int) -> list[str]:
    if not left:
        return []
    return [
        f"Temporal сейчас недоступен. Ещё не запущено сообщений: {number(left)}. Они сохранены: их "
        "запустит веб-сервис (otklik serve или otklik api) или повторный импорт."
    ]


def _beside(file: Path) -> Path:
    """«incidents.csv» -> «incidents.отчёт.xlsx» in the same place."""
    return file.with_name(f"{file.stem}.отчёт.xlsx")
