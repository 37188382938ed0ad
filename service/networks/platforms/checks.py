"""Checks before a network is asked, and judgements of what it shows, which are alike on every network."""

import html
import re
import unicodedata
from datetime import timedelta
from typing import Final

from service.networks.platforms.port import Fault, Key, NetworkRefusalError, Seen, Stands

CLOCKS_DIFFER: Final = timedelta(minutes=2)
"""How far a network's clock may be behind ours: an answer of ours may seem to be written before it was."""
_UNSEEN: Final = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_TAG_OF_A_LINE: Final = re.compile(r"<br\s*/?>", re.IGNORECASE)


def credential(key: Key | None, name: str, title: str, what: str) -> str:
    """A part of the key. Raises NetworkRefusalError where it is missing; `what` is its name in Russian."""
    value = key.credentials.get(name, "").strip() if key else ""
    if not value:
        raise NetworkRefusalError(
            Fault.PERSON,
            f"{title}: в ключе аккаунта не указан {what}. Администратор указывает его; до тех пор сеть смотрят и "
            "ответы размещают вручную.",
            code=f"no {name}",
        )
    return value


def too_many(title: str) -> NetworkRefusalError:
    """Not all comments were seen: a second answer would be worse than one that a person looks for."""
    return NetworkRefusalError(
        Fault.PERSON,
        f"{title}: комментариев слишком много, чтобы узнать, появился ли ответ. Откройте публикацию и проверьте сами.",
        code="too many",
    )


def compared(shown: str, written: str) -> Seen:
    """What a check has seen: the text that is shown in place of what was written."""
    return Seen(Stands.STANDS if same(shown, written) else Stands.EDITED, shown)


def same(one: str, other: str) -> bool:
    """Whether two texts read the same: networks escape, trim and break lines in their own ways."""
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    """A text as it reads: entities resolved, one form of each letter, one space for every gap."""
    shown = html.unescape(_TAG_OF_A_LINE.sub("\n", text))
    return " ".join(_UNSEEN.sub("", unicodedata.normalize("NFC", shown)).split())
