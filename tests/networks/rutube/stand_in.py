"""A stand-in for Rutube's open calls: it minds paths and parameters, and gives pages of two comments."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.networks.served import Asked, Said

CHANNEL, VIDEO = "12345", "8dbe8167b0d6bf6330840ebda6615aa4"
_ON_A_PAGE = 2


@dataclass
class RutubeStandIn:
    """`comments` of the channel's one video; `next`: answers given first, None hangs up."""

    comments: list[dict[str, Any]] = field(default_factory=list)
    next: list[Said | None] = field(default_factory=list)

    def say(self, text: str, under: int | None = None, **more: Any) -> dict[str, Any]:
        comment = {
            "id": len(self.comments) + 1,
            "text": text,
            "created_ts": datetime.now(UTC).isoformat(),
            "likes_number": 0,
            "dislikes_number": 0,
            "replies_number": 0,
            "parent_id": under,
            "user": {"id": 7, "name": "Анна С.", "site_url": "https://rutube.ru/channel/7/"},
            **more,
        }
        self.comments.append(comment)
        if under:
            self.comments[under - 1]["replies_number"] += 1
        return comment

    def answer(self, asked: Asked) -> Said | None:
        if self.next:
            return self.next.pop(0)
        if asked.method != "GET" or asked.query.get("client") != "wdp":
            return Said(400)
        match asked.path.strip("/").split("/"):
            case ["api", "video", "person", channel] if channel == CHANNEL:
                return Said.of_json({"results": [{"id": VIDEO, "title": "Стройка"}], "has_next": False})
            case ["api", "comments", "video", video] if video == VIDEO:
                return self._page(asked)
        return Said(404)

    def _page(self, asked: Asked) -> Said:
        parent = asked.query.get("parent_id")
        given = [it for it in self.comments if it["parent_id"] == (int(parent) if parent else None)]
        given.reverse()
        start = (int(asked.query.get("page", "1")) - 1) * _ON_A_PAGE
        return Said.of_json(
            {
                "has_next": len(given) > start + _ON_A_PAGE,
                "next": None,
                "page": 1,
                "per_page": _ON_A_PAGE,
                "comments_count": len(self.comments),
                "results": given[start : start + _ON_A_PAGE],
            }
        )
