"""The fault run in its short form; `python -m tests.faults` is the long one."""

from pathlib import Path

import pytest

from tests.faults.act import act_in_seconds
from tests.faults.fault_run import Scale, run
from tests.faults.parts import separate

SCALE = Scale(messages=20, people=10, seconds=10, calm=0.3, database_away=3.0)
FAULTS = frozenset({"kill worker-1", "hang api-2", "hang temporal", "database away", "kill everything"})


@pytest.mark.long
async def test_whatever_dies_or_hangs_every_answer_is_borne_out_by_the_records(tmp_path: Path) -> None:
    async with separate(tmp_path, act_in_seconds(tmp_path, SCALE.step)) as parts:
        figures = await run(parts, SCALE, only=FAULTS)
    assert figures.findings.all() == []
    assert set(figures.faults) == FAULTS
    assert figures.commands > 5 * SCALE.messages
    assert figures.findings.breaches, "no limit passed"
    assert figures.requests["503"] + figures.requests["no answer"] > 0, "nobody was in the middle of anything"
