"""Files that pages and documents take from npm: `vendor.json` lists them, set-up copies them into `static/vendor`.

Git has none of them. The wheel is not built without them, nor does a process start without. It needs nothing but the
standard library: the build reads it by its path.
"""

import json
from pathlib import Path

_HERE = Path(__file__).parent
FOLDER = _HERE / "static" / "vendor"


def missing() -> list[str]:
    """The names of those that are not there."""
    names: dict[str, str] = json.loads((_HERE / "vendor.json").read_text(encoding="utf-8"))
    return [name for name in names if not (FOLDER / name).is_file()]
