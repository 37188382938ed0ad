"""The drill of an upgrade in its short form; `make drill-upgrade` is the long one."""

import signal
from pathlib import Path

import pytest

from tests.faults.act import act_in_seconds
from tests.faults.parts import HERE, separate
from tests.releases.rolling import Scale, Upgrade, next_version, run

SCALE = Scale(people=4, each=2, pace=2.0, settles=4.0, before=2.0, breath=3.0)


@pytest.mark.installation
async def test_workers_are_replaced_under_work_and_every_answer_is_borne_out(
    tmp_path: Path,
) -> None:
    following = next_version(HERE, tmp_path, 1)
    upgrades = (
        Upgrade("SIGKILL", following, signal.SIGKILL, ("worker-1",)),
        Upgrade("SIGTERM", following, signal.SIGTERM, ("worker-2",)),
    )
    async with separate(tmp_path, act_in_seconds(tmp_path, SCALE.step)) as parts:
        figures = await run(parts, SCALE, upgrades)
    assert figures.findings.all() == []
    assert figures.by_versions[2] > 0, "no message was led by both versions"
    assert all(figures.took[upgrade.name] for upgrade in upgrades), "nobody worked meanwhile"
