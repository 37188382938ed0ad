"""Setup of an installation's database before anything runs on it, and of the demo in it."""

from service.messages import networks
from settings import Settings
from store.database.session import Session
from store.migrations import setup
from store.migrations.purpose import PurposeError


class DemoPasswordError(PurposeError):
    """The demo is asked for without a password for its people."""


async def prepare(settings: Settings) -> None:
    """Bring the database of `settings` up to date (`store.migrations.setup`); a second time changes nothing.

    It has the networks of clause 3 and the notice on appeals afterwards; with `settings.demo` the directory and people
    of the demo too, all with `settings.demo_password`. Raises DemoPasswordError if that is not set, and what
    `store.migrations.setup.prepare` raises.
    """
    password = settings.demo_password if settings.demo else None
    if settings.demo and not password:
        raise DemoPasswordError("Задайте пароль демонстрационных входов: OTKLIK_DEMO_PASSWORD.")

    async def fill(session: Session) -> None:
        await networks.fill(session)
        if password:
            from embedded.demo import directory  # noqa: PLC0415

            await directory.fill(session, password)

    await setup.prepare(settings, fill)
