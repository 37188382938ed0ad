"""The worker that `otklik worker` runs: that of production, which in a demo knows the invented network too."""

import worker
from settings import Settings


async def main(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT, as `worker.main` does. Raises KeysError and SettingsError."""
    if settings.demo:
        from embedded.demo.network.adapter import register  # noqa: PLC0415  work does without it

        register()
    await worker.main(settings)
