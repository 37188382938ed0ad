"""A stand-in for the Bot API: it minds the key, the names of parameters, membership, and what a bot may edit."""

import json
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.networks.control import Control
from tests.networks.served import Asked, Part, Said

TOKEN = "123456:abcdefghijklmnop"
CHANNEL, GROUP, OTHER = -1001000000001, -1001000000002, -1001000000004
POST = 10
"""A post of the channel, which stands in the group under number 100."""
_TAKEN = {
    "getUpdates": {"offset", "limit", "timeout", "allowed_updates"},
    "getChat": {"chat_id"},
    "sendMessage": {"chat_id", "text", "reply_parameters", "link_preview_options"},
    "sendPhoto": {"chat_id", "caption", "photo", "reply_parameters"},
    "sendVideo": {"chat_id", "caption", "video", "reply_parameters"},
    "sendMediaGroup": {"chat_id", "media", "reply_parameters"},
    "editMessageReplyMarkup": {"chat_id", "message_id"},
}
PHOTO: dict[str, Any] = {"file_id": "1", "file_unique_id": "1", "width": 9, "height": 9}
_OF_EVERY_CHAT: dict[str, Any] = {"accent_color_id": 1, "max_reaction_count": 11, "accepted_gift_types": {}}
_OF_JSON = {"reply_parameters", "media", "chat_id"}


def refusal(code: int, description: str, **parameters: int) -> Said:
    return Said.of_json(
        {"ok": False, "error_code": code, "description": description, "parameters": parameters}, code
    )


@dataclass
class TelegramStandIn(Control):
    """A channel with its discussion, and a group of others."""

    updates: list[dict[str, Any]] = field(default_factory=list)
    sent: dict[int, dict[str, Any]] = field(default_factory=dict)
    known: set[int] = field(default_factory=lambda: {100})
    group_name: str | None = "ivanovo_chat"
    _ids: Any = field(default_factory=lambda: count(200))
    _updates: Any = field(default_factory=lambda: count(1000))

    @property
    def page(self) -> str:
        """The link of the account's channel."""
        return "https://t.me/ivanovo_news"

    @property
    def credentials(self) -> dict[str, str]:
        """The parts of the account's key."""
        return {"bot_token": TOKEN}

    @property
    def chats(self) -> dict[int, dict[str, Any]]:
        """A channel with its discussion, and a group of others in which the bot is too."""
        group = {"id": GROUP, "type": "supergroup", "title": "Обсуждение", "linked_chat_id": CHANNEL}
        if self.group_name:
            group["username"] = self.group_name
        return {
            CHANNEL: {
                "id": CHANNEL,
                "type": "channel",
                "title": "Город",
                "username": "ivanovo_news",
                "linked_chat_id": GROUP,
            },
            GROUP: group,
            OTHER: {"id": OTHER, "type": "supergroup", "title": "Соседи", "username": "sosedi_chat"},
        }

    def hear(
        self, text: str, reply_to: dict[str, Any] | None = None, chat: Any = GROUP, **more: Any
    ) -> dict[str, Any]:
        """A message of a person in a group; what it replies to comes without what that one replied to."""
        number = next(self._ids)
        self.known.add(number)
        if reply_to:
            reply_to = {name: it for name, it in reply_to.items() if name != "reply_to_message"}
        message = {
            "message_id": number,
            "date": 1764061200,
            "chat": in_a_message(self.chats[chat]),
            "from": {"id": 5, "first_name": "Анна", "last_name": "С.", "username": "anna", "is_bot": False},
            "text": text,
            **({"reply_to_message": reply_to} if reply_to else {}),
            **more,
        }
        self.tell("message", message)
        return message

    def tell(self, kind: str, message: dict[str, Any]) -> dict[str, Any]:
        """An update of this kind."""
        update = {"update_id": next(self._updates), kind: message}
        self.updates.append(update)
        return update

    def forwarded_post(self) -> dict[str, Any]:
        """The channel's post as it shows in the group."""
        chat = in_a_message(self.chats[CHANNEL])
        return {
            "message_id": 100,
            "date": 1764061000,
            "chat": in_a_message(self.chats[GROUP]),
            "sender_chat": chat,
            "is_automatic_forward": True,
            "forward_origin": {"type": "channel", "chat": chat, "message_id": POST, "date": 1764061000},
            "text": "Новости",
        }

    async def do(self, asked: Asked) -> Said:
        _, bot, method = asked.path.split("/")
        if bot != f"bot{TOKEN}":
            return refusal(401, "Unauthorized")
        if asked.headers.get("content-type", "").startswith("multipart/"):
            given = _given(asked.parts())
        else:
            given = asked.json()
        unknown = {name for name in given if not name.startswith("file")} - _TAKEN[method]
        assert not unknown, f"{method} knows no {unknown}"
        said: Said = getattr(self, method)(given)
        return said

    def getUpdates(self, given: dict[str, Any]) -> Said:  # noqa: N802
        self.updates = [it for it in self.updates if it["update_id"] >= given["offset"]]
        wanted = [it for it in self.updates if set(it) & set(given["allowed_updates"])]
        return Said.of_json({"ok": True, "result": wanted[: given["limit"]]})

    def getChat(self, given: dict[str, Any]) -> Said:  # noqa: N802
        for chat in self.chats.values():
            if given["chat_id"] in (chat["id"], f"@{chat.get('username')}"):
                return Said.of_json({"ok": True, "result": {**_OF_EVERY_CHAT, **chat}})
        return refusal(400, "Bad Request: chat not found")

    def sendMessage(self, given: dict[str, Any]) -> Said:  # noqa: N802
        if not 0 < len(given["text"]) <= 4096:
            return refusal(400, "Bad Request: message is too long")
        return self._sent(given, [{"text": given["text"]}])

    def sendPhoto(self, given: dict[str, Any]) -> Said:  # noqa: N802
        return self._sent_with_files(given, [given["photo"]], given["caption"])

    def sendVideo(self, given: dict[str, Any]) -> Said:  # noqa: N802
        return self._sent_with_files(given, [given["video"]], given["caption"])

    def sendMediaGroup(self, given: dict[str, Any]) -> Said:  # noqa: N802
        media = given["media"]
        if not 2 <= len(media) <= 10 or {it["type"] for it in media} - {"photo", "video"}:
            return refusal(400, "Bad Request: there must be from 2 to 10 media in an album")
        files = [given.get(it["media"].removeprefix("attach://")) for it in media]
        return self._sent_with_files(given, files, "".join(it.get("caption", "") for it in media))

    def _sent_with_files(self, given: dict[str, Any], files: list[Any], caption: str) -> Said:
        if not all(isinstance(file, Part) and file.file and file.content for file in files):
            return refusal(400, "Bad Request: wrong file identifier/HTTP URL specified")
        if len(caption) > 1024:
            return refusal(400, "Bad Request: message caption is too long")
        shown: list[dict[str, Any]] = [{"photo": [PHOTO]} for _ in files]
        shown[0]["caption"] = caption
        return self._sent(given, shown)

    def _sent(self, given: dict[str, Any], shown: list[dict[str, Any]]) -> Said:
        if given["chat_id"] != GROUP:
            return refusal(403, "Forbidden: bot is not a member of the supergroup chat")
        if given["reply_parameters"]["message_id"] not in self.known:
            return refusal(400, "Bad Request: message to be replied not found")
        results = [
            {"message_id": next(self._ids), "date": 1764062000, "chat": in_a_message(self.chats[GROUP]), **it}
            for it in shown
        ]
        self.sent[results[0]["message_id"]] = given
        result = results[0] if "media" not in given else results
        return Said.of_json({"ok": True, "result": result})

    def editMessageReplyMarkup(self, given: dict[str, Any]) -> Said:  # noqa: N802
        if given["message_id"] in self.sent:
            return refusal(
                400, "Bad Request: message is not modified: specified new message content is the same"
            )
        if given["message_id"] in self.known:
            return refusal(400, "Bad Request: message can't be edited")
        return refusal(400, "Bad Request: message to edit not found")


def in_a_message(chat: dict[str, Any]) -> dict[str, Any]:
    """A chat as messages have it: what `getChat` says besides is not there."""
    return {name: it for name, it in chat.items() if name != "linked_chat_id"}


def _given(parts: dict[str, Part]) -> dict[str, Any]:
    """Parameters of a form: texts, JSON where Telegram wants it, and files as they are."""
    return {
        name: part if part.file else json.loads(part.content) if name in _OF_JSON else part.content.decode()
        for name, part in parts.items()
    }
