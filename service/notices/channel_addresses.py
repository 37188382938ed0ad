"""Addresses of channels: what may be one, where it leads, and what of it may be shown (docs/run/channels.md).

An address comes from a person and names a server that the program then talks to. So only kinds that the region allows
are taken, none of which runs a command or reads a file, and no server of the inner network but those that are named.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from service.notices import messengers
from service.notices.bots import MAX, VKONTAKTE, Bot
from settings import Settings

MAIL: Final = "mailto"
LONGEST = 1000
_TITLES = {
    "mailto": "Почта",
    "tgram": "Telegram",
    "vk": "ВКонтакте",
    "max": "MAX",
    "mmost": "Mattermost",
    "rocket": "Rocket.Chat",
    "nctalk": "Nextcloud Talk",
    "ntfy": "ntfy",
    "gotify": "Gotify",
    "json": "Веб-адрес (JSON)",
    "xml": "Веб-адрес (XML)",
    "form": "Веб-адрес (форма)",
}
_EXAMPLES = {
    "mailto": "mailto:petrova@region.ru",
    "tgram": "tgram://токен-бота/номер-чата",
    "vk": "vk://ключ-сообщества/номер-получателя",
    "max": "max://токен-бота/номер-чата",
    "jsons": "jsons://сервер/путь",
}
_MAIL = re.compile(
    r"mailto:(?://)?([A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[^\s@/?#:\\]{1,250})/?", re.IGNORECASE
)
_MASK = "***"


_THEMSELVES = frozenset({IPv6Address("::"), IPv6Address("::1")})
_LAST_FOUR_BYTES = (
    IPv6Network("::/96"),  # compatible with IPv4
    IPv6Network("::ffff:0:0/96"),  # mapped
    IPv6Network("::ffff:0:0:0/96"),  # translated
    IPv6Network("64:ff9b::/96"),  # NAT64 (RFC 6052)
)
_OWN_NAT64 = IPv6Network("64:ff9b:1::/48")
"""NAT64 of a network's own (RFC 8215): where in it the address of IPv4 stands, only that network knows."""


class AddressError(ValueError):
    """It cannot be a channel; the text is Russian and says what to do."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the installation lets people's channels be: schemes, and servers of the inner network."""

    schemes: frozenset[str]
    hosts: frozenset[str] = frozenset()
    loopback: bool = False

    @classmethod
    def of(cls, settings: Settings) -> "Allowed":
        """By the settings; in demonstration and training the machine itself may be one's channel."""
        return cls(
            frozenset(scheme.lower() for scheme in settings.channels),
            frozenset(host.lower() for host in settings.channel_hosts),
            settings.demo or settings.training,
        )

    def may_reach(self, host: str, address: IPv4Address | IPv6Address) -> bool:
        """Whether a server of this name and address may be talked to."""
        return self._names(host, address) or all(self._may(host, inside) for inside in _carried(address))

    def _may(self, host: str, address: IPv4Address | IPv6Address) -> bool:
        if address.is_loopback:
            return self.loopback or self._names(host, address)
        return _is_outer(address) or self._names(host, address)

    def _names(self, host: str, address: IPv4Address | IPv6Address) -> bool:
        return host.lower() in self.hosts or any(
            address in ip_network(named, strict=False) for named in self.hosts if _is_network(named)
        )


def _carried(address: IPv4Address | IPv6Address) -> tuple[IPv4Address | IPv6Address, ...]:
    """The addresses that a packet to this one ends at: those of IPv4 that it carries, else itself."""
    if isinstance(address, IPv4Address) or address in _THEMSELVES:
        return (address,)
    if address.teredo is not None:
        return address.teredo
    if address.sixtofour is not None:
        return (address.sixtofour,)
    if any(address in prefix for prefix in _LAST_FOUR_BYTES):
        return (IPv4Address(address.packed[-4:]),)
    return (address,)


def _is_outer(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address) and (address.is_site_local or address in _OWN_NAT64):
        return False
    return address.is_global and not address.is_multicast


def _is_network(named: str) -> bool:
    try:
        ip_network(named, strict=False)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Address:
    """Where a channel leads: its scheme, the whole address, and the server that the person has named, if any."""

    scheme: str
    url: str
    host: str | None = None

    @property
    def mail(self) -> str:
        """The mailbox, of an address of mail."""
        return self.url.removeprefix("mailto:")


def title(scheme: str) -> str:
    """What people call a kind of channel."""
    return _TITLES.get(scheme) or _TITLES.get(scheme.removesuffix("s")) or scheme


def scheme_of(url: str) -> str:
    return url.partition(":")[0].strip().lower()


def shown(channel: int, address: Address) -> str:
    """The address without what may be secret in it; the same text means this channel, when it is given again."""
    if address.scheme == MAIL:
        return address.url
    return f"{address.scheme}://{f'{address.host}/' if address.host else ''}{_MASK}{channel}"


def spoken(address: str) -> str:
    """An address as `shown` gives it, for people to recognise: the mailbox, or the server."""
    scheme, _, rest = address.partition(":")
    if scheme == MAIL:
        return rest
    host = rest.removeprefix("//").rpartition("/")[0]
    return f"{host}, остальное скрыто" if host else "адрес скрыт"


def is_masked(url: str) -> bool:
    """Whether it is an address as `shown` gives it, and not one that could be sent to."""
    return re.search(rf"/{re.escape(_MASK)}\d+$", url) is not None


def read(url: str, allowed: Allowed) -> Address:
    """The address that a person gives. Raises AddressError."""
    url = url.strip()
    scheme = scheme_of(url)
    if not url or len(url) > LONGEST:
        raise AddressError(f"укажите адрес, не длиннее {LONGEST} знаков.")
    if not re.fullmatch(r"[a-z][a-z0-9+.-]*", scheme) or ":" not in url:
        raise AddressError(f"это не адрес канала. Примеры: {_examples(allowed)}.")
    if scheme not in allowed.schemes:
        raise AddressError(
            f"каналы вида «{scheme}:» в этой установке не разрешены. Примеры: {_examples(allowed)}."
        )
    if scheme == MAIL:
        return _mail(url)
    if scheme in (VKONTAKTE, MAX):
        if Bot.of(url) is None:
            raise AddressError(
                f"адрес для «{title(scheme)}» записан с ошибкой: нужен вид {_EXAMPLES[scheme]}."
            )
        return Address(scheme, url)
    plugin = messengers.instantiate(url)
    if plugin is None:
        raise AddressError(f"адрес для «{title(scheme)}» записан с ошибкой. Примеры: {_examples(allowed)}.")
    if len(plugin) > 1:
        raise AddressError("в адресе несколько получателей; заведите канал для каждого.")
    host = messengers.host_of(plugin)
    if host is not None:
        refuse_inner(host, [host], allowed)
    return Address(scheme, url, host)


def known(url: str) -> Address:
    """An address that was read before, as it was kept."""
    scheme = scheme_of(url)
    if scheme in (MAIL, VKONTAKTE, MAX):
        return Address(scheme, url)
    plugin = messengers.instantiate(url)
    return Address(scheme, url, messengers.host_of(plugin) if plugin is not None else None)


def refuse_inner(host: str, addresses: Iterable[str], allowed: Allowed) -> None:
    """Raises AddressError where one of these addresses of a server is of the inner network, and not named."""
    for written in addresses:
        try:
            address = ip_address("127.0.0.1" if written.lower() == "localhost" else written.strip("[]"))
        except ValueError:
            continue  # a name: where it leads is judged at each connection
        if not allowed.may_reach(host, address):
            raise AddressError(
                f"сервер {host} внутренний. Если каналы могут вести на него, администратор называет его в настройке "
                "OTKLIK_CHANNEL_HOSTS."
            )


def _mail(url: str) -> Address:
    found = _MAIL.fullmatch(url)
    if found is None:
        raise AddressError("нужен адрес вида mailto:petrova@region.ru, без пароля и имени сервера.")
    local, _, domain = found[1].rpartition("@")
    try:
        domain = domain.encode("idna").decode().lower()
    except UnicodeError:
        domain = ""
    if "." not in domain.strip(".") and domain != "localhost":
        raise AddressError("в почтовом адресе нет сервера: нужен вид mailto:petrova@region.ru.")
    return Address(MAIL, f"mailto:{local}@{domain}")


def examples(allowed: Allowed) -> list[tuple[str, str]]:
    """How addresses are written, each kind by its title."""
    return [(title(scheme), example) for scheme, example in _EXAMPLES.items() if scheme in allowed.schemes]


def _examples(allowed: Allowed) -> str:
    return ", ".join(example for scheme, example in _EXAMPLES.items() if scheme in allowed.schemes) or "нет"
