"""What must hold of the office as a whole at the end of its month: notices, queues and lists."""

from collections import defaultdict
from collections.abc import Mapping

from tests.api.messages.case import View, when
from tests.api.messages.office import Office, taken
from tests.office import absences, message_checks
from tests.office.matter import Matter
from tests.office.people import BODIES, DEPUTIES, PEOPLE
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


def check_notices(walked: Walked, notices: Notices) -> None:
    """Every breach reached whom clause 20 names, and every text is one for a civil servant."""
    by_message: dict[str, list[tuple[str, View]]] = defaultdict(list)
    for person, items in notices.items():
        for item in items:
            assert_readable(item["text"])
            by_message[item["message"]].append((person, item))
    for matter in walked.matters:
        told = by_message[matter.id]
        for person, item in told:
            assert message_checks.sees(matter, person) or item["kind"] in _OF_OFFICES, (person, item)
        for row in matter.rows:
            if row["kind"] == "breach":
                _check_breach(walked, matter, row, told)


_OF_OFFICES = {"escalation", "breach", "governor_report", "recalled"}


def _check_breach(walked: Walked, matter: Matter, row: View, told: list[tuple[str, View]]) -> None:
    data, at = row["data"], when(row["at"])
    of_row = [
        (person, item["kind"])
        for person, item in told
        if item["limit"] == data["limit"] and when(item["at"]) == at
    ]
    body = data.get("body")
    at_fault = data.get("step_body") if data["limit"] == "answer" else body
    curators = data["holder"] == "curator" if data["limit"] != "answer" else data["step_holder"] == "curator"
    wanted = {("escalation", "head" if curators else DEPUTIES[at_fault])}
    wanted.add(("breach", _curator_then(matter, row)))
    if body:
        wanted |= {("breach", f"executor-{body}"), ("breach", f"responsible-{body}")}
    for kind, person in wanted:
        present = absences.at_work(walked.month, person, at)
        assert (present, kind) in of_row, f"{matter.title}: {kind} to {present}: {of_row}"


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
