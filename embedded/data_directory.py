"""The one directory in which an embedded installation keeps everything it must not lose."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from embedded.refusal import StartRefusedError


class Mode(BaseModel):
    """What a data directory is for; decided at its first start and kept in `mode.json`."""

    model_config = ConfigDict(frozen=True)

    demo: bool
    training: bool


class DataDirectory:
    """Paths, the lock and the memory of a data directory, made with its folders where it is not there yet."""

    def __init__(self, path: Path) -> None:
        """Raises `StartRefusedError` where the directory cannot be made or written to."""
        self.path = path
        self.logs = path / "logs"
        self.run = path / "run"
        self.temporal_database = path / "temporal.db"
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.logs.mkdir(exist_ok=True)
            self.run.mkdir(exist_ok=True)
        except OSError as error:
            raise StartRefusedError(
                f"Не удалось создать каталог данных {path} ({error.strerror}). "
                "Исправьте права или укажите другой каталог: --data КАТАЛОГ."
            ) from None

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

    def settle_mode(self, *, demo: bool, training: bool) -> Mode:
        """What this directory is for, remembered at the first start.

        The clock of work data is never moved: `--training` on a directory first started without it is refused
        with `StartRefusedError`, unless it was a demo from the start. A training directory stays one, because
        the moved clocks of its messages need a server that knows them.
        """
        file = self.path / "mode.json"
        if not file.exists():
            return self._remember(file, Mode(demo=demo, training=training))
        mode = Mode.model_validate_json(file.read_text(encoding="utf-8"))
        if training and not mode.training:
            if not mode.demo:
                raise StartRefusedError(
                    f"В каталоге {self.path} рабочие данные, переводить часы их сообщений нельзя. "
                    "Запустите без --training или укажите новый, учебный каталог: --training --data КАТАЛОГ."
                )
            return self._remember(file, mode.model_copy(update={"training": True}))
        return mode

    def _remember(self, file: Path, mode: Mode) -> Mode:
        unfinished = file.with_suffix(".new")
        unfinished.write_text(mode.model_dump_json(), encoding="utf-8")
        unfinished.replace(file)
        return mode

    def demo_password(self) -> str:
        """The password generated for the demo sign-ins at their first start; the database has its hash."""
        file = self.path / "demo-password"
        if file.exists() and (kept := file.read_text(encoding="utf-8").strip()):
            return kept
        password = secrets.token_urlsafe(9)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(password + "\n")
        return password
