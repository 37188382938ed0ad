"""Whether a text can be published by program under a post, judged before the network is asked (cl. 4, 13, 17)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
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

_VKONTAKTE_POST: Final = re.compile(r"/(?:wall|photo|video|topic|clip)(-?\d+)_\d+")
_VKONTAKTE_PAGE: Final = re.compile(r"/(club|public|event|id)(\d+)/?")


@dataclass(frozen=True, slots=True)
class Place:
    """What is to be published where: the account's own page, and until when its key is good."""

    post_url: str
    own_page: str
    key_until: datetime | None
    length: int
    files: Sequence[str] = ()
    """Media types of the files that are to go with it."""


def takes_files(traits: Traits, files: Sequence[str]) -> bool:
    """Whether all of these media types go with a text that is published by program."""
    return len(files) <= traits.most_attachments and all(
        file.partition("/")[0] in traits.attachments for file in files
    )


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
    if not takes_files(traits, place.files):
        return "Вложения ответа сеть от программы не принимает. Можно разместить от имени органа текст без вложений."
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
