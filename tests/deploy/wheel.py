"""The wheel as a release has it, built from a checkout by the command of the page of installation."""

import shutil
import subprocess
import sys
from pathlib import Path

from api.web.vendored import FOLDER
from tests.documents import ROOT


def checkout(into: Path) -> Path:
    """The files that git would give a newcomer, with what is changed here: none of npm's."""
    listed = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    named = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, named.split("\0")):
        if (ROOT / name).is_file():  # one that is deleted is listed until that is committed
            (into / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, into / name)
    return into


def fill(source: Path) -> None:
    """What `api/web/install.py` does, with the files that were taken from npm here."""
    shutil.copytree(FOLDER, source / FOLDER.relative_to(ROOT))


def build(source: Path, into: Path) -> subprocess.CompletedProcess[str]:
    """The command of the page, in an environment that has what requirements-build.lock names."""
    options = ("--quiet", "--disable-pip-version-check", "--no-deps", "--no-build-isolation")
    return subprocess.run(
        [sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", into, "."],
        cwd=source,
        capture_output=True,
        text=True,
        check=False,
    )
