"""A stand-in for the demo's network: its calls as the API process serves them, and every way in which they fail."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import Any, NamedTuple

from embedded.demo.network import PATH
from tests.networks.served import Asked, Said

KEY = "roads.key"


class Sent(NamedTuple):
    """A file as it came: the name of its field, its own, its type and its bytes."""

    field: str
    name: str
    type: str
    content: bytes


@dataclass
class DemoStandIn:
    """`files`: those of answers, by their numbers.

    `next`: answers given first, None hangs up at once; `loses_answers`: stores and hangs up before answering.
    """

    posts: dict[int, dict[str, Any]] = field(default_factory=dict)
    files: dict[int, list[Sent]] = field(default_factory=dict)
    next: list[Said | None] = field(default_factory=list)
    loses_answers: bool = False

    def write(self, text: str, under: int | None = None, **more: Any) -> dict[str, Any]:
        number = len(self.posts) + 1
        at = f"{PATH}/entries/{under or number}" + (f"#comment-{number}" if under else "")
        self.posts[number] = {
            "id": number,
            "url": f"http://otklik{at}",
            "author": "Сосед",
            "text": text,
            "at": datetime.now(UTC).isoformat(),
            "parent_url": f"http://otklik{PATH}/entries/{under}" if under else None,
            "name": None,
            "under": under,
            **more,
        }
        return self.posts[number]

    def answer(self, asked: Asked) -> Said | None:
        if self.next:
            return self.next.pop(0)
        path = asked.path.removeprefix(f"{PATH}/api")
        match asked.method, path.split("/")[1:]:
            case "GET", ["entries"]:
                after = int(asked.query["after"])
                items = [post for post in self.posts.values() if post["id"] > after and not post["name"]]
                return Said.of_json({"items": items[:2], "more": len(items) > 2})
            case "GET", ["comments", number]:
                post = self.posts.get(int(number))
                return Said.of_json(post) if post else Said(404)
            case method, ["entries", number, "answers"]:
                if asked.headers.get("authorization") != f"Bearer {KEY}":
                    return Said(401)
                return self._answers(asked, method, int(number))
        return Said(405)

    def _answers(self, asked: Asked, method: str, post: int) -> Said | None:
        if post not in self.posts:
            return Said(404)
        given = [it for it in self.posts.values() if it["under"] == post and it["name"]]
        if method == "GET":
            return Said.of_json({"items": given})
        body, files = self._given(asked)
        if set(body) != {"text", "name"} or not 0 < len(body["text"]) <= 4000:
            return Said(422)
        known = next((it for it in given if it["name"] == body["name"]), None)
        stored = known or self.write(body["text"], post, name=body["name"])
        self.files.setdefault(stored["id"], files)
        return None if self.loses_answers else Said.of_json(stored, 201)

    def _given(self, asked: Asked) -> tuple[dict[str, str], list[Sent]]:
        """What was sent as JSON or as a form: its fields, and its files."""
        kind = asked.headers["content-type"]
        if kind == "application/json":
            return asked.json(), []
        assert kind.startswith("multipart/form-data; boundary=")
        form = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + asked.body, policy=policy.HTTP)
        fields, files = dict[str, str](), list[Sent]()
        for part in form.iter_parts():
            name = part.get_param("name", header="content-disposition")
            content = part.get_payload(decode=True)
            assert isinstance(name, str)
            assert isinstance(content, bytes)
            if file_name := part.get_filename():
                files.append(Sent(name, file_name, part.get_content_type(), content))
            else:
                fields[name] = content.decode()
        return fields, files
