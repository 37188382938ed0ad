"""Keys of commands: kept in a setting, or in a file that is made at the first start.

The same keys must reach every process of an installation. See docs/run/security.md for rotation and for lost keys.
"""

import secrets

from service.keys import key_files
from service.keys.key_files import KeysError
from settings import Settings
from workflows.seals import KEY_BYTES, CommandKeys

__all__ = ["KeysError", "load", "new", "replace", "rotated", "without"]

_SETTING = "OTKLIK_COMMAND_KEYS_FILE"


def load(settings: Settings, *, make: bool = False) -> CommandKeys:
    """The keys of the installation: of the setting `command_keys`, else of the file.

    A file that is missing is made where all processes share a directory: with SQLite, or where `make` says so
    (`otklik serve`). Processes that start together end up with the same keys. Raises KeysError.
    """
    if settings.command_keys is not None:
        return key_files.parsed(settings.command_keys, "Настройка OTKLIK_COMMAND_KEYS", CommandKeys.read)
    file = settings.command_keys_file
    if not key_files.is_there(file):
        if not make and not settings.database_url.startswith("sqlite"):
            raise KeysError(
                f"Не заданы ключи команд: нет ни настройки OTKLIK_COMMAND_KEYS, ни файла {file}. Создайте их один "
                "раз командой otklik keys new и передайте одни и те же всем процессам (docs/run/security.md)."
            )
        key_files.write_first(file, new().written(), _SETTING)
    return key_files.read(file, CommandKeys.read)


def new() -> CommandKeys:
    """Keys that are kept nowhere yet."""
    return CommandKeys(secrets.token_bytes(KEY_BYTES), {1: secrets.token_bytes(KEY_BYTES)})


def rotated(keys: CommandKeys) -> CommandKeys:
    """The keys and one more, which seals from now on."""
    number = max({*keys.keys, *keys.retired}) + 1
    return CommandKeys(keys.identity, {**keys.keys, number: secrets.token_bytes(KEY_BYTES)}, keys.retired)


def without(keys: CommandKeys, number: int) -> CommandKeys:
    """The keys without an older one, whose seals are forged from now on. Raises KeysError."""
    if number not in keys.keys:
        raise KeysError(f"Ключа с номером {number} нет.")
    if number == keys.current:
        raise KeysError(f"Ключ {number} текущий. Сначала создайте новый: otklik keys rotate.")
    kept = {other: secret for other, secret in keys.keys.items() if other != number}
    return CommandKeys(keys.identity, kept, keys.retired | {number})


def replace(settings: Settings, keys: CommandKeys) -> None:
    """Write the keys in place of those of the file, whole or not at all. Raises KeysError."""
    if settings.command_keys is not None:
        raise KeysError(
            "Ключи заданы настройкой OTKLIK_COMMAND_KEYS: файл не используется, измените её значение."
        )
    key_files.replace(settings.command_keys_file, keys.written(), _SETTING)
