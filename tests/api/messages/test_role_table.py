"""Rights: one table of every call against every role, and the order in which refusals are checked."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, NamedTuple

import pytest
from httpx import Response

from calendar_rules.vocabulary import Stage
from tests.api.messages.case import Case, View, registration, routing
from tests.api.messages.office import Office, refused, taken
from tests.api.messages.week import at

# The message of the table was with `culture`, is with `sport`, and never was with `health`. In its week
# `curator2` and `executor-sport` are absent, with substitutes from `ecology`.
STRETCH = 1
AT_ONCE = 8
"""People who act at the same moment: more would only wait for one another, some of them too long."""
PEOPLE = {
    "nobody": None,
    "curator": "curator",
    "absent curator": "curator2",
    "their substitute": "responsible-ecology",
    "executor": "executor-sport",
    "executor's substitute": "executor-ecology",
    "responsible": "responsible-sport",
    "earlier executor": "executor-culture",
    "earlier responsible": "responsible-culture",
    "other executor": "executor-health",
    "other responsible": "responsible-health",
    "deputy": "deputy-culture",
    "other deputy": "deputy-social",
    "deputy-policy": "deputy-policy",
    "head": "head",
    "governor": "governor",
    "admin": "admin",
}
CURATORS = ("curator", "absent curator", "their substitute")
# The responsible may do what executors of their body may.
EXECUTORS = ("executor", "executor's substitute", "responsible")
EARLIER = ("earlier executor", "earlier responsible")
SEEING = (*CURATORS, *EXECUTORS, *EARLIER, "deputy", "deputy-policy", "head", "governor", "admin")
STRANGERS = ("other executor", "other responsible", "other deputy")


class Call(NamedTuple):
    """A call of the contract: how to make it of a message, and who may. `stage` is where it fits."""

    method: str
    path: str
    may: tuple[str, ...]
    body: View | None = None
    wrong: View | None = None
    stage: str = "preparation"
    out_of_turn: tuple[str, ...] = ()
    root: str = "/messages"
    changes: bool = True


TEXT = {"text": "Спортзал откроют в мае."}
COMMENT = {"comment": "Назовите срок."}
CALLS = {
    "message": Call("GET", "", SEEING),
    "journal": Call("GET", "/journal", SEEING),
    "similar": Call("GET", "/similar", SEEING),
    "attachment": Call("GET", "/attachments/{attachment}", SEEING),
    "upload": Call("POST", "/attachments", (*CURATORS, *EXECUTORS, *EARLIER), changes=False),
    "fast-forward": Call(
        *("POST", "/fast-forward", SEEING, {"by": "PT1S"}, {"by": "PT0S"}),
        root="/training/messages",
        changes=False,
    ),
    "route": Call("POST", "/route", CURATORS, routing("sport"), {"bodies": []}, "routing"),
    "decline": Call("POST", "/decline", CURATORS, {"ground": "harm_to_person"}, {"ground": "boring"}),
    "close": Call("POST", "/close", CURATORS, {"reason": "deleted"}, {"reason": "late"}),
    "governor-report": Call("POST", "/governor-report", CURATORS, {"reason": "Важно."}, {"reason": " "}),
    "approve": Call("POST", "/drafts/{draft}/approve", CURATORS, stage="approval"),
    "rework": Call("POST", "/drafts/{draft}/rework", CURATORS, COMMENT, {"comment": ""}, "approval"),
    "contribution rework": Call(
        "POST", "/contributions/{contribution}/rework", CURATORS, COMMENT, {"comment": ""}
    ),
    "author-reply": Call("POST", "/author-reply", CURATORS, TEXT, {"text": ""}, "awaiting_author"),
    "return": Call("POST", "/return", EXECUTORS, {"reason": "Не наше."}, {"reason": ""}, out_of_turn=EARLIER),
    "contribute": Call(
        "POST", "/contributions", EXECUTORS, TEXT, {"text": ""}, "contribution", out_of_turn=EARLIER
    ),
    "draft": Call(
        "POST", "/drafts", EXECUTORS, {"kind": "answer", **TEXT}, {"kind": "poem"}, out_of_turn=EARLIER
    ),
    "withdraw": Call("DELETE", "/drafts/{draft}", EXECUTORS, stage="approval", out_of_turn=EARLIER),
    "publication": Call(
        "POST",
        "/publication",
        EXECUTORS,
        {"url": "https://vk.com/wall-1_2"},
        {"url": "vk.com"},
        "publication",
        out_of_turn=EARLIER,
    ),
    "link": Call(
        "POST",
        "/drafts/{draft}/link",
        (*CURATORS, *EXECUTORS),
        {"url": "https://vk.com/wall-1_3", "reason": "Другая запись."},
        {"url": "vk.com", "reason": "Другая запись."},
        "awaiting_final",
        out_of_turn=EARLIER,
    ),
    "resume": Call("POST", "/resume", CURATORS, stage="awaiting_author"),
    "reopen": Call("POST", "/reopen", (*CURATORS, "head"), {"reason": "Ошибка."}, {"reason": ""}, "declined"),
    "correct": Call(
        *("PATCH", "", CURATORS, {"author": "Житель Лежнева", "reason": "Опечатка."}),
        wrong={"reason": "Опечатка."},
    ),
    "note": Call(
        *("POST", "/notes", (*CURATORS, *EXECUTORS, *EARLIER, "head")),
        *({"text": "Снимок записи."}, {"text": ""}),
    ),
    "assign": Call(
        *("POST", "/assignee", EXECUTORS, {"person": "executor-sport"}, {"person": "governor"}),
        out_of_turn=EARLIER,
    ),
    "hand over": Call(
        *("POST", "/curator", (*CURATORS, "head"), {"person": "curator2"}, {"person": "executor-sport"})
    ),
    "referral": Call("POST", "/referral", (*CURATORS, "head"), {"to": "police"}, {"to": "nobody"}),
    "erasure": Call("POST", "/erasure", ("admin",), {"basis": "subject_request"}, {"basis": "whim"}),
}
SIGNALS = {
    "route": ("route",),
    "return_to_curator": ("return",),
    "contribute": ("contribute",),
    "submit_draft": ("draft",),
    "withdraw_draft": ("withdraw",),
    "approve": ("approve",),
    "send_for_rework": ("rework", "contribution rework"),
    "confirm_publication": ("publication",),
    "decline": ("decline",),
    "author_replied": ("author-reply",),
    "close_unanswered": ("close",),
    "report_to_governor": ("governor-report",),
    "correct_link": ("link",),
    "resume": ("resume",),
    "reopen": ("reopen",),
    "correct": ("correct",),
    "note": ("note",),
    "assign": ("assign",),
    "hand_over": ("hand over",),
    "refer": ("referral",),
}
"""Which calls send each signal."""
STAYING = ("report_to_governor", "correct_link", "correct", "note", "assign", "hand_over", "refer")
"""What moves no message to another stage."""


class General(NamedTuple):
    """A call that is not about one message."""

    method: str
    path: str
    may: tuple[str, ...]
    body: Callable[[], View] | None = None
    wrong: View | None = None
    status: int = 200


SIGNED_IN = tuple(role for role in PEOPLE if role != "nobody")
EVERYBODY = tuple(PEOPLE)


class OfAccount(NamedTuple):
    """A call about somebody's account: for the administrator alone, and 404 where there is no such person or thing."""

    method: str
    path: str
    body: View | None = None


OF_ACCOUNTS = {
    "end a sign-in": OfAccount("DELETE", "/people/governor/sign-ins/none"),
    "remove second factor": OfAccount("DELETE", "/people/governor/second-factor"),
    "read identity": OfAccount("GET", "/people/governor/identity"),
    "link identity": OfAccount("PUT", "/people/governor/identity", {"subject": "1"}),
    "unlink identity": OfAccount("DELETE", "/people/governor/identity"),
}
"""Nobody of the demo has any of these, and no provider is set: the administrator gets 404, everybody else 403."""


def an_absence() -> View:
    """Of someone nobody else asks about, long ago."""
    return {"from": "2026-01-12T09:00:00+03:00", "to": "2026-01-13T09:00:00+03:00", "substitute": "governor"}


GENERAL = {
    "me": General("GET", "/me", SIGNED_IN),
    "own sign-ins": General("GET", "/me/sign-ins", SIGNED_IN),
    "sign-ins": General("GET", "/people/governor/sign-ins", ("admin",)),
    "end sign-ins": General("DELETE", "/people/executor-heritage/sign-ins", ("admin",), status=204),
    # By the wall's clock nobody is absent today.
    "register": General("POST", "/messages", CURATORS[:2], registration, {"network": "pigeon"}, 201),
    "list": General("GET", "/messages", SIGNED_IN),
    "directory": General("GET", "/directory", SIGNED_IN),
    "preview": General("GET", "/limits/preview?detected_at=2026-11-23T09:00:00%2B03:00", SIGNED_IN),
    "notices": General("GET", "/notices", SIGNED_IN),
    "access": General("GET", "/access", ("admin",)),
    "absence": General(
        *("POST", "/people/executor-sport/absences", ("responsible", "admin"), an_absence, {}, 201)
    ),
}


def cells() -> list[Any]:
    return list(_cells())


def _cells() -> Iterator[Any]:
    """Every call with every role, and the status the contract gives them."""
    for name, call in CALLS.items():
        for role in PEOPLE:
            if role == "nobody":
                status = 401
            elif role in STRANGERS:
                status = 404
            elif role in call.may:
                status = 200
            else:
                status = 409 if role in call.out_of_turn else 403
            yield pytest.param(name, role, status, id=f"{name}-{role}-{status}")


# ---- messages in each stage


async def in_routing(office: Office) -> Case:
    """Routed, and returned by `sport`."""
    case = await contributed(office)
    await case.give_back()
    return case


async def in_contribution(office: Office) -> Case:
    """`sport` is to contribute, after `culture`."""
    case = await Case.begin(office, stretch=STRETCH)
    await case.route("culture", "sport", "digital")
    await case.contribute()
    return case


async def contributed(office: Office) -> Case:
    """`culture` has contributed, and `sport` drafts."""
    case = await Case.begin(office, stretch=STRETCH)
    await case.route("culture", "sport")
    await case.contribute()
    return case


async def in_approval(office: Office) -> Case:
    case = await contributed(office)
    await case.submit()
    return case


async def in_rework(office: Office) -> Case:
    case = await in_approval(office)
    await case.rework()
    return case


async def in_publication(office: Office) -> Case:
    case = await in_approval(office)
    await case.approve()
    return case


async def _published(office: Office, kind: str) -> Case:
    case = await contributed(office)
    await case.submit(kind)
    await case.approve()
    await case.publish()
    return case


async def awaiting_author(office: Office) -> Case:
    return await _published(office, "clarification")


async def awaiting_final(office: Office) -> Case:
    return await _published(office, "interim")


async def closed(office: Office) -> Case:
    return await _published(office, "answer")


async def declined(office: Office) -> Case:
    case = await contributed(office)
    await case.decline()
    return case


STAGES: dict[str, Callable[[Office], Awaitable[Case]]] = {
    "routing": in_routing,
    "contribution": in_contribution,
    "preparation": contributed,
    "approval": in_approval,
    "rework": in_rework,
    "publication": in_publication,
    "awaiting_author": awaiting_author,
    "awaiting_final": awaiting_final,
    "closed": closed,
    "declined": declined,
}


@pytest.fixture(scope="module", autouse=True)
async def absences(office: Office) -> None:
    """In the week of these messages two people are away."""
    for person, substitute in (
        ("curator2", "responsible-ecology"),
        ("executor-sport", "executor-ecology"),
    ):
        body = {
            "from": at("mon 08:00", stretch=STRETCH).isoformat(),
            "to": at("fri 20:00", stretch=STRETCH).isoformat(),
            "substitute": substitute,
        }
        taken(await office.post("admin", f"/people/{person}/absences", body), 201)


@pytest.fixture(scope="module")
async def shared(office: Office) -> dict[str, Any]:
    """One message in each stage, for what changes nothing."""
    cases = await asyncio.gather(*(begin(office) for begin in STAGES.values()))
    shared: dict[str, Any] = dict(zip(STAGES, cases, strict=True))
    for case in cases:
        # A closed message takes no file.
        if case.view["stage"] != Stage.CLOSED:
            shared[f"attachment of {case.id}"] = await case.attach()
    return shared


async def make(
    call: Call, case: Case, person: str | None, body: View | None, attachment: str = ""
) -> Response:
    if call is CALLS["upload"]:
        return await case.upload(person)
    path = call.path.format(
        draft=case.view["drafts"][-1]["id"] if case.view["drafts"] else "none",
        contribution=case.view["contributions"][-1]["id"] if case.view["contributions"] else "none",
        attachment=attachment,
    )
    return await case.office.call(person, call.method, f"{call.root}/{case.id}{path}", body)


# ---- the table


@pytest.mark.parametrize(("name", "role", "status"), cells())
async def test_the_table(office: Office, shared: dict[str, Any], name: str, role: str, status: int) -> None:
    call = CALLS[name]
    changes = status == 200 and call.method != "GET" and call.changes
    case = await STAGES[call.stage](office) if changes else shared[call.stage]
    attachment = shared[f"attachment of {case.id}"] if call.path.endswith("{attachment}") else ""
    answer = await make(call, case, PEOPLE[role], call.body, attachment)
    if status == 200:
        assert answer.status_code == 200, answer.text
    else:
        refused(answer, status)


@pytest.mark.parametrize("role", PEOPLE)
@pytest.mark.parametrize("name", [name for name in CALLS if CALLS[name].wrong])
async def test_a_wrong_body_is_told_only_to_whoever_may_act(
    shared: dict[str, Any], name: str, role: str
) -> None:
    call = CALLS[name]
    if role == "nobody":
        status = 401
    elif role in STRANGERS:
        status = 404
    else:
        status = 422 if role in (*call.may, *call.out_of_turn) else 403
    refused(await make(call, shared[call.stage], PEOPLE[role], call.wrong), status)
    # Also where the command would be refused for its stage: 422 comes before 409.
    refused(await make(call, shared["closed"], PEOPLE[role], call.wrong), status)


@pytest.mark.parametrize("role", PEOPLE)
@pytest.mark.parametrize("name", GENERAL)
async def test_the_table_of_other_calls(office: Office, name: str, role: str) -> None:
    call = GENERAL[name]
    person, body = PEOPLE[role], call.body() if call.body else None
    if role in call.may:
        done = await office.call(person, call.method, call.path, body)
        assert done.status_code == call.status, done.text
        if call.wrong is not None:
            refused(await office.call(person, call.method, call.path, call.wrong), 422)
        return
    status = 401 if role == "nobody" else 403
    refused(await office.call(person, call.method, call.path, body), status)
    refused(await office.call(person, call.method, call.path, call.wrong or {}), status)


@pytest.mark.parametrize("role", PEOPLE)
@pytest.mark.parametrize("name", OF_ACCOUNTS)
async def test_the_table_of_accounts(office: Office, name: str, role: str) -> None:
    call = OF_ACCOUNTS[name]
    status = {"nobody": 401, "admin": 404}.get(role, 403)
    refused(await office.call(PEOPLE[role], call.method, call.path, call.body), status)


@pytest.mark.parametrize("message", ["999999", "0", "-1", "01", "²", "1e3", "none", "9" * 30])
@pytest.mark.parametrize("name", CALLS)
async def test_a_message_that_is_not_there_is_404_to_everyone(
    office: Office, name: str, message: str
) -> None:
    call = CALLS[name]
    path = call.path.format(draft="none", contribution="none", attachment="none")
    for role, status in (("nobody", 401), ("curator", 404), ("executor", 404), ("admin", 404)):
        refused(
            await office.call(PEOPLE[role], call.method, f"{call.root}/{message}{path}", call.wrong), status
        )


# ---- what `allowed` says


@pytest.mark.parametrize("stage", STAGES)
async def test_allowed_names_exactly_the_commands_that_succeed(
    office: Office, shared: dict[str, Any], stage: str
) -> None:
    allowed = {role: await allowed_to(shared[stage], role) for role in SEEING}
    groups = (CURATORS, EXECUTORS, EARLIER, ("head",), ("admin",))
    assert allowed["admin"] == ["redact", "record_erasure"]
    for role in SEEING:
        alike = next((group[0] for group in groups if role in group), None)
        assert allowed[role] == (allowed[alike] if alike else []), role
    turns = asyncio.Semaphore(AT_ONCE)

    async def tried(role: str, signal: str) -> None:
        async with turns:
            await succeeds_only_if_allowed(
                office, shared[stage], stage, role, signal, signal in allowed[role]
            )

    # The responsible are told the same as the executors, and take the same way.
    roles = ("curator", "executor", "earlier executor", "head")
    await asyncio.gather(*(tried(role, signal) for role in roles for signal in SIGNALS))


async def allowed_to(case: Case, role: str) -> list[str]:
    names: list[str] = taken(await case.get(PEOPLE[role]))["allowed"]
    return names


async def succeeds_only_if_allowed(
    office: Office, shared: Case, stage: str, role: str, signal: str, allowed: bool
) -> None:
    case = await STAGES[stage](office) if allowed and signal not in STAYING else shared
    answers = [await make(CALLS[name], case, PEOPLE[role], CALLS[name].body) for name in SIGNALS[signal]]
    statuses = {answer.status_code for answer in answers}
    assert (200 in statuses) is allowed, (role, signal, [answer.text for answer in answers])
    assert statuses <= {200, 403, 404, 409}
