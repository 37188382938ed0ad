"""The fault run in its short form; `python -m tests.faults` is the long one."""

import asyncio
import random
from pathlib import Path

import pytest

from tests.faults.act import act_in_seconds
from tests.faults.fault_run import Fault, Scale, run
from tests.faults.parts import Parts, embedded, separate

SCALE = Scale(messages=20, people=10, seconds=10, calm=0.3, database_away=3.0)
FAULTS = frozenset({"kill worker-1", "hang api-2", "hang temporal", "database away", "kill everything"})
FALL = Scale(messages=20, people=10, seconds=15, calm=3.0, database_away=0.0)


@pytest.mark.installation
async def test_whatever_dies_or_hangs_every_answer_is_borne_out_by_the_records(tmp_path: Path) -> None:
    async with separate(tmp_path, act_in_seconds(tmp_path, SCALE.step)) as parts:
        figures = await run(parts, SCALE, only=FAULTS)
    assert figures.findings.all() == []
    assert set(figures.faults) == FAULTS
    assert figures.commands > 5 * SCALE.messages
    assert figures.findings.breaches, "no limit passed"
    assert figures.requests["503"] + figures.requests["no answer"] > 0, "nobody was in the middle of anything"


def fall(parts: Parts, _scale: Scale, _chance: random.Random) -> list[Fault]:
    """All is killed while Temporal takes nothing any more: commands of the last moment are only put down."""

    async def fall() -> None:
        hanging = asyncio.create_task(parts.hang("temporal", seconds=9))
        await asyncio.sleep(7)
        await parts.kill(*parts.parts, away=1)
        await hanging

    return [("fall", fall)]


@pytest.mark.installation
async def test_what_serve_answered_before_it_fell_is_on_record_once_and_in_time(tmp_path: Path) -> None:
    async with embedded(tmp_path, act_in_seconds(tmp_path, FALL.step)) as parts:
        figures = await run(parts, FALL, only=frozenset({"fall"}), faults=fall)
    assert figures.findings.all() == []
    assert figures.commands > 5 * FALL.messages
    assert figures.requests["202"], "nothing was only put down"
    assert figures.requests["no answer"], "nobody was in the middle of anything"
