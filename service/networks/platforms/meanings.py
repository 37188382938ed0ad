"""Meaning of a network's code of error for whoever waits; the networks' tables are in `meanings.toml`."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, TypeAdapter

from service.networks.platforms.port import Fault, NetworkRefusalError

_FILE: Final = Path(__file__).with_name("meanings.toml")
_CLIENT, _TIMEOUT, _TOO_MANY, _SERVER = 400, 408, 429, 500


@dataclass(frozen=True, slots=True)
class Meaning:
    """What is to be done: `advice` is Russian, for a person; `after` is how long to wait where it is known."""

    fault: Fault
    advice: str
    after: timedelta | None = None

    def error(self, code: str, after: timedelta | None = None) -> NetworkRefusalError:
        """The refusal of this meaning. `after`: what the network itself has said."""
        return NetworkRefusalError(self.fault, self.advice, code=code, after=after or self.after)


class Entry(BaseModel):
    """What several codes mean, or the words of a refusal (a regular expression).

    `may_have_acted`: a call that writes may have been carried out all the same.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    codes: tuple[int | str, ...] = ()
    words: str | None = None
    fault: Fault
    advice: str
    after: timedelta | None = None
    may_have_acted: bool = False


class Meanings(BaseModel):
    """Table of a network. `setting` holds its base address; the entry of the code `other` is for unknown codes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    setting: str
    entries: tuple[Entry, ...]

    @cached_property
    def by_code(self) -> Mapping[str, Entry]:
        """The entries by each of their codes."""
        return {str(code): entry for entry in self.entries for code in entry.codes}

    def refusal(
        self, code: str, *rows: str, words: str = "", acts: bool = False, after: timedelta | None = None
    ) -> NetworkRefusalError:
        """The refusal with this code: what its words mean, else the first of `rows` that the table has, else `code`.

        `acts`: the call would have changed something in the network; `after`: the wait that the network asks for.
        """
        entry = next(
            (it for it in self.entries if it.words and re.search(it.words, words, re.IGNORECASE)), None
        )
        known = (self.by_code[it] for it in (*rows, code, "other") if it in self.by_code)
        entry = entry or next(known, None)
        if entry is None or (acts and entry.may_have_acted):
            return self.busy(code, acts=acts)
        return Meaning(entry.fault, entry.advice, entry.after).error(code, after)

    def busy(self, code: str, *, acts: bool) -> NetworkRefusalError:
        """A failure inside the network: nothing was read, and a call that acts may have been carried out."""
        if acts:
            return NetworkRefusalError(Fault.UNKNOWN, f"{self.title}: сеть сообщила об ошибке.", code=code)
        return NetworkRefusalError(
            Fault.LATER, f"{self.title}: сеть временно не выполняет запрос.", code=code
        )

    def of_status(self, status: int, *, acts: bool) -> NetworkRefusalError:
        """An HTTP status that the network's interface never returns: something in front of it has answered."""
        code = f"http {status}"
        if _CLIENT <= status < _SERVER and status not in (_TIMEOUT, _TOO_MANY):
            return NetworkRefusalError(
                Fault.PERSON,
                f"{self.title}: по адресу из {self.setting} отвечает не эта сеть. Администратор проверяет адрес.",
                code=code,
            )
        return self.busy(code, acts=acts and status >= _SERVER)


@cache
def _tables() -> Mapping[str, Meanings]:
    return TypeAdapter(dict[str, Meanings]).validate_python(tomllib.loads(_FILE.read_text(encoding="utf-8")))


def meanings_of(platform: str) -> Meanings:
    """The table of a platform that has one."""
    return _tables()[platform]
