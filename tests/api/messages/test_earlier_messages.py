"""Earlier messages (cl. 16): likely ones are suggested; a body may read the one that its own repeats, no more."""

import pytest

from tests.api.messages.case import Case
from tests.api.messages.office import Office, refused, taken


@pytest.fixture
async def earlier(office: Office) -> Case:
    """Answered by `housing`."""
    case = await Case.begin(office, to=["housing"])
    await case.submit()
    return case


async def test_it_is_read_once_their_own_one_repeats_it_and_not_acted_on(
    office: Office, earlier: Case
) -> None:
    readers = ("executor-culture", "responsible-culture", "deputy-culture")
    later = await Case.begin(office)
    for person in readers:
        refused(await earlier.get(person), 404)
    await later.route("culture", repeats=earlier.id)
    for person in readers:
        shown = taken(await earlier.get(person))
        assert shown["drafts"][0]["text"] == earlier.draft["text"]
        assert shown["allowed"] == []
        assert taken(await earlier.get(person, "/journal"))["items"]
        taken(await earlier.get(person, "/similar"))
    for person in ("executor-sport", "deputy-social"):
        refused(await earlier.get(person), 404)
    draft = {"kind": "answer", "text": "Сделано."}
    refused(await earlier.post("executor-culture", "/drafts", draft), 403, "только читать")
    refused(await earlier.post("executor-culture", "/return", {"reason": "Не наше."}), 403)
    refused(await earlier.upload("executor-culture"), 403)
    listed = taken(await office.get("executor-culture", "/messages", q=f"№ {earlier.id}"))["items"]
    assert earlier.id not in [item["id"] for item in listed]


async def test_it_goes_with_the_turn_that_was_theirs(office: Office, earlier: Case) -> None:
    """A body that gave its message back still sees it, and what it repeats; one that had another does not."""
    later, other = await Case.begin(office), await Case.begin(office)
    await later.route("culture", repeats=earlier.id)
    await later.give_back()
    await later.route("sport", repeats=earlier.id)
    await other.route("health")
    for person in ("executor-culture", "executor-sport"):
        taken(await earlier.get(person))
    refused(await earlier.get("executor-health"), 404)
    await later.give_back()
    await later.route("sport")
    refused(await earlier.get("executor-sport"), 404)


async def test_it_is_not_handed_on_along_a_chain(office: Office) -> None:
    """What the earlier message itself repeats is not theirs."""
    first = await Case.begin(office)
    middle, later = await Case.begin(office), await Case.begin(office)
    await middle.route("housing", repeats=first.id)
    await later.route("culture", repeats=middle.id)
    taken(await middle.get("executor-culture"))
    refused(await first.get("executor-culture"), 404)


# ---- likely ones

COMPLAINT = (
    "На улице Радищева напротив дома 14 уже третью неделю не горят четыре фонаря, "
    "вечером дети идут из музыкальной школы в полной темноте."
)
EDITED = (
    "На улице Радищева напротив дома 14 третью неделю не горит четыре фонаря! "
    "Вечером дети идут из музыкальной школы в темноте."
)
OTHER = "В поликлинике на Ленина нет талонов к детскому неврологу до конца месяца, в регистратуре грубят."


@pytest.fixture(scope="module")
async def cases(office: Office) -> dict[str, Case]:
    return {
        name: await Case.begin(office, text=text)
        for name, text in (
            ("first", COMPLAINT),
            ("other", OTHER),
            ("edited", EDITED),
            ("later", COMPLAINT),
        )
    }


async def alike(cases: dict[str, Case], name: str, person: str = "curator") -> list[str]:
    names = {case.id: other for other, case in cases.items()}
    items = taken(await cases[name].get(person, "/similar"))["items"]
    return [names[item["id"]] for item in items]


async def test_the_most_alike_comes_first(cases: dict[str, Case]) -> None:
    assert await alike(cases, "later") == ["first", "edited"]
    assert await alike(cases, "other") == []
    found = taken(await cases["later"].get("curator", "/similar"))["items"]
    assert [item["similarity"] for item in found] == sorted(
        (item["similarity"] for item in found), reverse=True
    )
    assert found[0]["similarity"] == 100
    assert found[0]["text"] == COMPLAINT


async def test_of_those_the_caller_may_see(cases: dict[str, Case]) -> None:
    await cases["edited"].route("energy")
    await cases["later"].route("energy")
    assert await alike(cases, "later", "executor-energy") == ["edited"]
    assert await alike(cases, "edited", "executor-energy") == []
