"""Address at which Telegram tells what a bot hears: set with a secret, asked about, and taken back (setWebhook)."""

import re
from typing import Final

from pydantic import TypeAdapter

from service.networks.platforms.exchange import Part, valid
from service.networks.platforms.port import Key
from service.networks.platforms.telegram.adapter import ALLOWED_UPDATES, SECRET, TOKEN
from service.networks.platforms.telegram.client import TITLE, call

_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")


class Webhook(Part):
    """How it stands: an empty `url` is none; `last_error_message` is Telegram's own, of its last try."""

    url: str = ""
    pending_update_count: int = 0
    last_error_message: str | None = None


_INFO = TypeAdapter(Webhook)


def fits(secret: str) -> bool:
    """Whether Telegram takes it for the secret of a header."""
    return _SECRET.fullmatch(secret) is not None


async def put(base: str, key: Key, url: str) -> Webhook:
    """Have Telegram send updates to `url` (https) with the secret of the key. Raises NetworkRefusalError."""
    given = {"url": url, "secret_token": key.credentials[SECRET], "allowed_updates": list(ALLOWED_UPDATES)}
    await call(base, key.credentials[TOKEN], "setWebhook", given, acts=True)
    return await asked(base, key)


async def remove(base: str, key: Key) -> Webhook:
    """Have it send nothing any more; what it has not sent yet is there for a look. Raises NetworkRefusalError."""
    await call(base, key.credentials[TOKEN], "deleteWebhook", {"drop_pending_updates": False}, acts=True)
    return await asked(base, key)


async def asked(base: str, key: Key) -> Webhook:
    """How it stands now. Raises NetworkRefusalError."""
    return valid(_INFO, await call(base, key.credentials[TOKEN], "getWebhookInfo", {}), TITLE)
