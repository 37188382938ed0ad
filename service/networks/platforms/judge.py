"""A process in which what strangers send is judged, one after another: `python -m service.networks.platforms.judge`.

Its input is a socket, by which it is asked and replies; it ends with whoever asks. It starts nothing, reaches nobody.
"""

import os
import resource
import signal
import socket
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pydantic_core import from_json, to_json

from service.networks.platforms.feed.entries import Feed
from service.networks.platforms.judging import PIECE, SIZE, Job, Refusal, Said, framed
from service.networks.platforms.page.content import Page
from service.networks.platforms.page.rules import Robots
from service.networks.platforms.page.shown import Shown
from service.networks.platforms.port import NetworkRefusalError

_JOBS: Final[Mapping[str, type[Job[Any]]]] = {job.__name__: job for job in (Feed, Page, Robots, Shown)}
_NICE: Final = 19
"""Messages and commands of people go before, and documents too."""


def main(processor: float, memory: int) -> int:
    """Judge until nobody asks. `processor`: seconds of its time for each; `memory`: bytes in all."""
    _bound(memory)
    with socket.socket(fileno=os.dup(0)) as asking:
        while (name := _part(asking)) is not None:
            header, content = _part(asking) or b"", _part(asking) or b""
            # By its own clock for each: a limit of the processor's time would count the whole life, in seconds. The
            # signal ends the process, whatever a library is busy with.
            signal.setitimer(signal.ITIMER_PROF, processor)
            said, reply = _reply(name.decode(), header, content)
            signal.setitimer(signal.ITIMER_PROF, 0)
            asking.sendall(framed(said.encode() + reply))
    return 0


def _bound(memory: int) -> None:
    """Whatever a system does not have of this, the one that asks still ends what takes too long."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for whoever asks
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    os.nice(_NICE)
    for what, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0)):
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):
            continue
    # From here on only strangers' content could be spoken of there.
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)


def _part(asking: socket.socket) -> bytes | None:
    """The next part of what is asked; None where nobody asks any more."""
    size = _read(asking, SIZE)
    return None if size is None else _read(asking, int.from_bytes(size))


def _read(asking: socket.socket, size: int) -> bytes | None:
    read = bytearray()
    while len(read) < size:
        piece = asking.recv(min(size - len(read), PIECE))
        if not piece:
            return None
        read += piece
    return bytes(read)


def _reply(name: str, header: bytes, content: bytes) -> tuple[Said, bytes]:
    try:
        job = _JOBS[name]
        given = job.model_validate({**from_json(header), "content": content})
        return Said.MADE, to_json(given.judged())
    except NetworkRefusalError as refused:
        refusal = Refusal(fault=refused.fault, advice=refused.advice, code=refused.code)
        return Said.REFUSED, refusal.model_dump_json().encode()
    except MemoryError:
        return Said.NO_MEMORY, b""
    except Exception as error:  # whatever a library makes of whatever a stranger sends
        where = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{type(error).__name__} at {Path(where.filename).name}:{where.lineno}"
        return Said.FAILED, place.encode("ascii", "replace")


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), int(sys.argv[2])))
