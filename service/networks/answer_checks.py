"""Looks whether published texts stand, and tells body and curator when one is gone or was changed (cl. 13).

A text is looked at at once, after an hour, a day and a week, and when its network tells of a change. Each look is on
record with what was seen; a change is told once (docs/use/publishing.md).
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import structlog

from calendar_rules.regulation import Audience
from calendar_rules.vocabulary import Network, NoticeKind
from service.messages.posts import key_of
from service.networks import publication_text
from service.networks.accounts import NetworkAccounts
from service.networks.answer_notices import AnswerNotices
from service.networks.platforms import registry
from service.networks.platforms.accounts import Account, in_order
from service.networks.platforms.placing import is_own
from service.networks.platforms.port import (
    Ability,
    Adapter,
    Fault,
    NetworkRefusalError,
    Platform,
    Seen,
    Stands,
)
from service.networks.platforms.rates import Rates
from service.notices.beside import look_again
from service.runs.rules import RulesInForce
from settings import Settings
from store.database.engines import Database
from store.database.session import Session
from store.messages import finding, texts
from store.networks import publications, standing
from store.networks.standing import Due
from store.networks.tables import AnswerCheckRow, StandingRow
from workflows.office import Portion
from workflows.state import Addressee

log = structlog.get_logger(__name__)

_AT_ONCE = 20
_TRIES = 3
"""Attempts at one check of the plan, where the network does not answer."""
_AGAIN = timedelta(minutes=10)
_JUST_PUBLISHED = timedelta(minutes=2)
_SHOWS_WITHIN = timedelta(minutes=1)
"""What was published a moment ago may not be shown yet."""
_NO_WAY = "Автоматическая проверка недоступна: ключа для чтения этой сети нет, а без него запись не видна."
_NO_LINK_OF_ITS_OWN = (
    "У ответа нет своей ссылки: он размещён под сообщением, что подтверждает снимок экрана. "
    "Проверьте это вручную."
)
_NOT_ITS_OWN = (
    "Не удалось проверить: сеть не показывает ответ этому аккаунту, но ответ мог быть размещён от имени другого. "
    "Откройте ссылку и проверьте сами."
)
_NOT_SHOWN_YET = "Ответ размещён только что и ещё не виден."
_CHANGED: Mapping[Stands, NoticeKind] = {
    Stands.EDITED: NoticeKind.ANSWER_EDITED,
    Stands.DELETED: NoticeKind.ANSWER_DELETED,
}


@dataclass(frozen=True, slots=True)
class _Way:
    """How a text can be looked at: whose calls, by which key, and what their rate is counted by.

    `tells`: what it is not shown is gone; else it may only not be for this key to see. `unseen`: what was read then,
    as of `Seen`: empty where no other account of the body could have shown it before.
    """

    adapter: Adapter
    account: Account | None
    rate: str
    tells: bool = True
    unseen: str | None = None


@dataclass(frozen=True, slots=True)
class _Look:
    """What came of looking: `wait`: it is too early, by somebody's rate; `again`: it may be otherwise in a while."""

    seen: Seen
    platform: Platform | None = None
    wait: timedelta | None = None
    again: bool = False


class AnswerChecks:
    """The task `standing`."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        adapters: Mapping[Platform, Adapter],
        accounts: NetworkAccounts,
        rates: Rates,
        notices: AnswerNotices,
        rules: RulesInForce,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._db = database
        self._training, self._demo = settings.training, settings.demo
        self._own_host = urlsplit(settings.public_url).netloc
        self._adapters = adapters
        self._accounts = accounts
        self._rates = rates
        self._notices = notices
        self._rules = rules
        self._clock = clock

    async def is_due(self) -> bool:
        """Whether a check is due now."""
        async with self._db.lookup() as session:
            return await standing.are_any_due(session, self._clock())

    async def portion(self, at: datetime | None = None) -> Portion:
        """Make the checks that are due, as of `at` in training, else of now; returns how many were made."""
        now = at if at is not None and self._training else self._clock()
        async with self._db.write() as session:
            due = await standing.take_due(session, now, _AT_ONCE)
        done = sum(await asyncio.gather(*(self._check(item, now) for item in due)))
        return Portion(done=done, more=len(due) == _AT_ONCE)

    async def _check(self, due: Due, now: datetime) -> bool:
        """Whether the text was looked at."""
        try:
            look = await self._look(due)
        except Exception:
            # One odd page must not keep the others from being looked at; its lease brings it back.
            log.exception("a published text could not be looked at", message=due.row.message)
            return False
        if look.wait is None and look.platform is None:
            # By the next time there may be a key.
            due.row.why = look.seen.why
            _plan(due.row, now, again=False)
            async with self._db.write() as session:
                await standing.pass_over(session, due.row)
            return False
        async with self._db.write() as session:
            if look.wait is not None:
                await standing.postpone(session, due.row, now + look.wait)
                return False
            message = await finding.locked(session, due.row.message)
            if message.erased_at is not None:
                return False
            await self._keep(session, due, look, now)
        return True

    # ---- looking

    async def _look(self, due: Due) -> _Look:
        if key_of(due.url) == key_of(due.message.url):
            return _Look(Seen(Stands.UNKNOWN, why=_NO_LINK_OF_ITS_OWN))
        look = _Look(Seen(Stands.UNKNOWN, why=_NO_WAY))
        lost: _Look | None = None
        for way in await self._ways(due):
            if wait := await self._rates.take(way.rate, way.adapter.traits.rate):
                return _Look(look.seen, wait=wait)
            look = await self._ask(way, due)
            if look.seen.state is Stands.DELETED and not way.tells:
                look = replace(look, seen=Seen(Stands.UNKNOWN, way.unseen, _NOT_ITS_OWN))
                lost = lost or (look if way.unseen is not None else None)
            if look.seen.state is not Stands.UNKNOWN or look.again:
                return look
        return lost or look

    async def _ask(self, way: _Way, due: Due) -> _Look:
        platform = way.adapter.platform
        try:
            key = way.account.open() if way.account else None
            return _Look(await way.adapter.verify(due.url, due.text, key), platform)
        except NetworkRefusalError as refusal:
            if refusal.fault is Fault.GONE:
                return _Look(Seen(Stands.DELETED), platform)
            if refusal.after:
                await self._rates.pause(way.rate, refusal.after)
            again = refusal.fault in (Fault.LATER, Fault.UNKNOWN)
            return _Look(Seen(Stands.UNKNOWN, why=refusal.advice), platform, again=again)

    async def _ways(self, due: Due) -> list[_Way]:
        """By the calls of its platform, else as any reader of the page."""
        platform = registry.platform_of(Network(due.message.network), due.url)
        adapter = self._adapters.get(platform) if platform is not None else None
        by_calls = None if adapter is None else await self._by_calls(adapter, due)
        ways = [] if by_calls is None else [by_calls]
        page = self._adapters.get(Platform.PAGE)
        if page is not None and self._may_be_read(due.url):
            ways.append(_Way(page, None, f"page {urlsplit(due.url).netloc}"))
        return ways

    async def _by_calls(self, adapter: Adapter, due: Due) -> _Way | None:
        """By the account that published it, else one of the body, else anybody's where each key sees all."""
        traits, by = adapter.traits, await self._published_by(due)
        if Ability.VERIFY not in traits.abilities:
            return None
        of_body = await self._accounts.of_body(due.message.network, due.row.body)
        own = in_order(of_body, adapter.platform, due.url)
        known = own or (await self._accounts.of_platform(adapter.platform) if traits.sees_all else ())
        account = next((it for it in known if it.id == by), next(iter(known), None))
        if account is None:
            needs_key = set(traits.credentials) - traits.optional
            return None if needs_key else _Way(adapter, None, adapter.platform.value)
        tells = traits.sees_all or account.id == by or is_own(account.own_page, due.url) is True
        return _Way(adapter, account, account.id, tells, "" if len(own) == 1 else None)

    async def _published_by(self, due: Due) -> str | None:
        """The account by which the text was published, where the program did it."""
        async with self._db.lookup() as session:
            publication = await publications.of_draft(session, due.row.message, due.row.draft)
        return publication.account if publication and publication.url == due.row.url else None

    def _may_be_read(self, url: str) -> bool:
        """The demo's messages name pages of others that they never stood on: nobody is asked for those."""
        return not self._demo or urlsplit(url).netloc == self._own_host

    # ---- what was seen

    async def _keep(self, session: Session, due: Due, look: _Look, now: datetime) -> None:
        row, seen = due.row, await self._judged(session, due.row, look)
        before, last_seen = row.known, row.seen
        if self._is_not_shown_yet(row, seen, now):
            look = _Look(Seen(Stands.UNKNOWN, why=_NOT_SHOWN_YET), look.platform, again=True)
            seen = look.seen
        read = await self._read(session, due, seen, now)
        check = AnswerCheckRow(
            message=row.message,
            draft=row.draft,
            at=now,
            state=seen.state,
            cause=row.cause,
            platform=look.platform,
            seen=read,
            why=seen.why,
        )
        row.state, row.why, row.checked_at = seen.state, seen.why, now
        if seen.state is not Stands.UNKNOWN:
            row.known = seen.state
        row.seen = read or row.seen
        _plan(row, now, again=look.again)
        number = await standing.keep(session, check, row)
        kind = _CHANGED.get(seen.state)
        if kind is not None and (before != seen.state or (read is not None and read != last_seen)):
            await self._tell(session, due, kind, number, now)
        else:
            await look_again(session, self._db.dialect, row.message, (), now)

    @staticmethod
    async def _judged(session: Session, row: StandingRow, look: _Look) -> Seen:
        """What was read without the text has lost it, where those same calls had shown it; else it is not known."""
        seen = look.seen
        if seen.state is not Stands.UNKNOWN or seen.text != "":
            return seen
        shown = row.known in (Stands.STANDS, Stands.EDITED)
        if shown and await standing.known_by(session, row) == look.platform:
            return Seen(Stands.DELETED)
        return replace(seen, text=None)

    @staticmethod
    def _is_not_shown_yet(row: StandingRow, seen: Seen, now: datetime) -> bool:
        return (
            seen.state is Stands.DELETED
            and row.known is None
            and row.tries == 0
            and now - row.published_at < _JUST_PUBLISHED
        )

    async def _read(self, session: Session, due: Due, seen: Seen, now: datetime) -> str | None:
        """The id of the text that was read: kept as often as it changes."""
        if seen.text is None:
            return None
        if seen.text == due.text:
            return due.row.text
        if due.row.seen is not None and await standing.text_of(session, due.row.seen) == seen.text:
            return due.row.seen
        text = texts.new(due.row.message, "seen", seen.text, now)
        await texts.add(session, [text])
        return text.id

    async def _tell(self, session: Session, due: Due, kind: NoticeKind, number: int, now: datetime) -> None:
        row = due.row
        log.warning("a published text is not as it was", message=row.message, state=row.state)
        to = [
            Addressee(audience=Audience.EXECUTORS, body=row.body),
            Addressee(audience=Audience.CURATOR, person=due.message.curator),
        ]
        zone = (await self._rules.seen_in(session)).zone
        text = publication_text.changed(row.message, Network(due.message.network), kind, now.astimezone(zone))
        await self._notices.tell(session, self._db.dialect, row.message, number, kind, text, to, now)


def _plan(row: StandingRow, now: datetime, *, again: bool) -> None:
    """When the text is looked at next."""
    if again and row.tries + 1 < _TRIES:
        soon = row.published_at + _JUST_PUBLISHED > now
        row.tries += 1
        row.next_at = now + (_SHOWS_WITHIN if soon else _AGAIN)
        return
    passed = now - row.published_at
    left = [(stage, after) for stage, after in enumerate(standing.PLAN) if after > passed]
    row.tries, row.cause = 0, standing.PLANNED
    row.stage, after = left[0] if left else (len(standing.PLAN), timedelta(0))
    row.next_at = row.published_at + after if left else None
