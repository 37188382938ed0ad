"""A body goes to another overseer: who had it keeps what they were told of, who takes it over is told from then on."""

from httpx import Response

from store.directory import change as directory_change
from store.people.dated_values import EffectiveDate
from tests.api.messages.apart import installation, office
from tests.api.messages.case import Case, View
from tests.api.messages.office import Office, refused, taken

__all__ = ["installation", "office"]
# An installation of these tests alone: who oversees a body changes here.


async def late(office: Office, starts: str, until: str) -> Case:
    case = await Case.begin(office, starts, to=["roads"])
    await case.at(until)
    return case


async def hand_over(office: Office, body: str, former: str, overseer: str) -> None:
    async with office.database.write(alone=True) as session:
        given = await directory_change.whole(session, everybody=True)
        overseen = {
            person.key: tuple(key for key in person.oversees if (person.key, key) != (former, body))
            + ((body,) if person.key == overseer else ())
            for person in given.people
        }
        people = tuple(
            person.model_copy(update={"oversees": overseen[person.key]}) for person in given.people
        )
        given = given.model_copy(update={"people": people})
        await directory_change.replace(session, given, EffectiveDate.at_once())


async def register(office: Office, person: str) -> dict[str, View]:
    items = taken(await office.get(person, "/shortcomings"))["items"]
    return {item["message"]: item for item in items}


async def note_measures(office: Office, person: str, shortcoming: View) -> Response:
    path = f"/shortcomings/{shortcoming['id']}/measures"
    return await office.call(person, "PUT", path, {"text": "Проведена беседа."})


async def test_who_was_told_reads_and_answers_for_it_when_another_oversees_the_body(office: Office) -> None:
    before = await late(office, "mon 09:00", "mon 14:45")
    assert len(await before.notices("deputy", "escalation")) == 1
    untold = await Case.begin(office, "mon 09:00", to=["roads"])

    await hand_over(office, "roads", "deputy", "deputy-culture")
    after = await late(office, "tue 09:00", "tue 14:45")

    assert len(await after.notices("deputy-culture", "escalation")) == 1
    assert await after.notices("deputy") == []
    theirs = await register(office, "deputy")
    assert (before.id in theirs, after.id in theirs) == (True, False)
    for path in ("", "/journal"):
        taken(await before.get("deputy", path))
        refused(await after.get("deputy", path), 404)
        refused(await untold.get("deputy", path), 404)
    noted = taken(await note_measures(office, "deputy", theirs[before.id]))
    assert noted["measures"] == "Проведена беседа."
    taken_over = await register(office, "deputy-culture")
    assert {before.id, after.id} <= taken_over.keys()
    assert {before.id, after.id} <= (await register(office, "head")).keys()
    refused(await note_measures(office, "deputy", taken_over[after.id]), 404)


async def test_an_office_that_was_left_lets_nobody_act(office: Office) -> None:
    case = await late(office, "mon 09:00", "mon 14:45")
    assert await case.notices("deputy-culture", "escalation")
    await hand_over(office, "roads", "deputy-culture", "deputy")
    taken(await case.get("deputy-culture"))
    assert (await case.get("deputy-culture")).json()["allowed"] == []
