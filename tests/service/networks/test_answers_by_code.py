"""Every error of each network, once before it has done what it was asked and once after: one outcome each.

An answer is published once, or handed back with what to do; that takes ten minutes at the most.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete

from service.networks.platforms.accounts import Account
from service.networks.platforms.meanings import meanings_of
from service.networks.platforms.port import Fault
from store.commands import outbox
from store.database.engines import Database
from store.migrations.schema import migrate
from store.networks import publications
from store.networks.tables import NetworkUseRow
from tests.fake_network import FakeAccounts
from tests.networks.bench import Bench
from tests.networks.benches import OfMax, OfTelegram, OfVkontakte, OfYouTube
from tests.networks.control import Control
from tests.networks.max import stand_in as mx
from tests.networks.served import Asked, Said, served
from tests.networks.telegram import stand_in as tg
from tests.networks.trouble import Troubled
from tests.networks.vkontakte import stand_in as vk
from tests.networks.youtube import stand_in as yt
from tests.service.networks.pressed import Pressed, add_roads

AT_THE_LATEST = timedelta(minutes=10)
ANY: Mapping[str, Said | None] = {
    "hangs up": None,
    "http 502": Said(502, b"<html>"),
    "garbage": Said(200, b"?"),
    "odd": Said.of_json({"odd": 1}),
}
"""What every network may come to."""


@dataclass
class Rig:
    """A network that runs, whose writing calls fail as they are told to."""

    bench: Bench[Any]
    writes: Callable[[Asked], bool]
    codes: Mapping[str, Said | None]
    retried: frozenset[str]
    """After which a second try is made within the time."""
    before_alone: frozenset[str] = frozenset()
    """What it says of itself that it did not do, and that nobody can look after."""


def _one_of_each(platform: str) -> list[str]:
    """A code for each thing that codes of this network mean; those of one meaning are one entry of its table."""
    codes = [code for code in meanings_of(platform).by_code if " " not in code and code != "other"]
    return [*{id(meanings_of(platform).by_code[code]): code for code in reversed(codes)}.values()]


def _vkontakte() -> Rig:
    numbers = map(int, _one_of_each("vkontakte"))
    return Rig(
        OfVkontakte(network=vk.Vkontakte()),
        lambda asked: asked.path.endswith("wall.createComment"),
        {**ANY, **{str(code): vk._error(code, "told to", {}) for code in (*numbers, 9999)}},
        frozenset({"1", "6", "32"}),
    )


def _youtube() -> Rig:
    busy = {"processingFailure"}
    reasons = (*_one_of_each("youtube"), "somethingNew")
    return Rig(
        OfYouTube(network=yt.YouTube()),
        lambda asked: asked.method == "POST" and asked.path.endswith("comments"),
        {**ANY, **{reason: yt._error(503 if reason in busy else 403, reason) for reason in reasons}},
        frozenset({*busy, "rateLimitExceeded"}),
    )


def _max() -> Rig:
    codes: dict[str, Said | None] = {
        f"{status} {code}": mx.refusal(status, code)
        for status, code in (
            *((400, "proto.payload"), (401, "verify.token"), (403, "chat.denied")),
            *((403, "comments.disabled"), (404, "not.found"), (422, "x"), (429, ""), (500, ""), (503, "")),
        )
    }
    codes["429 for an hour"] = Said.of_json({}, 429, Retry_After="3600")
    codes["success false"] = Said.of_json({"success": False, "code": "x", "message": "no"})
    now = int(datetime.now(UTC).timestamp() * 1000)
    return Rig(
        OfMax(network=mx.MaxStandIn(now=now, comments={})),
        lambda asked: asked.method == "POST",
        {**ANY, **codes},
        frozenset({"429 ", "500 ", "503 "}),
    )


def _telegram() -> Rig:
    codes = {
        f"{code} {words}": tg.refusal(code, words, **parameters)
        for code, words, parameters in (
            (400, "Bad Request: message to be replied not found", {}),
            (400, "Bad Request: message is too long", {}),
            (400, "Bad Request: PHOTO_INVALID_DIMENSIONS", {}),
            (400, "Bad Request: not enough rights to send text messages", {}),
            (400, "Bad Request: something new", {}),
            (401, "Unauthorized", {}),
            (403, "Forbidden: bot was kicked from the supergroup chat", {}),
            (404, "Not Found", {}),
            (409, "Conflict: terminated by other getUpdates request", {}),
            (413, "Request Entity Too Large", {}),
            (429, "Too Many Requests: retry after 7", {"retry_after": 7}),
            (429, "Too Many Requests: retry after 3600", {"retry_after": 3600}),
        )
    }
    unsure = {"500 Internal Server Error": tg.refusal(500, "Internal Server Error")}
    return Rig(
        OfTelegram(network=tg.TelegramStandIn()),
        lambda asked: asked.path.endswith("/sendMessage"),
        {**ANY, **codes, **unsure},
        frozenset(code for code in codes if code.startswith("409") or code.endswith("retry after 7")),
        before_alone=frozenset(codes),
    )


RIGS = {"vkontakte": _vkontakte, "youtube": _youtube, "max": _max, "telegram": _telegram}


@pytest.fixture(scope="module")
async def database(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Database]:
    """One for all of them: each answer has a message of its own."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('by-code')}/by-code.db")
    await migrate(database)
    async with database.write() as session:
        await add_roads(session)
    yield database
    await database.dispose()


numbers = iter(range(1, 10_000))


class _Paced(Pressed):
    """By a clock that runs ahead of the network's, which counts calls by its own."""

    stand_in: Control

    def worker(self) -> Any:
        self.stand_in.forget_pace()
        return super().worker()


@asynccontextmanager
async def _run(rig: Rig) -> AsyncIterator[tuple[Troubled, str]]:
    """The network with trouble before it, and a post of its own."""
    troubled = Troubled(rig.bench.network, rig.writes)
    async with served(troubled) as rig.bench.network.base:
        yield troubled, rig.bench.post()


async def _answered(
    rig: Rig, database: Database, troubled: Troubled, post: str, trouble: tuple[Said | None, bool]
) -> tuple[_Paced, int]:
    """What one press comes to, and how many answers stand then."""
    accounts, key, adapter = FakeAccounts(), replace(rig.bench.key, id="key-1"), rig.bench.adapter
    accounts.known = [Account(key.id, "roads", adapter.platform, key.own_page, None, lambda: key)]
    async with database.write() as session:
        await session.exec(delete(NetworkUseRow))  # of the key, by the answers before
    case = _Paced(database, adapter, accounts, number=next(numbers), at=datetime.now(UTC))
    case.stand_in = rig.bench.network
    await case.press(rig.bench.comment(post, "Яма"))
    stood = len(rig.bench.answers())
    troubled.next.append(trouble)
    await case.until_over()
    assert not troubled.next
    return case, len(rig.bench.answers()) - stood


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("name", RIGS)
async def test_every_error_ends_in_one_outcome(database: Database, name: str, after: bool) -> None:
    rig = RIGS[name]()
    wrong: dict[str, object] = {}
    async with _run(rig) as (troubled, post):
        for code, said in rig.codes.items():
            if after and code in rig.before_alone:
                continue
            case, standing = await _answered(rig, database, troubled, post, (said, after))
            row, command = await case.row(), await case.command()
            given = command.payload
            published = row.state == publications.PUBLISHED
            one_outcome = command.status == outbox.TAKEN and (
                (given["url"] is not None, given["obstacle"] is None) == (published, published)
            )
            told = published or (
                "Разместите ответ вручную" in given["obstacle"] and "повторит" not in given["obstacle"]
            )
            unseen = not case.adapter.traits.finds_own and row.unsure
            once = standing == published or (unseen and "Сначала откройте" in given["obstacle"])
            if not (one_outcome and told and once and case.now - case.asked_at <= AT_THE_LATEST):
                wrong[code] = (row.state, standing, given["obstacle"], case.now - case.asked_at)
            if not (unseen or published == (after or code in rig.retried or code in ANY)):
                wrong[code] = (row.state, "expected otherwise", given["obstacle"])
    assert wrong == {}


@pytest.mark.parametrize(("code", "fault"), [("29", Fault.LATER), ("223", Fault.PERSON)])
async def test_what_asks_for_an_hour_is_handed_back_by_the_first_step(
    database: Database, code: str, fault: Fault
) -> None:
    rig = RIGS["vkontakte"]()
    assert meanings_of("vkontakte").by_code[code].fault is fault
    async with _run(rig) as (troubled, post):
        case, standing = await _answered(rig, database, troubled, post, (rig.codes[code], False))
    assert (case.steps, standing) == (1, 0)
