"""A web link taken apart, every harmless spelling of it in one way; what only disguises where it leads is refused."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from w3lib.url import canonicalize_url

LONGEST = 20_000
"""Characters of a link, as of every text."""

_LONGEST_HOST = 253  # RFC 1035
_SCHEMES = ("http", "https")
_DEFAULT_PORTS = (None, 80, 443)
_SAME_SITE = ("www.", "m.", "mobile.")
"""Names under which a site serves the same pages."""

# Letters of these stand side by side in honest names.
_EAST_ASIAN = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"})
# What is drawn as nothing, or as a space, and is not a control character by its category.
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0]")


class LinkError(ValueError):
    """A link that cannot be used; the text is Russian, for the person who gave it."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link as its site understands it.

    - `host`: ASCII, lower case, without `www.`, `m.` and `mobile.`; `port` only where it is not a default one.
    - `path`: percent-encoded in one way, dot segments resolved, no slash at the end; empty for the root.
    - `parameters`: the query, percent-encoded in one way and sorted; `query`: the same decoded, the first of a name.
    - `fragment`: decoded.
    """

    host: str
    port: int | None
    path: str
    parameters: tuple[tuple[str, str], ...]
    query: Mapping[str, str]
    fragment: str

    @property
    def origin(self) -> str:
        """The host, with the port where it matters."""
        return self.host if self.port is None else f"{self.host}:{self.port}"

    @property
    def segments(self) -> list[str]:
        """The parts of the path, decoded."""
        return [unquote(part) for part in self.path.split("/") if part]


def parse(text: str) -> Link:
    """Take a link apart, in time linear in its length.

    Raises LinkError for what is not an http(s) link, is longer than `LONGEST`, or hides where it leads: a name before
    the host, backslashes, control and invisible characters, letters of several alphabets in a name of a site.
    """
    parts = _split(text)
    host = site_host(parts.hostname or "")
    # Only path and query: of hosts the library accepts what is refused here.
    clean = urlsplit(canonicalize_url(f"http://site{parts.path or '/'}?{parts.query}"))
    pairs = [pair.partition("=") for pair in clean.query.split("&") if pair]
    query: dict[str, str] = {}
    for name, value in parse_qsl(clean.query, keep_blank_values=True):
        query.setdefault(name, value)
    return Link(
        host=host,
        port=None if parts.port in _DEFAULT_PORTS else parts.port,
        path=clean.path.rstrip("/"),
        parameters=tuple((name, value) for name, _, value in pairs if name or value),
        query=query,
        fragment=unquote(parts.fragment),
    )


def _split(text: str) -> SplitResult:
    if len(text) > LONGEST:
        raise LinkError(f"ссылка длиннее {LONGEST} знаков.")
    if "\\" in text:
        raise LinkError("в ссылке есть обратная косая черта, уберите её.")
    if " " in text or not text.isprintable() or _BLANK.search(text):
        raise LinkError("в ссылке есть пробелы или невидимые знаки, уберите их.")
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError as error:
        raise LinkError("ссылка записана неверно, скопируйте её ещё раз.") from error
    if parts.scheme not in _SCHEMES or not parts.hostname:
        raise LinkError("нужна ссылка вида https://…")
    if "@" in parts.netloc:
        raise LinkError(
            f"в ссылке перед именем сайта стоит знак @: она ведёт на {parts.hostname}. Уберите лишнее."
        )
    return parts


def _ascii_host(host: str) -> str:
    if ":" in host:
        try:
            return f"[{ip_address(host)}]"
        except ValueError as error:
            raise LinkError("имя сайта в ссылке записано неверно.") from error
    if len(host) > _LONGEST_HOST:
        raise LinkError("имя сайта в ссылке слишком длинное.")
    try:
        name = host.encode("idna").decode().lower().rstrip(".")
        labels = name.split(".")
        for label in labels:
            _refuse_mixed(_unicode(label))
    except UnicodeError as error:
        raise LinkError("имя сайта в ссылке записано неверно.") from error
    if not all(re.fullmatch(r"[a-z0-9_-]+", label) for label in labels):
        raise LinkError("в имени сайта есть недопустимые знаки.")
    return name


def _unicode(label: str) -> str:
    return label[4:].encode().decode("punycode") if label.startswith("xn--") else label


def _refuse_mixed(label: str) -> None:
    alphabets = {unicodedata.name(letter, "?").split(" ")[0] for letter in label if letter.isalpha()}
    if len(alphabets - _EAST_ASIAN) > 1:
        raise LinkError(
            f"в имени сайта «{label}» смешаны буквы разных алфавитов: это не тот сайт, на который похоже."
        )


def site_host(host: str) -> str:
    """A host as `Link.host` has it. Raises LinkError for what no site can be called."""
    shorter = _ascii_host(host)
    while prefix := next(
        (it for it in _SAME_SITE if shorter.startswith(it) and "." in shorter[len(it) :]), None
    ):
        shorter = shorter[len(prefix) :]
    return shorter
