"""YouTube on loopback: `async with YouTube().running() as yt`; then `youtube_url` is `yt.base`.

`youtube_token_url` is `yt.tokens`.

It asks of a request what YouTube does: a key or a consent, exactly one filter, a page's size, and for writing the
consent of an account.
"""

import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.networks.control import Control, Refused
from tests.networks.served import Asked, Said

INLINE = 5
"""Answers that come with a thread."""
_LONGEST = 10_000


@dataclass
class Comment:
    id: str
    video: str
    channel: str
    name: str
    text: str
    at: datetime
    parent: str | None = None
    edited_at: datetime | None = None
    deleted: bool = False


@dataclass
class YouTube(Control):
    """`channel` and `handle` are the account's; videos not in `channels` are gone."""

    api_key: str = "AIza-key"
    client_id: str = "client.apps"
    client_secret: str = "client-secret"
    refresh_token: str = "1//refresh"
    channel: str = "UCownownownownownownown0"
    handle: str = "roads37"
    a_second: int = 50
    revoked: bool = False
    channels: dict[str, str] = field(default_factory=dict)
    comments: dict[str, Comment] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def tokens(self) -> str:
        """Where consents are turned into tokens."""
        return f"{self.base}/token"

    @property
    def page(self) -> str:
        """The link of the account's channel."""
        return f"https://www.youtube.com/@{self.handle}"

    @property
    def credentials(self) -> dict[str, str]:
        """The parts of the account's key."""
        return {
            "api_key": self.api_key,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "refresh_token": self.refresh_token,
        }

    # ---- what people do there

    def write_video(self, channel: str | None = None) -> str:
        """A video of the account's channel, or of another; its number."""
        number = f"video{next(self._numbers):06d}"
        self.channels[number] = channel or self.channel
        return number

    def write_comment(
        self,
        video: str,
        text: str,
        answers: Comment | None = None,
        at: datetime | None = None,
        own: bool = False,
    ) -> Comment:
        """Somebody comments a video, or answers a comment; `own`: the account does."""
        parent = (answers.parent or answers.id) if answers else None
        number = f"Ugw{next(self._numbers):08d}"
        channel, name = (self.channel, f"@{self.handle}") if own else ("UCsomebody", "@anna")
        comment = Comment(
            f"{parent}.{number}" if parent else number,
            video,
            channel,
            name,
            text,
            (at or datetime.now(UTC)).replace(microsecond=0),
            parent,
        )
        self.comments[comment.id] = comment
        return comment

    def link(self, comment: Comment | str) -> str:
        """Of a comment or a video."""
        if isinstance(comment, str):
            return f"https://www.youtube.com/watch?v={comment}"
        return f"https://www.youtube.com/watch?v={comment.video}&lc={comment.id}"

    def answers(self) -> list[Comment]:
        """What the account has written, and stands."""
        return [it for it in self.comments.values() if it.channel == self.channel and not it.deleted]

    def fail_next(self, status: int, reason: str) -> None:
        """The next call gets this error."""
        self.refuse_next(_error(status, reason))

    # ---- what the interface does

    async def do(self, asked: Asked) -> Said:
        if asked.path == "/token":
            return self._token(asked.form())
        try:
            return Said.of_json(await self._call(asked))
        except Refused as refused:
            return _error(refused.code, refused.message)

    def _token(self, form: Mapping[str, str]) -> Said:
        if form.get("grant_type") != "refresh_token":
            return Said.of_json({"error": "unsupported_grant_type"}, 400)
        if (form.get("client_id"), form.get("client_secret")) != (self.client_id, self.client_secret):
            return Said.of_json({"error": "invalid_client", "error_description": "Unauthorized"}, 401)
        if self.revoked or form.get("refresh_token") != self.refresh_token:
            return Said.of_json({"error": "invalid_grant", "error_description": "Revoked."}, 400)
        return Said.of_json({"access_token": "ya29.token", "expires_in": 3599, "token_type": "Bearer"})

    async def _call(self, asked: Asked) -> object:
        signed_in = asked.headers.get("authorization") == "Bearer ya29.token"
        if "authorization" in asked.headers and not signed_in:
            raise Refused(401, "authError")
        if not signed_in and asked.headers.get("x-goog-api-key", asked.query.get("key")) != self.api_key:
            raise Refused(400, "API_KEY_INVALID")
        if self.too_often("project", self.a_second):
            raise Refused(403, "rateLimitExceeded")
        if not asked.query.get("part"):
            raise Refused(400, "missingRequiredParameter")
        resource = asked.path.strip("/")
        if asked.method == "POST":
            if not signed_in:
                raise Refused(401, "required")
            return await self._insert(resource, asked.json()["snippet"])
        match resource:
            case "commentThreads":
                return self._threads(asked.query)
            case "comments":
                return self._comments(asked.query)
            case "channels":
                found = asked.query.get("forHandle", "").lstrip("@") == self.handle
                return {"items": [{"id": self.channel}] if found else []}
            case "videos":
                return self._videos(asked.query["id"])
        raise Refused(404, "notFound")

    def _threads(self, query: Mapping[str, str]) -> object:
        filters = [it for it in ("videoId", "allThreadsRelatedToChannelId", "id") if query.get(it)]
        if len(filters) != 1:
            raise Refused(400, "incompatibleParameters" if filters else "missingRequiredParameter")
        if query.get("order", "time") not in ("time", "relevance"):
            raise Refused(400, "invalidParameter")
        video, channel = query.get("videoId"), query.get("allThreadsRelatedToChannelId")
        if video and video not in self.channels:
            raise Refused(404, "videoNotFound")
        if video in self.closed:
            raise Refused(403, "commentsDisabled")
        if channel and channel not in self.channels.values():
            raise Refused(404, "channelNotFound")
        tops = [it for it in self._shown() if it.parent is None]
        tops = [it for it in tops if it.video == video or self.channels[it.video] == channel]
        tops.sort(key=lambda it: (it.at, it.id), reverse=True)
        shown, further = _page(tops, query)
        return {"items": [self._thread(it) for it in shown], **further}

    def _thread(self, top: Comment) -> dict[str, object]:
        replies = [it for it in self._shown() if it.parent == top.id]
        thread: dict[str, object] = {
            "id": top.id,
            "snippet": {
                "channelId": self.channels[top.video],
                "videoId": top.video,
                "totalReplyCount": len(replies),
                "topLevelComment": self._comment(top),
            },
        }
        if replies:
            thread["replies"] = {"comments": [self._comment(it) for it in replies[:INLINE]]}
        return thread

    def _comments(self, query: Mapping[str, str]) -> object:
        if ("id" in query) == ("parentId" in query):
            raise Refused(400, "incompatibleParameters" if "id" in query else "missingRequiredParameter")
        if number := query.get("parentId"):
            if number not in self.comments or self.comments[number].deleted:
                raise Refused(404, "commentNotFound")
            found = [it for it in self._shown() if it.parent == number]
            shown, further = _page(found, query)
        else:
            found = [it for it in self._shown() if it.id in query["id"].split(",")]
            shown, further = [it for it in found if it.video not in self.closed], {}
        return {"items": [self._comment(it) for it in shown], **further}

    def _comment(self, comment: Comment) -> dict[str, object]:
        snippet: dict[str, object] = {
            "channelId": self.channels[comment.video],
            "textDisplay": comment.text,
            "authorDisplayName": comment.name,
            "authorChannelUrl": f"http://www.youtube.com/{comment.name}",
            "authorChannelId": {"value": comment.channel},
            "publishedAt": _moment(comment.at),
            "updatedAt": _moment(comment.edited_at or comment.at),
        }
        if comment.parent:
            snippet["parentId"] = comment.parent
        return {"id": comment.id, "snippet": snippet}

    def _videos(self, number: str) -> object:
        items = []
        if number in self.channels:
            counts = {"viewCount": "1"} | ({} if number in self.closed else {"commentCount": "1"})
            items.append({"id": number, "statistics": counts})
        return {"items": items}

    async def _insert(self, resource: str, snippet: Mapping[str, object]) -> object:
        if resource == "comments":
            parent = self.comments.get(str(snippet.get("parentId", "")))
            if not snippet.get("parentId"):
                raise Refused(400, "parentIdMissing")
            if parent is None or parent.deleted or parent.parent:
                raise Refused(404, "parentCommentNotFound")
            video, text = parent.video, str(snippet.get("textOriginal", ""))
        else:
            parent, video = None, str(snippet.get("videoId", ""))
            top = snippet.get("topLevelComment")
            text = str(top["snippet"]["textOriginal"]) if isinstance(top, dict) else ""
        if video not in self.channels:
            raise Refused(404, "videoNotFound")
        if video in self.closed:
            raise Refused(403, "commentsDisabled")
        if not text:
            raise Refused(400, "commentTextRequired")
        if len(text) > _LONGEST:
            raise Refused(400, "commentTextTooLong")
        comment = self.write_comment(video, text, parent, own=True)
        await self.has_stored()
        return self._comment(comment) if parent else self._thread(comment)

    def _shown(self) -> list[Comment]:
        return [it for it in self.comments.values() if not it.deleted and it.video in self.channels]


def _page(items: list[Comment], query: Mapping[str, str]) -> tuple[list[Comment], dict[str, str]]:
    count = int(query.get("maxResults", "20"))
    if not 1 <= count <= 100:
        raise Refused(400, "invalidParameter")
    begun = items
    if token := query.get("pageToken"):
        numbers = [it.id for it in items]
        if token not in numbers:
            raise Refused(400, "invalidPageToken")
        begun = items[numbers.index(token) + 1 :]
    shown = begun[:count]
    return shown, {"nextPageToken": shown[-1].id} if len(begun) > count else {}


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _error(status: int, reason: str) -> Said:
    error: dict[str, object] = {
        "code": status,
        "message": "told to",
        "errors": [{"message": "told to", "domain": "youtube.comment", "reason": reason}],
    }
    if reason.isupper():
        error["errors"] = [{"message": "told to", "domain": "global", "reason": "badRequest"}]
        error["details"] = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason}]
    return Said(status, json.dumps({"error": error}).encode(), {"Content-Type": "application/json"})
