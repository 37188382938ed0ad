"""Keys of an installation, by which commands and what is stored secretly are sealed: in a setting, or in a file.

The same keys must reach every process of an installation. See docs/run/security.md for rotation and for lost keys.
"""

import secrets

from service.keys import key_files
from service.keys.key_files import KeysError
from settings import Settings
from workflows.seals import KEY_BYTES, CommandKeys

__all__ = ["KeysError", "load", "new", "replace", "rotated", "without"]

_SETTING = "OTKLIK_KEYS_FILE"


def load(settings: Settings) -> CommandKeys:
    """The keys of the installation: of the setting `keys`, else of the file.

    A file that is missing is made with SQLite, where all processes share a directory. Processes that start together
    end up with the same keys. Raises KeysError.
    """
    if settings.keys is not None:
        return key_files.parsed(settings.keys, "Настройка OTKLIK_KEYS", CommandKeys.read)
    file = settings.keys_file
    if not key_files.is_there(file):
        if settings.sqlite_file is None:
            raise KeysError(
                f"Не заданы ключи: нет ни настройки OTKLIK_KEYS, ни файла {file}. Создайте их один раз командой "
                "otklik keys new и передайте одни и те же всем процессам (docs/run/security.md)."
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
    """The keys without an older one: its seals are forged from now on, and what it has sealed stays shut.

    Raises KeysError.
    """
    if number not in keys.keys:
        raise KeysError(f"Ключа с номером {number} нет.")
    if number == keys.current:
        raise KeysError(f"Ключ {number} текущий. Сначала создайте новый: otklik keys rotate.")
    kept = {other: secret for other, secret in keys.keys.items() if other != number}
    return CommandKeys(keys.identity, kept, keys.retired | {number})


def replace(settings: Settings, keys: CommandKeys) -> None:
    """Write the keys in place of those of the file, whole or not at all. Raises KeysError."""
    if settings.keys is not None:
        raise KeysError("Ключи заданы настройкой OTKLIK_KEYS: файл не используется, измените её значение.")
    key_files.replace(settings.keys_file, keys.written(), _SETTING)
