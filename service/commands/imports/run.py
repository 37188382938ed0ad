"""`otklik import`: the table is checked whole, then registered batch by batch; a dry run ends before that."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import typer

from calendar_rules import CalendarError
from calendar_rules.act_words import said
from calendar_rules.vocabulary import Role
from service.commands.imports.registration import Known, Registration
from service.commands.imports.report import ReportError, Taken, check_writable, write_report
from service.commands.imports.row import ImportRow, Refusal, Terms, columns_of, judge
from service.commands.imports.table import Table, TableError, read_table
from service.directory import working_hours
from service.messages import networks
from service.runs import rules
from service.runs.part import Runs
from settings import Settings
from store.database.session import DatabaseError
from store.people import persons
from store.people.persons import Actor
from store.processes.rows import database_now

BATCH = 100
NOTHING_DONE = 2
INTERRUPTED = 1
_REFUSALS_SHOWN = 10

_NO_DATABASE = (
    "База данных не читается: {error}. Импорт ведётся в ту же базу, что и веб-сервис: укажите её ключом --data или "
    "переменной OTKLIK_DATABASE_URL; новую базу готовит «otklik serve» или «otklik prepare»."
)


class ImportRefusedError(Exception):
    """Nothing was registered; the text is Russian and says what to change."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the operator asks for."""

    file: Path
    curator: str | None
    dry_run: bool

    @property
    def report_path(self) -> Path:
        """«incidents.csv» -> «incidents.отчёт.xlsx» in the same place."""
        return self.file.with_name(f"{self.file.stem}.отчёт.xlsx")


async def import_table(settings: Settings, options: Options) -> int:
    """Import a table; returns the exit code: 0 done (also with rows refused), 1 ended halfway, 2 nothing was done."""
    try:
        runs = Runs.assemble(settings, rules.load_files(settings))
    except rules.RulesError as error:
        typer.echo(str(error), err=True)
        return NOTHING_DONE
    try:
        await working_hours.bring(runs.database, runs.rules)
        run = await _Import.prepared(runs, options)
        await run.check()
        return 0 if options.dry_run else await run.register()
    except (ImportRefusedError, TableError, ReportError, CalendarError) as error:
        typer.echo(str(error), err=True)
    except DatabaseError as error:
        typer.echo(_NO_DATABASE.format(error=getattr(error, "orig", error)), err=True)
    finally:
        await runs.close()
    return NOTHING_DONE


class _Import:
    """One import: the rows of its table, and what became of them."""

    def __init__(self, runs: Runs, options: Options, table: Table, terms: Terms, curator: Actor) -> None:
        self._options = options
        self._table = table
        self._titles = columns_of(table)
        self._terms = terms
        self._curator = curator.key
        self._registration = Registration(runs, curator)
        self._rows: list[ImportRow] = []
        self._refused: list[Refusal] = []
        self._became: dict[str, int | Known] = {}
        """By the key of a row: its number, or the message that was there already."""

    @classmethod
    async def prepared(cls, runs: Runs, options: Options) -> "_Import":
        """Raises what ends an import before a row is looked at."""
        table = read_table(options.file)
        check_writable(options.report_path)
        async with runs.database.read() as session:
            curators = await persons.holders(session, Role.CURATOR)
            key = options.curator or (curators[0] if curators else "")
            curator = await persons.actor(session, key)
            known_networks = await networks.known(session)
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
        return cls(runs, options, table, Terms(runs.rules, known_networks, now), curator)

    async def check(self) -> None:
        """Judge every row, and say what would become of them; after a dry run that is the report."""
        _say(self._recognised())
        first: dict[str, int] = {}
        with typer.progressbar(self._table.lines, label="Проверка", file=sys.stderr) as lines:
            for line in lines:
                row = judge(line, self._titles, self._terms)
                if not isinstance(row, ImportRow):
                    self._refused += row
                elif (before := first.setdefault(row.key, row.line)) != row.line:
                    self._refused.append(Refusal(row.line, "", f"повторяет строку {before}"))
                else:
                    self._rows.append(row)
        for batch in self._batches():
            self._became |= await self._registration.known(batch)
        sums = [*self._sums("будет зарегистрировано"), *self._forecast()]
        if self._options.dry_run:
            sums.append("Проверка без записи: в базу данных ничего не записано.")
        _say(sums)
        if self._options.dry_run:
            self._report(sums, "будет зарегистрировано")

    async def register(self) -> int:
        """Register what is not yet; returns the exit code."""
        forecast = self._forecast()
        try:
            with typer.progressbar(self._batches(), label="Регистрация", file=sys.stderr) as batches:
                for batch in batches:
                    self._became |= await self._registration.write(batch)
            sums = self._sums("зарегистрировано")
            _say(sums)
            self._report([*sums, *forecast], "зарегистрировано")
        except (DatabaseError, ReportError) as error:
            saved = sum(isinstance(became, int) for became in self._became.values())
            _say(
                [
                    f"Импорт прерван: {getattr(error, 'orig', error)}",
                    f"Зарегистрированные сообщения ({saved}) сохранены. Запустите импорт ещё раз: они не повторятся.",
                ]
            )
            return INTERRUPTED
        return 0

    def _batches(self) -> list[list[ImportRow]]:
        return [self._rows[start : start + BATCH] for start in range(0, len(self._rows), BATCH)]

    # ---- what the operator reads

    def _recognised(self) -> list[str]:
        named = list(zip(self._table.header, self._titles, strict=True))
        known = ", ".join(f"«{name}»" for name, title in named if title)
        unused = ", ".join(f"«{name}»" for name, title in named if name and title is None)
        lines = [f"{self._options.file.name}: {self._table.described}.", f"Столбцы: {known}."]
        if unused:
            lines.append(f"Не используются столбцы: {unused}.")
        assumed = "" if self._options.curator else " (первый в справочнике; другого укажите ключом --curator)"
        return [*lines, f"Регистрирует куратор {self._curator}{assumed}."]

    def _new(self) -> list[ImportRow]:
        return [row for row in self._rows if not isinstance(self._became.get(row.key), Known)]

    def _sums(self, done: str) -> list[str]:
        """How many lines became what, and the first that were refused."""
        known = [became for became in self._became.values() if isinstance(became, Known)]
        erased = sum(one.erased for one in known)
        lines = [
            f"Строк в таблице: {len(self._table.lines)}.",
            f"  {done}: {len(self._new())}",
            f"  зарегистрированы раньше: {len(known) - erased}",
            f"  стёрты раньше (152-ФЗ), повторно не регистрируются: {erased}",
            f"  не принято: {len({one.line for one in self._refused})}",
        ]
        shown = self._refused[:_REFUSALS_SHOWN]
        lines += [
            f"    строка {one.line}{f', «{one.column}»' if one.column else ''}: {one.reason}" for one in shown
        ]
        if len(self._refused) > len(shown):
            lines.append("    остальные — в отчёте, лист «Не принято»")
        return lines

    def _forecast(self) -> list[str]:
        """What the table does not tell, and what becomes of the limits of what is registered (cl. 7, 9)."""
        new, rules_, now = self._new(), self._terms.rules, self._terms.now
        moments = [row.detected_at for row in new if row.detected_at]
        routing = sum(rules_.routing_due(moment) <= now for moment in moments)
        counted = rules_.regulation.limits.answer.starts == ("detection",)
        answer = sum(rules_.answer_due(moment) <= now for moment in moments) if counted else 0
        told = {
            "без ссылки: различаются по ID, тексту, автору, времени и муниципалитету": sum(
                not row.url for row in new
            ),
            "без времени: моментом выявления считается момент регистрации": len(new) - len(moments),
            f"срок направления уже истёк, {said('начальник Департамента')} получит уведомление": routing,
            f"срок ответа уже истёк, {said('начальник Департамента')} получит уведомление": answer,
        }
        return [f"  {words} — {count}" for words, count in told.items() if count]

    def _report(self, sums: Sequence[str], done: str) -> None:
        taken = [_taken(row, self._became, done) for row in self._rows]
        write_report(self._options.report_path, [*self._recognised(), *sums], self._refused, taken)
        _say([f"Отчёт: {self._options.report_path}"])


def _taken(row: ImportRow, became: Mapping[str, int | Known], done: str) -> Taken:
    match became.get(row.key):
        case Known(number, erased):
            return row, number, "стёрто раньше (152-ФЗ)" if erased else "зарегистрировано раньше"
        case number:
            return row, number, done


def _say(lines: Sequence[str]) -> None:
    for line in lines:
        typer.echo(line)
