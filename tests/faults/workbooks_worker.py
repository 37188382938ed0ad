"""A worker of the office's queue in a process of its own, which may be told to die in the midst of a workbook."""

import asyncio
import sys
from pathlib import Path

from service.reports import list_workbook
from service.reports.weekly import pace
from tests.fake_network import die
from tests.faults import networks_worker
from worker import office_worker


async def main(data: Path, address: str, namespace: str, *, dies: bool) -> None:
    """Work until told to stop; `dies`: behind the first row, or the first part of a period."""
    if dies:
        list_workbook.PAGE = 1
        list_workbook.sleep = lambda _: die()  # type: ignore[attr-defined]
        pace.sleep = lambda _: die()  # type: ignore[attr-defined]
    await networks_worker.main(data, address, namespace, office_worker)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], dies=sys.argv[4] == "dies"))
