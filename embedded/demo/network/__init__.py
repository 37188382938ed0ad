"""The invented network of the demo: one page beside the workplace, whose entries are lines of a file."""

from typing import Final

PATH: Final = "/demo-network"
"""Where the invented network answers, at the program's own address."""
