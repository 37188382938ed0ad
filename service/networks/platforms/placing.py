"""Fitness of a text for publication by program under a post, judged before the network is asked (cl. 4, 13, 17)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from service.messages.posts import key_of
from service.networks.platforms.port import Ability, Traits

NO_ACCOUNT: Final = (
    "У органа нет подключённого аккаунта, от имени которого программа могла бы разместить ответ."
)
NOT_BY_PROGRAM: Final = "В этой сети программа ответы не размещает."
NOT_THERE: Final = (
    "Программа размещает ответы только на страницах самого органа, а сообщение размещено на другой странице."
)
EXPIRED: Final = (
    "Срок действия ключа аккаунта истёк: сообщите администратору, чтобы он подключил аккаунт заново."
)
BY_HAND: Final = (
    "Разместите ответ вручную от имени органа и подтвердите размещение ссылкой: "
    "срок размещения продолжает идти."
)
"""Follows everything that keeps the program from publishing: what is to be done now."""

MOST_BYTES: Final = 40 * 2**20
"""Of all files of an answer together: what is sent within a step of publishing over a line of 4 Mbit/s."""

TELEGRAM_NUMBERS: Final = -1_000_000_000_000
"""Base of the number of a supergroup or channel; links have what is beyond."""
_NAMES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "vk.com": (
        (r".*/(?:wall|photo|video|topic|clip)(-?\d+)(?:_\d+.*)?", "{}"),
        (r"/(?:club|public|event)(\d+)/?", "-{}"),
        (r"/id(\d+)/?", "{}"),
        (r"/@?([\w.-]+)(?:/.*)?", "{}"),
    ),
    "t.me": ((r"/c/(\d+)(?:/.*)?", "-1{:0>12}"), (r"/(?:s/)?@?([\w.-]+)(?:/.*)?", "{}")),
    "max.ru": ((r"/c/(-?\d+)(?:/.*)?", "{}"), (r"/@?([\w.-]+)(?:/.*)?", "{}")),
    "ok.ru": (
        (
            r"/(?:group/)?(?!(?:topic|photo|video|statuses|pphotos|profile|dk|group)(?:/|$))([\w.-]+)(?:/.*)?",
            "{}",
        ),
    ),
}
"""By site: forms of the paths of its links, and whose page each names."""
_NUMBER: Final = re.compile(r"-?\d+")


class Attached(NamedTuple):
    """A file by its media type and its size, in bytes."""

    type: str
    size: int


@dataclass(frozen=True, slots=True)
class Place:
    """What is to be published where: the account's own page, and until when its key is good."""

    post_url: str
    own_page: str
    key_until: datetime | None
    length: int
    files: Sequence[Attached] = ()
    """Those that are to go with it."""


def against_files(traits: Traits, files: Sequence[Attached], length: int) -> str | None:
    """Why these files do not go with a text of so many characters, in Russian; None where they do."""
    sizes = [traits.attachments.get(file.type.partition("/")[0]) for file in files]
    if None in sizes or len(files) > traits.most_attachments:
        return "Вложения ответа сеть от программы не принимает."
    if any(file.size > (size or 0) for file, size in zip(files, sizes, strict=True)):
        return "Вложение больше, чем сеть принимает от программы."
    if sum(file.size for file in files) > MOST_BYTES:
        return f"Вложения вместе больше {MOST_BYTES // 2**20} МБ: программа их не отправит."
    longest = traits.max_length_with_files
    if files and longest is not None and length > longest:
        return f"С вложениями сеть принимает от программы не больше {longest} знаков, а в тексте их {length}."
    return None


def obstacle(traits: Traits, place: Place, now: datetime) -> str | None:
    """Why the program cannot publish it, in Russian; None where it can, as far as that can be told unasked."""
    abilities = traits.abilities
    if not abilities & {Ability.PUBLISH_ON_OWN_PAGES, Ability.PUBLISH_ELSEWHERE}:
        return NOT_BY_PROGRAM
    if Ability.PUBLISH_ELSEWHERE not in abilities and is_own(place.own_page, place.post_url) is False:
        return NOT_THERE
    if place.key_until is not None and place.key_until <= now:
        return EXPIRED
    if place.length > traits.max_length:
        return (
            f"Текст длиннее, чем сеть принимает от программы: {place.length} знаков при наибольшей длине "
            f"{traits.max_length}."
        )
    if reason := against_files(traits, place.files, place.length):
        return f"{reason} Можно разместить от имени органа текст без вложений."
    return None


def is_own(own_page: str, post_url: str) -> bool | None:
    """Whether a post stands on an account's page; None where that cannot be seen from the links."""
    if _key(post_url) == _key(own_page):
        return True
    site, owner, own = _site(post_url), named(post_url), named(own_page)
    if owner is None or own is None or site != _site(own_page):
        return None
    if owner == own:
        return True
    # A community has a number and a name, and the discussion of a channel of Telegram has a name of its own.
    return None if site == "t.me" or _is_number(owner) != _is_number(own) else False


def same_page(one: str, other: str) -> bool:
    """Whether two links lead to the same page, in whatever spelling they come."""
    return is_own(one, other) is True


def named(link: str) -> str | None:
    """The number or the name by which a link knows whose page it leads to, in small letters; None: it does not say.

    A community of ВКонтакте has its number below zero, a chat of Telegram that of the Bot API.
    """
    site, parts = _site(link), urlsplit(_whole(link))
    path = parts.path
    if site == "vk.com" and parts.query:  # of a post that is shown over another page
        path = f"{path}?{parts.query}".replace("=", "/")
    for form, name in _NAMES.get(site, ()):
        if found := re.fullmatch(form, path) or re.fullmatch(form, parts.path):
            return name.format(found[1]).lower()
    return None


def _is_number(name: str) -> bool:
    return _NUMBER.fullmatch(name) is not None


def _site(link: str) -> str:
    site = _key(link).partition("/")[0]
    return {"vkvideo.ru": "vk.com"}.get(site, site)


def _key(link: str) -> str:
    return key_of(_whole(link)).lower()


def _whole(link: str) -> str:
    """The link, as people copy it: with spaces around it, and without its scheme."""
    given = link.strip()
    return f"https://{given}" if "://" not in given and "/" in given else given
