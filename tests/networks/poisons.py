"""Poisons: answers of a stranger's site that hold up whoever reads it: made small, unpacked where they come packed."""

import gzip
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from tests.networks.served import Said

ANSWER: Final = " ".join(f"Работы на участке номер {number} завершены в срок." for number in range(60))
_POST: Final = '<div id="p{0}" class="post"><a class="username">Сосед</a><p>Яма у дома {0}.</p></div>'
_ITEM: Final = "<item><link>https://blog.example/1</link><description>Яма у дома 5</description></item>"
_LOREM: Final = "Администрация сообщает о ходе работ по благоустройству дворов и улиц нашего города. "


STOPPED: Final = "sandbox: ended"
_HTML: Final = "text/html; charset=utf-8"
_RSS: Final = "application/rss+xml"


@dataclass(frozen=True, slots=True)
class Poison:
    """`of`: what is looked at: `feed`, `page`, `robots` or `check`.

    `told`: what may come of it: `found`, `nothing`, the state that a check sees, `unseen` where it could not look, or
    the code of a refusal.
    """

    name: str
    of: str
    body: bytes = field(repr=False)
    told: frozenset[str]
    type: str
    headers: Mapping[str, str]

    def said(self) -> Said:
        return Said(200, self.body, {"Content-Type": self.type, **self.headers})


def _made(of: str, type_: str, usually: str = "found") -> Callable[..., Poison]:
    def made(name: str, body: bytes | str, *told: str, type_: str = type_, **headers: str) -> Poison:
        content = body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")
        named = {header.replace("_", "-"): value for header, value in headers.items()}
        return Poison(name, of, content, frozenset(told or (usually,)), type_, named)

    return made


_feed, _page, _check = _made("feed", _RSS), _made("page", _HTML), _made("check", _HTML, "unknown")
_robots = _made("robots", "text/plain", "nothing")


def _nested(many: int, inside: int) -> str:
    opened = "".join(f'<div id="p{number}" class="post">' for number in range(1, many + 1))
    return f"<body>{opened}{'<i>а</i>' * inside}{'</div>' * many}</body>"


FOUND: Final = (
    _feed("a declaration of many encodings", "<?" + "encoding=''" * 900 + f"<rss><channel>{_ITEM}", STOPPED),
    _feed("line breaks before the first tag", "\n" * 40_000 + f"<rss><channel>{_ITEM}", STOPPED),
    _robots(
        "a group of many agents and many rules",
        "".join(f"User-agent: a{number}\n" for number in range(1_000))
        + "".join(f"Disallow: /{number}\n" for number in range(1_000)),
        STOPPED,
    ),
    _page("posts nested in each other", _nested(500, 10_000), STOPPED),
    _check("a long page in place of an answer", f"<p>{_LOREM * 1_600}</p>"),
)
"""Those that were found by trying."""

_BOMB: Final = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">\n' for n in range(1, 10))

FURTHER: Final = (
    _feed(
        "entities of entities",
        f'<?xml version="1.0"?>\n<!DOCTYPE rss [\n<!ENTITY e0 "{"яма " * 100}">\n{_BOMB}]>\n<rss><channel><item>'
        "<link>https://blog.example/1</link><description>&e9;</description></item></channel></rss>",
    ),
    _feed(
        "packed twice",
        gzip.compress(gzip.compress(b"<rss>" * 100_000)),
        "not a feed",
        Content_Encoding="gzip",
    ),
    _page("halves of pairs of letters", _POST.format(1).replace("Яма", "&#xD800;\ud800Яма&#xDFFF;")),
    _page("elements three hundred thousand deep", "<div>" * 300_000 + "Яма у дома", "nothing", STOPPED),
    _page(
        "formatting opened anew in each paragraph",
        "".join(f"<b id=b{n}>" for n in range(2_000)) + "<p>а" * 20_000,
        STOPPED,
    ),
    _page(
        "a link that is none",
        '<article><a rel="bookmark" href="http://[">вчера</a></article>' + _POST.format(2),
    ),
)
"""Others of their kind."""
