"""Step of hatchling's build: a wheel without the pages' files of npm is not built."""

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LACKING = """The wheel would have no {missing}: api/web/static/vendor is filled from npm first.
Run

    python api/web/install.py --omit=dev

with a Python that has the packages of requirements-build.lock, or with Node.js on PATH, and build again."""


class WheelHook(BuildHookInterface[Any]):
    """An editable install comes before npm in `make setup`, and needs no wheel's content."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Raises SystemExit with what to do."""
        missing = runpy.run_path(str(Path(self.root) / "api" / "web" / "vendored.py"))["missing"]()
        if missing and version != "editable":
            raise SystemExit(LACKING.format(missing=", ".join(missing)))
