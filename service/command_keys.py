"""Where the keys of commands are kept: in a setting, or in a file that is made at the first start.

The same keys must reach every process of an installation. See docs/security.md for rotation and for lost keys.
"""

import os
import secrets
import stat
from pathlib import Path

import structlog

from settings import Settings
from workflows.seals import KEY_BYTES, CommandKeys

log = structlog.get_logger(__name__)


class CommandKeysError(Exception):
    """The keys cannot be read or made; the text is Russian and says what to do."""


def load(settings: Settings, *, make: bool = False) -> CommandKeys:
    """The keys of the installation: of the setting `command_keys`, else of the file.

    A file that is missing is made where all processes share a directory: with SQLite, or where `make` says so
    (`otklik serve`). Processes that start together end up with the same keys. Raises CommandKeysError.
    """
    if settings.command_keys is not None:
        return _read(settings.command_keys, "Настройка OTKLIK_COMMAND_KEYS")
    file = settings.command_keys_file
    if not _exists(file):
        if not make and not settings.database_url.startswith("sqlite"):
            raise CommandKeysError(
                f"Не заданы ключи команд: нет ни настройки OTKLIK_COMMAND_KEYS, ни файла {file}. Создайте их один "
                "раз командой otklik keys new и передайте одни и те же всем процессам (docs/security.md)."
            )
        _write_first(file, new())
    return _of_file(file)


def new() -> CommandKeys:
    """Keys that are kept nowhere yet."""
    return CommandKeys(secrets.token_bytes(KEY_BYTES), {1: secrets.token_bytes(KEY_BYTES)})


def rotated(keys: CommandKeys) -> CommandKeys:
    """The keys and one more, which seals from now on."""
    number = max({*keys.keys, *keys.retired}) + 1
    return CommandKeys(keys.identity, {**keys.keys, number: secrets.token_bytes(KEY_BYTES)}, keys.retired)


def without(keys: CommandKeys, number: int) -> CommandKeys:
    """The keys without an older one, whose seals are forged from now on. Raises CommandKeysError."""
    if number not in keys.keys:
        raise CommandKeysError(f"Ключа с номером {number} нет.")
    if number == keys.current:
        raise CommandKeysError(f"Ключ {number} текущий. Сначала создайте новый: otklik keys rotate.")
    kept = {other: secret for other, secret in keys.keys.items() if other != number}
    return CommandKeys(keys.identity, kept, keys.retired | {number})


def replace(settings: Settings, keys: CommandKeys) -> None:
    """Write the keys in place of those of the file, whole or not at all. Raises CommandKeysError."""
    if settings.command_keys is not None:
        raise CommandKeysError(
            "Ключи заданы настройкой OTKLIK_COMMAND_KEYS: файл не используется, измените её значение."
        )
    file = settings.command_keys_file
    try:
        _unfinished(file, keys).replace(file)
    except OSError as error:
        raise _unwritable(file, error) from None


def _read(text: str, where: str) -> CommandKeys:
    try:
        return CommandKeys.read(text)
    except ValueError:
        raise CommandKeysError(
            f"{where}: ключи команд записаны с ошибкой. Восстановите их из копии или см. docs/security.md."
        ) from None


def _exists(file: Path) -> bool:
    try:
        return file.is_file()
    except OSError as error:
        raise CommandKeysError(f"Не удалось прочитать ключи команд {file} ({error.strerror}).") from None


def _of_file(file: Path) -> CommandKeys:
    try:
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            file.chmod(0o600)
            log.warning("keys of commands were open to others; their mode was tightened", path=str(file))
        text = file.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandKeysError(f"Не удалось прочитать ключи команд {file} ({error}).") from None
    return _read(text, f"Файл {file}")


def _write_first(file: Path, keys: CommandKeys) -> None:
    try:
        unfinished = _unfinished(file, keys)
        try:
            file.hardlink_to(unfinished)
        except FileExistsError:
            pass  # another process was first: theirs stay
        finally:
            unfinished.unlink()
    except OSError as error:
        raise _unwritable(file, error) from None


def _unfinished(file: Path, keys: CommandKeys) -> Path:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = file.with_name(f".{secrets.token_hex(8)}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(f"{keys.written()}\n")
        stream.flush()
        os.fsync(stream.fileno())
    return unfinished


def _unwritable(file: Path, error: OSError) -> CommandKeysError:
    return CommandKeysError(
        f"Не удалось записать ключи команд в файл {file} ({error.strerror}). "
        "Исправьте права или укажите другой: OTKLIK_COMMAND_KEYS_FILE."
    )
