"""The paper by which the head tells the Chairman's office of escalations that nobody acknowledged (cl. 20)."""

from datetime import UTC, datetime
from hashlib import sha256
from itertools import pairwise
from typing import Final

from calendar_rules import titles
from calendar_rules.russian import within
from calendar_rules.vocabulary import NoticeKind, Role
from service.access import note as access_note
from service.access.errors import NotFoundError
from service.messages.view import charged_view
from service.people.person_names import in_place_of, short
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
from store.notices.tables import NoticeRow
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
        found = [
            (item, item.breach)
            for item in further
            if item.breach is not None
            and not item.is_void
            and item.acknowledged_at is None
            and _is_sought(item.breach, sought)
        ]
        return sorted(found, key=lambda it: it[0].key)

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
        lines = [self._line(item, breach, named, offices) for item, breach in found]
        lines[1:] = [
            line.model_copy(update={"message": ""}) if line.message == before.message else line
            for before, line in pairwise(lines)
        ]
        within_time = within(self._rules.regulation.readings.escalation.acknowledge_within)
        return Memo(
            requisites=await self._office.to_chairman(wording.MEMO_TITLE, datetime.now(UTC)),
            opening=wording.MEMO_OPENING.format(ground=by, within=within_time),
            lines=tuple(lines),
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
        told = [_told(notice, offices[notice.person], named) for notice in notices]
        return MemoLine(
            message=f"№\u00a0{breach.message}",
            limit=f"{name} (пункт {breach.clause}), истёк {named.moment(breach.due_at)}",
            charged="; ".join(named.charged(charged_view(it)) for it in breach.charged)
            or "ни за кем не учтено",
            told="; ".join(dict.fromkeys(told)),
            told_at=named.moment(since),
        )


def _told(notice: NoticeRow, found: tuple[str, str] | None, named: Named) -> str:
    """«Румянцев И. Б., начальник управления, замещающий Мартынову О. В.»."""
    if found is None:
        return notice.person
    name, office = found
    parts = [short(name), office]
    if notice.acting_for:
        parts.append(in_place_of(name, named.people.get(notice.acting_for, notice.acting_for)))
    return ", ".join(part for part in parts if part)


def _is_sought(breach: Shortcoming, sought: Sought) -> bool:
    return (
        (sought.since is None or breach.due_at >= sought.since)
        and (sought.to is None or breach.due_at < sought.to)
        and (sought.limit is None or breach.limit is sought.limit)
        and (sought.body is None or sought.body in breach.bodies)
    )
