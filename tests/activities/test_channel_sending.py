"""Channels that are not mail: what they are given, what is made of their answers, and where they may not lead."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

import pytest

from activities import messengers
from activities.channel_addresses import Allowed, known, read
from activities.channel_sending import ChannelSending
from activities.letter import Letter, Letters
from activities.sending import Fate, Outcome
from settings import Settings
from store.tables import NoticeRow
from tests.web_hook import SILENT, WebHook, web_hook

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
async def hook() -> AsyncIterator[WebHook]:
    async with web_hook() as hook:
        yield hook


def letter(count: int = 1, words: int = 1) -> Letter:
    letters = Letters("https://otklik.region.test", UTC)
    notices = [
        NoticeRow(
            id=number,
            message=number,
            kind="breach",
            person="head",
            at=NOW,
            deliver_from=NOW,
            text=f"Сообщение № {number}: " + "слово " * words,
            written_at=NOW,
        )
        for number in range(1, count + 1)
    ]
    return letters.of(letters.name(1, range(1, count + 1)), notices)


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
        (500, Fate.LATER),
        (503, Fate.LATER),
        (429, Fate.LATER),
        # It is not followed.
        (302, Fate.LATER),
        (404, Fate.NEVER),
        (401, Fate.NEVER),
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
    await send(tmp_path, "max://token/-7", told, max_url=hook.base)
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


async def test_max_is_asked_with_its_token_in_a_header(hook: WebHook, tmp_path: Path) -> None:
    assert (await send(tmp_path, "max://token/-7", letter(), max_url=hook.base)).fate is Fate.TAKEN
    assert hook.asked == ["POST /messages?chat_id=-7"]
    assert hook.headers[0]["authorization"] == "token"


async def test_a_service_that_is_not_there_is_tried_again(tmp_path: Path) -> None:
    assert (await send(tmp_path, "max://token/1", letter(), max_url="http://127.0.0.1:9")).fate is Fate.LATER


@pytest.mark.parametrize("host", ["127.0.0.1", "inner.region.test", "2130706433"])
async def test_a_name_that_leads_inside_is_refused_when_it_is_sent_to(
    hook: WebHook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setattr(messengers, "_addresses", lambda host: ["203.0.113.7", "127.0.0.1"])
    outcome = await send(tmp_path, f"json://{host}:{hook.port}/", letter(), training=False)
    assert outcome.fate is Fate.NEVER
    assert "OTKLIK_CHANNEL_HOSTS" in outcome.error
    assert hook.asked == []


@pytest.mark.parametrize("named", ["mattermost.region.test", "10.1.2.0/24"])
def test_an_inner_host_that_is_named_may_be_a_channel(tmp_path: Path, named: str) -> None:
    allowed = Allowed.of(Settings.load(data=tmp_path, channel_hosts=named))
    assert read("json://10.1.2.3/hook" if "/" in named else "json://mattermost.region.test/hook", allowed)
    if "/" not in named:
        assert allowed.may_reach(named, ip_address("10.9.9.9"))


@pytest.mark.parametrize(
    "scheme", ["tgram", "mmosts", "ntfys", "gotify", "rockets", "nctalks", "form", "xml"]
)
def test_every_open_scheme_is_one_that_apprise_knows(tmp_path: Path, scheme: str) -> None:
    examples = {
        "tgram": "tgram://123456789:abcdefg_hijklmnop/1",
        "mmosts": "mmosts://chat.example.com/abcdefghijklmnopqrstuvwxyz",
        "ntfys": "ntfys://ntfy.example.com/topic",
        "gotify": "gotify://push.example.com/token",
        "rockets": "rockets://name:password@chat.example.com/#room",
        "nctalks": "nctalks://name:password@cloud.example.com/room",
        "form": "form://example.com/hook",
        "xml": "xml://example.com/hook",
    }
    assert read(examples[scheme], Allowed.of(Settings.load(data=tmp_path))).scheme == scheme


def test_a_letter_names_the_absent_in_whose_place_one_is_told_and_no_sign_in() -> None:
    notice = NoticeRow(
        id=1,
        message=1,
        kind="assigned",
        person="responsible-roads",
        acting_for="executor-roads",
        at=NOW,
        deliver_from=NOW,
        text="Сообщение № 1 (ВКонтакте) поступило для подготовки ответа.",
        written_at=NOW,
    )
    letters = Letters("https://otklik.region.test", UTC)
    told = letters.of("name", [notice], {"executor-roads": "Горелова Светлана Юрьевна"})
    assert "за отсутствующего сотрудника: Горелова С. Ю." in told.plain.replace("\u00a0", " ")
    assert "executor-roads" not in told.plain
