"""The drill of a restore: `python -m tests.faults.restore_drill [sqlite] [postgresql]`.

A copy is made of an installation at work, which goes on; then its database and Temporal's store are lost, and the copy
is all there is. Restored, recovered and verified, it leads its messages to the end and registers new ones. Exit code 1
where a number of a message was given twice, or a message does not go on.
"""

import asyncio
import contextlib
import io
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from temporalio.client import Client

from service.journal.verification import WHOLE, verify
from tests import command_keys
from tests.api.messages.office import open_namespace
from tests.faults.copies import Copy, PostgresqlCopy, SqliteCopy
from tests.faults.restoring import Place, begin, heal, prepared, working
from tests.postgresql import postgresql_server
from tests.temporal_server import connect, temporal_server

_MESSAGES = 12


@dataclass(frozen=True)
class Figures:
    """Numbers of messages: of those in the copy, lost after it, and registered after the restore.

    `ended`: those of the copy that were led to their end; `seconds` from the loss until people could work again.
    """

    copied: list[int]
    lost: list[int]
    later: list[int]
    ended: list[int]
    whole: bool
    seconds: float

    @property
    def twice(self) -> set[int]:
        """Numbers that two messages were given."""
        return set(self.later) & {*self.copied, *self.lost}

    @property
    def is_right(self) -> bool:
        return self.whole and not self.twice and self.ended == self.copied


async def run(copy: Copy, place: Place, temporal: Client, messages: int = _MESSAGES) -> Figures:
    """One drill: so many messages in the copy, as many after it, and as many after the restore."""
    before, url, _ = await prepared(copy, place, temporal, "drill")
    async with working(before) as office:
        cases = [await begin(office) for _ in range(messages)]
        for case in cases:
            await case.route("roads")
            await case.submit()
            await case.journal()
    await copy.make(url)
    async with working(before) as office:
        lost = [int((await begin(office)).id) for _ in range(messages)]

    begun = time.monotonic()
    after = place(await copy.restore(), await open_namespace(temporal, "drill-restored"))
    await after.prepare()
    await heal(after)
    with contextlib.redirect_stdout(io.StringIO()):
        whole = await verify(after.settings, journals_only=True) == WHOLE
    seconds = time.monotonic() - begun
    ended = []
    async with working(after) as office:
        later = [int((await begin(office)).id) for _ in range(messages)]
        for case in cases:
            case.office = office
            await case.approve()
            await case.publish()
            if (case.view["stage"], case.view["outcome"]) == ("closed", "answered"):
                ended.append(int(case.id))
    return Figures([int(case.id) for case in cases], lost, later, ended, whole, seconds)


async def _measure(kind: str) -> Figures:
    with tempfile.TemporaryDirectory(prefix="otklik-restore-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        async with temporal_server() as address:
            with contextlib.ExitStack() as servers:
                copy: Copy = SqliteCopy(folder)
                if kind == "postgresql":
                    copy = PostgresqlCopy(folder, servers.enter_context(postgresql_server()))
                return await run(copy, Place(folder, address), await connect(address))


def show(kind: str, figures: Figures) -> bool:
    """Print the figures; whether all is right."""
    print(f"restore on {kind}: {len(figures.copied)} messages in the copy, {len(figures.lost)} lost after it")
    print(
        f"  {len(figures.twice)} of {len(figures.later)} new numbers given twice (goal 0), from {figures.later[0]}"
    )
    print(f"  {len(figures.ended)} of {len(figures.copied)} messages led to their end (goal all)")
    print(f"  journals whole: {'yes' if figures.whole else 'NO'}; restored in {figures.seconds:.1f} s")
    return figures.is_right


def main() -> None:
    """What the command line names, else both."""
    kinds = sys.argv[1:] or ["sqlite", "postgresql"]
    command_keys.share()
    right = [show(kind, asyncio.run(_measure(kind))) for kind in kinds]
    sys.exit(0 if all(right) else 1)


if __name__ == "__main__":
    main()
