"""Networks of links, and the places where an answer may stand (cl. 3, 13)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from calendar_rules.vocabulary import Network
from service.messages.posts.identity import key_of, key_of_link, leads_away
from service.messages.posts.link import Link, LinkError, parse, site_host

WITHOUT_FIXED_HOSTS = frozenset({Network.BLOG, Network.FORUM, Network.REVIEW_SITE})
"""Networks of any host that belongs to no other; an answer stands at the very host of its message."""


@dataclass(frozen=True, slots=True)
class Post:
    """What a link names.

    - `network`: the network that its host belongs to, or None.
    - `key`: the same for every spelling of the post's link; see `key_of`.
    - `host`: of the link, in lower case and ASCII, without `www.` and `m.`, with a port that is not a default one.
    """

    network: Network | None
    key: str
    host: str

    @property
    def site(self) -> str:
        """The host that all spellings share: `vkvideo.ru` also for `vk.com/video-1_2`."""
        return self.key.partition("/")[0]


@dataclass(frozen=True, slots=True)
class KnownNetwork:
    """A network as people call it, with its hosts; they stand for their subdomains too."""

    key: Network
    title: str
    hosts: tuple[str, ...]


@dataclass(frozen=True)
class KnownNetworks:
    """The networks of an installation, which judge links."""

    networks: tuple[KnownNetwork, ...]

    @cached_property
    def _by_key(self) -> Mapping[Network, KnownNetwork]:
        return {network.key: network for network in self.networks}

    @cached_property
    def _by_host(self) -> Mapping[str, Network]:
        return {site_host(host): network.key for network in self.networks for host in network.hosts}

    def post(self, link: str) -> Post:
        """What a link names. Raises LinkError with the reason, in Russian, for one that cannot be used."""
        return self._post(parse(link))

    def network_of(self, link: str) -> Network | None:
        """The network a link belongs to, by its host; None for an unknown host and for a link that cannot be used."""
        try:
            return self.post(link).network
        except LinkError:
            return None

    def misfit(self, link: str, network: Network) -> str | None:
        """Why a link cannot be one of this network, in Russian, with the likely one; None if it can."""
        try:
            post = self._usable(link)
        except LinkError as error:
            return str(error)
        return self._not_of(post, network)

    def may_stand(self, message_link: str, network: Network, answer_link: str) -> str | None:
        """Why an answer cannot stand at a link, in Russian; None if it can (cl. 13).

        It stands in the network of its message; where the network has no fixed hosts, at the host of the message. A
        comment under the post is another post than the post; the message's own link is never the answer's.
        """
        try:
            answer = self._usable(answer_link)
        except LinkError as error:
            return str(error)
        if answer.key == key_of(message_link):
            return "это ссылка на само сообщение; укажите ссылку на размещённый ответ."
        try:
            message = self.post(message_link)
        except LinkError:  # a table may have had none, or it was lost
            return self._not_of(answer, network)
        if answer.site == message.site:
            return None
        if network in WITHOUT_FIXED_HOSTS:
            return f"ответ размещается там же, где размещено сообщение: на сайте {message.host}."
        return self._not_of(answer, network)

    def _post(self, link: Link) -> Post:
        return Post(network=self._at(link.host), key=key_of_link(link), host=link.origin)

    def _usable(self, text: str) -> Post:
        """The post of a link; LinkError also for ports of known hosts, and for pages that only lead on."""
        link = parse(text)
        post = self._post(link)
        if post.network is not None and link.port is not None:
            raise LinkError(f"в ссылке указан порт {link.port}, уберите его.")
        if leads_away(link):
            raise LinkError(
                "это ссылка для перехода на другой сайт: откройте её и скопируйте адрес открывшейся страницы."
            )
        return post

    def _not_of(self, post: Post, network: Network) -> str | None:
        named = self._by_key.get(network)
        if named is None or network in (post.network, self._at(post.site)):
            return None
        if post.network is not None:
            return f"ссылка ведёт в сеть «{self._by_key[post.network].title}», а указана «{named.title}»."
        if network in WITHOUT_FIXED_HOSTS or not named.hosts:
            return None
        return f"сайт {post.host} не относится к сети «{named.title}» ({', '.join(named.hosts)})."

    def _at(self, host: str) -> Network | None:
        """The network that lists a host, or the nearest of its parents."""
        while host:
            if network := self._by_host.get(host):
                return network
            host = host.partition(".")[2]
        return None
