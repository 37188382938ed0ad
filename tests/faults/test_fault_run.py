"""Whatever dies, hangs or is away while people work, nothing they were told is lost, doubled or wrongly late."""

import asyncio
from functools import partial
from pathlib import Path

import pytest

from tests.faults.act import act_in_seconds
from tests.faults.fault_run import Scale, run
from tests.faults.parts import embedded, separate

SCALE = Scale(messages=20, people=10, seconds=15, calm=0.3)
FALL = Scale(messages=20, people=10, seconds=15, calm=3.0)


@pytest.mark.installation
async def test_whatever_dies_or_hangs_every_answer_is_borne_out_by_the_records(tmp_path: Path) -> None:
    async with separate(tmp_path, act_in_seconds(tmp_path, SCALE.step)) as parts:
        faults = (
            partial(parts.kill, "worker-1", away=1),
            partial(parts.hang, "api-2", seconds=3),
            partial(parts.hang, "temporal", seconds=3),
            partial(parts.kill, "database", away=3),
            parts.kill_for_memory,
            partial(parts.slow_database, 3),
            partial(parts.kill, *parts.parts, away=1),
            # So long that its steps are given to the other.
            partial(parts.hang, "worker-2", seconds=12),
        )
        figures = await run(parts, SCALE, faults)
    assert figures.findings.all() == []
    assert figures.commands > 5 * SCALE.messages
    assert figures.findings.breaches, "no limit passed"
    assert figures.requests["503"] + figures.requests["no answer"] > 0, "nobody was in the middle of anything"


@pytest.mark.installation
async def test_what_serve_answered_before_it_fell_is_on_record_once_and_in_time(tmp_path: Path) -> None:
    async with embedded(tmp_path, act_in_seconds(tmp_path, FALL.step)) as parts:

        async def fall() -> None:
            """All is killed while Temporal takes nothing any more: commands of the last moment are only put down."""
            hanging = asyncio.create_task(parts.hang("temporal", seconds=9))
            await asyncio.sleep(7)
            await parts.kill_everything()
            await hanging

        figures = await run(parts, FALL, [fall])
    assert figures.findings.all() == []
    assert figures.commands > 5 * FALL.messages
    assert figures.requests["202"], "nothing was only put down"
    assert figures.requests["no answer"], "nobody was in the middle of anything"
