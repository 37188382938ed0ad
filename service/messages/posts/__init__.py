"""Posts that links name, the networks they belong to, and where an answer may stand. Nothing here does I/O."""

from service.messages.posts.identity import key_of, url_key
from service.messages.posts.link import LinkError
from service.messages.posts.standing import WITHOUT_FIXED_HOSTS, KnownNetwork, KnownNetworks, Post

__all__ = ["WITHOUT_FIXED_HOSTS", "KnownNetwork", "KnownNetworks", "LinkError", "Post", "key_of", "url_key"]
