"""SQL is compiled once in a process, and not again for each database that a test opens.

An engine keeps what it has compiled for itself; where every test has a database of its own, compiling was a third of
what small ones did. Dialects of one class compile alike here, as the program makes all its engines in the same way.
"""

from typing import Any

from sqlalchemy.engine import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

_MOST = 5_000
_compiled: LRUCache[Any, Any] = LRUCache(_MOST)


def share() -> None:
    """From here on engines of this process use what another has compiled."""
    for owner, name, shared in (
        (Engine, "_compiled_cache", property(lambda _: _compiled, lambda *_: None)),
        (DefaultDialect, "__eq__", lambda one, other: type(one) is type(other)),
        (DefaultDialect, "__hash__", lambda one: hash(type(one))),
    ):
        setattr(owner, name, shared)
