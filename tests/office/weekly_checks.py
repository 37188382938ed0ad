"""Every number of weekly summaries against the same one counted again from the journals."""

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel, col, select

from service.messages.localities import locality
from service.reports.weekly.period import Week, named
from service.reports.weekly.summary import WeeklySummary
from service.runs.rules import Rules
from store.database.blocking import BlockingDatabase
from store.database.columns import ERASED
from store.database.engines import Database
from store.journal.tables import ChargeRow
from store.messages import places
from store.messages.tables import (
    JournalRow,
    LimitRunRow,
    MessageBodyRow,
    MessagePlaceRow,
    MessageRow,
    MessageTextRow,
    TopicRow,
)
from store.notices.tables import NoticeRow
from store.oversight.tables import ShortcomingMeasureRow, SurgeRow
from store.people.tables import BodyRow, PersonRoleRow, PersonRow
from store.promises.tables import PromiseRow
from tests.api.messages.office import Office, taken
from tests.office.recount import Recount, Told, told

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_COPIED: list[sa.Table] = [
    SQLModel.metadata.tables[str(table.__tablename__)]
    for table in (
        *(BodyRow, TopicRow, PersonRow, PersonRoleRow, MessageRow, MessageBodyRow, MessagePlaceRow),
        *(MessageTextRow, LimitRunRow, ChargeRow, ShortcomingMeasureRow, JournalRow, NoticeRow, SurgeRow),
        PromiseRow,
    )
]
"""What summaries are counted from, in an order in which keys point to what is there."""
_PROMISES = ("interim_promised", "interim_kept")


async def weeks_of(database: Database, rules: Rules) -> tuple[Told, list[Week]]:
    """The journals told again, and every week from the first message's to that of the last row."""
    of = await told(database)
    moments = [step.at for story in of.stories for step in story.steps]
    first = min(story.detected for story in of.stories)
    week, last = Week.of(first, rules.zone), Week.of(max(moments), rules.zone)
    weeks = []
    while week <= last:
        weeks.append(week)
        week = week.later()
    return of, weeks


def check(summary: WeeklySummary, of: Told, rules: Rules) -> None:
    """Raises AssertionError where a number differs."""
    period = named(summary.unit, summary.period)
    again = Recount(of, period, rules.zone, locality, summary.body)
    assert _figures(summary.totals) == again.totals()
    assert (summary.curators.in_time, summary.curators.breached) == again.curators()
    assert summary.nobodys == again.nobodys()
    assert {it.body: _figures(it) for it in summary.bodies} == again.bodies()
    assert {(it.topic, it.ended): _figures(it) for it in summary.topics} == again.topics()
    _check_balance(summary, again)
    _check_limits(summary, again)
    _check_quality(summary, again)
    promised = {it.body: (it.given, it.kept, it.moved, it.broken) for it in summary.promises}
    assert promised == again.promised()
    trends = {(it.dimension.value, it.key): (it.count, it.previous, it.mean_of_four) for it in summary.trends}
    differing = sorted(trends.items() ^ again.trends().items())
    assert not differing, differing
    line = [(it.received, it.in_time, it.breached) for it in summary.weeks]
    assert line == again.periods(len(line) - 1)
    assert (summary.escalations, summary.acknowledged, summary.unacknowledged) == again.escalations()
    if summary.body is None:
        assert [(it.topic, it.location, it.count) for it in summary.surges] == again.surges()
    if summary.is_report:
        _check_report(summary, again)
    reports = sorted((it.message, it.at.astimezone(UTC), it.topic) for it in summary.governor_reports)
    assert reports == again.reports()


def _check_report(summary: WeeklySummary, again: Recount) -> None:
    """What a report has beyond the summary of a week."""
    assert summary.measures is not None and summary.authors is not None and summary.load is not None
    assert summary.measures.breaches == again.breaches()
    assert (summary.authors.authors, summary.authors.messages) == again.authors()
    done = {(it.person, it.body): it.done for it in summary.load.workers if it.done}
    assert done == again.steps()


def _figures(it: Any) -> dict[str, Any]:
    return dict(it.model_dump(exclude={"body", "topic", "title", "ended"}))


def _check_balance(summary: WeeklySummary, again: Recount) -> None:
    balance = summary.balance
    found = balance.model_dump() | {
        "declined": {it.ground.value: it.count for it in balance.declined},
        "closed_otherwise": {it.reason.value: it.count for it in balance.closed_otherwise},
    }
    assert found == again.balance()
    out = sum(it.count for it in balance.declined) + sum(it.count for it in balance.closed_otherwise)
    assert balance.opening + balance.received + balance.reopened == balance.answered + out + balance.closing


def _check_limits(summary: WeeklySummary, again: Recount) -> None:
    found = {}
    for it in summary.limits:
        spread = {"median": it.median, "ninth_decile": it.ninth_decile, "longest": it.longest}
        numbers = it.model_dump(include={"in_time", "late", "open_overdue"})
        found[it.body, it.limit.value] = numbers | spread
        assert it.holder == ("curator" if it.body is None else "executor")
    assert found == again.limits()
    assert summary.limits_total.model_dump() == again.limits_total()


def _check_quality(summary: WeeklySummary, again: Recount) -> None:
    promised = again.promises()
    assert {
        it.body: (it.interim_promised, it.interim_kept) for it in summary.quality if it.interim_promised
    } == promised
    found = {
        it.body: it.model_dump(exclude={"body", "title", "previous", *_PROMISES}) for it in summary.quality
    }
    expected = again.quality()
    nothing = dict.fromkeys(expected[None], 0)
    assert found == {body: expected.get(body, nothing) for body in {*expected, *promised}}


async def check_weeks(office: Office) -> None:
    """Every week of an office."""
    database, rules = office.database, office.service.rules
    await _told_more(database)
    of, weeks = await weeks_of(database, rules)
    listed = 0
    for week in weeks:
        summary = await office.service.reports.weekly.read(week.name)
        check(summary, of, rules)
        listed += await _check_list(office, summary)
    assert listed == len(of.stories)


async def _told_more(database: Database) -> None:
    """What its messages do not bring: escalations acknowledged or passed on, surges, a place that was erased."""
    async with database.write() as session:
        escalations = (
            await session.exec(
                select(NoticeRow).where(NoticeRow.kind == "escalation").order_by(col(NoticeRow.id))
            )
        ).all()
        assert len(escalations) > 6
        for notice in escalations[::3]:
            notice.acknowledged_at = notice.at + _HOUR
            session.add(notice)
        for notice in escalations[1::3]:
            fields = notice.model_dump(exclude={"id"})
            session.add(NoticeRow(**fields | {"kind": "unacknowledged", "person": "head"}))
        first = escalations[0].at
        for number, over in enumerate((None, 2 * _DAY, 9 * _DAY)):
            began = first + number * 3 * _DAY
            session.add(
                SurgeRow(
                    topic="potholes",
                    location="Шуя" if number else None,
                    began_at=began,
                    last_seen_at=began,
                    over_at=None if over is None else began + over,
                    count=5 + number,
                    usual=0.4,
                    told_at=began,
                )
            )
        named = select(MessageTextRow).where(MessageTextRow.field == "location")
        message = (await session.exec(named.order_by(col(MessageTextRow.message)).limit(1))).one().message
        # Each of its routes has named it.
        for place in await session.exec(named.where(MessageTextRow.message == message)):
            place.content = ERASED
            session.add(place)
        erased = await session.get_one(MessageRow, message)
        erased.erased_at = datetime.now(UTC)
        session.add(erased)
        await places.forget(session, message)


async def copy_all(database: Database, copy: BlockingDatabase) -> None:
    async with database.read() as session:
        connection = await session.connection()
        rows = {
            table: [dict(row) for row in (await connection.execute(sa.select(table))).mappings()]
            for table in _COPIED
        }
    with copy.write() as target:
        for table in _COPIED:
            if rows[table]:
                target.execute(sa.insert(table), rows[table])


async def _check_list(office: Office, summary: WeeklySummary) -> int:
    """What was received is what the list of the week has, but for what was registered by mistake; how many it has."""
    since, until = Week(summary.first_day).span(office.service.rules.zone)
    params = {"detected_from": since.isoformat(), "detected_to": until.isoformat(), "limit": 100}
    page = taken(await office.get("head", "/messages", **params))
    assert page["next"] is None
    assert summary.totals.received == sum(item["outcome"] != "void" for item in page["items"])
    return len(page["items"])
