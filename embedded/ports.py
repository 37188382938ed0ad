"""Ports this machine still has to give."""

from __future__ import annotations

import errno
import socket
from dataclasses import dataclass

from embedded.refusal import StartRefusedError
from telemetry.free_port import free_port


@dataclass(frozen=True)
class Port:
    """A port somebody chose: where it is bound, the option that changes it, and what it is for in Russian."""

    host: str
    number: int
    option: str
    purpose: str


def check_free(ports: list[Port]) -> None:
    """Raises `StartRefusedError` for the first port that cannot be taken, naming the option to change."""
    taken: dict[int, str] = {}
    for port in ports:
        if port.number in taken:
            raise StartRefusedError(
                f"Порт {port.number} назначен дважды: {taken[port.number]} и {port.option}. Назовите разные."
            )
        taken[port.number] = port.option
        _check(port)


def _check(port: Port) -> None:
    try:
        family, kind, _, _, address = socket.getaddrinfo(port.host, port.number, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            # A listener still counts as taken; what is left of closed connections does not.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            reason = f"занят. Остановите то, что его держит, или назовите другой: {port.option} {free_port()}"
        elif error.errno == errno.EACCES:
            reason = f"недоступен без особых прав. Назовите порт больше 1023: {port.option} {free_port()}"
        else:
            reason = f"не открыть на адресе {port.host} ({error.strerror}). Исправьте адрес или {port.option}"
        raise StartRefusedError(f"Порт {port.number} ({port.purpose}) {reason}.") from None
