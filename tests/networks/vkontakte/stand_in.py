"""VK on loopback: `async with Vkontakte().running() as vk`, then `OTKLIK_VKONTAKTE_URL=vk.base`.

It asks of a request what VK does: the version, a key of the kind the method takes and the parameters it knows (by
`access_token_type` and `parameters` of VKCOM/vk-api-schema at 0efe478), its pace, the wall. A `guid` is answered once.
"""

import itertools
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from tests.networks.control import Control, Refused
from tests.networks.served import Asked, Part, Said

VERSION = "5.199"
Kind = Literal["user", "group", "service"]
PACE: Mapping[Kind, int] = {"user": 3, "group": 20, "service": 5}
"""Calls a second."""
_READ_BY: frozenset[Kind] = frozenset({"user", "service"})
_WRITTEN_BY: frozenset[Kind] = frozenset({"user", "group"})
_PAGE = frozenset({"v", "access_token", "count", "offset", "extended"})
METHODS: dict[str, tuple[frozenset[Kind], frozenset[str]]] = {
    "newsfeed.search": (_READ_BY, _PAGE - {"offset"} | {"q", "start_from", "start_time", "end_time"}),
    "wall.get": (_READ_BY, _PAGE | {"owner_id", "domain"}),
    "wall.getById": (_READ_BY, frozenset({"v", "posts"})),
    "wall.getComments": (
        _READ_BY,
        _PAGE | {"owner_id", "post_id", "comment_id", "start_comment_id", "thread_items_count", "sort"},
    ),
    "board.getTopics": (_READ_BY, _PAGE | {"group_id", "order"}),
    "board.getComments": (_READ_BY, _PAGE | {"group_id", "topic_id", "sort"}),
    "wall.createComment": (
        _WRITTEN_BY,
        frozenset({"v", "owner_id", "post_id", "from_group", "message", "reply_to_comment", "guid"})
        | {"attachments"},
    ),
    "docs.getWallUploadServer": (_WRITTEN_BY, frozenset({"v", "group_id"})),
    "docs.save": (_WRITTEN_BY, frozenset({"v", "file", "title"})),
    "groups.getById": (_READ_BY | _WRITTEN_BY, frozenset({"v", "group_id"})),
}
"""By name, whose keys may call a method, and which parameters it knows."""
NEEDS: Mapping[str, tuple[str, ...]] = {
    "wall.getById": ("posts",),
    "wall.getComments": ("owner_id", "post_id"),
    "wall.createComment": ("owner_id", "post_id"),
    "board.getTopics": ("group_id",),
    "board.getComments": ("group_id", "topic_id"),
    "docs.save": ("file",),
}
_UPLOADS = "/upload"
_ELSEWHERE: Mapping[str, tuple[str, str]] = {
    "board_post": ("topic_id", "topic_owner_id"),
    "photo_comment": ("photo_id", "photo_owner_id"),
    "video_comment": ("video_id", "video_owner_id"),
}
_SEARCH_SHOWS = 1000


@dataclass
class Token:
    kind: Kind
    group: int | None = None


@dataclass
class Comment:
    id: int
    owner: int
    post: int
    author: int
    text: str
    date: int
    answers: int | None = None
    root: int | None = None
    deleted: bool = False
    attachments: tuple[str, ...] = ()


@dataclass
class Post:
    id: int
    owner: int
    author: int
    text: str
    date: int
    deleted: bool = False
    comments_closed: bool = False
    pinned: bool = False
    attachments: tuple[str, ...] = ()
    reposts: "Post | None" = None
    topic: bool = False
    """It is no post of the wall, but a discussion with this title."""


@dataclass
class Vkontakte(Control):
    """`group` is the community whose key is `community_key`; `service_key` is of an application.

    `lists_deleted`: a deleted comment is still listed, as one that is deleted, or not at all.
    """

    group: int = 218861756
    community_key: str = "vk1.a.community"
    service_key: str = "service-key"
    secret: str = "s3cr3t"
    confirmation: str = "1a2b3c4d"
    lists_deleted: bool = True
    tokens: dict[str, Token] = field(default_factory=dict)
    posts: dict[tuple[int, int], Post] = field(default_factory=dict)
    comments: dict[int, Comment] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)
    files: dict[str, Part] = field(default_factory=dict)
    takes_no_files: bool = False
    named: dict[str, int] = field(default_factory=dict)
    """Numbers of communities by the short names of their pages."""
    _guids: dict[tuple[str, str], int] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(10_001))
    _events: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.tokens.setdefault(self.community_key, Token("group", self.group))
        self.tokens.setdefault(self.service_key, Token("service"))

    # ---- what people do there

    @property
    def page(self) -> str:
        """The link of the community's page."""
        return f"https://vk.com/club{self.group}"

    @property
    def credentials(self) -> dict[str, str]:
        """The parts of the account's key."""
        return {
            "service_key": self.service_key,
            "community_key": self.community_key,
            "confirmation": self.confirmation,
            "secret": self.secret,
        }

    def write_post(
        self, text: str, author: int = 100172, owner: int | None = None, at: datetime | None = None
    ) -> Post:
        """Somebody writes on a wall, by default on the community's."""
        post = Post(next(self._numbers), owner or -self.group, author, text, _seconds(at))
        self.posts[post.owner, post.id] = post
        return post

    def write_comment(
        self,
        post: Post,
        text: str,
        author: int = 100172,
        answers: Comment | None = None,
        at: datetime | None = None,
    ) -> Comment:
        """Somebody comments a post, or answers a comment."""
        root = (answers.root or answers.id) if answers else None
        number = next(self._numbers)
        comment = Comment(
            number, post.owner, post.id, author, text, _seconds(at), answers.id if answers else None, root
        )
        self.comments[number] = comment
        return comment

    def write_topic(self, title: str, at: datetime | None = None) -> Post:
        """A discussion of the community."""
        topic = self.write_post(title, -self.group, at=at)
        topic.topic = True
        return topic

    def link(self, of: Post | Comment) -> str:
        """As VK writes it."""
        topic = self.posts.get((of.owner, of.post if isinstance(of, Comment) else of.id))
        if topic and topic.topic:
            shown = f"?post={of.id}" if isinstance(of, Comment) else ""
            return f"https://vk.com/topic{of.owner}_{topic.id}{shown}"
        if isinstance(of, Post):
            return f"https://vk.com/wall{of.owner}_{of.id}"
        thread = f"&thread={of.root}" if of.root else ""
        return f"https://vk.com/wall{of.owner}_{of.post}?reply={of.id}{thread}"

    def answers(self) -> list[Comment]:
        """What the community has written, and stands."""
        return [it for it in self.comments.values() if it.author == -self.group and not it.deleted]

    def fail_next(self, code: int) -> None:
        """The next call gets this error."""
        self.refuse_next(_error(code, "told to", {}))

    def event(self, kind: str, of: Post | Comment | None = None) -> bytes:
        """The body of an event of Callback API."""
        said: dict[str, object] = {"type": kind, "group_id": self.group}
        if kind != "confirmation":
            said |= {"event_id": f"e2f1{next(self._events):036x}", "v": VERSION, "secret": self.secret}
        elsewhere = next((it for it in _ELSEWHERE if kind.startswith(it)), None)
        if isinstance(of, Comment) and elsewhere:
            said["object"] = self._event_elsewhere(kind, of, *_ELSEWHERE[elsewhere])
        elif isinstance(of, Comment) and kind == "wall_reply_delete":
            said["object"] = {"owner_id": of.owner, "id": of.id, "deleter_id": of.author, "post_id": of.post}
        elif isinstance(of, Comment):
            said["object"] = {**self._comment(of), "post_owner_id": of.owner}
        elif of is not None:
            said["object"] = self._post(of)
        return json.dumps(said).encode()

    def _event_elsewhere(self, kind: str, of: Comment, place: str, owner: str) -> dict[str, object]:
        """Of a topic, a photo or a video: `place` and `owner` are what an event calls their numbers."""
        where: dict[str, object] = {place: of.post}
        if kind.endswith("_delete"):
            named = {owner: abs(of.owner)} if kind.startswith("board") else {"owner_id": of.owner}
            who = {} if kind.startswith("board") else {"deleter_id": of.author, "user_id": of.author}
            return {"id": of.id, **where, **named, **who}
        shown = self._on_board(of) if kind.startswith("board") else self._comment(of)
        return {name: it for name, it in shown.items() if name != "post_id"} | where | {owner: of.owner}

    # ---- what the interface does

    async def do(self, asked: Asked) -> Said:
        if asked.path.startswith(_UPLOADS):
            return self._upload(asked)
        method = asked.path.removeprefix("/method/")
        given = {**asked.query, **asked.form()}
        try:
            token = self._judge(method, asked, given)
            numbers = {name: int(it) for name, it in given.items() if it.removeprefix("-").isdecimal()}
            answer = await self._call(method, token, given, numbers)
            return Said.of_json({"response": answer})
        except Refused as refused:
            return _error(refused.code, refused.message, {"method": method, **given})
        except ValueError:
            return _error(100, "One of the parameters specified was missing or invalid", given)

    def _judge(self, method: str, asked: Asked, given: Mapping[str, str]) -> Token:
        if asked.method not in ("GET", "POST") or method not in METHODS:
            raise Refused(3, "Unknown method passed")
        if given.get("v") != VERSION:
            raise Refused(8, "Invalid request: v (version) is required")
        bearer = asked.headers.get("authorization", "").removeprefix("Bearer ")
        key = bearer or given.get("access_token", "")
        token = self.tokens.get(key)
        if token is None:
            raise Refused(5, "User authorization failed: invalid access_token (4).")
        kinds, parameters = METHODS[method]
        assert set(given) <= parameters, f"{method} knows no {set(given) - parameters}"
        if token.kind not in kinds:
            code, of = (27, "Group") if token.kind == "group" else (28, "Application")
            raise Refused(code, f"{of} authorization failed: method is unavailable with this token.")
        if self.too_often(key, PACE[token.kind]):
            raise Refused(6, "Too many requests per second")
        for name in NEEDS.get(method, ()):
            if not given.get(name):
                raise _missing(name)
        return token

    async def _call(
        self, method: str, token: Token, given: Mapping[str, str], numbers: Mapping[str, int]
    ) -> object:
        match method:
            case "newsfeed.search":
                return self._search(given, numbers)
            case "wall.get" | "wall.getById":
                return self._wall(given, numbers) if method == "wall.get" else self._by_id(given)
            case "wall.getComments":
                return self._comments(numbers, given.get("sort", "asc"))
            case "board.getTopics" | "board.getComments":
                return self._board(method, given, {**numbers, "group_id": int(given["group_id"])})
            case "docs.getWallUploadServer" | "docs.save" | "groups.getById":
                return self._of_the_community(method, token, given)
        return await self._create(token, given, numbers)

    def _communities(self, given: Mapping[str, str]) -> object:
        wanted = given.get("group_id", "").lower()
        names = {number: name for name, number in self.named.items()} | {self.group: f"club{self.group}"}
        number = self.named.get(wanted, int(wanted) if wanted.isdecimal() else 0)
        if number not in names:
            raise _missing("group_id")
        return {"groups": [{"id": number, "screen_name": names[number]}], "profiles": []}

    def _of_the_community(self, method: str, token: Token, given: Mapping[str, str]) -> object:
        if method == "groups.getById":
            return self._communities(given)
        if method == "docs.save":
            return self._save(given["file"], given.get("title", ""))
        return {"upload_url": f"{self.base}{_UPLOADS}?act=add_doc&gid={token.group}"}

    def _upload(self, asked: Asked) -> Said:
        """The server of uploads takes one file, in a part of this name."""
        part = asked.parts().get("file")
        if self.takes_no_files or part is None or not part.file:
            return Said.of_json({"error": "no_file"})
        name = f"{next(self._numbers)}|doc"
        self.files[name] = part
        return Said.of_json({"file": name})

    def _save(self, file: str, title: str) -> object:
        part = self.files.get(file)
        if part is None:
            raise Refused(105, "Couldn't save file")
        number = int(file.partition("|")[0])
        return {"type": "doc", "doc": {"id": number, "owner_id": -self.group, "title": title}}

    def _search(self, given: Mapping[str, str], numbers: Mapping[str, int]) -> object:
        count = _bounded(numbers.get("count", 30), 200)
        start, end = numbers.get("start_time", 0), numbers.get("end_time", 1 << 40)
        words = given.get("q", "").lower().split()
        posts = (it for it in self.posts.values() if not it.deleted and not it.topic)
        dated = (it for it in posts if start <= it.date <= end)
        matching = [it for it in dated if all(word in it.text.lower() for word in words)]
        matching.sort(key=lambda post: (-post.date, -post.id))
        place = int(given.get("start_from", "0").partition("/")[0])
        shown = matching[:_SEARCH_SHOWS][place : place + count]
        answer: dict[str, object] = {
            "items": [self._post(post) for post in shown],
            "count": min(len(matching), _SEARCH_SHOWS),
            "total_count": len(matching),
        }
        if place + count < min(len(matching), _SEARCH_SHOWS):
            answer["next_from"] = f"{place + count}/{shown[-1].owner}_{shown[-1].id}"
        return answer | self._extended(numbers, {post.author for post in shown})

    def _wall(self, given: Mapping[str, str], numbers: Mapping[str, int]) -> object:
        owner = numbers.get("owner_id", -self.named.get(given.get("domain", ""), 0))
        if owner in self.closed:
            raise Refused(15, "Access denied: wall is disabled")
        posts = [it for it in self.posts.values() if it.owner == owner and not it.deleted and not it.topic]
        posts.sort(key=lambda post: (not post.pinned, -post.date, -post.id))
        offset, count = numbers.get("offset", 0), _bounded(numbers.get("count", 20), 100)
        shown = posts[offset : offset + count]
        answer = {"count": len(posts), "items": [self._post(post) for post in shown]}
        return answer | self._extended(numbers, {post.author for post in shown})

    def _board(self, method: str, given: Mapping[str, str], numbers: Mapping[str, int]) -> object:
        if method == "board.getComments":
            return self._of_topic(numbers, given.get("sort", "asc"))
        written = (it for it in self.posts.values() if it.topic and not it.deleted)
        topics = [it for it in written if it.owner == -numbers["group_id"]]
        updated = {
            topic.id: max([topic.date, *(it.date for it in self.comments.values() if it.post == topic.id)])
            for topic in topics
        }
        if numbers.get("order") == 1:
            topics.sort(key=lambda topic: -updated[topic.id])
        counts = Counter(it.post for it in self.comments.values() if not it.deleted)
        items = [
            {"id": it.id, "title": it.text, "updated": updated[it.id], "comments": counts[it.id]}
            for it in topics
        ]
        shown = items[numbers.get("offset", 0) :][: _bounded(numbers.get("count", 40), 100)]
        return {"count": len(topics), "items": shown}

    def _of_topic(self, numbers: Mapping[str, int], sort: str) -> object:
        topic = self.posts.get((-numbers["group_id"], numbers["topic_id"]))
        if topic is None or not topic.topic or topic.deleted:
            raise _missing("topic_id")
        listed = [it for it in self.comments.values() if it.post == topic.id and not it.deleted]
        listed.sort(key=lambda it: it.id, reverse=sort == "desc")
        shown = listed[numbers.get("offset", 0) :][: _bounded(numbers.get("count", 20), 100)]
        items = [self._on_board(it) for it in shown]
        return {"count": len(listed), "items": items} | self._extended(numbers, {it.author for it in shown})

    def _on_board(self, comment: Comment) -> dict[str, object]:
        known = {"id", "from_id", "date", "text", "attachments"}
        return {name: it for name, it in self._comment(comment).items() if name in known}

    def _by_id(self, given: Mapping[str, str]) -> object:
        found = []
        for name in given["posts"].split(","):
            owner, _, number = name.partition("_")
            post = self.posts.get((int(owner), int(number)))
            if post and post.deleted:
                found.append(
                    {"inner_type": "wall_wallpost", "id": post.id, "owner_id": post.owner, "is_deleted": True}
                )
            elif post and post.owner not in self.closed:
                found.append(self._post(post))
        return {"items": found}

    def _comments(self, numbers: Mapping[str, int], sort: str) -> object:
        owner, number = numbers["owner_id"], numbers["post_id"]
        post = self.posts.get((owner, number))
        if owner in self.closed:
            raise Refused(15, "Access denied: wall is disabled")
        if post is None or post.deleted or post.comments_closed:
            raise Refused(212, "Access to post comments denied")
        of_post = [it for it in self.comments.values() if (it.owner, it.post) == (owner, number)]
        listed = [it for it in of_post if self.lists_deleted or not it.deleted]
        level = [it for it in listed if it.root == numbers.get("comment_id")]
        level.sort(key=lambda it: it.id, reverse=sort == "desc")
        begun = level
        if first := numbers.get("start_comment_id"):
            begun = [it for it in level if (it.id <= first if sort == "desc" else it.id >= first)]
        offset, count = numbers.get("offset", 0), _bounded(numbers.get("count", 20), 100)
        shown = begun[offset : offset + count]
        threads = _bounded(numbers.get("thread_items_count", 0), 10)
        items = []
        for comment in shown:
            item = self._comment(comment)
            if comment.root is None:
                replies = [it for it in listed if it.root == comment.id]
                item["thread"] = {
                    "count": len(replies),
                    "items": [self._comment(it) for it in replies[:threads]],
                }
            items.append(item)
        answer = {"count": len(of_post), "items": items, "current_level_count": len(level)}
        numbers_shown = {it.id for it in shown}
        return answer | self._extended(
            numbers, {it.author for it in listed if {it.id, it.root} & numbers_shown}
        )

    async def _create(self, token: Token, given: Mapping[str, str], numbers: Mapping[str, int]) -> object:
        owner, number, text = numbers["owner_id"], numbers["post_id"], given.get("message", "")
        if token.kind == "group" and (
            owner != -(token.group or 0) or numbers.get("from_group") != token.group
        ):
            raise Refused(15, "Access denied: group auth is allowed on its own wall only")
        post = self.posts.get((owner, number))
        if post is None or post.deleted or post.comments_closed:
            raise Refused(213, "Access to status replies denied")
        attached = tuple(filter(None, given.get("attachments", "").split(",")))
        known_files = {f"doc-{self.group}_{name.partition('|')[0]}" for name in self.files}
        if set(attached) - known_files:
            raise _missing("attachments")
        if not text and not attached:
            raise _missing("message")
        answered = self.comments.get(numbers.get("reply_to_comment", 0))
        if "reply_to_comment" in numbers and (
            answered is None or answered.post != number or answered.deleted
        ):
            raise _missing("reply_to_comment")
        guid = given.get("guid", "")
        known = self._guids.get((str(owner), guid)) if guid else None
        comment = (
            self.comments[known] if known else self.write_comment(post, text, -(token.group or 0), answered)
        )
        comment.attachments = comment.attachments or attached
        if guid:
            self._guids[str(owner), guid] = comment.id
        if not known:
            await self.has_stored()
        return {"comment_id": comment.id, "parents_stack": [comment.root] if comment.root else []}

    # ---- how things look there

    def _post(self, post: Post) -> dict[str, object]:
        here = (it for it in self.comments.values() if (it.owner, it.post) == (post.owner, post.id))
        comments = [it for it in here if not it.deleted]
        return {
            "inner_type": "wall_wallpost",
            "id": post.id,
            "owner_id": post.owner,
            "from_id": post.author,
            "date": post.date,
            "text": post.text,
            "post_type": "post",
            "comments": {"can_post": int(not post.comments_closed), "count": len(comments)},
            "attachments": [_attachment(kind, post.id) for kind in post.attachments],
        } | ({"copy_history": [self._post(post.reposts)]} if post.reposts else {})

    def _comment(self, comment: Comment) -> dict[str, object]:
        stack = [comment.root] if comment.root else []
        shown: dict[str, object] = {
            "id": comment.id,
            "from_id": comment.author,
            "date": comment.date,
            "text": comment.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"),
            "post_id": comment.post,
            "owner_id": comment.owner,
            "parents_stack": stack,
        }
        if comment.attachments:
            kinds = ["doc" if it.startswith("doc") else it for it in comment.attachments]
            shown["attachments"] = [_attachment(kind, comment.id) for kind in kinds]
        if comment.answers:
            shown |= {
                "reply_to_comment": comment.answers,
                "reply_to_user": self.comments[comment.answers].author,
            }
        if comment.deleted:
            shown |= {"deleted": True, "text": "", "from_id": 0}
        return shown

    def _extended(self, numbers: Mapping[str, int], authors: set[int]) -> dict[str, object]:
        if not numbers.get("extended"):
            return {}
        return {
            "profiles": [
                {"id": author, "first_name": "Анна", "last_name": f"Иванова-{author}"}
                for author in sorted(authors)
                if author > 0
            ],
            "groups": [
                {"id": -author, "name": f"Сообщество {-author}", "screen_name": f"club{-author}"}
                for author in sorted(authors)
                if author < 0
            ],
        }


def _attachment(kind: str, number: int) -> dict[str, object]:
    """As an attachment shows, as far as anybody reads it."""
    return {"type": kind, kind: {"id": number, "owner_id": 100172}}


def _missing(name: str) -> Refused:
    return Refused(100, f"One of the parameters specified was missing or invalid: {name} is undefined")


def _seconds(at: datetime | None) -> int:
    return int((at or datetime.now(UTC)).timestamp())


def _bounded(number: int, most: int) -> int:
    if not 0 <= number <= most:
        raise _missing("count")
    return number


def _error(code: int, message: str, given: Mapping[str, str]) -> Said:
    error: dict[str, object] = {
        "inner_type": "base_error",
        "error_code": code,
        "error_msg": message,
        "request_params": [
            {"key": name, "value": value} for name, value in given.items() if name != "access_token"
        ],
    }
    if code == 14:
        error["redirect_uri"] = "https://id.vk.com/not_robot_captcha?domain=vk.com&session_token=1"
    return Said.of_json({"error": error})
