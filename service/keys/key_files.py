"""Files with keys: read by their owner alone, written whole or not at all, made by whichever process is first."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import structlog

from store.database import private_files
from store.database.private_files import NotPrivateError

log = structlog.get_logger(__name__)

Keys = TypeVar("Keys")


class KeysError(Exception):
    """The keys cannot be read or made; the text is Russian and says what to do."""


def read(file: Path, parse: Callable[[str], Keys]) -> Keys:
    """What the file holds, by `parse`, which raises ValueError where it is damaged.

    A file or directory that was open to others is tightened first, and logged. Raises KeysError.
    """
    tighten(file)
    try:
        text = file.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(file, error) from None
    return parsed(text, f"Файл {file}", parse)


def parsed(text: str, where: str, parse: Callable[[str], Keys]) -> Keys:
    """The keys in a text, by `parse`; `where` begins the sentence about damaged ones. Raises KeysError."""
    try:
        return parse(text)
    except ValueError:
        # What is there is not repeated: it is a secret, or nearly one.
        raise KeysError(
            f"{where}: ключи записаны с ошибкой. Восстановите их из копии (docs/run/security.md)."
        ) from None


def tighten(path: Path) -> None:
    """Close a file or directory with keys to others; logged where it was open. Raises KeysError."""
    try:
        if private_files.tighten(path):
            log.warning("keys were open to others; their mode was tightened", path=str(path))
    except NotPrivateError as error:
        raise KeysError(str(error)) from None
    except OSError as error:
        raise _unreadable(path, error) from None


def is_there(file: Path) -> bool:
    """Raises KeysError where that cannot be seen."""
    try:
        return file.is_file()
    except OSError as error:
        raise _unreadable(file, error) from None


def write_first(file: Path, text: str, setting: str) -> bool:
    """Make the file with its directory; False where another process was first. `setting` names the place.

    Raises KeysError.
    """
    try:
        return private_files.write_first(file, f"{text}\n")
    except OSError as error:
        raise _unwritable(file, error, setting) from None


def replace(file: Path, text: str, setting: str) -> None:
    """Write the file in place of the one before. Raises KeysError."""
    try:
        private_files.replace(file, f"{text}\n")
    except OSError as error:
        raise _unwritable(file, error, setting) from None


def _unreadable(file: Path, error: Exception) -> KeysError:
    return KeysError(f"Не удалось прочитать ключи {file} ({error}).")


def _unwritable(file: Path, error: OSError, setting: str) -> KeysError:
    return KeysError(
        f"Не удалось записать ключи в файл {file} ({error.strerror}). "
        f"Исправьте права или укажите другое место: {setting}."
    )
