"""A database that is a file with the demo password."""

import os
import sys

from settings import Settings


async def prepare(settings: Settings) -> None:
    if os.environ.get("STAND_IN_FAULT") == "prepare fails":
        sys.exit("Таблица не на месте")
    (settings.data / "prepared").write_text(settings.demo_password or "", encoding="utf-8")
