"""The invented network of the demo: a site beside the workplace, with a database of its own."""

from typing import Final

PATH: Final = "/demo-network"
"""Where the invented network answers, at the program's own address."""
