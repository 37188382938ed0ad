"""Odnoklassniki on loopback: `async with Odnoklassniki().running() as ok`, then `odnoklassniki_url` is `ok.base`.

It asks of a request what the network does: the application's key, the session, the signature, the pace, the parameters.
"""

import hashlib
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tests.networks.control import Control, Refused
from tests.networks.served import Asked, Said

_TYPES = {"GROUP_TOPIC", "GROUP_PHOTO", "USER_STATUS", "USER_PHOTO", "USER_ALBUM", "USER_FORUM", "SHARE"}
_MOSCOW = ZoneInfo("Europe/Moscow")


@dataclass
class Topic:
    id: str
    group: str
    text: str
    closed: bool = False
    deleted: bool = False


@dataclass
class Comment:
    id: str
    topic: str
    author: str
    text: str
    at: datetime
    answers: str | None = None
    deleted: bool = False


@dataclass
class Odnoklassniki(Control):
    """`group` is the account's, `user` whose key it is: under the name of one or the other answers stand.

    `newest_first`: the order of comments. `has_milliseconds`: as some kinds have not.
    """

    application_key: str = "CBAPPLICATION"
    application_secret_key: str = "application-secret"
    access_token: str = "tkn1-access"
    group: str = "55000000000001"
    user: str = "580000000001"
    a_second: int = 3
    newest_first: bool = True
    has_milliseconds: bool = True
    lists_deleted: bool = False
    counts: bool = True
    topics: dict[str, Topic] = field(default_factory=dict)
    comments: dict[str, Comment] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def page(self) -> str:
        """The link of the account's group."""
        return f"https://ok.ru/group/{self.group}"

    @property
    def credentials(self) -> dict[str, str]:
        """The parts of the account's key."""
        return {
            "application_key": self.application_key,
            "application_secret_key": self.application_secret_key,
            "access_token": self.access_token,
        }

    # ---- what people do there

    def write_topic(self, text: str, group: str | None = None) -> Topic:
        """A topic of the group."""
        topic = Topic(f"1550000{next(self._numbers):05d}", group or self.group, text)
        self.topics[topic.id] = topic
        return topic

    def write_comment(
        self,
        topic: Topic,
        text: str,
        author: str = "574951234",
        answers: Comment | None = None,
        at: datetime | None = None,
    ) -> Comment:
        """Somebody comments a topic, or answers a comment."""
        written = (at or datetime.now(UTC)).replace(microsecond=0)
        number = f"MTc2NDA1{next(self._numbers):06d}"
        comment = Comment(number, topic.id, author, text, written, answers.id if answers else None)
        self.comments[number] = comment
        return comment

    def link(self, of: Topic | Comment) -> str:
        """Of a topic or a comment."""
        if isinstance(of, Topic):
            return f"https://ok.ru/group/{of.group}/topic/{of.id}"
        return f"{self.link(self.topics[of.topic])}?commentId={of.id}"

    # ---- what the interface does

    async def do(self, asked: Asked) -> Said:
        try:
            given = self._judged(asked)
            match given["method"]:
                case "users.getCurrentUser":
                    return Said.of_json({"uid": self.user})
                case "discussions.getList":
                    return Said.of_json(self._list(given))
                case "discussions.getComments":
                    return Said.of_json(self._page(given))
                case "discussions.getComment":
                    return Said.of_json(self._one(given))
            raise Refused(3, "METHOD : Method does not exist.")
        except Refused as refused:
            return _error(refused.code, refused.message)

    def _judged(self, asked: Asked) -> dict[str, str]:
        given = {**asked.query, **asked.form()}
        if asked.path != "/fb.do" or given.get("format", "").lower() != "json":
            raise Refused(4, "REQUEST : Invalid request")
        if given.get("application_key") != self.application_key:
            raise Refused(101, "PARAM_API_KEY : No application key")
        if given.get("access_token") != self.access_token:
            raise Refused(102, "PARAM_SESSION_EXPIRED : Session expired")
        token, sig = given.pop("access_token"), given.pop("sig", "")
        session = hashlib.md5(f"{token}{self.application_secret_key}".encode()).hexdigest()
        signed = "".join(f"{name}={value}" for name, value in sorted(given.items()))
        if sig != hashlib.md5(f"{signed}{session}".encode()).hexdigest():
            raise Refused(104, "PARAM_SIGNATURE : Invalid signature")
        if self.too_often(token, self.a_second):
            raise Refused(8, "FLOOD_BLOCKED : Flood blocked")
        return given

    def _list(self, given: Mapping[str, str]) -> object:
        if given.get("category") not in ("GROUP", "MY"):
            raise Refused(100, "PARAM : Invalid parameter category")
        topics = [it for it in self.topics.values() if it.group == given.get("gid") and not it.deleted]
        topics.sort(key=lambda it: max([c.id for c in self._shown(it)] or [""]), reverse=True)
        items = []
        for topic in topics[: int(given.get("count", "10"))]:
            item: dict[str, object] = {
                "object_id": topic.id,
                "object_type": "GROUP_TOPIC",
                "title": topic.text,
                "ref_objects": [{"type": "GROUP", "id": topic.group}],
            }
            if self.counts:
                item["new_comments_count"] = len(self._shown(topic))
            items.append(item)
        return {"anchor": "AQ", "discussions": items}

    def _topic(self, given: Mapping[str, str], number: str, kind: str) -> Topic:
        if given.get(kind) not in _TYPES or not given.get(number):
            raise Refused(100, f"PARAM : Missed required parameter: {number}")
        topic = self.topics.get(given[number])
        if topic is None or topic.deleted:
            raise Refused(300, "NOT_FOUND : Object not found")
        if topic.closed:
            raise Refused(458, "PRIVACY : Access is restricted")
        return topic

    def _page(self, given: Mapping[str, str]) -> object:
        topic = self._topic(given, "discussionId", "discussionType")
        count = int(given.get("count", "20"))
        if not 1 <= count <= 100:
            raise Refused(100, "PARAM : Invalid count")
        listed = sorted(self._shown(topic), key=lambda it: (it.at, it.id), reverse=self.newest_first)
        begun = listed
        if anchor := given.get("anchor"):
            numbers = [it.id for it in listed]
            begun = listed[numbers.index(anchor) + 1 :]
        shown = begun[:count]
        return {
            "has_more": len(begun) > count,
            "discussionId": topic.id,
            "discussionType": given["discussionType"],
            "anchor": shown[-1].id if shown else "",
            "comments": [self._comment(it) for it in shown],
        }

    def _one(self, given: Mapping[str, str]) -> object:
        topic = self._topic(given, "discussionId", "discussionType")
        comment = self.comments.get(given.get("commentId", ""))
        if comment is None or comment.topic != topic.id or (comment.deleted and not self.lists_deleted):
            raise Refused(700, "COMMENT_NOT_FOUND : Comment not found")
        return self._comment(comment)

    def _shown(self, topic: Topic) -> list[Comment]:
        of_topic = [it for it in self.comments.values() if it.topic == topic.id]
        return [it for it in of_topic if self.lists_deleted or not it.deleted]

    def _comment(self, comment: Comment) -> dict[str, object]:
        is_group = comment.author == self.group
        shown: dict[str, object] = {
            "id": comment.id,
            "author_id": comment.author,
            "author_name": "Департамент дорог" if is_group else "Анна С.",
            "author_ref": f"{'group' if is_group else 'user'}:{comment.author}",
            "text": "" if comment.deleted else comment.text,
            "date": f"{comment.at.astimezone(_MOSCOW):%Y-%m-%d %H:%M:%S}",
            "type": "REMOVED_MESSAGE" if comment.deleted else "ACTIVE_MESSAGE",
            "reply_to_comment_id": comment.answers,
        }
        if self.has_milliseconds:
            shown["created_ms"] = int(comment.at.timestamp() * 1000)
        return shown


def _error(code: int, message: str) -> Said:
    return Said.of_json({"error_code": code, "error_msg": message, "error_data": None})
