"""Checks of the pages: types of scripts and the form of style sheets, as `make check` runs them."""

import subprocess
import sys

from api.web.install import HERE, node_command

CHECKS = (
    ("typescript/bin/tsc", "--project", "."),
    ("prettier/bin/prettier.cjs", "--check", "--log-level=warn", "static/css"),
)


def main() -> int:
    """Run every check, each with its own words on standard error; 0 where all pass."""
    commands = [[node_command(), f"node_modules/{script}", *options] for script, *options in CHECKS]
    return max(subprocess.run(command, cwd=HERE, check=False).returncode for command in commands)  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
