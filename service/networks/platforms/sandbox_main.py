"""Child process that parses what a stranger sent: `python -m service.networks.platforms.sandbox_main`.

Its input is the name of a job, the limits and the job in JSON, a line each, and the content. It starts nothing and
connects to nobody.
"""

import resource
import signal
import sys
import traceback
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter
from pydantic_core import from_json, to_json

from service.networks.platforms.feed.entries import Feed
from service.networks.platforms.page.content import Page, Shown
from service.networks.platforms.page.rules import Robots
from service.networks.platforms.port import Fault, NetworkRefusalError
from service.networks.platforms.sandbox import RESULT, TOO_MUCH, UNREADABLE, Job, Limits, Refusal
from service.runs.apart import be_unurgent

_JOBS: Final[Mapping[str, type[Job[Any]]]] = {job.__name__: job for job in (Feed, Page, Robots, Shown)}


def main() -> None:
    """Run one job and write the reply."""
    name, limits_json, header, content = sys.stdin.buffer.read().split(b"\n", 3)
    limits = TypeAdapter(Limits).validate_json(limits_json)
    _restrict(limits)
    reply = _reply(_JOBS[name.decode()], header, content)
    if len(reply) > limits.reply:
        reply = _refused("size", TOO_MUCH)
    sys.stdout.buffer.write(reply)


def _restrict(limits: Limits) -> None:
    be_unurgent()
    for what, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        with suppress(ValueError, OSError):  # no such limit on this system
            resource.setrlimit(what, (most, most))
    # Default action: the signal ends the process, whatever a library is busy with.
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, limits.processor)


def _reply(kind: type[Job[Any]], header: bytes, content: bytes) -> bytes:
    try:
        job = kind.model_validate({**from_json(header), "content": content})
        return RESULT + to_json(job.run())
    except NetworkRefusalError as refused:
        return b"-" + to_json(Refusal(fault=refused.fault, advice=refused.advice, code=refused.code))
    except MemoryError:
        return _refused("memory", TOO_MUCH)
    except Exception as error:  # whatever a library makes of whatever a stranger sends
        where = traceback.extract_tb(error.__traceback__)[-1]
        return _refused(f"{type(error).__name__} at {Path(where.filename).name}:{where.lineno}", UNREADABLE)


def _refused(why: str, advice: str) -> bytes:
    return b"-" + to_json(Refusal(fault=Fault.LATER, advice=advice, code=f"sandbox: {why}"))


if __name__ == "__main__":
    main()
