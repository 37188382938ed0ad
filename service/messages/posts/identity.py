"""One post, one key: whatever spelling its link comes in."""

from hashlib import sha256

from service.messages.posts import (
    any_site,
    blog,
    forum,
    instagram,
    microblog,
    odnoklassniki,
    review_site,
    video_hosting,
    vkontakte,
)
from service.messages.posts.link import Link, LinkError, parse
from service.messages.posts.site import Site

_SITES = (
    vkontakte.SITE,
    odnoklassniki.SITE,
    instagram.SITE,
    instagram.LEAVING,
    video_hosting.YOUTUBE,
    video_hosting.RUTUBE,
    microblog.TELEGRAM,
    microblog.X,
    microblog.MAX,
    blog.DZEN,
    blog.LIVEJOURNAL,
    blog.PIKABU,
    blog.BLOGGER,
    review_site.OTZOVIK,
    review_site.IRECOMMEND,
    review_site.TWO_GIS,
    review_site.YANDEX_MAPS,
)
_BY_HOST = {host: site for site in _SITES for host in site.hosts}


def key_of(text: str) -> str:
    """The key of the post that a link names: the same for every spelling of it, and another for a comment under it.

    Text that is not a usable link is its own key. Takes time linear in the length.
    """
    try:
        return key_of_link(parse(text.strip()))
    except LinkError:
        return text.strip()


def url_key(url: str) -> str:
    """What a link is unique by: the digest of the post it names, since an index takes no key of any length."""
    return sha256(key_of(url).encode()).hexdigest()


def key_of_link(link: Link) -> str:
    """The key of the post: the site's host, a slash, and what names the post there."""
    site = _site_of(link)
    if site is None:
        return forum.post(link) or any_site.key(link, link.origin)
    return site.post(link) or any_site.key(link, site.hosts.get(link.host, link.host), site.noise)


def leads_away(link: Link) -> bool:
    """Whether the link is of a page that only sends people on to another site."""
    site = _site_of(link)
    return site is not None and link.path in site.leaving


def _site_of(link: Link) -> Site | None:
    if link.port is not None:
        return None
    if site := _BY_HOST.get(link.host):
        return site
    parent = _BY_HOST.get(link.host.partition(".")[2])
    return parent if parent is not None and parent.has_subdomains else None
