"""Checks the types of the pages' scripts, as `make check` does."""

import subprocess
import sys

from api.web.install import HERE, node_command

if __name__ == "__main__":
    tsc = HERE / "node_modules/typescript/bin/tsc"
    sys.exit(subprocess.run([node_command(), tsc, "--project", HERE], check=False).returncode)  # noqa: S603
