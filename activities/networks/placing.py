"""Whether a text can be published by program under a post, judged before the network is asked (cl. 4, 13, 17)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from activities.networks.port import Ability, Traits

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

_VKONTAKTE_POST: Final = re.compile(r"/(?:wall|photo|video|topic|clip)(-?\d+)_\d+")
_VKONTAKTE_PAGE: Final = re.compile(r"/(club|public|event|id)(\d+)/?")


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
    """Whether a post stands on this page; None where that cannot be seen from the links."""
    page, post = urlsplit(own_page), urlsplit(post_url)
    if _site(page.hostname) != _site(post.hostname):
        return None
    if _site(page.hostname) in ("vk.com", "vk.ru"):
        return _is_own_in_vkontakte(page.path, post.path + "?" + post.query)
    first = page.path.strip("/").partition("/")[0].lower()
    if _site(page.hostname) == "t.me" and first:
        return post.path.strip("/").removeprefix("s/").partition("/")[0].lower() == first
    return None


def _is_own_in_vkontakte(page: str, post: str) -> bool | None:
    owner, named = _VKONTAKTE_POST.search(post.replace("=", "/")), _VKONTAKTE_PAGE.fullmatch(page)
    if owner is None or named is None:
        return None  # a page may go by a name of its own
    kind, number = named.groups()
    return owner[1] == (number if kind == "id" else f"-{number}")


def _site(host: str | None) -> str:
    return (host or "").lower().removeprefix("www.").removeprefix("m.")
