"""Posts of blogs: Dzen, LiveJournal, Pikabu, Blogger."""

import re

from service.messages.posts.link import Link
from service.messages.posts.site import Site, comment_of, named

_DZEN = "dzen.ru"
_DZEN_ARTICLE = re.compile(r"/(?:embed/)?(a|b)/([\w-]+)")
_DZEN_VIDEO = re.compile(r"/(?:video/watch|shorts|embed)/([\w-]+)")
_DZEN_MEDIA = re.compile(r"/media/(?:.*[/-])?([0-9a-f]{24})")

_JOURNALS = "livejournal.com"
_JOURNAL_ENTRY = re.compile(r"/(\d+)(?:\.html)?")
_JOURNAL_OF_OTHERS = re.compile(r"/(?:users/|community/|~)?([\w-]+)/(\d+)(?:\.html)?", re.IGNORECASE)
_JOURNAL_MOBILE = re.compile(r"/read/user/([\w-]+)/(\d+)", re.IGNORECASE)
_JOURNAL_THREAD = re.compile(r"t(\d+)")
_OF_OTHERS = ("livejournal.com", "users.livejournal.com", "community.livejournal.com")

_BLOGGER = re.compile(r"([\w-]+)\.blogspot\.\w+")
_BLOGGER_COMMENT = re.compile(r"c(\d+)")

_PIKABU = "pikabu.ru"
_PIKABU_STORY = re.compile(r"/story/(?:.*_)?(\d+)", re.IGNORECASE)
_PIKABU_COMMENT = re.compile(r"comment_(\d+)")


def _dzen(link: Link) -> str | None:
    if found := _DZEN_ARTICLE.fullmatch(link.path):
        post = f"{found[1]}/{found[2]}"
    elif found := _DZEN_VIDEO.fullmatch(link.path):
        post = f"video/watch/{found[1]}"
    elif found := _DZEN_MEDIA.fullmatch(link.path):
        post = f"media/{found[1]}"
    else:
        return None
    return f"{_DZEN}/{post}{comment_of(link)}"


def _livejournal(link: Link) -> str | None:
    """`user.livejournal.com/123`, with the thread of a comment: each journal is a site of its own."""
    if link.host in _OF_OTHERS:
        found = _JOURNAL_MOBILE.fullmatch(link.path) or _JOURNAL_OF_OTHERS.fullmatch(link.path)
        if found is None:
            return None
        journal, entry = found[1].lower(), found[2]
    else:
        found = _JOURNAL_ENTRY.fullmatch(link.path)
        if found is None:
            return None
        journal, entry = link.host.removesuffix(f".{_JOURNALS}"), found[1]
    shown = _JOURNAL_THREAD.fullmatch(link.fragment)
    thread = link.query.get("thread") or link.query.get("replyto") or (shown and shown[1])
    name = journal.replace("_", "-")  # an underscore cannot stand in a host
    return f"{name}.{_JOURNALS}/{entry}{named('thread', thread)}"


def _pikabu(link: Link) -> str | None:
    found = _PIKABU_STORY.fullmatch(link.path)
    if found is None:
        return None
    shown = _PIKABU_COMMENT.fullmatch(link.fragment)
    comment = link.query.get("cid") or link.query.get("comment") or (shown and shown[1])
    return f"{_PIKABU}/story/_{found[1]}{named('comment', comment)}"


def _blogger(link: Link) -> str | None:
    """Each blog is a site of its own, under the same name in every country."""
    blog = _BLOGGER.fullmatch(link.host)
    if blog is None:
        return None
    shown = _BLOGGER_COMMENT.fullmatch(link.fragment)
    comment = link.query.get("comment") or (shown and shown[1])
    return f"{blog[1]}.blogspot.com{link.path or '/'}{named('comment', comment)}"


DZEN = Site(
    hosts=dict.fromkeys((_DZEN, "zen.yandex.ru", "zen.yandex.com"), _DZEN),
    post=_dzen,
    noise=frozenset(
        {"from", "feed_exp", "integration", "place", "secdata", "rid", "lang", "referrer_clid", "share_to"}
    ),
    leaving=frozenset({"/away"}),
)
LIVEJOURNAL = Site(
    hosts=dict.fromkeys((_JOURNALS, *_OF_OTHERS), _JOURNALS),
    post=_livejournal,
    leaving=frozenset({"/away"}),
    has_subdomains=True,
)
PIKABU = Site(hosts={_PIKABU: _PIKABU}, post=_pikabu)
BLOGGER = Site(
    hosts=dict.fromkeys(("blogspot.com", "blogspot.ru", "blogspot.de"), "blogspot.com"),
    post=_blogger,
    has_subdomains=True,
)
