"""Setup of an installation's database before anything runs on it, and of the demo in it."""

from functools import partial

from settings import Settings
from store.migrations import setup
from store.migrations.purpose import PurposeError


class DemoPasswordError(PurposeError):
    """The demo is asked for without a password for its people."""


async def prepare(settings: Settings) -> None:
    """Bring the database of `settings` up to date (`store.migrations.setup`); a second time changes nothing.

    With `settings.demo` the directory and people of the demo are there afterwards, all with `settings.demo_password`.
    Raises DemoPasswordError if that is not set, and what `store.migrations.setup.prepare` raises.
    """
    if not settings.demo:
        await setup.prepare(settings)
        return
    if not settings.demo_password:
        raise DemoPasswordError("Задайте пароль демонстрационных входов: OTKLIK_DEMO_PASSWORD.")
    from embedded.demo import directory  # noqa: PLC0415

    await setup.prepare(settings, partial(directory.fill, password=settings.demo_password))
