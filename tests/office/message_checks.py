"""Checks of one message however its story went, seen from the outside."""

from datetime import datetime, timedelta
from itertools import cycle, pairwise
from typing import Any

from pydantic import TypeAdapter

from tests.api.chance.hours import MOSCOW
from tests.api.chance.order import Held
from tests.api.messages.case import View, when
from tests.api.messages.office import taken
from tests.api.messages.shape import AMOUNTS, assert_message, duration
from tests.office import absences, whose_checks
from tests.office.matter import Matter
from tests.office.month import CLOSED_BODY
from tests.office.offices import Offices
from tests.office.people import PEOPLE, SEES_ALL
from tests.office.whose_checks import Telling
from tests.office.wording_checks import assert_readable

_DURATION: TypeAdapter[timedelta] = TypeAdapter(timedelta)
_ORDINARY = timedelta(hours=9)
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
    for run in matter.view["limits"]:
        _check_explanation(matter.view, run)
        _check_working_time(matter, run)
    matter.telling = Telling.of(
        matter.id, matter.rows, matter.now, {CLOSED_BODY: matter.month.hours_of(CLOSED_BODY)}
    )
    whose_checks.check_message(Offices(matter.month), matter.telling, matter.view)
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


def _check_explanation(view: View, run: View) -> None:
    """Steps without a gap that add up to the amount of the limit."""
    steps = run["explanation"]
    assert steps, run
    assert all(one["to"] == other["from"] for one, other in pairwise(steps)), run
    assert all(step["reason"] for step in steps), run
    for step in steps:
        assert_readable(step["reason"])
    counted = sum((duration(step["counted"]) for step in steps), timedelta())
    amount = _DURATION.validate_python(AMOUNTS[run["name"]])
    reduced = view["reduced_term"]
    if run["name"] == "answer":
        assert counted in {_ORDINARY, duration(reduced) if reduced else _ORDINARY}, run
    elif run["name"] == "draft":
        # That of a body with others before it waits for its two hours.
        assert counted <= amount, run
        # Where nothing is left before the answer, it is explained by what it waited for.
        assert when(run["due_at"]) in (when(steps[0]["from"]), when(steps[-1]["to"])), run
    else:
        assert counted == amount, run
    if run["name"] not in ("draft", "final_draft") and not run["inherited"]:
        assert when(steps[-1]["to"]) == when(run["due_at"]), run


def _check_working_time(matter: Matter, run: View) -> None:
    """No limit is due while nobody works; closing time itself is inside."""
    due = when(run["due_at"])
    if due == when(matter.view["detected_at"]):
        return  # a draft that would be due before there was a message
    body = None if run["name"] == "answer" else run["holder"]["body"]
    stretches = matter.month.hours_of(body).of(due.astimezone(MOSCOW).date())
    assert any(start <= due <= end for start, end in stretches), run


async def _check_who_sees(matter: Matter) -> None:
    """Whoever has or had nothing to do with it finds nothing; what a message of theirs repeats is there to read."""
    repeated = any(other.view["repeats"] == matter.id for other in matter.others)
    for person in (next(_asked) for _ in range(_LOOKED)):
        status = (await matter.get(person)).status_code
        if not repeated:
            assert status == (200 if sees(matter, person) else 404), (person, status, turns(matter))


def sees(matter: Matter, person: str, moment: datetime | None = None) -> bool:
    """Whether the person may see the message, now or at a moment: by a role that sees all, or of a body that had it."""
    bodies = turns(matter)
    represented = absences.represented(matter.month, person, moment or matter.now)
    held = set[Held]().union(*(PEOPLE.get(one, set()) for one in represented))
    return any(role in SEES_ALL or body in bodies for role, body in held)


def turns(matter: Matter) -> set[str]:
    """The bodies that have or had the message, by its journal."""
    found, sequence, turn = set[str](), [], 0
    for row in matter.rows:
        match row["kind"]:
            case "route":
                sequence, turn = row["data"]["bodies"], 0
            case "contribute":
                turn += 1
            case "send_for_rework" if row["data"].get("contribution"):
                turn -= 1
            case _:
                continue
        found.add(sequence[turn])
    return found


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
