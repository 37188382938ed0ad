"""Checks what the stand-in says by VK's published schema: `python -m tests.networks.vkontakte.by_schema FOLDER`.

FOLDER is a copy of VKCOM/vk-api-schema, which no package registry has, so that tests do not have it either. Its
`required` stand with each property, as in draft 3.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import httpx2
from jsonschema import Draft3Validator
from referencing import Registry
from referencing.jsonschema import DRAFT3

from tests.networks.vkontakte.stand_in import VERSION, Comment, Post, Vkontakte, vkontakte


class Schema:
    """The published schema, by file and name of a definition."""

    def __init__(self, folder: Path) -> None:
        files = {
            path.relative_to(folder).as_posix(): json.loads(path.read_text())
            for path in folder.glob("*/*.json")
        }
        self._registry: Registry[Any] = Registry().with_resources(
            (f"https://schema/{name}", DRAFT3.create_resource(content)) for name, content in files.items()
        )

    def wrong(self, file: str, name: str, content: object) -> list[str]:
        """What is wrong with this content."""
        validator = Draft3Validator(
            {"$ref": f"https://schema/{file}.json#/definitions/{name}"}, registry=self._registry
        )
        return [f"{name}: {list(it.path)}: {it.message[:200]}" for it in validator.iter_errors(content)]


async def _answers(vk: Vkontakte, post: Post, topic: Post) -> list[tuple[str, str, object]]:
    wall = {"owner_id": post.owner, "post_id": post.id}
    calls: list[tuple[str, str, dict[str, object], str]] = [
        ("newsfeed", "search", {"q": "дорогу"}, "search_response"),
        ("newsfeed", "search", {"q": "дорогу", "extended": 1}, "search_extended_response"),
        ("wall", "get", {"owner_id": post.owner}, "get_response"),
        (
            "wall",
            "getComments",
            {**wall, "extended": 1, "thread_items_count": 10},
            "getComments_extended_response",
        ),
        ("board", "getTopics", {"group_id": vk.group, "order": 1}, "getTopics_response"),
        (
            "board",
            "getComments",
            {"group_id": vk.group, "topic_id": topic.id, "extended": 1},
            "getComments_extended_response",
        ),
        ("groups", "getById", {"group_id": vk.group}, "getById_object_response"),
        ("wall", "getById", {"posts": f"{post.owner}_{post.id}"}, "getById_response"),
        (
            "wall",
            "createComment",
            {**wall, "from_group": vk.group, "message": "да"},
            "createComment_response",
        ),
    ]
    said: list[tuple[str, str, object]] = []
    vk.forget_pace()
    async with httpx2.AsyncClient() as http:
        for section, method, given, name in calls:
            of_the_community = method == "createComment" or section == "groups"
            key = vk.community_key if of_the_community else vk.service_key
            answer = await http.post(
                f"{vk.base}/method/{section}.{method}",
                data={**given, "v": VERSION},
                headers={"Authorization": f"Bearer {key}"},
            )
            vk.forget_pace()
            said.append((f"{section}/responses", f"{section}_{name}", answer.json()))
        said += await _documents(vk, http)
        refused = await http.post(f"{vk.base}/method/wall.get")
        said.append(("base/objects", "base_error", refused.json()["error"]))
    return said


async def _documents(vk: Vkontakte, http: httpx2.AsyncClient) -> list[tuple[str, str, object]]:
    headers = {"Authorization": f"Bearer {vk.community_key}"}
    server = await http.post(
        f"{vk.base}/method/docs.getWallUploadServer",
        data={"group_id": vk.group, "v": VERSION},
        headers=headers,
    )
    files = {"file": ("яма.png", b"1", "image/png")}
    uploaded = await http.post(server.json()["response"]["upload_url"], files=files)
    saved = await http.post(
        f"{vk.base}/method/docs.save",
        data={"file": uploaded.json()["file"], "title": "яма.png", "v": VERSION},
        headers=headers,
    )
    return [
        ("base/responses", "base_getUploadServer_response", server.json()),
        ("docs/responses", "docs_save_response", saved.json()),
    ]


def _events(vk: Vkontakte, post: Post, comment: Comment) -> list[tuple[str, str, object]]:
    of: dict[str, Post | Comment] = {
        "wall_post_new": post,
        "wall_reply_new": comment,
        "wall_reply_delete": comment,
        **{f"{kind}_new": comment for kind in ("board_post", "photo_comment", "video_comment")},
        **{f"{kind}_delete": comment for kind in ("board_post", "photo_comment", "video_comment")},
    }
    return [("callback/objects", "callback_base", json.loads(vk.event(kind, it))) for kind, it in of.items()]


async def main(folder: Path) -> int:
    """Ask the stand-in for everything it says; how many lines are wrong."""
    schema = Schema(folder)
    async with vkontakte() as vk:
        post = vk.write_post("Когда отремонтируют дорогу?")
        post.attachments, post.reposts = ("photo", "doc"), vk.write_post("Старая яма", owner=55)
        topic = vk.write_topic("Дороги")
        vk.write_comment(topic, "Яма")
        comment = vk.write_comment(post, "И у нас <яма>")
        vk.write_comment(post, "Да", answers=comment)
        vk.write_comment(post, "Удалён").deleted = True
        said = [*await _answers(vk, post, topic), *_events(vk, post, comment)]
    wrong = [line for file, name, content in said for line in schema.wrong(file, name, content)]
    sys.stdout.write("\n".join([*wrong, f"{len(said)} answers, {len(wrong)} wrong\n"]))
    return len(wrong)


if __name__ == "__main__":
    sys.exit(bool(asyncio.run(main(Path(sys.argv[1])))))
