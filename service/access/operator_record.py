"""Commands of the command line in the record of access (152-FZ): which account of which machine ran them, and how they
went."""

import os
import pwd
import socket
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from service.access.recorded_calls import AccessOutcome, Call
from settings import Settings
from store.access import record as access
from store.access.record import Access
from store.database.blocking import BlockingDatabase
from store.database.session import DatabaseError
from telemetry import supervised

_ACCOUNT = "os:"
"""Before an account of the machine: no sign-in has a colon."""
_UNTIL_STOPPED: Final = frozenset({Call.CLI_WORKER, Call.CLI_API})
_LONG: Final = frozenset({*_UNTIL_STOPPED, Call.CLI_IMPORT, Call.CLI_RECOVER})
"""What is recorded as it begins: it may be ended from outside."""
_DETAILS: Final = frozenset({"key", "number", "file", "curator", "network", "page", "dry_run", "revision"})
"""Parameters that say what a command was about; never a password, which none of them takes."""
_LONGEST = 200
_WAIT = 3.0  # seconds
_PAUSE = 2.0


@dataclass(frozen=True, slots=True)
class OperatorRun:
    """One run of a command; `call` is None where there is nothing to record."""

    settings: Settings
    call: Call | None
    details: Mapping[str, Any]

    def ended(self, *, succeeded: bool) -> bool:
        """Put on record how it went; False where the database does not take it."""
        if self.call is Call.CLI_SERVE:
            return self.write(AccessOutcome.BEGUN)
        if self.call is None or self.call in _UNTIL_STOPPED:
            return True
        return self.write(AccessOutcome.OK if succeeded else AccessOutcome.FAILED)

    def write(self, outcome: AccessOutcome) -> bool:
        """Whether it is on record now; also where there is no installation yet that could have a record."""
        assert self.call is not None  # noqa: S101
        if not _is_there(self.settings):
            return True
        row = Access(
            datetime.now(UTC),
            self.call,
            outcome,
            person=account(),
            address=socket.gethostname(),
            details=self.details,
        )
        # Whoever works as the owner of the tables may have no password of the program's role, and need none.
        url = self.settings.owner_database_url or self.settings.database_url
        database = BlockingDatabase(url, connections=1, wait=_WAIT)
        try:
            with database.write() as connection:
                for statement, rows in access.statements([row]):
                    connection.execute(statement, rows)
        except DatabaseError:
            return False
        finally:
            database.dispose()
        return True

    def write_begun(self) -> None:
        """Put on record that it has begun, as soon as the database takes it."""
        while not (_is_there(self.settings) and self.write(AccessOutcome.BEGUN)):
            threading.Event().wait(_PAUSE)


def begin(settings: Settings, command: Sequence[str], parameters: Mapping[str, Any]) -> OperatorRun:
    """The run of a command, whose words are those after `otklik`; `parameters` as the command line has them."""
    run = OperatorRun(settings, _call(command), _details(parameters))
    if run.call in _LONG:
        # A worker and an API start also where the database does not answer yet.
        threading.Thread(target=run.write_begun, name="record of the command", daemon=True).start()
    return run


def account() -> str:
    """Whoever runs this process, as the record has them."""
    try:
        return _ACCOUNT + pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # as in a container
        return f"{_ACCOUNT}{os.getuid()}"


def _call(command: Sequence[str]) -> Call | None:
    name = f"cli.{'.'.join(command)}"
    if supervised.is_supervised():
        # What `otklik serve` starts is one command to whoever ran it, on record once there is a database.
        return Call.CLI_SERVE if name == Call.CLI_PREPARE else None
    if name == Call.CLI_SERVE:
        return None
    return Call(name) if name in set(Call) else Call.UNDECLARED


def _details(parameters: Mapping[str, Any]) -> dict[str, Any]:
    details: dict[str, Any] = {}
    for name in sorted(_DETAILS & parameters.keys()):
        value = parameters[name]
        if isinstance(value, Path):
            value = value.name
        if value is not None:
            details[name] = value if isinstance(value, bool | int) else str(value)[:_LONGEST]
    if sudo := os.environ.get("SUDO_USER"):
        details["sudo_user"] = sudo[:_LONGEST]
    return details


def _is_there(settings: Settings) -> bool:
    """Whether there is a database: SQLite would make an empty file where there is none."""
    file = settings.sqlite_file
    return file is None or file.exists()
