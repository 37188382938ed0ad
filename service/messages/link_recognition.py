"""Recognition of a link before a message is registered: its network, and the message its post is registered as."""

from dataclasses import dataclass

from calendar_rules.vocabulary import Network, Outcome
from service.access import note as access_note
from service.messages import networks
from service.messages.lines import subject
from service.messages.posts import LinkError, url_key
from store.database.engines import Database
from store.messages import finding


@dataclass(frozen=True, slots=True)
class KnownMessage:
    """The message that a post is registered as."""

    number: int
    subject: str


@dataclass(frozen=True, slots=True)
class Recognised:
    """A link as it is understood.

    - `network`: by its host; None for a host of no known network.
    - `known`: the message that the post is registered as already.
    - `wrong`: why the link cannot be used, in Russian.
    """

    network: Network | None = None
    title: str | None = None
    known: KnownMessage | None = None
    wrong: str | None = None


async def recognise(database: Database, url: str) -> Recognised:
    """Look at a link as it would be registered (cl. 3, 7); whoever asks may see every message.

    A message registered by mistake leaves its post to another one, so it is not known by it.
    """
    async with database.read() as session:
        known_networks = await networks.known(session)
        try:
            post = known_networks.post(url)
        except LinkError as error:
            return Recognised(wrong=_sentence(str(error)))
        if post.network is not None and (wrong := known_networks.misfit(url, post.network)):
            return Recognised(post.network, wrong=_sentence(wrong))
        row = await finding.by_key(session, url_key(url))
    if post.network is not None:
        access_note.adds(network=post.network.value)
    titles = {network.key: network.title for network in known_networks.networks}
    known = None
    if row is not None and row.number is not None and row.outcome != Outcome.VOID:
        access_note.shows([row.number])
        known = KnownMessage(row.number, subject(row.text))
    return Recognised(post.network, titles.get(post.network) if post.network else None, known)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
