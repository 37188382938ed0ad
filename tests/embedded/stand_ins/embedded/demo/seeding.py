"""Demo messages: one file."""

from settings import Settings


async def seed(settings: Settings) -> None:
    (settings.data / "seeded").touch()
