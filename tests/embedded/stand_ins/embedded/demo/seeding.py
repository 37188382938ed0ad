"""Demo messages: one file."""

import os
import sys

from settings import Settings


async def seed(settings: Settings) -> None:
    if os.environ.get("STAND_IN_FAULT") == "seeding fails":
        sys.exit("Нет места")
    (settings.data / "seeded").touch()
