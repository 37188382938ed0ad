"""People told and named while others are away (cl. 6, 20); notices of one message never contradict."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.api.messages.case import Case, View
from tests.api.messages.office import Office, taken

STRETCH = 4
DRAFT = {"kind": "answer", "text": "Запись к врачу открыта."}


@asynccontextmanager
async def away(
    office: Office, case: Case, person: str, substitute: str | None, start: str
) -> AsyncIterator[None]:
    """From a moment on the message's own clock to the evening of the next day."""
    body = {"from": case.moment(start).isoformat(), "to": case.moment("tue 20:00").isoformat()}
    absences = f"/people/{person}/absences"
    absence = taken(await office.post("admin", absences, body | {"substitute": substitute}), 201)
    yield
    assert (await office.call("admin", "DELETE", f"{absences}/{absence['id']}")).status_code == 204


async def begin(office: Office, person: str = "curator") -> Case:
    return await Case.begin(office, stretch=STRETCH, person=person)


async def said(case: Case, person: str, kind: str, limit: str | None = None) -> list[str]:
    """The texts of what somebody was told, as they are read."""
    found = [item for item in await case.notices(person, kind) if limit in (None, item["limit"])]
    return [item["text"].replace("\u00a0", " ") for item in found]


def who(charged: list[View]) -> list[tuple[str | None, str | None, str | None]]:
    return [(item["body"], item["person"], item["acting_for"]) for item in charged]


async def kinds(case: Case, person: str) -> list[tuple[str, str | None]]:
    """What somebody was told, the first one first, each with in whose place."""
    return [(item["kind"], item["acting_for"]) for item in (await case.notices(person))[::-1]]


# ---- late through no fault of one's own


async def test_whoever_gets_a_message_too_late_reads_twice_that_it_is_not_their_breach(
    office: Office,
) -> None:
    case = await begin(office)
    await case.at("tue 09:25")
    await case.route("health")
    await case.at("tue 10:00")
    (assigned,) = await said(case, "executor-health", "assigned")
    assert "до направления; нарушением органа не считается" in assigned
    for person in ("executor-health", "responsible-health"):
        (late,) = await said(case, person, "breach", "answer")
        assert "Нарушение учтено: куратор Соколова В. А. — срок направления превышен на " in late
        assert late.endswith("За вашим органом нарушение срока ответа не учтено.")
        assert "Не представлен" not in late
    (of_curator,) = await said(case, "curator", "breach", "answer")
    assert "не учтено" not in of_curator
    assert await said(case, "deputy-social", "escalation", "answer") == []
    (above,) = await said(case, "head", "escalation", "answer")
    assert above.endswith("Основание: пункт 20 Положения.")
    assert who(case.run("answer")["charged"]) == [(None, "curator", None)]
    page = await office.browse("head", f"/messages/{case.id}?journal=whole")
    shown = page.text.replace("\u00a0", " ")
    assert "Зафиксировано нарушение срока" in shown
    assert "учтено за куратором Соколовой В. А. — срок направления превышен на " in shown


# ---- absent


async def test_what_goes_to_an_executor_absent_without_a_substitute_goes_to_the_responsible(
    office: Office,
) -> None:
    case = await begin(office)
    async with away(office, case, "executor-health", None, "mon 09:00"):
        await case.route("health")
        await case.at("mon 14:46")
        assert await kinds(case, "executor-health") == []
        assert await kinds(case, "responsible-health") == [
            ("assigned", "executor-health"),
            ("warning", "executor-health"),
            ("breach", None),
        ]
        (above,) = await said(case, "deputy-social", "escalation", "draft")
        assert (
            "не соблюдён Департаментом здравоохранения (ответственным должностным лицом Субботиным Н. А.), истёк"
            in above
        )
        assert who(case.run("draft")["charged"]) == [("health", "responsible-health", None)]
        taken(await case.post("responsible-health", "/drafts", DRAFT))
