"""One press of the executor: published from the body's account, confirmed by the road, and never twice."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from service.networks.platforms import registry
from service.networks.platforms.port import Ability, Fault, NetworkRefusalError, Platform
from tests.api.messages.apart import installation
from tests.api.messages.case import Case
from tests.api.messages.office import Installation, Office, refused, taken
from tests.api.messages.pictures import PNG
from tests.fake_network import OWN_PAGE, FakeNetwork

__all__ = ["installation"]

PRESS = "/publication/from-account"


@pytest.fixture(scope="module", autouse=True)
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeNetwork]:
    """What the installation takes for ВКонтакте."""
    network = FakeNetwork(tmp_path_factory.mktemp("network") / "comments")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(registry._MADE, Platform.VKONTAKTE, lambda _settings: network)
        yield network


@pytest.fixture(scope="module")
async def office(network: FakeNetwork, installation: Installation) -> AsyncIterator[Office]:
    account = {"network": "vkontakte", "body": "roads", "url": OWN_PAGE}
    async with installation.office() as office:
        key = {"credentials": {"access_token": "secret"}}
        taken(await office.post("admin", "/accounts", account | key), 201)
        yield office


@pytest.fixture(autouse=True)
def clean(network: FakeNetwork) -> None:
    network.keep([])
    network.calls.clear()
    for wrong in (network.faults, network.after, network.finding):
        wrong.clear()
    network.abilities, network.names_answers = frozenset(Ability), False
    network.attachments = {"image": 2**20}


Approved = Callable[..., Awaitable[Case]]


@pytest.fixture
def approved(office: Office) -> Approved:
    """A message whose answer is approved, and not published yet."""

    async def approved(body: str = "roads", **draft: object) -> Case:
        case = await Case.begin(office, to=[body])
        await case.submit("answer", "Яму засыпали сегодня утром.", **draft)
        await case.approve()
        return case

    return approved


async def test_one_press_publishes_and_confirms(approved: Approved, network: FakeNetwork) -> None:
    case = await approved()
    refused(await case.post("executor-health", PRESS), 404)
    page = await case.page("executor-roads")
    assert 'aria-label="Разместить от имени органа"' in page
    assert 'aria-label="Подтвердить размещение"' in page
    assert "Разместить от имени органа" not in await case.page("curator")
    network.abilities = frozenset({Ability.READ, Ability.VERIFY})
    assert "Разместить от имени органа" not in await case.page("executor-roads")
    network.abilities = frozenset(Ability)
    key = uuid4().hex
    # Of two presses at once one publishes.
    first, second = await asyncio.gather(
        case.post("executor-roads", PRESS, key=key), case.post("responsible-roads", PRESS)
    )
    assert sorted((first.status_code, second.status_code)) == [200, 409]
    (comment,) = network.comments
    assert (comment["text"], comment["post"]) == ("Яму засыпали сегодня утром.", case.view["url"])
    view = await case.look()
    assert (view["stage"], view["outcome"]) == ("closed", "answered")
    assert (case.draft["status"], case.draft["published_url"]) == ("published", comment["url"])
    row = next(row for row in await case.journal() if row["kind"] == "confirm_publication")
    assert row["person"] == ("executor-roads" if first.status_code == 200 else "responsible-roads")
    # Repeated under its key it tells the same, and publishes nothing.
    again = await case.post("executor-roads", PRESS, key=key)
    assert again.status_code == first.status_code
    assert network.calls.count("publish") == 1
    refused(await case.post("executor-roads", PRESS), 409, "закрыто")


async def test_a_lost_reply_is_told_by_the_key_once_it_is_known(
    approved: Approved, network: FakeNetwork
) -> None:
    case = await approved()
    network.after = [NetworkRefusalError(Fault.UNKNOWN, "Связь с сетью прервалась.", code="lost")]
    key = uuid4().hex
    case.office.worker_is_there = False
    try:
        first = await case.post("executor-roads", PRESS, key=key)
        body = taken(first, 202)
        assert body["status"] == "taken"
        # Meanwhile a second press, by whomever, changes nothing.
        refused(await case.post("responsible-roads", PRESS, key=uuid4().hex), 409, "уже размещается")
        page = await case.page("executor-roads")
        assert "Ответ размещается от имени органа" in page
        # By hand beside it there would be two answers: the way is open, and not laid out.
        assert "Или вручную" not in page
        assert 'popovertarget="by-hand">Подтвердить размещение' in page
        assert 'action="/messages/' + case.id + '/from_account"' not in page
    finally:
        case.office.worker_is_there = True
    done = taken(await case.post("executor-roads", PRESS, key=key))
    assert done["outcome"] == "answered"
    assert len(network.comments) == 1
    assert network.asked == ["publish", "find_own"]


async def test_without_an_account_it_is_done_by_hand(approved: Approved, network: FakeNetwork) -> None:
    case = await approved()
    await case.withdraw()
    refused(await case.post("executor-roads", PRESS), 409, "Ожидается")
    case = await approved("housing")
    refused(await case.post("executor-housing", PRESS), 409, "нет подключённого аккаунта", "вручную")
    assert "Разместить от имени органа" not in await case.page("executor-housing")
    assert network.asked == []


async def test_files_go_with_it_or_are_left_only_by_who_says_so(
    approved: Approved, network: FakeNetwork, office: Office
) -> None:
    case = await Case.begin(office, to=["roads"])
    file = await case.attach("executor-roads", PNG)
    await case.submit("answer", "Засыпали, снимок приложен.", attachments=[file])
    await case.approve()
    network.attachments = {}
    refused(await case.post("executor-roads", PRESS), 409, "Вложения", "вручную")
    assert "Вложения ответа сеть от программы не принимает. Будет размещён" in await case.page(
        "executor-roads"
    )
    network.attachments = {"image": 10}
    refused(await case.post("executor-roads", PRESS), 409, "Вложение больше", "вручную")
    network.attachments = {"image": 2**20}
    taken(await case.post("executor-roads", PRESS))
    assert [item["files"] for item in network.comments] == ["image/png"]


async def away(_message: int, _draft: str, **_how: object) -> None:
    """In the place of a start: Temporal takes nothing, or no worker takes what it has."""


@pytest.mark.parametrize("in_time", [True, False], ids=["begun again", "handed back"])
async def test_what_nobody_looks_after_is_begun_again_or_handed_back_within_ten_minutes(
    approved: Approved, network: FakeNetwork, monkeypatch: pytest.MonkeyPatch, in_time: bool
) -> None:
    case = await approved()
    service = case.office.service.networks.from_account
    key = uuid4().hex
    case.office.worker_is_there = False
    with monkeypatch.context() as patch:
        patch.setattr(service, "start", away)
        taken(await case.post("executor-roads", PRESS, key=key), 202)
        if not in_time:
            await service.start_unserved(datetime.now(UTC) + timedelta(minutes=8))
            taken(await case.post("executor-roads", PRESS, key=key), 202)
            await service.start_unserved(datetime.now(UTC) + timedelta(minutes=10))
    case.office.worker_is_there = True
    assert network.asked == []
    if in_time:
        await service.start_unserved(datetime.now(UTC) + timedelta(minutes=2))
        assert taken(await case.post("executor-roads", PRESS, key=key))["outcome"] == "answered"
        assert len(network.comments) == 1
    else:
        again = await case.post("executor-roads", PRESS, key=key)
        refused(again, 409, "часть её не работает", "вручную")
        assert network.asked == []
        assert {notice["kind"] for notice in await case.notices("executor-roads")} >= {"publication_failed"}
