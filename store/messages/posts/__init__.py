"""Posts that links name, the networks they belong to, and where an answer may stand. Nothing here does I/O."""

from store.messages.posts.identity import key_of
from store.messages.posts.link import LinkError
from store.messages.posts.standing import WITHOUT_FIXED_HOSTS, KnownNetwork, KnownNetworks, Post

__all__ = ["WITHOUT_FIXED_HOSTS", "KnownNetwork", "KnownNetworks", "LinkError", "Post", "key_of"]
