"""Rises of activity on topics (cl. 21): told once, at once, to head and Governor; listed with their messages; over."""

from datetime import timedelta
from typing import Any

from tests.api.messages.apart import installation, office
from tests.api.messages.case import Case
from tests.api.messages.office import Office, refused, taken
from tests.api.messages.shape import moment
from tests.api.messages.week import at

__all__ = ["installation", "office"]
# An installation of these tests alone: what others register would be seen here.

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def messages(
    office: Office, topic: str, count: int, *places: str, detected: str = "mon 10:00"
) -> list[Case]:
    """Registered and routed, detected at one moment, in these places by turns."""
    found = []
    for number in range(count):
        case = await Case.begin(office, detected, detected=detected)
        await case.route(topic=topic, location=places[number % len(places)])
        found.append(case)
    return found


async def listed(office: Office, topic: str, person: str = "governor") -> list[dict[str, Any]]:
    items = taken(await office.get(person, "/surges"))["items"]
    return [item for item in items if item["topic"] == topic]


async def told(office: Office, title: str, person: str = "governor") -> list[dict[str, Any]]:
    items = taken(await office.get(person, "/notices", limit=200))["items"]
    return [item for item in items[::-1] if item["kind"] == "surge" and f"«{title}»" in item["text"]]


async def topics(office: Office) -> dict[str, str]:
    directory = taken(await office.get("curator", "/directory"))
    return {topic["key"]: topic["title"] for topic in directory["topics"]}


async def test_a_surge_is_told_once_at_once_goes_on_and_is_over(office: Office) -> None:
    title = (await topics(office))["potholes"]
    cases = await messages(
        office, "potholes", 5, "г. Кинешма, ул. Советская", "КИНЕШМА", "г. Шуя", "Вичуга", "с. Решма"
    )
    numbers = [case.id for case in cases]
    assert await office.drive("surge", at("mon 09:59")) == 0
    assert await listed(office, "potholes") == []

    seen_at = at("mon 22:00")
    assert await office.drive("surge", seen_at) == 1
    (surge,) = await listed(office, "potholes")
    assert (surge["location"], surge["count"], surge["usual"], surge["messages"]) == (None, 5, 0, numbers)
    assert moment(surge["began_at"]) == at("mon 10:00")
    assert surge["over_at"] is None
    (notice,) = await told(office, title)
    assert notice["text"].endswith(f"Сообщения: {', '.join(f'№ {number}' for number in numbers)}.")
    assert moment(notice["at"]) == seen_at  # in the evening: at once
    assert notice["message"] is None
    assert [item["text"] for item in await told(office, title, "head")] == [notice["text"]]

    await office.drive("surge", seen_at)
    await office.drive("surge", seen_at + HOUR)
    assert await told(office, title) == [notice]

    # The day after it still goes on for some hours: told once more, from the opening on.
    await office.drive("surge", at("tue 00:30"))
    await office.drive("surge", at("tue 00:35"))
    first, second = await told(office, title)
    assert first == notice
    assert "продолжается" in second["text"]
    assert moment(second["at"]) == at("tue 09:00")

    # A pause of less than a day ends nothing.
    await office.drive("surge", at("wed 09:59"))
    (surge,) = await listed(office, "potholes")
    assert (moment(surge["last_seen_at"]), surge["over_at"]) == (at("tue 10:00"), None)
    assert await office.drive("surge", at("wed 10:00")) == 1
    (surge,) = await listed(office, "potholes")
    assert moment(surge["over_at"]) == at("wed 10:00")
    assert surge["messages"] == numbers
    assert len(await told(office, title)) == 3
    assert "прекратилась" in (await told(office, title))[-1]["text"]
    assert await office.drive("surge", at("wed 10:05")) == 0
    assert len(await told(office, title)) == 3


async def test_one_locality_is_told_of_and_not_the_topic_too(office: Office) -> None:
    title = (await topics(office))["street-lighting"]
    cases = await messages(
        office, "street-lighting", 6, "г. Кинешма, ул. Советская", "Кинешма", "кинешма , Мира 5"
    )
    await office.drive("surge", at("mon 12:00"))
    surges = {item["location"]: item for item in await listed(office, "street-lighting", "curator")}
    assert set(surges) == {None, "Кинешма"}
    assert surges["Кинешма"]["count"] == surges[None]["count"] == 6
    assert (moment(surges["Кинешма"]["told_at"]), surges[None]["told_at"]) == (at("mon 12:00"), None)
    (notice,) = await told(office, title)
    assert "», город Кинешма: 6 сообщений за сутки" in notice["text"]

    # Elsewhere it rises as well: now the topic is news.
    await messages(
        office, "street-lighting", 5, "Шуя", "Вичуга", "Родники", "Тейково", "Пучеж", detected="mon 13:00"
    )
    await office.drive("surge", at("mon 14:00"))
    assert ["Кинешма" in item["text"] for item in await told(office, title)] == [True, False]

    # The list that a surge opens is its messages, for whoever may see it.
    for person in ("curator", "head", "governor", "deputy-policy"):
        found = taken(await office.get(person, "/messages", surge=surges["Кинешма"]["id"]))
        assert sorted(item["id"] for item in found["items"]) == sorted(case.id for case in cases)
    refused(await office.get("curator", "/messages", surge="0"), 422)


async def test_a_curator_who_routes_reads_that_the_topic_has_a_surge(office: Office) -> None:
    await messages(office, "yards", 5, "Шуя", "Вичуга", "Родники", "Тейково", "Пучеж")
    await office.drive("surge", at("mon 12:00"))
    case = await Case.begin(office, "mon 12:00")
    for topic, told_of in (("yards", True), ("parks", False)):
        part = await office.browse("curator", f"/messages/{case.id}/similar?topic={topic}")
        assert ("Повышенная активность по теме: <a href=" in part.text) == told_of, part.text


async def test_the_governor_is_told_at_once_of_what_a_curator_reports(office: Office) -> None:
    case = await Case.begin(office, "sat 20:00", detected="sat 20:00")
    title = (await topics(office))["cold-water"]
    await case.route(topic="cold-water", location="г. Шуя, ул. Ленина, 5, кв. 3")
    await case.step("curator", "/governor-report", {"reason": "Без воды больница."})
    (report,) = await case.notices("governor", "governor_report")
    assert moment(report["at"]) - at("sat 20:00") < HOUR
    assert report["message"] == case.id
    assert report["text"].startswith(
        f"Сообщение № {case.id} (ВКонтакте) носит социально и общественно значимый"
    )
    assert report["text"].endswith(
        f"Тема: {title}. Локация: Шуя. Исполнитель: Департамент дорожного хозяйства и транспорта."
    )
    for secret in ("Ленина", case.view["author"], case.view["text"], "больница"):
        assert secret not in report["text"]
