"""`python -m tests.texts FILE`: write the list of all texts to a file."""

import sys
from pathlib import Path

from tests.texts.listed import listed

if __name__ == "__main__":
    Path(sys.argv[1]).write_text("\n".join(listed()) + "\n", encoding="utf-8")
