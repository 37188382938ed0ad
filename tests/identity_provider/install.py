"""Installs the packages of the identity provider, as `make setup` does: those of the lock file, and no scripts."""

import subprocess
import sys
from pathlib import Path

from api.web.install import install, node

HERE = Path(__file__).parent
NODE = Path(node()[0])


if __name__ == "__main__":
    try:
        install(HERE)
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
