"""The page of installation, without containers, as it is written: from an empty root to the first message.

Packages are those of this environment, and the program is its wheel; `make drill-installation` installs all of them by
the page.
"""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.deploy import wheel
from tests.deploy.first_message import first_message
from tests.deploy.newcomer import GIVEN, newcomer, set_up


@pytest.mark.installation
async def test_who_follows_the_page_comes_to_the_first_message(tmp_path: Path) -> None:
    checkout = wheel.checkout(tmp_path / "checkout")
    wheel.fill(checkout)
    assert wheel.build(checkout, tmp_path / "dist").returncode == 0
    root = tmp_path / "root"
    root.mkdir()
    async with newcomer(root) as who:
        install(next((tmp_path / "dist").iterdir()), who.place("/opt/otklik"))
        who.environment["PATH"] += f":{Path(sys.executable).parent}"  # Temporal's command line
        address = await set_up(who, checkout)
        assert await first_message(address, GIVEN) == []
        assert await who.stop() == [0, 0]


def install(built: Path, environment: Path) -> None:
    """The wheel into a new environment, in which this one's packages, but not its checkout, are found too."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    options = ("--quiet", "--disable-pip-version-check", "--no-index", "--no-deps")
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", environment, "install", *options, built],
        check=True,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )
    (packages,) = environment.glob("lib/python*/site-packages")
    (packages / "beside.pth").write_text(sysconfig.get_path("purelib"))
