"""Events of Callback API: whose they are, and what they tell."""

import json

import pytest

from service.messages.posts import key_of
from service.networks.platforms.port import Key, PushAnswer, Pushed
from service.networks.platforms.vkontakte.adapter import VkontakteAdapter
from settings import Settings
from tests.networks.vkontakte.stand_in import Vkontakte

VK = Vkontakte()
KEY = Key("account-1", VK.page, VK.credentials)
POST = VK.write_post("Мы открыли дорогу", -VK.group)
COMMENT = VK.write_comment(POST, "У нас яма")
OURS = VK.write_comment(POST, "Заделаем", -VK.group, answers=COMMENT)


async def told(body: bytes, key: Key = KEY, method: str = "POST") -> PushAnswer:
    return await VkontakteAdapter(Settings()).receive(Pushed(method, {}, {}, body), key)


async def test_the_address_is_confirmed_by_the_code_of_the_key() -> None:
    assert await told(VK.event("confirmation")) == PushAnswer(200, VK.confirmation)


async def test_a_comment_is_a_candidate_and_the_same_event_is_known_again() -> None:
    body = VK.event("wall_reply_new", COMMENT)
    answer = await told(body)
    assert (answer.status, answer.body) == (200, "ok")
    (found,) = answer.found
    assert (found.url, found.text, found.parent_url) == (VK.link(COMMENT), "У нас яма", VK.link(POST))
    assert (found.author, found.author_url) == ("id100172", "https://vk.com/id100172")
    assert answer.event and (await told(body)).event == answer.event
    assert (await told(VK.event("wall_reply_new", COMMENT))).event != answer.event


async def test_a_picture_alone_and_a_repost_are_candidates_too() -> None:
    picture, repost = VK.write_post(""), VK.write_post("Посмотрите")
    picture.attachments, repost.reposts = ("photo",), VK.write_post("Яма у школы", owner=55)
    (seen,) = (await told(VK.event("wall_post_new", picture))).found
    assert (seen.url, seen.text, seen.shows) == (VK.link(picture), "", "фотография")
    (said,) = (await told(VK.event("wall_post_new", repost))).found
    assert said.text == "Посмотрите\n\n[репост] Яма у школы"
    comment, sticker = VK.write_comment(POST, ""), VK.write_comment(POST, "")
    comment.attachments, sticker.attachments = ("photo",), ("sticker",)
    assert [it.shows for it in (await told(VK.event("wall_reply_new", comment))).found] == ["фотография"]
    assert (await told(VK.event("wall_reply_new", sticker))).found == []


@pytest.mark.parametrize(
    ("event", "kind"), [("board_post", "topic"), ("photo_comment", "photo"), ("video_comment", "video")]
)
async def test_comments_that_stand_on_no_wall_are_candidates_too(event: str, kind: str) -> None:
    place = f"https://vk.com/{kind}{POST.owner}_{POST.id}"
    link = f"{place}?{'post' if kind == 'topic' else 'reply'}={COMMENT.id}"
    (found,) = (await told(VK.event(f"{event}_new", COMMENT))).found
    assert (found.url, found.text, found.parent_url) == (link, "У нас яма", place)
    edited = await told(VK.event(f"{event}_edit", COMMENT))
    assert (edited.edited, [it.text for it in edited.changed], edited.found) == ([link], ["У нас яма"], [])
    assert len((await told(VK.event(f"{event}_restore", COMMENT))).found) == 1
    assert (await told(VK.event(f"{event}_new", OURS))).found == []
    assert [key_of(it) for it in (await told(VK.event(f"{event}_delete", COMMENT))).removed] == [key_of(link)]


async def test_our_own_words_are_no_candidates() -> None:
    for kind, own in (("wall_reply_new", OURS), ("wall_post_new", POST)):
        answer = await told(VK.event(kind, own))
        assert (answer.status, list(answer.found)) == (200, [])


async def test_a_deleted_answer_is_named_by_its_link() -> None:
    answer = await told(VK.event("wall_reply_delete", OURS))
    assert [key_of(it) for it in answer.removed] == [key_of(VK.link(OURS))]
    with_user_id = json.loads(VK.event("wall_reply_delete", OURS))
    with_user_id["object"]["user_id"] = with_user_id["object"].pop("deleter_id")
    assert len((await told(json.dumps(with_user_id).encode())).removed) == 1


async def test_what_was_edited_is_named_by_its_link_and_reads_as_it_does_now() -> None:
    assert (await told(VK.event("wall_reply_edit", OURS))).edited == [VK.link(OURS)]
    (now,) = (await told(VK.event("wall_reply_edit", COMMENT))).changed
    assert (now.url, now.text) == (VK.link(COMMENT), "У нас яма")
    restored = await told(VK.event("wall_reply_restore", COMMENT))
    assert (restored.edited, len(restored.found)) == ([VK.link(COMMENT)], 1)


@pytest.mark.parametrize(
    "odd", [{"type": "group_join", "object": {"user_id": 1}}, {"type": "wall_reply_new"}]
)
async def test_what_is_not_understood_is_taken_so_that_it_does_not_come_for_ever(
    odd: dict[str, object],
) -> None:
    answer = await told(_with(**{"object": None, **odd}))
    assert (answer.status, answer.body, list(answer.found)) == (200, "ok", [])


def _with(**changed: object) -> bytes:
    """A new comment with other fields, None for none."""
    event = json.loads(VK.event("wall_reply_new", COMMENT)) | changed
    return json.dumps({name: value for name, value in event.items() if value is not None}).encode()


async def test_what_is_not_of_the_network_is_refused() -> None:
    changed = ({"secret": None}, {"secret": "other"}, {"secret": ""}, {"group_id": 1}, {"group_id": None})
    odd = b"", b"[]", b"\xff", b'{"type":"confirmation","group_id":1}'
    for body in (*(_with(**fields) for fields in changed), *odd):
        assert await told(body) == PushAnswer(403), body


async def test_without_a_secret_nothing_is_believed() -> None:
    bare = Key("account-1", VK.page, {"service_key": "x"})
    assert (await told(VK.event("confirmation"), bare)).status == 403
    assert (await told(_with(secret=""), bare)).status == 403
    assert (await told(VK.event("wall_reply_new", COMMENT), method="GET")).status == 403
