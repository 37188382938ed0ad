"""Notices through channels: in order, at their time, once, whatever the other side does."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from calendar_rules.regulation import order_238
from calendar_rules.vocabulary import NoticeKind
from service.notices import mail
from service.notices.deliveries import Deliveries
from service.notices.seal import ChannelSeal
from settings import Settings
from store.database.columns import ERASED
from store.database.engines import Database
from store.notices import channels, deliveries
from store.notices.tables import ChannelRow, DeliveryRow
from store.people.tables import PersonRow
from tests.databases import on_both
from tests.mail_server import HANG_UP, STALL, MailServer, mail_server
from tests.message_row import message_row
from tests.rows import add_office, all_of, notice_row
from tests.rules_given import plain
from workflows.office import Portion

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
OBLIGATORY = frozenset(order_238().readings.notices.obligatory)
MAIL = "mailto:roads@region.test"


@pytest.fixture
async def database(database: Database) -> Database:
    async with database.write() as session:
        await add_office(session, {"roads": [], "head": []})
        for number in (1, 2, 3):
            session.add(message_row(number, NOW))
    return database


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with mail_server() as server:
        yield server


class _OpenSeal(ChannelSeal):
    def __init__(self) -> None:
        pass

    def opened(self, sealed: str, person: str) -> str:
        return sealed.removeprefix("sealed ")


@dataclass
class Office:
    """An installation whose clock stands still until it is moved; what delivers can be killed and begun again."""

    database: Database
    server: MailServer
    settings: Settings
    now: datetime = NOW
    delivers: Deliveries | None = None

    def begin(self) -> Deliveries:
        """A process that delivers, in place of the one before."""
        self.delivers = Deliveries(self.database, self.settings, _OpenSeal(), plain(), lambda: self.now)
        return self.delivers

    async def look(self, after: timedelta = MINUTE) -> int:
        self.now += after
        return await (self.delivers or self.begin()).look()

    async def channel(self, url: str = MAIL, person: str = "roads", kinds: list[str] | None = None) -> int:
        scheme, address = url.partition(":")[0], f"sealed {url}"
        row = ChannelRow(person=person, scheme=scheme, address=address, kinds=kinds, since=self.now)
        async with self.database.write() as session:
            return await channels.add(session, row)

    async def tell(self, *messages: int | None, person: str = "roads", **fields: Any) -> list[int]:
        """A notice of each of these messages; returns their ids."""
        kind, found = fields.pop("kind", "assigned"), []
        async with self.database.write() as session:
            for message in messages:
                usual = {"row": 0, "text": f"Сообщение № {message} (ВКонтакте) поступило."}
                usual |= {"fact": None if message else f"fact-{self.now}"}
                session.add(row := notice_row(message, kind, person, self.now, **usual | fields))
                await session.flush()
                found.append(row.id or 0)
        return found

    def told(self) -> list[list[str]]:
        """Notices of each letter, by their ids."""
        return [letter.get_all("X-Otklik-Notice", []) for letter in self.server.taken]

    async def states(self) -> list[str]:
        rows = sorted(await all_of(self.database, DeliveryRow), key=lambda row: row.notice)
        return [row.state for row in rows]


@pytest.fixture
def office(database: Database, server: MailServer, tmp_path: Path) -> Office:
    return Office(
        database,
        server,
        Settings.load(
            data=tmp_path,
            database_url=database.url,
            smtp_url=server.url,
            mail_from="Отклик <otklik@region.test>",
            public_url="https://otklik.region.test",
            training=True,
        ),
    )


async def test_a_letter_says_what_and_where_and_that_data_are_erased(office: Office) -> None:
    await office.channel()
    (number,) = await office.tell(1)
    assert await office.look() == 1
    (letter,) = office.server.taken
    assert office.server.to == ["roads@region.test"]
    assert letter["Subject"] == "Сообщение № 1: поступило сообщение"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["References"] == letter["In-Reply-To"]
    assert re.fullmatch(r"<[0-9a-f]{32}@region\.test>", letter["Message-ID"])
    assert letter["X-Otklik-Notice"] == str(number)
    plain, html = letter.iter_parts()
    assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    for part in (plain, html):
        text = part.get_content()
        assert "Сообщение № 1 (ВКонтакте) поступило." in text
        assert "https://otklik.region.test/messages/1" in text
    await office.tell(2, text=ERASED)
    await office.look()
    assert "Данные сообщения удалены." in next(office.server.taken[1].iter_parts()).get_content()


async def test_all_of_a_message_is_one_thread_and_an_escalation_leads_to_its_acknowledgement(
    office: Office,
) -> None:
    await office.channel()
    for kind in ("assigned", "warning"):
        await office.tell(1, kind=kind)
        await office.look()
    await office.tell(2)
    await office.look()
    (number,) = await office.tell(2, kind="escalation")
    await office.look()
    first, second, other, escalation = office.server.taken
    assert first["References"] == second["References"] != other["References"] == escalation["References"]
    assert len({letter["Message-ID"] for letter in office.server.taken}) == 4
    for part in escalation.iter_parts():
        assert f"https://otklik.region.test/notices/{number}" in part.get_content()


async def test_nothing_goes_before_its_moment_and_a_burst_is_one_letter(office: Office) -> None:
    await office.channel()
    burst = await office.tell(1, kind="warning")
    assert await office.look(SECOND) == 0  # it waits a moment for the rest
    burst += await office.tell(2, kind="warning")
    assert await office.look(SECOND) == 0
    assert await office.look(3 * SECOND) == 2
    assert office.told() == [list(map(str, burst))]
    office.server.taken.clear()
    moment = office.now + HOUR
    later = await office.tell(1, deliver_from=moment, text="Позже.")
    at_once = await office.tell(2, kind="threat")
    rest = await office.tell(3, 2, None, deliver_from=moment)
    await office.look()
    assert office.told() == [list(map(str, at_once))]
    await office.look(HOUR - 2 * MINUTE)
    assert len(office.server.taken) == 1
    await office.look()
    assert office.told()[1:] == [list(map(str, later + rest))]
    assert office.server.taken[1]["Subject"] == "4 уведомления о 3 сообщениях"


async def test_a_run_is_due_where_a_letter_is_to_go_and_at_rest_nothing_is_written(office: Office) -> None:
    delivers = office.begin()
    await office.tell(1)
    assert not await delivers.is_due()  # nobody has a channel: it stays in the inbox
    office.now += MINUTE
    await office.channel()
    await office.tell(2, deliver_from=NOW + 10 * MINUTE)
    assert not await delivers.is_due()
    assert await office.states() == ["waiting"]  # taken up, and not due yet
    office.now += 10 * MINUTE
    assert await delivers.is_due()

    async def goes_on(_seconds: float) -> bool:
        office.now += MINUTE
        return True

    assert await delivers.portion(goes_on) == Portion(done=1)
    assert len(office.told()) == 1
    assert not await delivers.is_due()
    # From here on nobody writes a notice: hours of looks write nothing either.
    office.now += 10 * MINUTE
    await delivers.is_due()
    written = office.database.written()
    for _ in range(5):
        office.now += 60 * MINUTE
        assert not await delivers.is_due()
    assert office.database.written() == written


async def test_what_is_still_gathered_and_what_the_mail_server_refuses_keeps_a_run_going(
    office: Office,
) -> None:
    await office.channel()
    delivers = office.begin()
    await office.tell(1)
    assert not await delivers.is_due()  # more may come
    office.now += MINUTE
    assert await delivers.is_due()
    await office.server.stop()
    asked = 0

    async def comes_back(_seconds: float) -> bool:
        nonlocal asked
        office.now, asked = office.now + MINUTE, asked + 1
        if asked == 3:
            await office.server.start()
        return True

    assert await delivers.portion(comes_back) == Portion(done=1)
    assert asked >= 3
    assert len(office.told()) == 1


async def test_an_outage_keeps_everything_in_order_and_afterwards_it_is_one_letter(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server is away, or answers nothing any more."""
    monkeypatch.setattr(mail, "_WITHIN", 0.2)
    await office.channel()
    expected = await office.tell(1)
    office.server.answers = [STALL]
    assert await office.look() == 0
    await office.server.stop()
    for message in (2, 3):
        expected += await office.tell(message)
        assert await office.look(2 * MINUTE) == 0
    await office.server.start()
    assert await office.look(4 * MINUTE) == 3
    assert office.told() == [list(map(str, expected))]
    assert await office.look() == 0


async def test_a_refused_address_is_a_dead_letter_that_can_be_sent_again(office: Office) -> None:
    channel = await office.channel()
    await office.tell(1)
    office.server.to_recipient["roads@region.test"] = "550 5.1.1 <roads@region.test> no such user"
    await office.look()
    assert await office.states() == ["failed"]
    async with office.database.read() as session:
        (shown,) = await deliveries.undelivered(session, office.now - HOUR)
    assert (shown.channel, shown.person, shown.failed, shown.waiting) == (channel, "roads", 1, 0)
    assert shown.error == "Почтовый сервер отказал: 550 5.1.1 <…> no such user"
    office.server.to_recipient.clear()
    async with office.database.write() as session:
        assert await deliveries.again(session, channel, office.now) == 1
    assert await office.look() == 1


@on_both
async def test_ten_attempts_with_kills_bring_one_fact_under_one_name(office: Office) -> None:
    """The server takes the letter and hangs up, or we die before our record: it is the same mail each time."""
    await office.channel()
    expected = await office.tell(1, 2)
    office.server.answers = [HANG_UP] * 5
    for attempt in range(5):
        office.begin()
        assert await office.look(10 * MINUTE) == 0
        if not attempt:
            await office.tell(3)
    killed = 0

    def kill() -> None:
        nonlocal killed
        killed += 1
        delivering.cancel()

    office.server.on_letter = kill
    for _ in range(5):
        office.begin()
        delivering = asyncio.create_task(office.look(10 * MINUTE))
        with pytest.raises(asyncio.CancelledError):
            await delivering
    office.server.on_letter = None
    assert killed == 5
    office.begin()
    assert await office.look(10 * MINUTE) == 3
    names = [letter["Message-ID"] for letter in office.server.taken]
    assert len(names) == 12
    assert len(set(names)) == 2
    assert office.told()[:11] == [list(map(str, expected))] * 11
    assert await office.look(10 * MINUTE) == 0


@on_both
async def test_two_who_deliver_at_once_deliver_once(office: Office) -> None:
    await office.channel()
    await office.channel("mailto:head@region.test", "head")
    await office.tell(1, 2)
    await office.tell(3, person="head")
    office.now += MINUTE
    processes = [office.begin() for _ in range(4)]
    await asyncio.gather(*(process.look() for process in processes))
    assert len(office.server.taken) == 2
    assert sorted(map(len, office.told())) == [1, 2]


async def test_driven_by_hand_everything_due_by_then_goes_though_it_pauses(office: Office) -> None:
    await office.channel()
    await office.tell(1, deliver_from=NOW + 5 * HOUR)
    await office.tell(2)
    office.server.answers = ["451 later"]
    await office.look()
    assert await office.begin().drive(NOW + HOUR) == 1
    assert await office.begin().drive(NOW + 5 * HOUR) == 1
    assert len(office.server.taken) == 2
    assert await office.begin().drive(NOW + 9 * HOUR) == 0


async def test_kinds_choose_and_what_the_act_makes_obligatory_stays_on(office: Office) -> None:
    await office.channel(kinds=["warning"])
    await office.tell(1)
    warned = await office.tell(1, kind="warning")
    breached = await office.tell(1, kind="breach")
    await office.look()
    assert office.told() == [list(map(str, warned + breached))]
    await office.channel("mailto:second@region.test", kinds=["breach"])
    await office.tell(2, kind="breach")
    await office.look()
    assert office.server.to == ["roads@region.test", "second@region.test"]


async def test_a_channel_that_was_removed_and_who_has_left_get_nothing_more(office: Office) -> None:
    removed = await office.channel()
    await office.channel("mailto:head@region.test", "head")
    await office.tell(1)
    await office.tell(1, person="head")
    await office.server.stop()
    await office.look()
    async with office.database.write() as session:
        (await session.get_one(PersonRow, "head")).active = False
        await channels.remove(session, [removed], office.now)
    await office.tell(2)
    await office.tell(2, person="head")
    await office.server.start()
    assert await office.look(HOUR) == 0
    assert office.server.taken == []


def test_every_obligatory_kind_is_one_that_the_program_sends() -> None:
    assert set(NoticeKind) >= OBLIGATORY
