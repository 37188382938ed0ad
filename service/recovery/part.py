"""Part of recovery: runs that are lost, and commands for a message that has ended."""

from dataclasses import dataclass
from typing import Self

from service.recovery.after_the_end import AfterTheEnd
from service.recovery.lost_runs import LostRuns
from service.runs.part import Runs


@dataclass(frozen=True, slots=True)
class Recovery:
    """What begins a message again."""

    after_the_end: AfterTheEnd
    lost_runs: LostRuns

    @classmethod
    def assemble(cls, runs: Runs) -> Self:
        """Lost runs are mended in a thread of their own."""
        after_the_end = AfterTheEnd(runs.database, runs.workflows, runs.temporal)
        lost_runs = LostRuns(runs.database, runs.blocking(1), runs.workflows, runs.temporal, after_the_end)
        return cls(after_the_end, lost_runs)
