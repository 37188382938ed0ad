"""Processes for what strangers send: feeds, pages, robots.txt, and whether an answer stands on a page.

Some bytes hold up any parser, and whatever is parsed in a worker's process holds up all of its messages. Each job has
a process of its own (`sandbox_main`) with no keys and no connections, which yields the processor to everybody else and
ends when it exceeds its limits.
"""

import asyncio
from dataclasses import dataclass
from functools import cache
from typing import Final, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from service.networks.platforms.port import Fault, NetworkRefusalError
from service.runs.apart import done_apart

T = TypeVar("T")

PROGRAM: Final = "service.networks.platforms.sandbox_main"
_AT_ONCE: Final = 2
_AGAIN: Final = (
    "Программа попробует ещё раз позже; если это повторится, откройте адрес сами и сообщите владельцу сайта."
)
TOO_MUCH: Final = (
    "Разбор того, что передал сайт, занимает слишком много времени или памяти и остановлен. " + _AGAIN
)
UNREADABLE: Final = "То, что передал сайт, программа разобрать не смогла. " + _AGAIN
RESULT: Final = b"+"
"""First byte of a reply with a result; any other begins a refusal. JSON follows."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one job.

    - `processor`: seconds of the processor's time, which are the same on a busy machine.
    - `within`: seconds by the clock, for what waits without computing: a busy machine may need many for a short job.
    - `memory`: bytes of the process, with everything that it has loaded.
    - `reply`: bytes of the result.
    """

    processor: float = 2.0
    within: float = 80.0
    memory: int = 512 * 2**20
    reply: int = 4 * 2**20


class Job(BaseModel, Generic[T]):
    """Content from a stranger, with what is needed to parse it."""

    model_config = ConfigDict(frozen=True)

    content: bytes = Field(exclude=True, repr=False)

    def run(self) -> T:
        """The result. Raises NetworkRefusalError; called in the sandbox only."""
        raise NotImplementedError


class Refusal(BaseModel):
    """A NetworkRefusalError on its way between two processes."""

    fault: Fault
    advice: str
    code: str


class Sandbox:
    """Runs jobs, two at a time."""

    def __init__(self, limits: Limits = Limits()) -> None:
        self._limits = limits
        self._room = asyncio.Semaphore(_AT_ONCE)

    async def run(self, job: Job[T], into: type[T]) -> T:
        """The result of a job, of this type. Raises NetworkRefusalError, LATER where a limit was exceeded."""
        limits = TypeAdapter(Limits).dump_json(self._limits)
        request = b"\n".join(
            (type(job).__name__.encode(), limits, job.model_dump_json().encode(), job.content)
        )
        try:
            async with self._room:
                reply = await done_apart(PROGRAM, request, self._limits.within)
            if reply[:1] == RESULT:
                return TypeAdapter(into).validate_json(reply[1:])
            refusal = Refusal.model_validate_json(reply[1:])
        except TimeoutError:
            raise NetworkRefusalError(Fault.LATER, TOO_MUCH, code="sandbox: time") from None
        except RuntimeError:  # killed by a limit; what it printed may quote the stranger
            raise NetworkRefusalError(Fault.LATER, TOO_MUCH, code="sandbox: ended") from None
        except ValidationError:
            raise NetworkRefusalError(Fault.LATER, UNREADABLE, code="sandbox: reply") from None
        raise NetworkRefusalError(refusal.fault, refusal.advice, code=refusal.code)


@cache
def shared() -> Sandbox:
    """The sandbox of this process."""
    return Sandbox()
