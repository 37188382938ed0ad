"""Posts that a network tells were deleted or edited: an answer of the body may be among them."""

from collections.abc import Sequence
from datetime import UTC, datetime

import structlog

from service.messages.posts import url_key
from store.database.engines import Database
from store.networks import standing

log = structlog.get_logger(__name__)


async def noted(database: Database, removed: Sequence[str], edited: Sequence[str]) -> None:
    """`removed` and `edited` are links; published texts that stand at one of them are looked at now."""
    keys = [url_key(url) for url in (*removed, *edited)]
    async with database.write() as session:
        ours = await standing.pushed(session, keys, datetime.now(UTC))
    log.info("a network told of posts that changed", removed=len(removed), edited=len(edited), ours=ours)
