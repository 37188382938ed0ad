"""Switching a bot between being looked at and sending by itself (docs/run/networks.md#telegram)."""

import secrets
from dataclasses import replace
from urllib.parse import urlsplit

from service.keys.ring import KeyRing
from service.networks.platforms.placing import same_page
from service.networks.platforms.port import Key, NetworkRefusalError, Platform
from service.networks.platforms.telegram import webhook
from service.networks.platforms.telegram.adapter import SECRET
from service.networks.seal import NetworkSeal
from settings import Settings
from store.database.engines import Database
from store.networks import keys as network_keys
from store.networks.tables import NetworkKeyRow

SET = (
    "Приём включён: Telegram сообщает о новом по адресу {url}, с секретным словом в заголовке. Источники этого бота "
    "отключите в разделе «Источники»: пока приём включён, Telegram не даёт его опрашивать."
)
REMOVED = "Приём отключён. Включите источники этого бота в разделе «Источники»."
WAITING = "Ещё не передано сообщений: {count}."
LAST_ERROR = "Последняя попытка Telegram не удалась: {error}"
NOT_SET = "Telegram не подтвердил изменение, приём сейчас по адресу: {url}."
NO_KEY = "Ключа бота Telegram с такой страницей нет. Добавьте его: «Управление», «Ключи аккаунтов»."
NO_ADDRESS = "Telegram передаёт события только по https: укажите в OTKLIK_PUBLIC_URL внешний адрес установки (https://…)."
NOT_OPENED = "Ключ аккаунта не открывается: добавьте его заново."


class WebhookError(Exception):
    """It could not be done; Russian, says why and what to do."""


async def change(settings: Settings, keys: KeyRing, page: str, *, on: bool) -> str:
    """Have the bot of an account (`page` is its link) send by itself, or no more; returns what is so now, in Russian.

    A key without a secret that Telegram takes gets one. Raises WebhookError.
    """
    database = Database(settings.database_url)
    try:
        return await in_database(database, settings, keys, page, on=on)
    finally:
        await database.dispose()


async def in_database(database: Database, settings: Settings, keys: KeyRing, page: str, *, on: bool) -> str:
    """The same in a database that is open."""
    seal = NetworkSeal(keys)
    if on and urlsplit(settings.public_url).scheme != "https":
        raise WebhookError(NO_ADDRESS)
    async with database.read() as session:
        rows = await network_keys.of_platform(session, Platform.TELEGRAM.value)
    row = next((it for it in rows if same_page(it.url, page)), None)
    if row is None:
        raise WebhookError(NO_KEY)
    try:
        key = seal.opened(row)
    except ValueError:
        raise WebhookError(NOT_OPENED) from None
    try:
        if not on:
            return _said(await webhook.remove(settings.telegram_url, key), "")
        key = await _with_secret(database, seal, row, key)
        url = f"{settings.public_url.rstrip('/')}/hooks/{row.network}/{row.id}"
        return _said(await webhook.put(settings.telegram_url, key, url), url)
    except NetworkRefusalError as refusal:
        raise WebhookError(refusal.advice) from None


async def _with_secret(database: Database, seal: NetworkSeal, row: NetworkKeyRow, key: Key) -> Key:
    if webhook.fits(key.credentials.get(SECRET, "")):
        return key
    credentials = {**key.credentials, SECRET: secrets.token_urlsafe(32)}
    async with database.write() as session:
        known = await network_keys.by_id(session, row.id)
        if known is None or known.credentials != row.credentials:
            raise WebhookError(NOT_OPENED)  # somebody has changed it meanwhile
        known.credentials = seal.sealed(row.id, credentials)
        session.add(known)
    return replace(key, credentials=credentials)


def _said(found: webhook.Webhook, wanted: str) -> str:
    lines = [(SET.format(url=wanted) if wanted else REMOVED)]
    if found.url != wanted:
        lines = [NOT_SET.format(url=found.url or "—")]
    if found.pending_update_count:
        lines.append(WAITING.format(count=found.pending_update_count))
    if found.last_error_message:
        lines.append(LAST_ERROR.format(error=found.last_error_message[:200]))
    return "\n".join(lines)
