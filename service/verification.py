"""`otklik verify`: whether every journal is whole, and whether every open message is led by the program's own run."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from service import anchor_check, journal_check
from service.anchor_check import AnchorsUnreadableError
from service.journal_check import Checked
from service.running_messages import RunsUnknownError, unled
from settings import Settings
from store import journals
from store.anchored_ends import AnchoredEnds
from store.blocking import BlockingDatabase
from store.session import DatabaseError
from telemetry.logs import reason

WHOLE, FLAWED, NOT_CHECKED = 0, 1, 2


async def verify(settings: Settings, anchors: Path | None = None, *, journals_only: bool = False) -> int:
    """Check the installation, or a copy of its data, and print what was found; nothing is changed.

    `anchors`: a directory or a file with anchors, in place of the installation's own. Gives the exit code: 0 if every
    journal is whole, 1 if one is not, 2 if that could not be told.
    """
    database = BlockingDatabase(settings.database_url, 2, read_only=True)
    try:
        code = await asyncio.to_thread(
            _of_journals, database, anchors or settings.anchors, anchors is not None
        )
        if not journals_only and code != NOT_CHECKED:
            await _of_runs(settings, database)
        return code
    finally:
        database.dispose()


def _of_journals(database: BlockingDatabase, place: Path, named: bool) -> int:
    checked, found = Checked(), 0
    try:
        files = anchor_check.files_of(place, named=named)
        with AnchoredEnds() as anchored:
            for flaw in anchor_check.gather(files, anchored):
                found += 1
                _say(f"Файл закрепления {flaw}.")
            messages: set[int] = set()
            for message, flaw in _flaws(database, anchored, checked):
                found += 1
                messages.add(message)
                _say(f"Сообщение {message}: {flaw}.")
        if journals.may_be_changed(database):
            _say(
                "Роль, от имени которой работает программа, может изменять журнал: роли не разделены "
                "(docs/installation.md)."
            )
    except AnchorsUnreadableError as error:
        _say(str(error))
        return NOT_CHECKED
    except DatabaseError as error:
        _say(
            f"Проверить не удалось: база данных не читается или не подготовлена этой версией ({reason(error)}). "
            "Проверьте её адрес и выполните otklik prepare; копию каталога проверяйте там, где её можно записать."
        )
        return NOT_CHECKED
    _say(f"Проверено журналов: {checked.journals}, строк: {checked.rows}, файлов закрепления: {len(files)}.")
    if not files:
        _say(f"Файлов закрепления в {place} нет: переписан ли журнал целиком, по нему самому не видно.")
    if found:
        _say(f"Найдено нарушений: {found}, сообщений с нарушениями: {len(messages)}.")
        return FLAWED
    _say("Все журналы целы.")
    return WHOLE


def _flaws(database: BlockingDatabase, anchored: AnchoredEnds, checked: Checked) -> Iterator[tuple[int, str]]:
    for portion in journals.portions(database):
        yield from journal_check.flaws(
            portion.rows, portion.recorded, anchored.between(portion.after, portion.until), checked
        )


async def _of_runs(settings: Settings, database: BlockingDatabase) -> None:
    found = 0
    try:
        async for message, flaw in unled(settings, database):
            found += 1
            _say(f"Сообщение {message}: {flaw}.")
    except RunsUnknownError as error:
        _say(f"Ведёт ли программа открытые сообщения, не проверено: {error}.")
    else:
        _say(
            f"Открытых сообщений, которые программа не ведёт: {found}. Остановите рабочий процесс и API и выполните "
            "otklik recover: он продолжит их по данным базы (docs/security.md)."
            if found
            else "Все открытые сообщения ведёт программа."
        )


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201
