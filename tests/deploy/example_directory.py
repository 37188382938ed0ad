"""Example of a directory that the documents name: that of a demo, its topics behind it, in one file."""

from pathlib import Path

from tests.documents import ROOT

TEXTS = ROOT / "embedded/demo/texts"
_PARTS = ("directory.toml", "topics.toml")


def written(folder: Path, texts: Path = TEXTS) -> Path:
    """Write it into the folder as `directory.toml`, from the texts of a demo."""
    file = folder / "directory.toml"
    file.write_text(
        "\n".join((texts / part).read_text(encoding="utf-8") for part in _PARTS), encoding="utf-8"
    )
    return file
