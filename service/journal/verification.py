"""`otklik verify`: whether journals are whole, tables say the same, and the program leads every open message."""

import asyncio
import time
from collections.abc import Iterator
from datetime import tzinfo
from pathlib import Path

from service.journal import anchors as anchoring
from service.journal import check as journal_check
from service.journal.check import Checked
from service.journal.table_check import Tables
from service.runs import rules
from service.runs.running_messages import WAITS, RunsUnknownError, unled
from settings import Settings
from store.database.blocking import BlockingDatabase
from store.database.session import DatabaseError
from store.journal import after_step
from store.journal import whole as journals
from store.journal.whole import Portion
from store.recovery import rows as recovery
from telemetry.logs import reason

WHOLE, FLAWED, NOT_CHECKED = 0, 1, 2

_STEP_WITHIN = 10.0
"""Seconds within which a step that is under way is written."""
_PAUSE = 0.2


async def verify(settings: Settings, anchors: Path | None = None, *, journals_only: bool = False) -> int:
    """Check the installation, or a copy of its data, and print what was found; nothing is changed.

    `anchors`: a file of anchors, in place of the installation's own. Returns the exit code: 0 if every
    journal is whole and the tables say the same, 1 if not, 2 if that could not be told.
    """
    database = BlockingDatabase(settings.database_url, 2, read_only=True)
    try:
        code = await asyncio.to_thread(
            _of_journals,
            database,
            anchors or settings.anchors_file,
            anchors is not None,
            rules.zone_of(settings),
        )
        if not journals_only and code != NOT_CHECKED:
            await _of_runs(settings, database)
        return code
    finally:
        database.dispose()


def _of_journals(database: BlockingDatabase, file: Path, named: bool, zone: tzinfo) -> int:
    checked, found = Checked(), 0
    try:
        lines = anchoring.lines(file)
        if named and not lines:
            _say(f"Закреплений журналов нет: {file}. Укажите файл anchors.jsonl.")
            return NOT_CHECKED
        for flaw in anchoring.flaws(database, lines):
            found += 1
            _say(f"Закрепление {flaw}.")
        messages: set[int] = set()
        for message, flaw in _flaws(database, checked, zone):
            found += 1
            messages.add(message)
            _say(f"Сообщение {message}: {flaw}.")
        if journals.may_be_changed(database):
            _say(
                "Роль, от имени которой работает программа, может изменять журнал: роли не разделены "
                "(docs/run/installation.md)."
            )
    except OSError as error:
        _say(f"Закрепления журналов не читаются: {file} ({error.strerror}).")
        return NOT_CHECKED
    except DatabaseError as error:
        _say(
            f"Проверить не удалось: база данных не читается или не подготовлена этой версией ({reason(error)}). "
            "Проверьте её адрес и выполните otklik prepare; копию каталога проверяйте там, где её можно записать."
        )
        return NOT_CHECKED
    _say(f"Проверено журналов: {checked.journals}, строк: {checked.rows}, закреплений: {len(lines)}.")
    if not lines:
        _say(f"Закреплений в {file} нет: переписан ли журнал целиком, по нему самому не видно.")
    for message, differences in checked.doubtful.items():
        for difference in differences:
            _say(f"Сообщение {message}: не сверено, {difference}.")
    if found:
        _say(f"Найдено нарушений: {found}, сообщений с нарушениями: {len(messages)}.")
        _say(
            "Верно то, что записано в журнале: строки журнала связаны цепочкой и закреплены. Сохраните базу данных, "
            "файл закреплений и журналы процессов, выясните, кто изменил данные, и верните их (docs/prove/journal.md)."
        )
        return FLAWED
    if checked.doubtful:
        _say(
            f"Сообщений, не сверенных с журналом: {len(checked.doubtful)}: в таблицах есть шаг, строк которого в "
            "журнале нет. Так бывает, пока не работает рабочий процесс (запустите его и повторите проверку), и после "
            "восстановления из копии (сверьте с выводом otklik recover)."
        )
        return NOT_CHECKED
    _say("Таблицы говорят то же, что журналы.")
    _say("Все журналы целы.")
    return WHOLE


def _flaws(database: BlockingDatabase, checked: Checked, zone: tzinfo) -> Iterator[tuple[int, str]]:
    for portion in journals.portions(database):
        yield from _of_portion(portion, database, checked, zone)
    until = time.monotonic() + _STEP_WITHIN
    while checked.doubtful and time.monotonic() < until:
        time.sleep(_PAUSE)
        under_way, checked.doubtful = checked.doubtful, {}
        again = Checked()
        for message in under_way:
            with database.read() as connection:
                portion = journals.of_one(connection, database.dialect, message)
                yield from _of_portion(portion, database, again, zone)
        checked.doubtful = again.doubtful


def _of_portion(
    portion: Portion, database: BlockingDatabase, checked: Checked, zone: tzinfo
) -> Iterator[tuple[int, str]]:
    """Its flaws; what a step that is really under way may have made stays in `checked`."""
    stored = after_step.stored(portion.connection, database.dialect, portion.after, portion.until)
    before = set(checked.doubtful)
    yield from journal_check.flaws(portion.rows, portion.recorded, checked, Tables(stored, zone))
    doubtful = checked.doubtful.keys() - before
    ahead = {message for message in doubtful if stored[message].is_ahead}
    under_way = ahead | recovery.with_commands_off_record(portion.connection, doubtful - ahead)
    for message in sorted(doubtful - under_way):
        for difference in checked.doubtful.pop(message):
            yield message, difference


async def _of_runs(settings: Settings, database: BlockingDatabase) -> None:
    found, waiting = 0, list[int]()
    try:
        async for message, flaw in unled(settings, database):
            if flaw == WAITS:
                waiting.append(message)
                continue
            found += 1
            _say(f"Сообщение {message}: {flaw}.")
    except RunsUnknownError as error:
        _say(f"Ведёт ли программа открытые сообщения, не проверено: {error}.")
    else:
        if waiting:
            _say(
                f"Ждут начала, зарегистрированы и ещё никем не ведутся: {', '.join(map(str, sorted(waiting)))}. Они "
                "начнутся сами, когда работают API и рабочий процесс."
            )
        _say(
            f"Открытых сообщений, которые программа не ведёт: {found}. Остановите рабочий процесс и API и выполните "
            "otklik recover: он продолжит их по данным базы (docs/run/security.md)."
            if found
            else f"Все{' остальные' if waiting else ''} открытые сообщения ведёт программа."
        )


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201
