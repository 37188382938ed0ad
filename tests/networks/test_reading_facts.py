"""What stand-ins say, and what adapters ask them, held against the networks' own documents (`facts/*_reading.toml`)."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from activities.networks.max.adapter import MaxAdapter
from activities.networks.port import Key, SourceKind, Where
from activities.networks.telegram import webhook
from activities.networks.telegram.adapter import TelegramAdapter
from activities.networks.vkontakte.adapter import VkontakteAdapter
from settings import Settings
from tests.networks.max import stand_in as of_max
from tests.networks.served import Asked, Said, served
from tests.networks.telegram import stand_in as of_telegram
from tests.networks.vkontakte import stand_in as of_vk

_FOLDER = Path(__file__).parent / "facts"
_SIMPLE: Mapping[str, tuple[type, ...]] = {"integer": (int,), "string": (str,), "boolean": (bool,)}


class Facts:
    """The facts of one platform."""

    def __init__(self, platform: str) -> None:
        read = tomllib.loads((_FOLDER / f"{platform}_reading.toml").read_text())
        self.methods: Mapping[str, Any] = read["methods"]
        self.objects: Mapping[str, Any] = read["objects"]
        assert read["source"]

    def wrong(self, kind: str, content: object, at: str = "") -> list[str]:
        """What of this content is not as the document has it; null stands for what is not there."""
        if kind == "any" or content is None:
            return []
        if kind.startswith("array of "):
            if not isinstance(content, list):
                return [f"{at}: no array"]
            of = kind.removeprefix("array of ")
            return [line for n, it in enumerate(content) for line in self.wrong(of, it, f"{at}[{n}]")]
        if kind in _SIMPLE:
            fits = isinstance(content, _SIMPLE[kind]) and isinstance(content, bool) == (kind == "boolean")
            return [] if fits else [f"{at}: {content!r} is no {kind}"]
        if not isinstance(content, dict):
            return [f"{at}: no {kind}"]
        fields, required = self.objects[kind]["fields"], self.objects[kind]["required"]
        lacking = [f"{at}: no {name}" for name in required if name not in content]
        unknown = [f"{at}.{name} is not in the document" for name in content if name not in fields]
        return [
            *lacking,
            *unknown,
            *(
                line
                for name, it in content.items()
                if name in fields
                for line in self.wrong(fields[name], it, f"{at}.{name}")
            ),
        ]

    def asked(self, method: str, given: Sequence[str]) -> list[str]:
        """Parameters that the document does not have for this method."""
        return [
            f"{method}: {name} is no parameter"
            for name in given
            if name not in self.methods[method]["parameters"]
        ]


class Recorded:
    """A stand-in whose requests and answers are kept."""

    def __init__(self, stand_in: Any) -> None:
        self.stand_in = stand_in
        self.said: list[tuple[Asked, Any]] = []

    async def answer(self, asked: Asked) -> Said | None:
        said = self.stand_in.answer(asked)
        if hasattr(said, "__await__"):
            said = await said
        if said is not None:
            self.said.append((asked, json.loads(said.body)))
        return said  # type: ignore[no-any-return]


async def test_vk_is_asked_and_answers_as_its_schema_says() -> None:
    facts, vk = Facts("vkontakte"), of_vk.Vkontakte()
    recorded, now = Recorded(vk), datetime.now(UTC)
    post = vk.write_post("Яма на Ленина")
    post.attachments, post.reposts = ("photo", "doc", "video"), vk.write_post("Старая яма", owner=55)
    comment = vk.write_comment(post, "И у нас <яма>")
    vk.write_comment(post, "Да", answers=comment)
    vk.write_comment(post, "", -77).attachments = ("sticker",)
    vk.write_comment(post, "Удалён").deleted = True
    vk.write_comment(vk.write_topic("Дороги"), "Яма")
    async with served(recorded) as base:
        vk.base = base
        adapter = VkontakteAdapter(Settings(vkontakte_url=base), lambda: now)
        key = Key("1", vk.page, vk.credentials)
        assert (await adapter.read(Where(SourceKind.COMMUNITY, vk.page, None, {}), key)).found
        assert (await adapter.read(Where(SourceKind.SEARCH, "", "яма", {}), key)).found
        vk.forget_pace()
        await adapter.verify(vk.link(comment), comment.text, key)
        vk.closed.add(-vk.group)
        await adapter.verify(vk.link(comment), comment.text, key)
    wrong: list[str] = []
    for asked, said in recorded.said:
        method = asked.path.removeprefix("/method/")
        given = asked.form()
        wrong += facts.asked(method, [name for name in given if name != "v"])
        assert int(given.get("count", "0")) <= facts.methods[method].get("most", 1 << 30)
        if "response" in said:
            wrong += facts.wrong(facts.methods[method]["answers"], said["response"], method)
    assert wrong == []
    reading = {name: facts.methods[name] for name in facts.methods if "answers" in facts.methods[name]}
    assert {asked.path.removeprefix("/method/") for asked, _ in recorded.said} == set(reading)
    for method, known in reading.items():
        assert of_vk.TAKES[method] == set(known["keys"])
    assert not {name for name, known in facts.methods.items() if known["keys"] == ["user"]} & set(of_vk.TAKES)


@pytest.mark.parametrize(
    "event", ["wall_reply_delete", "photo_comment_delete", "video_comment_delete", "board_post_delete"]
)
def test_events_of_vk_are_as_its_schema_says(event: str) -> None:
    facts, vk = Facts("vkontakte"), of_vk.Vkontakte()
    comment = vk.write_comment(vk.write_post("Яма"), "Да")
    told = json.loads(vk.event(event, comment))
    assert facts.wrong("event", told) + facts.wrong(event, told["object"]) == []
    new = json.loads(vk.event(event.replace("_delete", "_new"), comment))
    kind = "topic_comment" if event.startswith("board") else "comment"
    # Where a comment stands is in the documents' text, and not in the schema.
    places = {"post_owner_id", "photo_owner_id", "video_owner_id", "topic_owner_id", "topic_id"}
    shown = {name: it for name, it in new["object"].items() if name not in places}
    assert facts.wrong(kind, shown) == []


async def test_telegram_is_asked_and_answers_as_the_bot_api_says(tmp_path: Path) -> None:
    facts, telegram = Facts("telegram"), of_telegram.TelegramStandIn()
    recorded = Recorded(telegram)
    said = telegram.hear("Яма", telegram.forwarded_post(), message_thread_id=100)
    telegram.hear("И у нас", said, message_thread_id=100)
    telegram.tell("edited_message", {**said, "text": "Ямы", "edit_date": said["date"]})
    page = "https://t.me/ivanovo_news"
    key = Key("1", page, {"bot_token": of_telegram.TOKEN, "secret": "s"})
    async with served(recorded) as base:
        settings = Settings.load(data=tmp_path, telegram_url=base)
        await TelegramAdapter(settings).read(Where(SourceKind.CHANNEL, page, None, {}), key)
        await webhook.put(base, key, "https://otklik.example/hooks/microblog/1")
        await webhook.remove(base, key)
    wrong: list[str] = []
    for asked, told in recorded.said:
        method = asked.path.rpartition("/")[2]
        wrong += facts.asked(method, list(asked.json()))
        wrong += facts.wrong(facts.methods[method]["answers"], told["result"], method)
    assert wrong == []
    assert {asked.path.rpartition("/")[2] for asked, _ in recorded.said} == set(facts.methods)


@pytest.mark.parametrize("has_markers", [True, False])
async def test_max_is_asked_and_answers_as_its_documents_say(tmp_path: Path, has_markers: bool) -> None:
    facts, network = Facts("max"), of_max.MaxStandIn(has_markers=has_markers)
    recorded = Recorded(network)
    first = network.say("Не вывозят мусор")
    for number in range(120):
        network.say(f"И у нас {number}", link={"type": "reply", "mid": first["body"]["mid"]})
    page = "https://max.ru/ivanovo"
    key = Key("1", page, {"token": of_max.TOKEN, "chat_id": of_max.CHAT})
    now = datetime.fromtimestamp(of_max.NOW / 1000, UTC)
    async with served(recorded) as base:
        adapter = MaxAdapter(Settings.load(data=tmp_path, max_url=base), lambda: now)
        where = Where(SourceKind.CHANNEL, page, None, {})
        reading = await adapter.read(where, key)
        await adapter.read(replace(where, cursor=reading.cursor), key)
    assert len(reading.found) == 121
    wrong: list[str] = []
    for asked, told in recorded.said:
        method = "comments" if asked.path.endswith("/comments") else "messages"
        wrong += facts.asked(method, list(asked.query)) + facts.wrong(method, told, method)
    assert wrong == []


def test_what_no_document_has_is_wrong() -> None:
    facts = Facts("telegram")
    right = {"update_id": 1}
    assert facts.wrong("update", right) == []
    for odd in ({}, {"update_id": "1"}, {"update_id": True}, {**right, "odd": 1}, {**right, "message": {}}):
        assert facts.wrong("update", odd)
    assert facts.asked("getChat", ["chat"]) == ["getChat: chat is no parameter"]
