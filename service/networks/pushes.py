"""Pushes of networks (`/hooks/…`): judged by the platform's adapter, taken once, answered fast."""

from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from calendar_rules.vocabulary import Network
from service.access import wording
from service.access.errors import NotFoundError
from service.messages.posts import url_key
from service.networks import found_posts
from service.networks.answer_notices import AnswerNotices
from service.networks.keys import NetworkKeys
from service.networks.known_platforms import Platforms
from service.networks.platforms.port import Ability, Adapter, Key, NetworkRefusalError, PushAnswer, Pushed
from store.database.engines import Database
from store.networks import candidates, standing
from store.networks import keys as network_keys
from store.networks.tables import NetworkKeyRow

log = structlog.get_logger(__name__)

LARGEST = 512 * 1024
"""Bytes of a push: VK's longest post with ten pictures and the like one it repeats, as `\\uXXXX`, takes 310 KiB."""
_LONGEST_EVENT = 200


@dataclass(frozen=True, slots=True)
class Listener:
    """An account that takes pushes."""

    row: NetworkKeyRow
    adapter: Adapter
    key: Key


class Pushes:
    """Takes pushes of accounts that have a key."""

    def __init__(
        self,
        database: Database,
        keys: NetworkKeys,
        platforms: Platforms,
        notices: AnswerNotices,
    ) -> None:
        self._db = database
        self._keys = keys
        self._platforms = platforms
        self._notices = notices

    async def listener(self, network: str, account: str) -> Listener:
        """Who takes the pushes of an account; to be asked before anything of a push is read.

        Raises NotFoundError where no such account takes pushes.
        """
        async with self._db.lookup() as session:
            row = await network_keys.by_id(session, account)
        adapter = None if row is None or row.network != network else self._platforms.by_name(row.platform)
        if row is None or adapter is None or Ability.RECEIVE_PUSHES not in adapter.traits.abilities:
            raise NotFoundError(wording.NO_HOOK)
        return Listener(row, adapter, self._opened(row))

    async def take(self, listener: Listener, pushed: Pushed) -> PushAnswer:
        """What to answer a push with; what it told is in the database by then."""
        row = listener.row
        try:
            answer = await listener.adapter.receive(pushed, listener.key)
        except NetworkRefusalError as refusal:
            log.warning("a push was refused", account=row.id, fault=refusal.fault.value, code=refusal.code)
            return PushAnswer(status=403)
        told = answer.found or answer.removed or answer.edited or answer.changed
        if told or answer.event is not None:
            await self._keep(row, answer)
        return answer

    def _opened(self, row: NetworkKeyRow) -> Key:
        try:
            return self._keys.opened(row)
        except ValueError:
            log.warning("the key of an account cannot be opened", account=row.id)
            raise NotFoundError(wording.NO_HOOK) from None

    async def _keep(self, row: NetworkKeyRow, answer: PushAnswer) -> None:
        now, event = datetime.now(UTC), (answer.event or "")[:_LONGEST_EVENT]
        told_of = [url_key(url) for url in (*answer.removed, *answer.edited)]
        async with self._db.write() as session:
            if event and not await candidates.is_first(session, row.id, event, now):
                return
            looked_at = await standing.pushed(session, told_of, now)
            added = await found_posts.add(session, answer.found, network=Network(row.network), now=now)
            edited = await found_posts.renew(session, answer.changed, network=Network(row.network), now=now)
            await self._notices.tell_of_edits(session, self._db.dialect, edited, now)
        log.info("a push was taken", account=row.id, candidates=len(added), answers=looked_at)
