"""Checks of the office as a whole at the end of its month: notices, queues and lists."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from sqlmodel import select

from store.people.tables import PersonRow
from tests.api.chance.order import Run
from tests.api.messages.case import View, when
from tests.api.messages.office import Office, taken
from tests.office import absences, message_checks, whose_checks
from tests.office.matter import Matter
from tests.office.month import CLOSED_BODY, Month
from tests.office.offices import Offices
from tests.office.people import BODIES, PEOPLE
from tests.office.walked import Walked
from tests.office.wording_checks import assert_readable

Notices = Mapping[str, list[View]]
"""What each person was notified of, the newest first."""

_PAGE = 100


async def everything(office: Office, person: str, path: str) -> list[View]:
    """All pages of a list as the person gets it."""
    found: list[View] = []
    cursor: str | None = None
    while True:
        params = {"limit": _PAGE} | ({"cursor": cursor} if cursor else {})
        page = taken(await office.get(person, path, **params))
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            return found


async def notices_of_all(office: Office) -> Notices:
    return {person: await everything(office, person, "/notices") for person in PEOPLE}


async def check_notices(walked: Walked, notices: Notices) -> None:
    """Every breach reached whom clause 20 names, and every text is one for a civil servant."""
    async with walked.office.database.read() as session:
        names = dict((await session.exec(select(PersonRow.key, PersonRow.name))).all())
    offices = Offices(walked.month)
    by_message: dict[str, list[tuple[str, View]]] = defaultdict(list)
    for person, items in notices.items():
        for item in items:
            assert_readable(item["text"])
            by_message[item["message"]].append((person, item))
    for matter in walked.matters:
        told = by_message[matter.id]
        for person, item in told:
            assert message_checks.sees(matter, person, when(item["at"])) or item["kind"] in _OF_OFFICES, (
                person,
                item,
            )
        for run, row in matter.telling.standing():
            _check_breach(offices, matter, run, row, told, names)


async def check_whose(walked: Walked) -> None:
    """The register, the overview and the weeks name whom the journals name."""
    office, told = walked.office, [matter.telling for matter in walked.matters]
    offices = Offices(walked.month)
    await whose_checks.check_register(office, offices, told)
    await whose_checks.check_overview(office.database, offices, told)
    await whose_checks.check_weeks(office.service, told)


_OF_OFFICES = {"escalation", "breach", "governor_report", "recalled"}


def _check_breach(
    offices: Offices,
    matter: Matter,
    run: Run,
    row: View,
    told: list[tuple[str, View]],
    names: Mapping[str, str],
) -> None:
    """It reached those charged at their own hours, the superiors of all of them and nobody else above."""
    at, month = when(row["at"]), offices.month
    of_row = [
        (person, item)
        for person, item in told
        if item["limit"] == run.name
        and item["kind"] in ("breach", "escalation")
        and _may_be_of(item, month, at)
    ]
    wanted = {
        ("escalation", person, month.hours_of(None).opening(at)) for person in offices.above(run.charged, at)
    }
    bodies = {charge.body for charge in run.charged if charge.body}
    wanted |= {
        ("breach", offices.there(f"{office}-{body}", at).person, month.hours_of(body).opening(at))
        for body in bodies
        for office in ("executor", "responsible")
    }
    curator = offices.there(_curator_then(matter, row), at).person
    wanted.add(("breach", curator, month.hours_of(None).opening(at)))
    found = {(item["kind"], person, when(item["at"])) for person, item in of_row}
    assert wanted <= found, f"{matter.title}: {wanted - found} of {found}"
    above = {person for kind, person, _ in found if kind == "escalation"}
    assert above == offices.above(run.charged, at), (matter.title, above, run)
    for _, item in of_row:
        whose_checks.check_names(item["text"], offices.named(run.charged), names)


def _may_be_of(item: View, month: Month, at: datetime) -> bool:
    """Whether a notice may be about what happened at a moment: it is delivered when the one who is told works."""
    hours = (month.hours_of(None), month.hours_of(CLOSED_BODY))
    return when(item["at"]) in {kept.opening(at) for kept in hours}


def _curator_then(matter: Matter, row: View) -> str:
    """Whose the message was when the row was written: who registered or routed it last, or had it handed over."""
    curator = ""
    for other in matter.rows[: row["number"]]:
        if other["kind"] in ("registered", "route"):
            curator = other["acting_for"] or other["person"]
        elif other["kind"] == "hand_over":
            curator = other["data"]["curator"]
    return curator


async def check_queues(walked: Walked) -> None:
    """Each person's queue is what the messages say, the first due first."""
    for person in PEOPLE:
        queue = await everything(walked.office, person, "/queue")
        mine = {matter.id for matter in walked.matters if _is_queued(walked, matter, person)}
        assert {item["id"] for item in queue} == mine, (person, mine ^ {item["id"] for item in queue})
        due = [_first_due(item) for item in queue]
        assert due == sorted(due, key=lambda moment: (moment is None, moment or "")), (person, due)


def _first_due(view: View) -> str | None:
    return min(
        (
            when(run["due_at"]).isoformat()
            for run in view["limits"]
            if not run["met_at"] and not run["cancelled_at"]
        ),
        default=None,
    )


def _is_queued(walked: Walked, matter: Matter, person: str) -> bool:
    """Whether the message waits for the person, in their own name or for somebody who is away."""
    view, stage = matter.view, matter.view["stage"]
    mine = set(absences.represented(walked.month, person, matter.now))
    if stage == "closed":
        return False
    if stage == "awaiting_author":
        waited = any(row["kind"] == "no_reply" for row in matter.rows)
        return waited and view["curator"] in mine
    if stage in ("routing", "approval"):
        return view["curator"] in mine
    executor = f"executor-{view['current_body']}"
    if absences.at_work(walked.month, executor, matter.now) != executor:
        mine_as_responsible = f"responsible-{view['current_body']}" in mine
    else:
        mine_as_responsible = False
    return executor in mine or mine_as_responsible


async def check_lists(walked: Walked) -> None:
    """The list of each person has the messages that person may see, and no other."""
    for person in PEOPLE:
        listed = {item["id"] for item in await everything(walked.office, person, "/messages")}
        visible = {matter.id for matter in walked.matters if message_checks.sees(matter, person)}
        assert listed == visible, (person, listed ^ visible)


def check_all_happened(walked: Walked) -> None:
    """The month had everything that may go wrong: a breach of each limit, each end, each kind of row."""
    late = {
        row["data"]["limit"] for matter in walked.matters for row in matter.rows if row["kind"] == "breach"
    }
    assert late == {
        *("routing", "return", "answer", "draft", "approval", "rework", "publication", "final_draft"),
        "contribution",
    }
    assert {matter.view["outcome"] for matter in walked.matters} >= {
        "answered",
        "declined",
        "unanswered",
        "void",
    }
    assert {body for matter in walked.matters for body in matter.view["bodies"]} == set(BODIES)
