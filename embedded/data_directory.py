"""The one directory in which an embedded installation keeps everything it must not lose."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from embedded.refusal import StartRefusedError
from store.database import private_files

_OURS = ("otklik.db", "temporal.db", "keys", "otklik.lock", "demo-password")
"""By any of these a directory is known as one of the program's."""
_NAMED = 3
_TEMPORAL = "temporal-address"


def close_to_others(directory: Path) -> str | None:
    """Tighten a data directory that is there; a line in Russian where something was open, else None.

    A directory without anything of the program's is somebody's else, and is left alone. Raises NotPrivateError.
    """
    if not _is_ours(directory):
        return None
    private_files.check_place(directory)
    return _told(directory, private_files.tighten_all(directory))


def close_database(file: Path | None) -> str | None:
    """The same for the file of an SQLite database, which may be kept elsewhere. Raises NotPrivateError."""
    opened = []
    for path in (
        () if file is None else (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm"))
    ):
        try:
            opened += [path] if private_files.tighten(path) else []
        except OSError:
            continue  # not there, or not to be opened: the database says so itself
    return _told(file.parent, opened) if file is not None else None


def _is_ours(directory: Path) -> bool:
    if os.path.isdir(directory) and not os.access(directory, os.X_OK):  # noqa: PTH112  never raises
        return True  # others cannot look into what the program makes: whose it is will be said
    return any(os.path.exists(directory / name) for name in _OURS)  # noqa: PTH110


def _told(directory: Path, opened: Sequence[Path]) -> str | None:
    if not opened:
        return None
    names = [str(path.relative_to(directory)) if path != directory else str(path) for path in opened]
    more = f" и ещё {len(names) - _NAMED}" if len(names) > _NAMED else ""
    return (
        f"Данные были открыты другим пользователям машины, теперь закрыты (каталоги 0700, файлы 0600): "
        f"{', '.join(names[:_NAMED])}{more}."
    )


def temporal_of(directory: Path) -> str | None:
    """The `host:port` of Temporal of whatever `otklik serve` ran on the directory last; None where none has."""
    return _noted(directory / _TEMPORAL)


def _noted(file: Path) -> str | None:
    try:
        return file.read_text(encoding="utf-8").strip() or None
    except OSError:
        return None


class DataDirectory:
    """Paths, the lock and the memory of a data directory, made with its folders where it is not there yet."""

    def __init__(self, path: Path) -> None:
        """Raises `StartRefusedError` where the directory cannot be made, written to or closed to others."""
        self.path = path
        self.logs = path / "logs"
        self.run = path / "run"
        self.temporal_database = path / "temporal.db"
        self.tightened: str | None = None
        """What was open to others, in Russian."""
        try:
            private_files.check_place(path)
            self._check_whose()
            private_files.make_directory(path)
            self.tightened = _told(path, private_files.tighten_all(path))
            # The file in `anchors` is made at night; a copy of the directory names it from the first day on.
            for folder in (self.logs, self.run, path / "anchors"):
                folder.mkdir(mode=0o700, exist_ok=True)
        except private_files.NotPrivateError as error:
            raise StartRefusedError(f"{error} Другой каталог данных: --data КАТАЛОГ.") from None
        except OSError as error:
            raise StartRefusedError(
                f"Не удалось создать каталог данных {path} ({error.strerror}). "
                "Исправьте права или укажите другой каталог: --data КАТАЛОГ."
            ) from None

    def _check_whose(self) -> None:
        """A directory that others use is not taken from them. Raises StartRefusedError."""
        path = self.path
        if not path.is_dir() or _is_ours(path) or not path.stat().st_mode & 0o077:
            return
        if path.stat().st_mode & stat.S_ISVTX or any(path.iterdir()):
            raise StartRefusedError(
                f"Каталог {path} открыт другим пользователям машины, и данных Отклика в нём нет. Укажите пустой или "
                f"новый каталог: --data КАТАЛОГ, или закройте этот сами: chmod 700 {path}."
            )

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the directory for this process; the system lets go of it however the process ends.

        Raises `StartRefusedError` naming the process that holds it.
        """
        descriptor = os.open(self.path / "otklik.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = os.read(descriptor, 32).decode().strip()
                raise StartRefusedError(self._held_by(holder)) from None
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
            yield
            os.ftruncate(descriptor, 0)
        finally:
            os.close(descriptor)

    def _held_by(self, holder: str) -> str:
        who = f"процессом с номером {holder}" if holder else "другим процессом"
        stop = f"kill {holder}" if holder else "Ctrl+C в его окне"
        return (
            f"Каталог данных {self.path} уже занят: otklik serve запущен {who}. "
            f"Остановите его ({stop}) или укажите другой каталог: --data КАТАЛОГ."
        )

    def note_temporal(self, address: str) -> None:
        """Remember the `host:port` of this installation's Temporal, for commands that are given its directory."""
        private_files.replace(self.path / _TEMPORAL, f"{address}\n")

    def demo_password(self) -> str:
        """The password generated for the demo sign-ins at their first start; the database has its hash."""
        file = self.path / "demo-password"
        if file.exists() and (kept := file.read_text(encoding="utf-8").strip()):
            return kept
        password = secrets.token_urlsafe(9)
        private_files.replace(file, f"{password}\n")
        return password
