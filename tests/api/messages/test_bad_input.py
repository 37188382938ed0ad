"""Bad input is 422: a problem in Russian that names the field, and nothing of it is stored."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from sqlalchemy import func
from sqlmodel import SQLModel, select

from store.commands.tables import CommandRow
from store.messages.tables import AttachmentRow, JournalRow, MessageRow, MessageTextRow
from store.people.tables import AbsenceRow
from tests.api.messages.case import Case, View, registration, routing
from tests.api.messages.conftest import Begin
from tests.api.messages.office import Office, refused
from tests.api.messages.week import at

LONGEST = 20_000
VKONTAKTE_TAKES = 4096
TOO_LONG = "я" * (LONGEST + 1)
STORED: tuple[type[SQLModel], ...] = (MessageRow, MessageTextRow, AttachmentRow, CommandRow, AbsenceRow)
MESSAGE, TRAINING = "/messages/{message}", "/training/messages/{message}"


class Form(NamedTuple):
    """A call with a body that would be taken; a body has what it may be sent without in `optional`."""

    person: str
    path: str
    body: View
    optional: tuple[str, ...] = ()
    method: str = "POST"


FORMS = {
    "register": Form(
        "curator",
        "/messages",
        registration(detected_at="2026-11-23T09:00:00+03:00", starts_at=at("mon 09:00").isoformat()),
        optional=("detected_at", "starts_at"),
    ),
    "route": Form(
        "curator",
        f"{MESSAGE}/route",
        routing("roads", reduced_term="PT4H", repeats="1"),
        optional=("reduced_term", "repeats"),
    ),
    "return": Form(
        "executor-roads",
        f"{MESSAGE}/return",
        {"reason": "Не наше.", "competent_body": "housing"},
        optional=("competent_body",),
    ),
    "draft": Form(
        "executor-roads",
        f"{MESSAGE}/drafts",
        {"kind": "answer", "text": "Сделано.", "measures": "Засыпали.", "attachments": []},
        optional=("measures", "attachments"),
    ),
    "rework": Form("curator", f"{MESSAGE}/drafts/{{draft}}/rework", {"comment": "Где?"}),
    "publication": Form("executor-roads", f"{MESSAGE}/publication", {"url": "https://vk.com/wall-1_1"}),
    "decline": Form("curator", f"{MESSAGE}/decline", {"ground": "harm_to_person"}),
    "close": Form("curator", f"{MESSAGE}/close", {"reason": "deleted"}),
    "correct": Form(
        "curator",
        MESSAGE,
        {"network": "forum", "topic": "potholes", "importance": "high", "reason": "Опечатка."},
        optional=("network", "topic", "importance"),
        method="PATCH",
    ),
    "assign": Form(
        "responsible-roads", f"{MESSAGE}/assignee", {"person": "executor-roads"}, optional=("person",)
    ),
    "fast-forward": Form(
        "curator", f"{TRAINING}/fast-forward", {"to": at("tue 12:00").isoformat()}, optional=("to",)
    ),
}
"""A form for each kind of field; that every command refuses a body it does not know, `tests/api/chance` asks."""

NOT_TEXT: tuple[Any, ...] = (7, True, ["текст"], {"ru": "текст"})
NOT_MOMENT: tuple[Any, ...] = ("2026-11-23T09:00:00", "", "2026-11-31T09:00:00+03:00", 1764000000, [])
NOT_DURATION: tuple[Any, ...] = ("", "4", 4, "04:00:00", "PT", "P1Y", "-PT1H", True)
NOT_LINK = (
    *(
        "",
        "vk.com/wall-1",
        "//vk.com/wall-1",
        "javascript:alert(1)",
        "https:///wall",
        "https://vk.com/wall 1",
    ),
    *("https://vk.com:порт/", "http://[::1/", "https://vk.com/\x00", "https://vk.com@example.ru/wall-1_2"),
)
NOT_LISTS: tuple[Any, ...] = ("roads", 7, {"0": "roads"}, [7], [["roads"]], [""], ["roads", "roads"])
BLANK = ("", " ", "\n\t ")
WRONG: dict[str, tuple[Any, ...]] = (
    dict.fromkeys(
        ("text", "author", "location", "measures", "comment", "reason"),
        (*NOT_TEXT, *BLANK, TOO_LONG, "нуль\x00"),
    )
    | dict.fromkeys(("network", "importance", "kind", "ground"), (*NOT_TEXT, "", "no-such"))
    | dict.fromkeys(
        ("topic", "repeats", "competent_body", "person"),
        (*NOT_TEXT, *BLANK, "no-such", "department", "нуль\x00"),
    )
    | dict.fromkeys(("detected_at", "starts_at", "to"), NOT_MOMENT)
    | dict.fromkeys(("by", "reduced_term"), NOT_DURATION)
    | dict.fromkeys(("bodies", "attachments"), NOT_LISTS)
    | {"url": (*NOT_TEXT, *NOT_LINK)}
)
"""Values that a field of this name cannot have in any form."""
NO_OBJECTS = (b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe", b"a=1", b"[" * 5000)


@pytest.fixture(scope="module")
async def message(office: Office) -> Case:
    """With `roads`, which has sent a draft and taken it back."""
    case = await Case.begin(office, to=["housing", "roads"])
    await case.contribute()
    await case.submit()
    await case.withdraw()
    await case.journal()
    return case


@pytest.fixture(autouse=True)
async def nothing_stored(office: Office, message: Case) -> AsyncIterator[None]:
    """Every table is after the test what it was before."""
    before = await counted(office, message)
    yield
    assert await counted(office, message) == before


async def counted(office: Office, message: Case) -> dict[str, int]:
    async with office.database.read() as session:
        of_message = JournalRow.message == int(message.id)
        journal = await session.exec(select(func.count()).select_from(JournalRow).where(of_message))
        return {"journal": journal.one()} | {
            str(table.__tablename__): (await session.exec(select(func.count()).select_from(table))).one()
            for table in STORED
        }


async def send(office: Office, message: Case, form: Form, body: object) -> Any:
    path = form.path.format(message=message.id, draft=message.draft["id"])
    return await office.call(form.person, form.method, path, body)


def assert_names(problem: View, field: str) -> None:
    """Some error is of the field, and the detail names it."""
    named = {item["field"] for item in problem["errors"]}
    assert any(name == field or name.startswith((f"{field}[", f"{field}.")) for name in named), problem
    assert field in problem["detail"]
    for item in problem["errors"]:
        assert any("а" <= letter <= "я" for letter in item["detail"].lower()), item


@pytest.mark.parametrize("name", FORMS)
async def test_a_wrong_value_is_refused_by_the_name_of_its_field(
    office: Office, message: Case, name: str
) -> None:
    form = FORMS[name]
    for field in form.body.keys() & WRONG.keys():
        for value in WRONG[field]:
            answer = await send(office, message, form, {**form.body, field: value})
            assert_names(refused(answer, 422), field)
    if name == "close":
        answer = await send(office, message, form, {"reason": "no-such"})
        assert_names(refused(answer, 422), "reason")


@pytest.mark.parametrize("name", FORMS)
async def test_a_field_that_is_missing_null_or_unknown_is_named(
    office: Office, message: Case, name: str
) -> None:
    form = FORMS[name]
    for field in set(form.body) - set(form.optional):
        left_out = {key: value for key, value in form.body.items() if key != field}
        assert_names(refused(await send(office, message, form, left_out), 422), field)
        assert_names(refused(await send(office, message, form, {**form.body, field: None}), 422), field)
    for field in ("priority", "stage", "id"):
        assert_names(refused(await send(office, message, form, {**form.body, field: "x"}), 422), field)


@pytest.mark.parametrize("name", FORMS)
async def test_a_body_that_is_no_object_is_refused(office: Office, message: Case, name: str) -> None:
    form = FORMS[name]
    path = form.path.format(message=message.id, draft=message.draft["id"])
    headers = {"Content-Type": "application/json"}
    for content in NO_OBJECTS:
        answer = await office.call(form.person, form.method, path, headers=headers, content=content)
        refused(answer, 422)


# ---- registration


def moment_problems() -> list[Any]:
    monday = at("mon 09:00")
    after = {
        "starts_at": monday.isoformat(),
        "detected_at": (monday + timedelta(seconds=1)).isoformat(),
    }
    future = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    return [
        pytest.param({"detected_at": future}, "detected_at", id="future"),
        pytest.param({"detected_at": "2018-12-31T12:00:00+03:00"}, "detected_at", id="before the calendar"),
        pytest.param({"starts_at": "9999-12-31T23:59:59-12:00"}, "starts_at", id="last year"),
        pytest.param(after, "detected_at", id="detected after the start"),
    ]


@pytest.mark.parametrize(("moments", "field"), moment_problems())
async def test_moments_a_message_cannot_have(office: Office, moments: View, field: str) -> None:
    answer = await office.post("curator", "/messages", registration(**moments))
    assert_names(refused(answer, 422), field)


# ---- routing


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"bodies": []}, "bodies"),
        ({"bodies": ["roads", "no-such-body"]}, "bodies"),
        ({"bodies": ["department"]}, "bodies"),
        ({"bodies": ["roads", "housing", "roads"]}, "bodies"),
        ({"reduced_term": "PT0S"}, "reduced_term"),
        ({"reduced_term": "PT9H"}, "reduced_term"),
        ({"reduced_term": "P4000000D"}, "reduced_term"),
        ({"repeats": "999999"}, "repeats"),
        ({"repeats": "01"}, "repeats"),
    ],
)
async def test_routing_names_what_is_in_the_directory_and_on_record(
    office: Office, message: Case, changed: View, field: str
) -> None:
    answer = await message.post("curator", "/route", routing(**changed))
    assert_names(refused(answer, 422), field)


class TestWithMessages:
    """What takes messages of its own; what is stored of those is not counted."""

    @pytest.fixture(autouse=True)
    def nothing_stored(self) -> None:
        """In place of the module's."""

    async def test_a_message_repeats_only_one_registered_earlier(self, begin: Begin) -> None:
        case, later = await begin(), await begin()
        for repeats in (case.id, later.id):
            answer = await case.post("curator", "/route", routing(repeats=repeats))
            assert_names(refused(answer, 422), "repeats")
        assert (await case.look())["stage"] == "routing"

    async def test_attachments_are_of_this_message(self, begin: Begin) -> None:
        case, other = await begin(), await begin()
        await case.route("roads", "housing")
        foreign, own = await other.attach(), await case.attach()
        for ids in ([foreign], [own, foreign], ["no-such-file"], [own, own]):
            body = {"text": "Сделаем.", "attachments": ids}
            problem = refused(await case.post("executor-roads", "/contributions", body), 422)
            assert_names(problem, "attachments")
        await case.contribute(attachments=[own])
        body = {"kind": "answer", "text": "Сделано.", "attachments": [foreign]}
        assert_names(refused(await case.post("executor-housing", "/drafts", body), 422), "attachments")
        assert await case.kinds() == ["registered", "route", "contribute"]

    async def test_texts_of_the_longest_length_are_taken(self, begin: Begin) -> None:
        longest = "я" * LONGEST
        case = await begin(text=longest, author=longest)
        await case.route("roads", "housing", location=longest[:500])
        await case.contribute(longest)
        await case.submit("answer", "Сделано.", measures=longest)
        await case.rework(longest)
        assert case.view["text"] == longest
        assert case.view["location"] == longest[:500]
        assert case.view["contributions"][0]["text"] == longest
        assert case.draft["measures"] == case.draft["comment"] == longest

    async def test_a_draft_is_no_longer_than_its_network_takes(self, begin: Begin) -> None:
        case = await begin(to=["roads"])
        # A network counts characters, and the end of a line once.
        fits = "🚧\r\n" * (VKONTAKTE_TAKES // 2)
        too_long = {"kind": "answer", "text": f"{fits}я"}
        problem = refused(await case.post("executor-roads", "/drafts", too_long), 422)
        assert_names(problem, "text")
        assert f"в знаках — {VKONTAKTE_TAKES + 1}," in problem["detail"]
        assert f"не более {VKONTAKTE_TAKES}" in problem["detail"]
        assert (await case.submit("answer", fits))["stage"] == "approval"
        await case.withdraw()
        # By the network as it was corrected.
        await case.correct(network="microblog", url="https://t.me/kineshma/17")
        body = {"kind": "answer", "text": "я" * VKONTAKTE_TAKES}
        assert_names(refused(await case.post("executor-roads", "/drafts", body), 422), "text")


# ---- training and queries


async def test_the_clock_moves_by_a_duration_or_to_a_moment(office: Office, message: Case) -> None:
    path = f"/training/messages/{message.id}/fast-forward"
    for body in ({}, {"by": "PT1H", "to": "2026-11-23T09:00:00+03:00"}, {"by": "PT0S"}, {"by": "P4000D"}):
        refused(await office.post("curator", path, body), 422)


async def test_the_clock_never_goes_back(office: Office, message: Case) -> None:
    for moment in (at("mon 08:00"), datetime.now(UTC), at("mon 09:00")):
        path = f"/training/messages/{message.id}/fast-forward"
        answer = await office.post("curator", path, {"to": moment.isoformat()})
        assert_names(refused(answer, 422), "to")


async def test_a_wrong_parameter_is_named(office: Office, message: Case) -> None:
    for path, field, value in (
        ("/messages", "cursor", "-1"),
        ("/messages", "q", "нуль\x00"),
        (f"/messages/{message.id}/journal", "cursor", "abc"),
        ("/notices", "cursor", "abc"),
    ):
        assert_names(refused(await office.get("curator", path, **{field: value}), 422), field)
