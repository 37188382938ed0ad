"""Channels that Apprise knows: messengers and web addresses.

Apprise answers yes or no; why not is taken from the status that it writes into its log, which goes nowhere else: it
names addresses. It is imported where there is a channel.
"""

import asyncio
import logging
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING

from service.notices.sending import Fate, Outcome, of_status

if TYPE_CHECKING:
    from apprise import AppriseAsset, NotifyBase

    from service.notices.judged_connections import Refuse

_CONNECT_WITHIN, _ANSWER_WITHIN = 5.0, 10.0  # seconds
_WITHIN = 30.0
"""Seconds for the whole of a sending: some services are asked more than once."""
AT_ONCE = 8
_STATUS = re.compile(r"error=(\d{3})\b")

_LOG = logging.getLogger("apprise")


class _Statuses(logging.Handler):
    """Remembers the last status that Apprise has written about, for each thread."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self._of_thread = threading.local()

    def emit(self, record: logging.LogRecord) -> None:
        if found := _STATUS.search(record.getMessage()):
            self._of_thread.status = int(found[1])

    def forget(self) -> None:
        self._of_thread.status = None

    def last(self) -> int | None:
        status: int | None = getattr(self._of_thread, "status", None)
        return status


_STATUSES = _Statuses()
_LOG.propagate = False
_LOG.addHandler(_STATUSES)
_LOG.setLevel(logging.INFO)


@cache
def _asset() -> "AppriseAsset":
    from apprise import AppriseAsset  # noqa: PLC0415

    # The name goes as User-Agent, where it cannot be Russian.
    return AppriseAsset(
        app_id="Otklik", app_desc="Otklik", app_url="", http_redirects=False, async_mode=False
    )


def instantiate(url: str) -> "NotifyBase | None":
    """What talks to an address, with nothing of the address deciding how long, how often or how safely it is done."""
    from apprise import Apprise, NotifyBase  # noqa: PLC0415

    plugin = Apprise.instantiate(url, asset=_asset(), suppress_exceptions=True)
    if not isinstance(plugin, NotifyBase):
        return None
    plugin.redirects = False
    plugin.retry = 0
    plugin.wait = 0.0
    plugin.verify_certificate = True
    plugin.socket_connect_timeout, plugin.socket_read_timeout = _CONNECT_WITHIN, _ANSWER_WITHIN
    plugin.request_rate_per_sec = 0
    return plugin


def host_of(plugin: "NotifyBase") -> str | None:
    """The server that the address names; None where the service has its own."""
    return str(plugin.host) if "host" in plugin.template_tokens and plugin.host else None


def room(url: str) -> int:
    """How many characters a message there may have."""
    plugin = instantiate(url)
    return int(plugin.body_maxlen) if plugin is not None else 1000


class Messengers:
    """Sends through Apprise, which blocks: in threads of its own."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="messenger")

    def close(self) -> None:
        """Wait for nobody."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def send(
        self, url: str, subject: str, body: str, headers: dict[str, str], refuse: "Refuse"
    ) -> Outcome:
        """Send once; `headers` go along where the channel is a web address."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(_WITHIN):
                return await loop.run_in_executor(self._threads, _send, url, subject, body, headers, refuse)
        except TimeoutError:
            return Outcome(Fate.UNKNOWN, "Канал не ответил за полминуты.")


def _send(url: str, subject: str, body: str, headers: dict[str, str], refuse: "Refuse") -> Outcome:
    from apprise import NotifyFormat  # noqa: PLC0415

    from service.notices.judged_connections import InnerAddressError, judged_by  # noqa: PLC0415

    plugin = instantiate(url)
    if plugin is None:
        return Outcome(Fate.NEVER, "Адрес канала не подходит ни одной службе.")
    own = getattr(plugin, "headers", None)
    if isinstance(own, dict):
        own.update(headers)
    _STATUSES.forget()
    try:
        # A service of its own address, such as Telegram's, is nobody's choice.
        with judged_by(refuse if host_of(plugin) is not None else None):
            taken = plugin.notify(body=body, title=subject, body_format=NotifyFormat.TEXT)
    except InnerAddressError as error:
        return Outcome(Fate.NEVER, f"Не отправлено: {error}")
    except Exception as error:  # whatever one of a hundred plugins raises
        return Outcome(Fate.UNKNOWN, f"Канал не принял сообщение ({type(error).__name__}).")
    if taken:
        return Outcome(Fate.TAKEN)
    status = _STATUSES.last()
    return Outcome(Fate.UNKNOWN, "Канал не отвечает.") if status is None else of_status(status)
