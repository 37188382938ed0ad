"""A browser for the tests: found on the machine, else brought by a package. Each is proved by a launch.

In this order: `OTKLIK_BROWSER`, chromium or chrome on PATH, the Mac's application, Playwright's own, what
`playwright install` brings, npm's @sparticuz/chromium (Linux on x86-64), which needs nothing of the system but glibc.
"""

import asyncio
import fcntl
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import Browser, Error, Playwright

from api.web.install import install, node
from tests.patience import PATIENCE

HERE = Path(__file__).parent
_UNPACKED = HERE / "node_modules/.browser"
_ON_PATH = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_ON_A_MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
)


_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><dir>/usr/share/fonts</dir><cachedir>{cache}</cachedir></fontconfig>
"""


class NoBrowserError(Exception):
    """No browser could be had; says what was tried."""


@dataclass(frozen=True, slots=True)
class Found:
    """How a browser is started; no `executable`: as Playwright knows it."""

    executable: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


def _named() -> Found | None:
    named = os.environ.get("OTKLIK_BROWSER")
    return Found(named) if named else None


def _on_path() -> Found | None:
    found = next(filter(None, map(shutil.which, _ON_PATH)), None)
    return Found(found) if found else None


def _on_a_mac() -> Found | None:
    return Found(str(_ON_A_MAC)) if _ON_A_MAC.exists() else None


def _of_playwright() -> Found | None:
    return Found()


def _brought_by_playwright() -> Found | None:
    command = [sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"]
    done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)
    return Found() if done.returncode == 0 else None


def _of_npm() -> Found | None:
    if sys.platform != "linux" or os.uname().machine != "x86_64":
        return None
    # Installing packages empties their folder, and what is unpacked stands in it.
    bring_packages()
    if not (_UNPACKED / "chromium").exists():
        _unpack()
    return Found(
        str(_UNPACKED / "chromium"),
        {
            "LD_LIBRARY_PATH": str(_UNPACKED / "al2023/lib"),
            "FONTCONFIG_PATH": str(_UNPACKED),
            "HOME": str(_UNPACKED),
        },
    )


def bring_packages() -> None:
    """Install npm's packages of these tests once, whoever asks: the folder is there before it is whole."""
    with (HERE / "package-lock.json").open() as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        complete = HERE / "node_modules/.complete"
        if not complete.exists():
            install(HERE)
            complete.touch()


def _unpack() -> None:
    """Into a folder that appears when it is whole: tests run side by side."""
    with TemporaryDirectory(dir=HERE / "node_modules") as name:
        folder = Path(name) / "browser"
        folder.mkdir()
        subprocess.run([node()[0], HERE / "unpack.mjs", folder], check=True)
        for packed, into in (("al2023", "al2023"), ("fonts", "."), ("swiftshader", ".")):
            file = folder / f"{packed}.tar"
            with tarfile.open(file) as archive:
                archive.extractall(folder / into, filter="data")
            file.unlink()
        (folder / "chromium").chmod(0o755)
        # The one it comes with names folders of another machine, and without any font the browser ends.
        (folder / "fonts.conf").write_text(
            _FONTS.format(fonts=_UNPACKED / "fonts", cache=_UNPACKED / "cache")
        )
        with suppress(OSError):  # another test was first
            folder.rename(_UNPACKED)


_WAYS: Mapping[str, Callable[[], Found | None]] = {
    "OTKLIK_BROWSER": _named,
    "chromium or chrome on PATH": _on_path,
    "the Mac's application": _on_a_mac,
    "Playwright's own": _of_playwright,
    "playwright install": _brought_by_playwright,
    "npm's @sparticuz/chromium": _of_npm,
}


async def launch(playwright: Playwright) -> Browser:
    """A browser that has been started, without a window. Raises NoBrowserError, with what each way said."""
    said: list[str] = []
    for name, way in _WAYS.items():
        try:
            found = await asyncio.to_thread(way)
            if found is None:
                said.append(f"{name}: none")
                continue
            return await playwright.chromium.launch(
                executable_path=found.executable,
                args=list(_ARGUMENTS),
                env={**os.environ, **found.environment},
            )
        except (Error, OSError, subprocess.SubprocessError) as error:
            said.append(f"{name}: {str(error).splitlines()[0]}")
    raise NoBrowserError("\n".join(said))
