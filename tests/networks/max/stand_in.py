"""A stand-in for MAX's API: it minds the key in its header, the channel, the length, and what is there."""

from dataclasses import dataclass, field
from typing import Any

from tests.networks.control import Control
from tests.networks.served import Asked, Said

TOKEN, CHAT = "key-of-a-bot", "-71234567890123"
NOW = 1764061200000
_KNOWN = {"chat_id", "count", "after", "before", "marker"}
"""Parameters of pages of posts and comments (dev.max.ru/docs-api; `before` is the official client's)."""


def refusal(status: int, code: str = "") -> Said:
    return Said.of_json({"code": code, "message": "refused"}, status)


@dataclass
class MaxStandIn(Control):
    """One channel, with one post."""

    comments: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {"mid.post1": []})
    has_markers: bool = True
    """Says where the next page begins, as the document has it; the official client knows of none."""
    channels: dict[str, str] = field(default_factory=lambda: {CHAT: "ivanovo"})
    """Names by numbers, of the channels that the bot is in."""
    now: int = NOW
    hidden: bool = False
    """The bot is no administrator any more."""

    def say(self, text: str, post: str = "mid.post1", *, bot: bool = False, **more: Any) -> dict[str, Any]:
        number = sum(map(len, self.comments.values())) + 1
        comment = {
            "sender": {
                "user_id": 5,
                "first_name": "Анна",
                "last_name": "С.",
                "username": None,
                "is_bot": bot,
            },
            "recipient": {"chat_id": int(CHAT), "chat_type": "channel"},
            "timestamp": self.now + number * 1000,
            "body": {"mid": f"mid.c{number}", "seq": number, "text": text},
            **more,
        }
        self.comments[post].append(comment)
        return comment

    @property
    def page(self) -> str:
        """The link of the account's channel."""
        return "https://max.ru/ivanovo"

    @property
    def credentials(self) -> dict[str, str]:
        """The parts of the account's key."""
        return {"token": TOKEN, "chat_id": CHAT}

    async def do(self, asked: Asked) -> Said:
        if asked.headers.get("authorization") != TOKEN:
            return refusal(401, "verify.token")
        assert set(asked.query) <= _KNOWN, f"MAX knows no {set(asked.query) - _KNOWN}"
        parts = asked.path.strip("/").split("/")
        if len(parts) <= 2:
            return self._posts(asked)
        if self.hidden or len(parts) < 3 or parts[2] != "comments" or parts[1] not in self.comments:
            return refusal(404, "not.found")
        if asked.method == "POST":
            return self._take(asked, parts[1])
        return self._shown(asked, self.comments[parts[1]], *parts[3:])

    def _shown(self, asked: Asked, given: list[dict[str, Any]], comment: str | None = None) -> Said:
        if comment is not None:
            one = next((it for it in given if it["body"]["mid"] == comment), None)
            return Said.of_json(one) if one else refusal(404, "not.found")
        count = int(asked.query.get("count", "50"))
        if not 1 <= count <= 100:
            return refusal(400, "proto.payload")
        after, before = int(asked.query.get("after", "0")), int(asked.query.get("before", str(1 << 60)))
        newest = sorted(given, key=lambda it: -int(it["timestamp"]))
        matching = [it for it in newest if after <= it["timestamp"] < before]
        start = int(asked.query.get("marker", "0"))
        marker = start + count if self.has_markers and len(matching) > start + count else None
        return Said.of_json({"comments": matching[start : start + count], "marker": marker})

    def _posts(self, asked: Asked) -> Said:
        if asked.query.get("chat_id") != CHAT:
            return refusal(403, "chat.denied")
        posts = [
            {
                "sender": None,
                "recipient": {"chat_id": int(CHAT), "chat_type": "channel"},
                "timestamp": NOW,
                "body": {"mid": mid, "seq": 1, "text": "Новости"},
                "url": f"https://max.ru/{self.channels[CHAT]}/{mid.removeprefix('mid.')}",
            }
            for mid in self.comments
        ]
        return Said.of_json({"messages": posts})

    def _take(self, asked: Asked, post: str) -> Said:
        body = asked.json()
        if set(body) - {"text", "link"} or not 0 < len(body["text"]) <= 4000:
            return refusal(400, "proto.payload")
        link = body.get("link")
        if link and (link["type"] != "reply" or link["mid"] not in self._mids(post)):
            return refusal(404, "comment.not_found")
        answered = next(
            (it["body"] for it in self.comments[post] if link and it["body"]["mid"] == link["mid"]), None
        )
        shown = {"type": "reply", "message": answered} if answered else None
        made = self.say(body["text"], post, bot=True, link=shown)
        return Said.of_json({"comment": made})

    def _mids(self, post: str) -> set[str]:
        return {it["body"]["mid"] for it in self.comments[post]}
