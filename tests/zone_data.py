"""Zone data as an operator has them: a directory of compiled zones, with some of them changed."""

from collections.abc import Mapping
from importlib import resources
from pathlib import Path


def zone_data(directory: Path, changed: Mapping[str, str], release: str) -> Path:
    """A directory with zones that have the rules of others, by their names, and say that they are of a release."""
    packaged = resources.files("tzdata") / "zoneinfo"
    for name, like in changed.items():
        file = directory / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(packaged.joinpath(*like.split("/")).read_bytes())
    (directory / "tzdata.zi").write_text(f"# version {release}\n", "utf-8")
    return directory
