"""Messages are unique by the post that their link names, in whatever spelling, and no longer by the link as it stands.

Revision 0005. Of messages of one post the first keeps the key, unless it was registered by mistake (`void`) and another
was not; the others keep none. Messages of tables without links have a key of another kind, which stays.
"""

from collections.abc import Callable, Iterator
from hashlib import sha256

import sqlalchemy as sa
from alembic import op

from store.messages.posts import key_of

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_MESSAGE = sa.table(
    "message",
    sa.column("number", sa.Integer()),
    sa.column("url", sa.String()),
    sa.column("url_key", sa.String()),
    sa.column("outcome", sa.String()),
)
_AT_ONCE = 1000
_NO_LINK = ("", "[erased]", "[утрачено]")


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _of_link(url: str) -> str:
    return _digest(url)


# The post's key as the program has it: a later change of it comes with a revision of its own.
def _of_post(url: str) -> str:
    return _digest(key_of(url))


def upgrade() -> None:
    _write_keys(_of_link, _of_post)


def downgrade() -> None:
    _write_keys(_of_post, _of_link)


def _write_keys(before: Callable[[str], str], after: Callable[[str], str]) -> None:
    """Replace keys that were made in one way by those made in another; nobody has a key that another has."""
    connection = op.get_bind()
    taken: set[str] = set()
    changes: list[dict[str, object]] = []
    for number, url, url_key in _rows(connection):
        if url in _NO_LINK or url_key not in (None, before(url)):
            continue
        key = after(url)
        new = None if key in taken else key
        taken.add(key)
        if new != url_key:
            changes.append({"of": number, "key": new})
    statement = (
        sa.update(_MESSAGE).where(_MESSAGE.c.number == sa.bindparam("of")).values(url_key=sa.bindparam("key"))
    )
    for start in range(0, len(changes), _AT_ONCE):
        connection.execute(statement, changes[start : start + _AT_ONCE])


def _rows(connection: sa.Connection) -> Iterator[tuple[int, str, str | None]]:
    """Links with their keys: first of messages that count, in order of registration."""
    void = sa.func.coalesce(_MESSAGE.c.outcome, "") == "void"
    for group in (sa.not_(void), void):
        last = 0
        while found := connection.execute(
            sa.select(_MESSAGE.c.number, _MESSAGE.c.url, _MESSAGE.c.url_key)
            .where(group, _MESSAGE.c.number > last)
            .order_by(_MESSAGE.c.number)
            .limit(_AT_ONCE)
        ).all():
            yield from ((number, url, url_key) for number, url, url_key in found)
            last = found[-1].number
