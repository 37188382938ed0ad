"""Posts and comments that were found, whatever brought them, as the candidates they are kept as."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from calendar_rules.vocabulary import Network
from service.language.lemmas import lemmas_of_each
from service.messages import networks
from service.messages.posts import KnownNetworks, LinkError, url_key
from service.messages.posts.link import parse
from service.networks.platforms.port import Found
from store.database.session import Session
from store.messages.searching import found_by
from store.networks import candidates
from store.networks.tables import CandidateRow

_LONGEST = 20_000
"""Characters of a text, as of a message's."""
_WITHOUT_TEXT = "[публикация без текста"
WITHOUT_AUTHOR = "автор не указан"


def without_text(shows: str = "") -> str:
    """What stands for the text of a post that has none; `shows`: what it shows, in Russian."""
    return f"{_WITHOUT_TEXT}: {shows}]" if shows else f"{_WITHOUT_TEXT}]"


def has_no_text(text: str) -> bool:
    """Whether this stands for a text that a post does not have."""
    return text.startswith(_WITHOUT_TEXT) and text.endswith("]")


async def add(
    session: Session,
    found: Sequence[Found],
    source: int | None = None,
    *,
    network: Network,
    now: datetime,
) -> list[int]:
    """Keep those that are not known, by the post that their links name, and of which there is no message.

    `network` is of those whose host belongs to none. A link that could not be a message's is passed over. Returns the
    ids of those that are new; open pages of curators hear of them.
    """
    if not found:
        return []
    rows = _rows(found, await networks.known(session), network, source, now)
    await _be_found(rows.values())
    parents = {
        key: url_key(row.parent_url)
        for key, row in rows.items()
        if row.parent_url and _is_link(row.parent_url)
    }
    return await candidates.add_all(session, rows, parents, now=now)


async def renew(
    session: Session, changed: Sequence[Found], *, network: Network, now: datetime
) -> list[candidates.Edited]:
    """Keep how posts that were edited read now, of candidates that wait for a decision; the others stay as they are.

    `network` is of those whose host belongs to none. Returns those that are open messages by now, and read otherwise
    there.
    """
    if not changed:
        return []
    rows = _rows(changed, await networks.known(session), network, None, now)
    await _be_found(rows.values())
    return await candidates.renew(session, rows, now=now)


def _is_link(url: str) -> bool:
    try:
        parse(url)
    except LinkError:
        return False
    return True


def _rows(
    found: Iterable[Found], known: KnownNetworks, network: Network, source: int | None, now: datetime
) -> dict[str, CandidateRow]:
    """By the key of the post, the first that was found of each."""
    rows: dict[str, CandidateRow] = {}
    for item in found:
        if (of := _network_of(item.url, known, network)) is None or (key := url_key(item.url)) in rows:
            continue
        author = _clean(item.author) or WITHOUT_AUTHOR
        text = _clean(item.text) or without_text(item.shows)
        posted_at = item.posted_at
        rows[key] = CandidateRow(
            url_key=key,
            network=of.value,
            url=item.url,
            author=author,
            text=text,
            search_text="",
            parent_url=item.parent_url,
            posted_at=posted_at if posted_at is not None and posted_at.tzinfo is not None else None,
            found_at=now,
            source=source,
        )
    return rows


async def _be_found(rows: Collection[CandidateRow]) -> None:
    for row, lemmas in zip(rows, await lemmas_of_each([row.text for row in rows]), strict=True):
        row.search_text = found_by(row.author, row.text, row.url, lemmas=lemmas)


def _network_of(url: str, known: KnownNetworks, given: Network) -> Network | None:
    """The network to which a message of this link would belong; None where there could be none."""
    try:
        network = known.post(url).network or given
    except LinkError:
        return None
    return network if known.misfit(url, network) is None else None


def _clean(text: str) -> str:
    return text.replace("\x00", "").strip()[:_LONGEST]
