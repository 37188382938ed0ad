"""Checks of one message however its story went, seen from the outside."""

from datetime import datetime
from itertools import cycle
from typing import Any

from tests.api.chance.order import Held, Run
from tests.api.chance.watched import explained
from tests.api.messages.case import View, when
from tests.api.messages.office import taken
from tests.api.messages.shape import assert_message
from tests.office import absences, whose_checks
from tests.office.matter import Matter
from tests.office.month import CLOSED_BODY
from tests.office.offices import Offices
from tests.office.people import PEOPLE, SEES_ALL
from tests.office.whose_checks import Telling
from tests.office.wording_checks import assert_readable

_LOOKED = 6
"""People who look at each message; with every message it is others."""
_SIDE_BY_SIDE = 3
"""Commands tried of each person who may not give them."""

_asked = cycle(sorted(PEOPLE))

TRIES: dict[str, tuple[str, str, Any]] = {
    "route": (
        "POST",
        "/route",
        {"bodies": ["roads"], "topic": "potholes", "location": "г. Иваново", "importance": "ordinary"},
    ),
    "return_to_curator": ("POST", "/return", {"reason": "Не наше."}),
    "contribute": ("POST", "/contributions", {"text": "Сведения."}),
    "submit_draft": ("POST", "/drafts", {"kind": "answer", "text": "Ответ.", "measures": "Меры."}),
    "confirm_publication": ("POST", "/publication", None),
    "decline": ("POST", "/decline", {"ground": "obscene_or_insulting"}),
    "author_replied": ("POST", "/author-reply", {"text": "Дом 5."}),
    "resume": ("POST", "/resume", None),
    "close_unanswered": ("POST", "/close", {"reason": "deleted"}),
    "reopen": ("POST", "/reopen", {"reason": "По ошибке."}),
    "correct": ("PATCH", "", {"author": "Другой", "reason": "Опечатка."}),
    "note": ("POST", "/notes", {"text": "Заметка."}),
    "assign": ("POST", "/assignee", {"person": None}),
    "hand_over": ("POST", "/curator", {"person": "curator"}),
    "report_to_governor": ("POST", "/governor-report", {"reason": "Значимо."}),
}
"""What would give each command, were it taken."""


async def check(matter: Matter) -> None:
    """The whole of it; raises AssertionError at the first thing that does not hold."""
    matter.view = taken(await matter.get("head"))
    assert_message(matter.view, one_term=False)
    matter.rows = await _journal(matter)
    matter.telling = Telling.of(
        matter.id, matter.rows, matter.now, {CLOSED_BODY: matter.month.hours_of(CLOSED_BODY)}
    )
    whose_checks.check_message(Offices(matter.month), matter.telling, matter.view)
    for run, mine in zip(matter.view["limits"], matter.telling.order.runs, strict=True):
        _check_explanation(run, mine)
    for refusal in matter.refusals:
        assert_readable(refusal)
    for row in matter.rows:
        if row["kind"] == "refused":
            assert_readable(row["data"]["reason"])
    await _check_who_sees(matter)
    for person in (next(_asked), next(_asked)):
        await _check_refusals(matter, person)


async def _journal(matter: Matter) -> list[View]:
    rows = await matter.journal("head")
    assert [row["number"] for row in rows] == list(range(1, len(rows) + 1))
    return rows


def _check_explanation(run: View, mine: Run) -> None:
    """Steps without a gap that add up to what the order counts, to the due moment; a draft's perhaps from it."""
    assert explained(run) == mine.amount, (run, mine)
    steps = run["explanation"]
    for step in steps:
        assert_readable(step["reason"])
    ends = when(steps[0]["from"]), when(steps[-1]["to"])
    if mine.name == "draft":
        # Where nothing is left before the answer, it is explained by what it waited for.
        assert mine.due in ends, run
    elif mine.name != "final_draft" and not mine.inherited:
        assert mine.due == ends[1], run


async def _check_who_sees(matter: Matter) -> None:
    """Whoever has or had nothing to do with it finds nothing; what a message of theirs repeats is there to read."""
    repeated = any(other.view["repeats"] == matter.id for other in matter.others)
    for person in (next(_asked) for _ in range(_LOOKED)):
        status = (await matter.get(person)).status_code
        if not repeated:
            assert status == (200 if sees(matter, person) else 404), (
                person,
                status,
                matter.telling.order.turns,
            )


def sees(matter: Matter, person: str, moment: datetime | None = None) -> bool:
    """Whether the person may see the message, now or at a moment: by a role that sees all, or of a body that had it."""
    bodies = matter.telling.order.turns
    represented = absences.represented(matter.month, person, moment or matter.now)
    held = set[Held]().union(*(PEOPLE.get(one, set()) for one in represented))
    return any(role in SEES_ALL or body in bodies for role, body in held)


async def _check_refusals(matter: Matter, person: str) -> None:
    """What a person is not told they may do is refused, in words."""
    answer = await matter.get(person)
    allowed = set(answer.json()["allowed"]) if answer.status_code == 200 else set()
    start = int(matter.id) + len(person)
    names = [name for name in TRIES if name not in allowed]
    for number in range(min(_SIDE_BY_SIDE, len(names))):
        name = names[(start + 3 * number) % len(names)]
        method, path, body = TRIES[name]
        body = {"url": matter.answer_link(9)} if name == "confirm_publication" else body
        if name == "hand_over":
            body = {"person": "curator2" if matter.view["curator"] == "curator" else "curator"}
        refusal = await matter.office.call(person, method, f"/messages/{matter.id}{path}", body)
        assert refusal.status_code in (403, 404, 409, 422), (person, name, refusal.status_code, refusal.text)
        assert answer.status_code == 200 or refusal.status_code == 404, (person, name, refusal.text)
        assert_readable(refusal.json()["detail"])
    assert (await matter.get("head")).json()["stage"] == matter.view["stage"]
