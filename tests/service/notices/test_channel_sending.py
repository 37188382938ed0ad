"""Channels that are not mail: what they are given, what is made of their answers, and where they may not lead."""

import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from service.notices.channel_addresses import AddressError, Allowed, known, read
from service.notices.channel_sending import ChannelSending
from service.notices.letter import Letter, Letters
from service.notices.sending import Fate, Outcome
from settings import Settings
from tests.rows import notice_row
from tests.web_hook import SILENT, WebHook, web_hook

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
async def hook() -> AsyncIterator[WebHook]:
    async with web_hook() as hook:
        yield hook


def letter(count: int = 1, words: int = 1) -> Letter:
    letters = Letters("https://otklik.region.test", UTC)
    texts = {number: f"Сообщение № {number}: " + "слово " * words for number in range(1, count + 1)}
    notices = [notice_row(it, "breach", "head", NOW, id=it, text=text) for it, text in texts.items()]
    return letters.of(letters.name(1, texts), notices)


async def send(tmp_path: Path, url: str, told: Letter, **settings: object) -> Outcome:
    sending = ChannelSending(Settings.load(data=tmp_path, **{"training": True, **settings}))
    try:
        return await sending.by_messenger(known(url), told)
    finally:
        sending.close()


@pytest.mark.parametrize(
    ("answer", "fate"),
    [
        (200, Fate.TAKEN),
        (503, Fate.LATER),
        (429, Fate.LATER),
        # It is not followed.
        (302, Fate.LATER),
        (404, Fate.NEVER),
        (SILENT, Fate.UNKNOWN),
    ],
)
async def test_an_answer_of_a_web_address_says_whether_to_try_again(
    hook: WebHook, tmp_path: Path, answer: int, fate: Fate
) -> None:
    hook.answers = [answer]
    url = f"json://127.0.0.1:{hook.port}/otklik?redirect=yes&retry=5&rto=900"
    outcome = await send(tmp_path, url, letter())
    assert outcome.fate is fate
    assert hook.asked == ["POST /otklik"]
    assert str(hook.port) not in outcome.error


async def test_a_web_address_is_told_which_letter_it_is(hook: WebHook, tmp_path: Path) -> None:
    told = letter(2)
    for _ in range(2):
        assert (await send(tmp_path, f"json://127.0.0.1:{hook.port}/", told)).fate is Fate.TAKEN
    assert {headers["idempotency-key"] for headers in hook.headers} == {told.id}
    assert {headers["x-otklik-notice"] for headers in hook.headers} == {"1, 2"}
    assert hook.taken[0]["title"] == "2 уведомления о 2 сообщениях"
    assert "https://otklik.region.test/messages/1" in hook.taken[0]["message"]


async def test_what_does_not_fit_into_a_message_is_counted_and_found_in_the_inbox(
    hook: WebHook, tmp_path: Path
) -> None:
    told = letter(20, words=60)
    assert (await send(tmp_path, "max://token/-7", told, max_url=hook.base)).fate is Fate.TAKEN
    assert hook.asked == ["POST /messages?chat_id=-7"]
    assert hook.headers[0]["authorization"] == "token"
    text = hook.taken[0]["text"]
    assert len(text) <= 4000
    assert text.startswith("20 уведомлений о 20 сообщениях")
    assert text.endswith("https://otklik.region.test/notices")
    assert "И ещё " in text


async def test_vk_is_given_a_number_by_which_it_shows_a_message_once(hook: WebHook, tmp_path: Path) -> None:
    told = letter()
    for _ in range(2):
        assert (await send(tmp_path, "vk://key/77", told, vkontakte_url=hook.base)).fate is Fate.TAKEN
    first, second = hook.taken
    assert first == second
    assert f"random_id={int(told.id[:8], 16) & 0x7FFFFFFF}" in first
    assert "peer_id=77" in first


@pytest.mark.parametrize(
    ("body", "fate"),
    [
        ('{"response": 1}', Fate.TAKEN),
        ('{"error": {"error_code": 901}}', Fate.NEVER),
        ('{"error": {"error_code": 6}}', Fate.LATER),
        ("not json", Fate.LATER),
    ],
)
async def test_vk_refuses_in_a_good_answer(hook: WebHook, tmp_path: Path, body: str, fate: Fate) -> None:
    hook.body = body.encode()
    assert (await send(tmp_path, "vk://key/77", letter(), vkontakte_url=hook.base)).fate is fate


async def test_a_service_that_is_not_there_is_tried_again(tmp_path: Path) -> None:
    assert (await send(tmp_path, "max://token/1", letter(), max_url="http://127.0.0.1:9")).fate is Fate.LATER


LOOKED_UP = "93.184.216.34"


def answers(monkeypatch: pytest.MonkeyPatch, *told: Sequence[str]) -> list[str]:
    """A name server that says something else each time, the last for ever; returns what it is asked, as it grows."""
    waiting, asked, known = list(told), [], socket.getaddrinfo

    def look_up(host: str, port: int | str | None, *rest: Any, **named: Any) -> list[Any]:
        if host not in NAMES:
            return known(host, port, *rest, **named)
        asked.append(host)
        said = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, int(port or 0))) for address in said]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


NAMES = frozenset({"inner.region.test", "2130706433", "hook.region.test"})


@pytest.mark.parametrize("host", ["127.0.0.1", "inner.region.test", "2130706433"])
async def test_a_name_that_leads_inside_is_refused_when_it_is_sent_to(
    hook: WebHook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    answers(monkeypatch, [LOOKED_UP, "127.0.0.1"])
    outcome = await send(tmp_path, f"json://{host}:{hook.port}/", letter(), training=False)
    assert outcome.fate is Fate.NEVER
    assert "OTKLIK_CHANNEL_HOSTS" in outcome.error
    assert hook.asked == []


async def test_the_address_that_was_judged_is_the_one_connected_to(
    hook: WebHook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server of a stranger says an outer address to who judges, and an inner one to who connects."""
    asked = answers(monkeypatch, [LOOKED_UP], ["127.0.0.1"])
    reached: list[Any] = []

    def connected(this: socket.socket, address: Any) -> None:
        reached.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connected)
    outcome = await send(tmp_path, f"json://hook.region.test:{hook.port}/", letter(), training=False)
    assert (outcome.fate, hook.asked) == (Fate.UNKNOWN, [])
    assert (asked, reached) == (["hook.region.test"], [LOOKED_UP])


async def test_a_certificate_is_asked_of_the_name_and_not_of_its_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hook: WebHook
) -> None:
    answers(monkeypatch, ["127.0.0.1"])
    names: list[str | None] = []

    def wrapped(*_: Any, server_hostname: str | None = None, **__: Any) -> None:
        names.append(server_hostname)
        raise ConnectionResetError

    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", wrapped)
    outcome = await send(tmp_path, f"jsons://hook.region.test:{hook.port}/", letter())
    assert (outcome.fate, names) == (Fate.UNKNOWN, ["hook.region.test"])


INNER = [
    *("64:ff9b::7f00:1", "64:ff9b:1::a00:1", "64:ff9b:1:a00:0:100::", "2002:a9fe:a9fe::1"),
    *("2001:0:5db8:d822::80ff:fffe", "2001:0:a00:1::a247:27dd", "::127.0.0.1", "::ffff:10.0.0.1"),
    *("::ffff:0:7f00:1", "fec0::1", "feff::1", "fd00::1", "fe80::1"),
]
OUTER = ["2a02:6b8::2:242", "64:ff9b::5db8:d822", "2002:5db8:d822::1", "::ffff:93.184.216.34"]


def test_an_address_is_as_inner_as_the_one_it_carries(tmp_path: Path) -> None:
    allowed = Allowed.of(Settings.load(data=tmp_path))
    for address in INNER:
        assert not allowed.may_reach(address, ip_address(address)), address
        with pytest.raises(AddressError, match="OTKLIK_CHANNEL_HOSTS"):
            read(f"json://[{address}]/hook", allowed)
    for address in OUTER:
        assert allowed.may_reach(address, ip_address(address)), address


@pytest.mark.parametrize("named", ["mattermost.region.test", "10.1.2.0/24"])
def test_an_inner_host_that_is_named_may_be_a_channel(tmp_path: Path, named: str) -> None:
    allowed = Allowed.of(Settings.load(data=tmp_path, channel_hosts=named))
    assert read("json://10.1.2.3/hook" if "/" in named else "json://mattermost.region.test/hook", allowed)
    if "/" not in named:
        assert allowed.may_reach(named, ip_address("10.9.9.9"))


def test_every_open_scheme_is_one_that_apprise_knows(tmp_path: Path) -> None:
    for url in (
        *("tgram://123456789:abcdefg_hijklmnop/1", "mmosts://chat.example.com/abcdefghijklmnopqrstuvwxyz"),
        *("ntfys://ntfy.example.com/topic", "gotify://push.example.com/token", "form://example.com/hook"),
        *("rockets://name:password@chat.example.com/#room", "nctalks://name:password@cloud.example.com/room"),
        "xml://example.com/hook",
    ):
        assert read(url, Allowed.of(Settings.load(data=tmp_path))).scheme == url.partition(":")[0]


def test_a_letter_names_the_absent_in_whose_place_one_is_told_and_no_sign_in() -> None:
    notice = notice_row(1, "assigned", "responsible-roads", NOW, id=1, acting_for="executor-roads")
    names = {"executor-roads": "Горелова Светлана Юрьевна"}
    told = Letters("https://otklik.region.test", UTC).of("name", [notice], names)
    assert "за отсутствующего сотрудника: Горелова С. Ю." in told.plain.replace("\u00a0", " ")
    assert "executor-roads" not in told.plain


def test_marks_in_a_notice_turn_nothing_of_the_letter() -> None:
    text = "Сообщение № 1: \u202eсрок\u2066 истёк в 14:22\u200f."
    notice = notice_row(1, "breach", "head", NOW, id=1, text=text)
    told = Letters("https://otklik.region.test", UTC).of("name", [notice])
    for sent in (told.plain, told.html, told.short(1000)):
        assert "срок истёк в 14:22." in sent
        assert not set(sent) & set("\u202e\u2066\u200f")
