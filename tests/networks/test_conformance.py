"""What every network with an interface does alike, whichever it is; what only one of them does stands in its folder."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from service.networks.platforms.port import Fault, Found, NetworkRefusalError, Stands
from tests.networks.bench import Bench, texts
from tests.networks.benches import BENCHES
from tests.networks.served import Said

PUBLISHING = {"vkontakte", "youtube", "max", "max without markers", "telegram"}
FINDING = PUBLISHING - {"telegram"}
"""Those that let a program look for its own answers."""
every = pytest.mark.parametrize("bench", BENCHES, indirect=True)
except_telegram = pytest.mark.parametrize("bench", sorted(BENCHES.keys() - {"telegram"}), indirect=True)
"""A bot hears of what is new alone, and of no edit or closing."""
publishing = pytest.mark.parametrize("bench", sorted(PUBLISHING), indirect=True)
finding = pytest.mark.parametrize("bench", sorted(FINDING), indirect=True)


# ---- reading


@every
async def test_what_people_wrote_comes_once_and_our_own_never(bench: Bench[Any]) -> None:
    post, at = bench.post(), bench.ago(hours=2)
    first = bench.comment(post, "Не работает лифт", at=at)
    bench.comment(post, "Починим", to=first, own=True)
    name, page = bench.author
    assert await bench.look() == [Found(first, name, "Не работает лифт", at, post, page)]
    assert await bench.look() == []
    reply = bench.comment(post, "Спасибо", to=first)
    (later,) = await bench.look()
    assert (later.url, later.text, later.parent_url) == (reply, "Спасибо", first)
    assert await bench.look() == []


@except_telegram
async def test_a_first_look_goes_back_a_while_and_no_further(bench: Bench[Any]) -> None:
    post = bench.post()
    bench.comment(post, "Давно", at=bench.ago(days=8))
    bench.comment(post, "Недавно", at=bench.ago(hours=20))
    assert texts(await bench.look()) == ["Недавно"]


@every
async def test_a_long_discussion_is_read_whole(bench: Bench[Any]) -> None:
    post = bench.post()
    first = bench.comment(post, "Тред", at=bench.ago(minutes=10))
    for number in range(120):
        bench.comment(post, f"Комментарий {number}", at=bench.ago(minutes=30, seconds=number))
        bench.comment(post, f"Ответ {number}", to=first, at=bench.ago(minutes=5, seconds=number))
    found = await bench.look()
    assert len(found) == len({it.url for it in found}) == 241
    bench.comment(post, "Ещё ответ", to=first)
    assert texts(await bench.look()) == ["Ещё ответ"]


@pytest.mark.parametrize("bench", ["vkontakte", "odnoklassniki"], indirect=True)
async def test_a_closed_discussion_does_not_stop_the_others(bench: Bench[Any]) -> None:
    open_one, closed = bench.post(), bench.post()
    for post, text in ((open_one, "Видно"), (closed, "Не видно")):
        bench.comment(post, text)
    bench.close(closed)
    assert texts(await bench.look()) == ["Видно"]


@every
async def test_an_error_in_the_middle_loses_nothing(bench: Bench[Any]) -> None:
    post = bench.post()
    bench.comment(post, "Раз", at=bench.ago(minutes=1))
    assert texts(await bench.look()) == ["Раз"]
    bench.comment(post, "Два")
    for said in (None, Said(200, b"?"), Said(502)):
        bench.network.refuse_next(said)
        assert (await bench.unread()).fault is Fault.LATER
    assert texts(await bench.look()) == ["Два"]


@every
async def test_without_a_whole_key_a_person_is_asked_and_nobody_is_told_the_key(bench: Bench[Any]) -> None:
    bench.network.base = "http://127.0.0.1:9"
    refusal = await bench.unread()
    assert refusal.fault is Fault.LATER
    told = f"{refusal} {refusal.advice} {refusal!r} {bench.key!r}"
    assert not any(part in told for part in bench.network.credentials.values())
    assert (await bench.unread(key=replace(bench.key, credentials={}))).fault is Fault.PERSON
    with pytest.raises(NetworkRefusalError, match="person"):
        await bench.adapter.read(bench.where(), None)


# ---- answers


@publishing
@pytest.mark.parametrize("under", ["comment", "answer"])
async def test_an_answer_stands_under_what_it_answers_and_is_seen_there(
    bench: Bench[Any], under: str
) -> None:
    post = bench.post()
    to = bench.comment(post, "У нас <яма> & лужа")
    if under == "answer":
        to = bench.comment(post, "И у нас", to=to)
    published = await bench.published(to)
    assert bench.answers() == [(published.url, bench.text)]
    assert await bench.seen(published.url) is Stands.STANDS
    bench.delete(published.url)
    assert await bench.seen(published.url) is Stands.DELETED


@finding
async def test_an_answer_is_found_among_many_and_none_to_somebody_else_is_taken_for_it(
    bench: Bench[Any],
) -> None:
    post = bench.post()
    one, other = (bench.comment(post, "Яма") for _ in range(2))
    assert await bench.own(one) is None
    published = await bench.published(one)
    for number in range(150):
        bench.comment(post, f"Спасибо {number}", at=bench.now + timedelta(seconds=10 + number))
    found = await bench.own(one)
    assert found and found.url == published.url
    assert await bench.own(other) is None
    assert await bench.own(post) is None


@except_telegram
async def test_deleted_edited_and_closed_are_told_apart(bench: Bench[Any]) -> None:
    post = bench.post()
    url = bench.comment(post, bench.text, own=True)
    assert await bench.seen(url) is Stands.STANDS
    bench.close(post)
    seen = await bench.adapter.verify(url, bench.text, bench.key)
    assert seen.state is Stands.UNKNOWN and seen.why
    bench.close(post, False)
    bench.edit(url)
    assert await bench.seen(url) is Stands.EDITED
    bench.delete(url)
    assert await bench.seen(url) is Stands.DELETED
    bench.network.refuse_next(Said(200, b"?"))
    bench.network.refuse_next(Said(200, b"?"))
    try:
        assert await bench.seen(url) is Stands.UNKNOWN
    except NetworkRefusalError as refusal:
        assert refusal.fault is Fault.LATER
