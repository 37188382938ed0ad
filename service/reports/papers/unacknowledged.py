"""The paper by which the head tells the Chairman's office of escalations that nobody acknowledged (cl. 20)."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

from calendar_rules import CalendarError, titles
from calendar_rules.russian import working_time
from calendar_rules.vocabulary import NoticeKind, Role
from service.access import note as access_note
from service.access.errors import NotFoundError
from service.messages.view import charged_view
from service.people.person_names import short
from service.reports.papers import wording
from service.reports.papers.memo import Memo, MemoLine
from service.reports.papers.named import Named
from service.reports.papers.press import Press
from service.reports.papers.requisites import Office
from service.reports.papers.shelf import Shelf
from service.reports.papers.templates import Template, Templates
from service.reports.weekly.press import MemoJob
from service.runs.rules import Rules
from store.database.engines import Database
from store.database.session import Session
from store.oversight import escalations
from store.oversight.escalations import Escalated
from store.oversight.shortcomings import Shortcoming, Sought
from store.people import persons

READERS: Final = (Role.HEAD,)
_MOST: Final = 500
"""Lines of a paper: more of them nobody reads."""


class UnacknowledgedMemos:
    """Makes the paper, as of now."""

    def __init__(
        self,
        database: Database,
        rules: Rules,
        shelf: Shelf,
        press: Press,
        office: Office,
        templates: Templates,
    ) -> None:
        self._db = database
        self._rules = rules
        self._shelf = shelf
        self._press = press
        self._office = office
        self._templates = templates

    async def docx(self, sought: Sought) -> bytes:
        """The paper on what went further and nobody has acknowledged to this moment.

        `sought` narrows it as it does the register. Raises NotFoundError where there is nothing to tell, TooBusyError
        where it is not there in time.
        """
        memo = await self._memo(sought)
        told = memo.model_dump_json(exclude={"requisites": {"as_of"}})
        key = f"unacknowledged/{sha256(told.encode()).hexdigest()}"
        return await self._shelf.passing(key, lambda: self._printed(memo))

    async def is_any(self, sought: Sought) -> bool:
        """Whether there is anything to tell."""
        async with self._db.read() as session:
            return bool(await self._found(session, sought))

    async def _found(self, session: Session, sought: Sought) -> list[tuple[Escalated, Shortcoming]]:
        connection = await session.connection()
        further = await connection.run_sync(
            lambda sync: escalations.of(sync, escalations.went_further(sync, _MOST))
        )
        return [
            (item, item.breach)
            for item in further
            if item.breach is not None
            and not item.is_void
            and item.acknowledged_at is None
            and _is_sought(item.breach, sought)
        ]

    async def _printed(self, memo: Memo) -> bytes:
        template = self._templates.read(Template.MEMO)
        return await self._press.make(MemoJob(memo=memo, template=template))

    async def _memo(self, sought: Sought) -> Memo:
        async with self._db.read() as session:
            found = await self._found(session, sought)
            named = await Named.read(session, self._rules.zone)
            told = {notice.person for item, _ in found for notice in item.told}
            today = datetime.now(self._rules.zone).date()
            offices = {person: await persons.name_and_position(session, person, today) for person in told}
        if not found:
            raise NotFoundError(wording.ALL_ACKNOWLEDGED)
        access_note.shows(breach.message for _, breach in found)
        papers, act = self._rules.regulation.papers, self._rules.regulation.act
        ground = papers.ground(papers.shortcomings_clause, act)
        by = (
            f"актом «{ground}»"
            if papers.shortcomings_clause is None
            else ground.replace("пункт", "пунктом", 1)
        )
        within = working_time(self._rules.regulation.readings.escalation.acknowledge_within)
        return Memo(
            requisites=await self._office.to_chairman(wording.MEMO_TITLE, datetime.now(UTC)),
            opening=wording.MEMO_OPENING.format(ground=by, within=within),
            lines=tuple(self._line(item, breach, named, offices) for item, breach in found),
            closing=wording.MEMO_CLOSING,
        )

    def _line(
        self,
        item: Escalated,
        breach: Shortcoming,
        named: Named,
        offices: dict[str, tuple[str, str] | None],
    ) -> MemoLine:
        notices = [notice for notice in item.told if notice.kind == NoticeKind.ESCALATION]
        since = min(notice.deliver_from for notice in notices)
        name = titles.LIMITS[breach.limit]
        told = [
            f"{short(found[0])}, {found[1]}" if found else notice.person
            for notice in notices
            for found in (offices[notice.person],)
        ]
        return MemoLine(
            message=f"№\u00a0{breach.message}",
            limit=f"{name} (пункт {breach.clause}), истёк {named.moment(breach.due_at)}",
            charged="; ".join(named.charged(charged_view(it)) for it in breach.charged)
            or "ни за кем не учтено",
            told="; ".join(dict.fromkeys(told)),
            told_at=named.moment(since),
            until=named.moment(self._until(since)),
        )

    def _until(self, since: datetime) -> datetime:
        within: timedelta = self._rules.regulation.readings.escalation.acknowledge_within
        try:
            return self._rules.department.add(since, within)
        except CalendarError:
            return since + within


def _is_sought(breach: Shortcoming, sought: Sought) -> bool:
    return (
        (sought.since is None or breach.due_at >= sought.since)
        and (sought.to is None or breach.due_at < sought.to)
        and (sought.limit is None or breach.limit is sought.limit)
        and (sought.body is None or sought.body in breach.bodies)
    )
