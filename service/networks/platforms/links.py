"""Links of one site: those that lead to a post, and those that lead to somebody's page."""

from service.messages.posts.link import Link, LinkError, parse
from service.messages.posts.site import Site


def site_link(url: str, site: Site) -> Link | None:
    """The link taken apart; None for one that is none, or leads to another site."""
    try:
        link = parse(url)
    except LinkError:
        return None
    return link if link.host in site.hosts else None


def post_link(url: str, site: Site) -> tuple[Link, str] | None:
    """A link to a post, and the post's key; None for any other link."""
    link = site_link(url, site)
    key = site.post(link) if link else None
    return (link, key) if link and key else None


def page_link(address: str, site: Site, home: str = "") -> Link | None:
    """The link of a page that people name by its link, with or without its scheme, or by what follows `home`."""
    given = address.strip()
    if "://" not in given:
        given = f"https://{given}" if "/" in given or not home else f"{home}/{given}"
    return site_link(given, site)
