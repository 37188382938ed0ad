"""Judging what strangers send, in processes that may die: feeds, pages, robots.txt, whether an answer stands.

Some bytes hold up any parser, and whatever is read in a worker's process holds up all of its messages. A few processes
(`service.networks.platforms.judge`) do nothing else: they have no keys and no connections, stand behind everybody else
for the processor, and end with a judgement that takes more than its bounds. Another takes the place then.
"""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from service.networks.platforms.port import Fault, NetworkRefusalError

T = TypeVar("T")

JUDGE: Final = "service.networks.platforms.judge"
SIZE: Final = 4
"""Bytes by which a frame between the two begins: how many follow."""
_AT_ONCE: Final = 2
_JUDGEMENTS: Final = 500
"""Of one process: what libraries remember of so many strangers goes with it."""
PIECE: Final = 2**18
"""Bytes that are read at once."""
_KEPT: Final = ("PATH", "LD_LIBRARY_PATH")
"""Variables that a process has use for; passwords and keys are among the others."""

TOO_LONG: Final = (
    "Разбор того, что передал сайт, занимает слишком много времени и остановлен. Программа попробует ещё раз позже; "
    "если это повторится, откройте адрес сами и сообщите владельцу сайта."
)
TOO_MUCH: Final = (
    "Разбор того, что передал сайт, требует слишком много памяти и остановлен. Программа попробует ещё раз позже; "
    "если это повторится, откройте адрес сами и сообщите владельцу сайта."
)
UNREADABLE: Final = (
    "То, что передал сайт, программа разобрать не смогла. Программа попробует ещё раз позже; если это повторится, "
    "откройте адрес сами и сообщите владельцу сайта."
)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Of one judgement.

    - `processor`: seconds of the processor's time; `within`: seconds by the clock, of which a busy machine takes more.
    - `memory`: bytes of a process, with everything that it has loaded.
    - `reply`: bytes of what came of it.
    """

    processor: float = 2.0
    within: float = 20.0
    memory: int = 512 * 2**20
    reply: int = 4 * 2**20


class Job(BaseModel, Generic[T]):
    """What a stranger has sent, with what has to be known to judge it."""

    model_config = ConfigDict(frozen=True)

    content: bytes = Field(exclude=True, repr=False)

    def judged(self) -> T:
        """What it says. Raises NetworkRefusalError; called in a judge's process only."""
        raise NotImplementedError


class Said(StrEnum):
    """How a judge's reply begins, in one letter, and what follows it."""

    MADE = "m"
    """What the job says, in JSON."""
    REFUSED = "r"
    """A `Refusal`, in JSON."""
    FAILED = "f"
    """What was raised, and where; of its text nothing, which may be a stranger's."""
    NO_MEMORY = "n"


class Refusal(BaseModel):
    """A NetworkRefusalError on its way between two processes."""

    fault: Fault
    advice: str
    code: str


class Judges:
    """The processes of one that asks, started when they are needed and kept."""

    def __init__(self, bounds: Bounds = Bounds()) -> None:
        self._bounds = bounds
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._idle: list[_Judge] = []

    async def judged(self, job: Job[T], into: type[T]) -> T:
        """What a job says, in a type of its own. Raises NetworkRefusalError, LATER where a bound was passed."""
        async with self._room:
            judge = await self._judge()
            is_sound = False
            try:
                said, content = await judge.asked(job)
                is_sound = said is not Said.NO_MEMORY and judge.asked_for < _JUDGEMENTS
            finally:
                if is_sound:
                    self._idle.append(judge)
                else:
                    judge.end()
        return _understood(said, content, into)

    async def _judge(self) -> "_Judge":
        while self._idle:
            judge = self._idle.pop()
            if judge.is_there():
                return judge
            judge.end()
        return await asyncio.to_thread(_Judge, self._bounds)


@cache
def shared() -> Judges:
    """The judges of this process, for whoever has none of its own."""
    return Judges()


def _understood(said: Said, content: bytes, into: type[T]) -> T:
    try:
        match said:
            case Said.MADE:
                return TypeAdapter(into).validate_json(content)
            case Said.REFUSED:
                refusal = Refusal.model_validate_json(content)
                raise NetworkRefusalError(refusal.fault, refusal.advice, code=refusal.code)
            case Said.NO_MEMORY:
                raise _stopped(TOO_MUCH, "memory")
            case Said.FAILED:
                raise _stopped(UNREADABLE, content.decode("ascii", "replace"))
    except ValidationError:
        raise _stopped(UNREADABLE, "reply") from None


def _stopped(advice: str, why: str) -> NetworkRefusalError:
    return NetworkRefusalError(Fault.LATER, advice, code=f"judging: {why}")


_MEANINGS: Final[Mapping[int, tuple[str, str]]] = {
    -signal.SIGPROF: (TOO_LONG, "processor"),
    -signal.SIGKILL: (TOO_MUCH, "killed"),
}


class _Judge:
    """One process, and the socket that is its input."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self.asked_for = 0
        self._socket, theirs = socket.socketpair()
        self._socket.setblocking(False)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  ourselves
                [sys.executable, "-I", "-m", JUDGE, str(bounds.processor), str(bounds.memory)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env={name: os.environ[name] for name in _KEPT if name in os.environ},
            )

    @property
    def number(self) -> int:
        return self._process.pid

    def is_there(self) -> bool:
        return self._process.poll() is None

    async def asked(self, job: Job[T]) -> tuple[Said, bytes]:
        """How it has judged a job. Raises NetworkRefusalError where it ended with it, or has to."""
        self.asked_for += 1
        header = job.model_dump_json().encode()
        frame = b"".join(framed(part) for part in (type(job).__name__.encode(), header, job.content))
        try:
            async with asyncio.timeout(self._bounds.within):
                return await self._exchanged(frame)
        except TimeoutError:
            raise _stopped(TOO_LONG, "time") from None
        except ConnectionError:
            self._process.kill()
            code = await asyncio.to_thread(self._process.wait)
            raise _stopped(*_MEANINGS.get(code, (UNREADABLE, f"ended {code}"))) from None

    async def _exchanged(self, frame: bytes) -> tuple[Said, bytes]:
        await asyncio.get_running_loop().sock_sendall(self._socket, frame)
        size = int.from_bytes(await self._read(SIZE))
        if size > self._bounds.reply:
            raise _stopped(TOO_MUCH, "size")
        reply = await self._read(size)
        return Said(reply[:1].decode("ascii")), reply[1:]

    async def _read(self, size: int) -> bytes:
        loop, read = asyncio.get_running_loop(), bytearray()
        while len(read) < size:
            piece = await loop.sock_recv(self._socket, min(size - len(read), PIECE))
            if not piece:
                raise ConnectionResetError
            read += piece
        return bytes(read)

    def end(self) -> None:
        """Kill it; who waits for its end meets a process that has none of ours."""
        self._socket.close()
        self._process.kill()
        asyncio.get_running_loop().run_in_executor(None, self._process.wait)


def framed(content: bytes) -> bytes:
    """A part of what is said between the two, with its size before it."""
    return len(content).to_bytes(SIZE) + content
