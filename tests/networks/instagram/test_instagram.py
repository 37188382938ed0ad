"""Instagram: off unless a setting says otherwise; own publications read, answered, checked; webhooks judged."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from service.messages.posts import key_of
from service.networks.platforms.instagram.adapter import InstagramAdapter
from service.networks.platforms.instagram.errors import CODES
from service.networks.platforms.instagram.place import account_of, place_of
from service.networks.platforms.port import (
    Answer,
    Fault,
    File,
    Found,
    Key,
    NetworkRefusalError,
    PushAnswer,
    Pushed,
    SourceKind,
    Stands,
    Where,
)
from settings import Settings
from tests.networks.bench import NOW, texts
from tests.networks.bench import Bench as Working
from tests.networks.instagram import stand_in
from tests.networks.served import Said

TEXT = "Анна, яму на ул. Ленина заделают до 1 декабря."


@dataclass
class Bench(Working):
    """An adapter that works unless told otherwise."""

    text = TEXT
    ig: stand_in.Instagram
    is_on: bool = True

    @property
    def network(self) -> stand_in.Instagram:
        return self.ig

    @property
    def adapter(self) -> InstagramAdapter:
        self.ig.forget_pace()
        return InstagramAdapter(Settings(instagram_url=self.ig.base, instagram=self.is_on), lambda: self.now)

    async def told(self, body: bytes, headers: dict[str, str]) -> PushAnswer:
        return await self.adapter.receive(Pushed("POST", {}, headers, body), self.key)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with stand_in.instagram() as ig:
        yield Bench(ig)


async def test_nothing_is_done_unless_a_setting_says_so(bench: Bench) -> None:
    bench.is_on = False
    traits = bench.adapter.traits
    assert not traits.abilities and not traits.kinds and not traits.credentials
    url = bench.ig.link(bench.ig.write_media())
    assert "OTKLIK_INSTAGRAM" in (await bench.refused(bench.answer(url))).advice
    with pytest.raises(NetworkRefusalError, match="person"):
        await bench.look()
    with pytest.raises(NetworkRefusalError, match="person"):
        await bench.adapter.verify(url, TEXT, bench.key)
    assert (await bench.told(b"{}", {})).status == 404
    assert bench.ig.asked == []


# ---- reading


async def test_comments_answers_and_marks_come_once(bench: Bench) -> None:
    ig = bench.ig
    media = ig.write_media("Открыли дорогу", at=bench.ago(days=9))
    ig.write_comment(media, "Давно", at=bench.ago(days=3))
    first = ig.write_comment(media, "У нас яма", at=bench.ago(hours=2))
    ig.write_comment(media, "Заделаем", ig.name, first, bench.ago(hours=1))
    marked = ig.write_media("@roads37, яма!", "petr", bench.ago(hours=3), marks_us=True)
    ig.write_comment(ig.write_media("Чужое", "petr"), "Не наше", at=bench.ago(hours=1))
    mark, comment = await bench.look()
    assert (mark.url, mark.author) == (ig.link(marked), "petr")
    assert comment == Found(
        ig.link(first),
        "anna",
        "У нас яма",
        NOW - timedelta(hours=2),
        ig.link(media),
        "https://www.instagram.com/anna/",
    )
    assert await bench.look() == []
    reply = ig.write_comment(media, "Спасибо", answers=first, at=bench.now)
    (later,) = await bench.look()
    assert (later.url, later.parent_url) == (ig.link(reply), ig.link(first))
    assert await bench.look() == []


async def test_a_long_discussion_is_read_in_parts(bench: Bench) -> None:
    media = bench.ig.write_media(at=bench.ago(days=2))
    first = bench.ig.write_comment(media, "Первый", at=bench.ago(minutes=59))
    for number in range(120):
        bench.ig.write_comment(media, f"Комментарий {number}", at=bench.ago(minutes=30))
        bench.ig.write_comment(media, f"Ответ {number}", answers=first, at=bench.ago(minutes=30))
    found = await bench.look()
    assert len(found) == len({it.url for it in found}) == 241
    assert bench.parts > 1
    bench.ig.write_comment(media, "Ещё ответ", answers=first, at=bench.now)
    assert texts(await bench.look()) == ["Ещё ответ"]


async def test_a_token_that_is_not_shown_marks_reads_comments(bench: Bench) -> None:
    bench.ig.shows_marks = False
    bench.ig.write_comment(bench.ig.write_media(), "У нас яма", at=bench.ago(minutes=1))
    assert texts(await bench.look()) == ["У нас яма"]


async def test_an_error_in_the_middle_loses_nothing(bench: Bench) -> None:
    media = bench.ig.write_media()
    bench.ig.write_comment(media, "Раз", at=bench.ago(minutes=1))
    assert texts(await bench.look()) == ["Раз"]
    bench.ig.write_comment(media, "Два", at=bench.now)
    for failure in (2, 4, 190):
        bench.ig.fail_next(failure)
        with pytest.raises(NetworkRefusalError):
            await bench.look()
    assert texts(await bench.look()) == ["Два"]


async def test_other_accounts_are_no_sources(bench: Bench) -> None:
    for address in ("https://www.instagram.com/petr/", "https://vk.com/roads37"):
        with pytest.raises(NetworkRefusalError) as refusal:
            await bench.adapter.read(Where(SourceKind.COMMUNITY, address, None, {}), bench.key)
        assert refusal.value.fault is Fault.DATA


async def test_an_account_that_is_not_shown_is_not_taken_for_gone(bench: Bench) -> None:
    bench.ig.fail_next(100, 33)
    with pytest.raises(NetworkRefusalError) as refusal:
        await bench.look()
    assert refusal.value.fault is Fault.PERSON


def test_links_name_publications_comments_and_answers() -> None:
    place = place_of("https://www.instagram.com/anna/reel/Abc-1/c/17/r/18/?igsh=1")
    assert place and (place.code, place.comment, place.reply, place.number) == ("Abc-1", "17", "18", "18")
    assert key_of(place.url) == "instagram.com/p/Abc-1?comment=18"
    assert place_of("https://www.instagram.com/anna/") is None
    assert account_of("@Roads37") == account_of("https://instagram.com/roads37/") == "roads37"


# ---- answers


@pytest.mark.parametrize("under", ["media", "comment", "answer"])
async def test_an_answer_is_put_and_seen(bench: Bench, under: str) -> None:
    media = bench.ig.write_media()
    comment = bench.ig.write_comment(media, "Яма")
    reply = bench.ig.write_comment(media, "Да", answers=comment)
    places: dict[str, stand_in.Media | stand_in.Comment] = {
        "media": media,
        "comment": comment,
        "answer": reply,
    }
    published = await bench.adapter.publish(bench.answer(bench.ig.link(places[under])), bench.key)
    (there,) = bench.ig.answers()
    assert (there.text, published.url) == (TEXT, bench.ig.link(there))
    assert there.parent == (None if under == "media" else comment.id)
    assert (await bench.adapter.verify(published.url, TEXT, bench.key)).state is Stands.STANDS


@pytest.mark.parametrize("under", ["media", "comment"])
@pytest.mark.parametrize("before", [True, False])
async def test_a_connection_that_is_lost_leaves_one_answer(bench: Bench, under: str, before: bool) -> None:
    media = bench.ig.write_media()
    one, other = (bench.ig.write_comment(media, "Яма") for _ in range(2))
    await bench.adapter.publish(bench.answer(bench.ig.link(other)), bench.key)
    to = bench.answer(bench.ig.link(media if under == "media" else one))
    if before:
        bench.ig.fail_next(2)
        assert (await bench.refused(to)).fault is (Fault.LATER if under == "media" else Fault.UNKNOWN)
    else:
        bench.ig.hang_up_after_storing()
        assert (await bench.refused(to)).fault is Fault.UNKNOWN
    found = await bench.adapter.find_own(to, bench.key)
    assert (found is None) is before
    published = found or await bench.adapter.publish(to, bench.key)
    new = [bench.ig.link(it) for it in bench.ig.answers() if it.parent != other.id]
    assert new == [published.url]


async def test_deleted_edited_and_hidden_are_told_apart(bench: Bench) -> None:
    media = bench.ig.write_media()
    url = (await bench.adapter.publish(bench.answer(bench.ig.link(media)), bench.key)).url
    (there,) = bench.ig.answers()

    async def seen() -> Stands:
        return (await bench.adapter.verify(url, TEXT, bench.key)).state

    there.text = "Решайте сами"
    assert await seen() is Stands.EDITED
    there.hidden = True
    assert await seen() is Stands.UNKNOWN
    there.deleted = True
    assert await seen() is Stands.DELETED
    bench.ig.revoked = True
    with pytest.raises(NetworkRefusalError) as refusal:
        await seen()
    assert refusal.value.fault is Fault.PERSON
    assert (await bench.adapter.verify(bench.ig.link(media), TEXT, bench.key)).state is Stands.UNKNOWN


@pytest.mark.parametrize(
    ("code", "subcode", "fault"),
    [
        *((code, None, Fault.UNKNOWN) for code in (1, 2)),
        *((code, None, Fault.LATER) for code in (4, 17, 32, 613)),
        *((code, None, Fault.PERSON) for code in (3, 10, 102, 190, 200, 368)),
        (190, 463, Fault.PERSON),
        (100, None, Fault.DATA),
        (100, 33, Fault.GONE),
        (803, None, Fault.GONE),
        (99999, None, Fault.PERSON),
    ],
)
async def test_an_error_says_what_to_do(bench: Bench, code: int, subcode: int | None, fault: Fault) -> None:
    to = bench.answer(bench.ig.link(bench.ig.write_comment(bench.ig.write_media(), "Яма")))
    bench.ig.fail_next(code, subcode)
    refusal = await bench.refused(to)
    assert (refusal.fault, refusal.code.partition("/")[0]) == (fault, str(code))
    assert not bench.ig.answers()


async def test_a_limit_says_when_calls_are_allowed_again(bench: Bench) -> None:
    to = bench.answer(bench.ig.link(bench.ig.write_comment(bench.ig.write_media(), "Яма")))
    usage = json.dumps({"1784": [{"type": "instagram", "estimated_time_to_regain_access": 19}]})
    bench.ig.fail_next(4, X_Business_Use_Case_Usage=usage)
    assert (await bench.refused(to)).after == timedelta(minutes=19)
    bench.ig.fail_next(4)
    assert (await bench.refused(to)).after == timedelta(hours=1)


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (Said(502), Fault.UNKNOWN),
        (Said(429), Fault.LATER),
        (Said(404), Fault.PERSON),
        (Said(200, b"<html>"), Fault.UNKNOWN),
    ],
)
async def test_what_is_not_of_the_interface_is_judged_too(bench: Bench, said: Said, fault: Fault) -> None:
    to = bench.answer(bench.ig.link(bench.ig.write_comment(bench.ig.write_media(), "Яма")))
    bench.ig.refuse_next(said)
    assert (await bench.refused(to)).fault is fault


def test_advice_is_for_people() -> None:
    assert all(it.advice.startswith("Instagram: ") and it.advice.endswith(".") for it in CODES.values())


async def test_what_would_not_be_taken_is_refused(bench: Bench) -> None:
    own = bench.ig.write_media()
    foreign = bench.ig.write_media(owner="petr")
    file = File("a.png", "image/png", b"1")
    tries = [
        (bench.answer("https://vk.com/wall-1_2"), Fault.PERSON),
        (bench.answer(bench.ig.link(foreign)), Fault.PERSON),
        (bench.answer(bench.ig.link(bench.ig.write_comment(foreign, "Яма"))), Fault.GONE),
        (bench.answer(bench.ig.link(own), "я" * 2201), Fault.DATA),
        (Answer(bench.ig.link(own), TEXT, "n", NOW, (file,)), Fault.PERSON),
    ]
    for to, fault in tries:
        assert (await bench.refused(to)).fault is fault
    assert not bench.ig.answers()


# ---- webhooks


@pytest.mark.parametrize("own_sign_in", [True, False])
async def test_a_signed_webhook_asks_for_a_look_once(bench: Bench, own_sign_in: bool) -> None:
    comment = bench.ig.write_comment(bench.ig.write_media(), "Яма")
    body, headers = bench.ig.push(comment, own_sign_in)
    answer = await bench.told(body, headers)
    assert (answer.status, answer.body, answer.look) == (200, "ok", True)
    assert answer.event and (await bench.told(body, headers)).event == answer.event


async def test_what_is_not_signed_by_the_application_is_refused(bench: Bench) -> None:
    body, headers = bench.ig.push(bench.ig.write_comment(bench.ig.write_media(), "Яма"))
    signature = headers["x-hub-signature-256"]
    for wrong in ({}, {"x-hub-signature-256": f"{signature}0"}, {"x-hub-signature-256": signature[7:]}):
        assert (await bench.told(body, wrong)).status == 403
    assert (await bench.told(body + b" ", headers)).status == 403
    bare = Key("account-1", bench.ig.page, {"access_token": "t"})
    assert (await bench.adapter.receive(Pushed("POST", {}, headers, body), bare)).status == 403
    odd = b"[]"
    answer = await bench.told(odd, {"x-hub-signature-256": f"sha256={bench.ig.signature(odd)}"})
    assert (answer.status, answer.look) == (200, False)


async def test_the_challenge_is_answered_to_whoever_knows_the_token(bench: Bench) -> None:
    async def asked(**query: str) -> PushAnswer:
        names = {name.replace("_", ".", 1): value for name, value in query.items()}
        return await bench.adapter.receive(Pushed("GET", names, {}, b""), bench.key)

    right = {"hub_mode": "subscribe", "hub_challenge": "1158", "hub_verify_token": bench.ig.verify_token}
    assert await asked(**right) == PushAnswer(200, "1158")
    assert (await asked(**{**right, "hub_verify_token": "other"})).status == 403
    assert (await asked(**{**right, "hub_mode": "unsubscribe"})).status == 403
    assert (await asked()).status == 403
