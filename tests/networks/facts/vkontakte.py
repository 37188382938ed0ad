"""VK's API 5.199, by its published schema: VKCOM/vk-api-schema at 0efe478 (January 2025), files `wall`, `groups`,
`docs`, `comment` (methods, responses, objects).
"""

from collections.abc import Mapping
from typing import Final

from tests.networks.facts import BOOLEAN, INTEGER, TEXT, Method, Schema, known, listed

COMMON: Final = frozenset({"v", "access_token"})
"""Parameters of every call (dev.vk.com/ru/api/api-requests)."""
_FLAG: Final[Schema] = {"enum": [0, 1]}
_IDS: Final = listed(INTEGER)
_REPLY: Final[Mapping[str, Schema]] = {
    **dict.fromkeys(("id", "from_id", "date", "post_id", "owner_id", "photo_id", "video_id", "pid"), INTEGER),
    **dict.fromkeys(("real_offset", "reply_to_user", "reply_to_comment"), INTEGER),
    **dict.fromkeys(("is_from_post_author", "deleted"), BOOLEAN),
    "donut": {"type": "object"},
    "likes": {"type": "object"},
    "can_edit": _FLAG,
    "text": TEXT,
    "parents_stack": _IDS,
    "attachments": listed({"type": "object"}),
}
_OF_A_COMMENT: Final = ("id", "from_id", "date", "text")
_THREAD: Final = known(
    {
        "count": INTEGER,
        "items": listed(known(_REPLY, *_OF_A_COMMENT)),
        **dict.fromkeys(("can_post", "show_reply_button", "groups_can_post", "author_replied"), BOOLEAN),
    },
    "count",
)
_COMMUNITY: Final[Schema] = {
    "type": "object",
    "properties": {
        "id": INTEGER,
        "name": TEXT,
        "screen_name": TEXT,
        "is_closed": {"enum": [0, 1, 2]},
        "type": {"enum": ["group", "page", "event"]},
    },
    "required": ["id"],
}
_POST: Final[Schema] = {
    "type": "object",
    "properties": {"id": INTEGER, "owner_id": INTEGER, "from_id": INTEGER, "is_deleted": BOOLEAN},
}
_DOCUMENT: Final = known(
    {
        **dict.fromkeys(("id", "owner_id", "size", "date", "type"), INTEGER),
        **dict.fromkeys(("title", "ext", "url", "access_key"), TEXT),
        "preview": {"type": "object"},
        "is_licensed": _FLAG,
        "tags": listed(TEXT),
    },
    *("id", "owner_id", "title", "size", "ext", "date", "type"),
)

METHODS: Final[Mapping[str, Method]] = {
    "wall.createComment": Method(
        {
            **dict.fromkeys(("owner_id", "post_id", "from_group", "reply_to_comment", "sticker_id"), INTEGER),
            **dict.fromkeys(("message", "attachments", "guid"), TEXT),
        },
        known({"comment_id": INTEGER, "parents_stack": _IDS}, "comment_id"),
        frozenset({"post_id"}),
    ),
    "wall.getComments": Method(
        {
            **dict.fromkeys(("owner_id", "post_id", "comment_id", "start_comment_id", "offset"), INTEGER),
            "count": {"type": "integer", "minimum": 0, "maximum": 100},
            "thread_items_count": {"type": "integer", "minimum": 0, "maximum": 10},
            "preview_length": INTEGER,
            "need_likes": _FLAG,
            "extended": _FLAG,
            "sort": {"enum": ["asc", "desc", "smart"]},
            "fields": TEXT,
        },
        known(
            {
                "count": INTEGER,
                "current_level_count": INTEGER,
                "items": listed(known({**_REPLY, "thread": _THREAD}, *_OF_A_COMMENT)),
                **dict.fromkeys(("can_post", "show_reply_button", "groups_can_post"), BOOLEAN),
                "profiles": listed({"type": "object"}),
                "groups": listed(_COMMUNITY),
            },
            *("count", "items"),
        ),
    ),
    "wall.getById": Method(
        {"posts": TEXT, "extended": _FLAG, "copy_history_depth": INTEGER, "fields": TEXT},
        known({"items": listed(_POST), "profiles": listed({"type": "object"}), "groups": listed(_COMMUNITY)}),
        frozenset({"posts"}),
    ),
    "groups.getById": Method(
        {"group_ids": TEXT, "group_id": {"type": ["integer", "string"]}, "fields": TEXT},
        known({"groups": listed(_COMMUNITY), "profiles": listed({"type": "object"})}),
    ),
    "docs.getWallUploadServer": Method({"group_id": INTEGER}, known({"upload_url": TEXT}, "upload_url")),
    "docs.save": Method(
        {"file": TEXT, "title": TEXT, "tags": TEXT, "return_tags": _FLAG},
        known(
            {
                "type": {"enum": ["doc", "graffiti", "audio_message"]},
                "doc": _DOCUMENT,
                "audio_message": {"type": "object"},
                "graffiti": {"type": "object"},
            }
        ),
        frozenset({"file"}),
    ),
}


def check(method: str, form: Mapping[str, str], answer: object) -> None:
    """Raises NotByTheFactsError. `form` as it was sent, where everything is text; unknown methods are passed over."""
    facts = METHODS.get(method)
    if facts is None:
        return
    given = {name: _typed(value) for name, value in form.items() if name not in COMMON}
    texts = {name for name, schema in facts.takes.items() if schema is TEXT}
    facts.check(method, {name: form[name] if name in texts else it for name, it in given.items()}, answer)


def _typed(value: str) -> int | str:
    return int(value) if value.removeprefix("-").isdecimal() else value
