"""Accounts of bodies in networks, found by body, their keys opened for one call at a time."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from service.networks.platforms.placing import is_own, same_page
from service.networks.platforms.port import Key, Platform, SourceKind, Traits


@dataclass(frozen=True, slots=True)
class Account:
    """An account with a key; `until` is how long that is good, where it is known. `open` opens it for one call."""

    id: str
    body: str
    platform: Platform
    own_page: str
    until: datetime | None
    open: Callable[[], Key] = field(repr=False)


def in_order(accounts: Sequence[Account], platform: Platform | None, url: str) -> list[Account]:
    """Those of a platform, first whose page a link leads to, last those whose it is not."""
    ranks = {True: 0, None: 1, False: 2}
    fitting = [account for account in accounts if account.platform is platform]
    return sorted(fitting, key=lambda account: ranks[is_own(account.own_page, url)])


_OF_A_SOURCE = {SourceKind.CHANNEL: "этого канала", SourceKind.COMMUNITY: "этого сообщества"}
NO_KEY_AT_ALL = (
    "Нет ключа для этой сети. Нужен {key}. Администратор добавляет его в разделе «Управление», «Ключи аккаунтов»; "
    "до тех пор просматривайте источник вручную."
)
NO_KEY_OF_ITS_OWN = (
    "Нет ключа {of_it}: ключом другого аккаунта он не читается. Нужен {key}. Администратор добавляет его в разделе "
    "«Управление», «Ключи аккаунтов», с этим же адресом страницы; до тех пор просматривайте источник вручную."
)


def that_reads(accounts: Iterable[Account], traits: Traits, address: str, now: datetime) -> Account | None:
    """Of a platform's accounts, the last added first, the one whose key reads a source: that of its own page first.

    Keys that are over at `now` are none.
    """
    usable = [account for account in accounts if account.until is None or account.until > now]
    own = [account for account in usable if same_page(account.own_page, address)]
    return next(iter(own or (usable if traits.reads_any_page else ())), None)


def lacking(traits: Traits, kind: SourceKind) -> str:
    """What is said of a source that no key reads, in Russian: which key is needed and who gets it."""
    if traits.reads_any_page:
        return NO_KEY_AT_ALL.format(key=traits.key_named)
    return NO_KEY_OF_ITS_OWN.format(of_it=_OF_A_SOURCE.get(kind, "этой страницы"), key=traits.key_named)
