"""The copy of one machine's installation, made by the commands of docs/run/backup.md."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from settings import Settings
from tests.documents import DOCS, blocks, section
from tests.embedded.installation import Installation
from tests.prepared import prepare

PAGE = DOCS / "run" / "backup.md"
SQLITE3 = f"""#!{sys.executable}
import contextlib, sqlite3, sys
with contextlib.closing(sqlite3.connect(sys.argv[1])) as connection:
    connection.executescript(sys.argv[2])
"""
"""What the program of this name does with these commands, for a machine that has none."""


@pytest.mark.installation
async def test_a_copy_is_made_as_the_page_says_on_the_first_day(tmp_path: Path) -> None:
    """While all of it runs; a script that stops at the first failure comes to its end."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "sqlite3").write_text(SQLITE3)
    (programs / "sqlite3").chmod(0o755)
    installation = Installation(tmp_path / "data")
    await prepare(Settings.load(data=installation.data))
    serve = await installation.start()
    try:
        await serve.until_ready()
        copying = await asyncio.create_subprocess_exec(
            *("sh", "-eu", "-c", blocks(section(PAGE, "One machine (`otklik serve`, SQLite)"), "")[0]),
            cwd=tmp_path,
            env=os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}:{programs}"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await copying.communicate()
        assert copying.returncode == 0, said.decode()
    finally:
        installation.kill()
        await serve.until_ended()
    copied = {str(file.relative_to(tmp_path / "copy")) for file in (tmp_path / "copy").iterdir()}
    assert copied == {"temporal.db", "otklik.db", "keys", "anchors"}
    assert not [
        file for file in (tmp_path / "copy", *(tmp_path / "copy").rglob("*")) if file.stat().st_mode & 0o077
    ]
