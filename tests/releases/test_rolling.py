"""An upgrade that nobody notices: the next version takes the place of each part in turn, while people work.

The next version is this tree with another number and one revision more, which adds a column. `UPGRADE_FROM=v1.0.0`
begins with that tag instead, set up in a checkout of its own; this tree takes its place then.
"""

import asyncio
import compileall
import os
import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from store.migrations.revision import MIGRATIONS
from tests.deploy import wheel
from tests.embedded.installation import ROOT
from tests.faults.act import act_in_seconds
from tests.faults.fault_run import Scale, run
from tests.faults.parts import HERE, Program, Separate, separate

SCALE = Scale(messages=8, people=4, seconds=25, calm=2)
WORKERS_FIRST = {
    "worker-1": signal.SIGKILL,
    "worker-2": signal.SIGTERM,
    "api-1": signal.SIGTERM,
    "api-2": signal.SIGTERM,
}
REVISION = '''"""A column that the version before does without."""

import sqlalchemy as sa
from alembic import op

revision = "drill"
down_revision = "{after}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("message", sa.Column("drill", sa.Integer()))
'''


def next_version(folder: Path) -> Program:
    """The version after this one, in a folder of its own: another number, and one revision more."""
    root = wheel.checkout(folder / "next")
    wheel.fill(root)
    for unneeded in ("tests", "bench"):  # to compile
        shutil.rmtree(root / unneeded)
    newest = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    revision = root / MIGRATIONS.relative_to(ROOT) / "versions" / "drill.py"
    revision.write_text(REVISION.format(after=newest), encoding="utf-8")
    compileall.compile_dir(root, quiet=1)  # as pip does
    # It stands before that of the environment.
    known = root / "otklik-drill.dist-info"
    known.mkdir()
    (known / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: otklik\nVersion: {version('otklik')}.post1\n"
    )
    return Program(root)


@contextmanager
def versions(folder: Path) -> Iterator[tuple[Program, Program]]:
    """The one that runs, and the one that takes its place."""
    tag = os.environ.get("UPGRADE_FROM")
    if not tag:
        yield HERE, next_version(folder)
        return
    root = folder / "earlier"
    subprocess.run(["git", "worktree", "add", "--detach", root, tag], cwd=ROOT, check=True)
    try:
        subprocess.run(["make", "setup"], cwd=root, check=True)
        yield Program(root, root / ".venv/bin/python"), HERE
    finally:
        subprocess.run(["git", "worktree", "remove", "--force", root], cwd=ROOT, check=True)


async def led_by(parts: Separate, messages: Sequence[int | None]) -> Counter[int]:
    """Messages by the number of versions that have led them."""
    client = await Client.connect(
        parts.settings.temporal_address, namespace=parts.settings.temporal_namespace
    )
    counted: Counter[int] = Counter()
    for number in messages:
        builds = {
            event.workflow_task_completed_event_attributes.worker_version.build_id
            async for event in client.get_workflow_handle(f"message-{number}").fetch_history_events()
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
        }
        counted[len(builds)] += 1
    return counted


@pytest.mark.installation
async def test_parts_are_replaced_under_work_and_every_answer_is_borne_out(tmp_path: Path) -> None:
    with versions(tmp_path) as (before, following):
        async with separate(tmp_path, act_in_seconds(tmp_path, SCALE.step), before) as parts:

            async def upgrade() -> None:
                await parts.prepare(following)
                await parts.until_ready()  # those of the version before, on the new tables
                for part, number in WORKERS_FIRST.items():
                    await parts.replace(part, following, number)
                    await asyncio.sleep(1)

            figures = await run(parts, SCALE, [upgrade])
            by_versions = await led_by(parts, [message.number for message in figures.books.messages])
    assert figures.findings.all() == []
    assert by_versions[2] > 0, "no message was led by both versions"
