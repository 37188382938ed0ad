"""VK's API 5.199, by its published schema: VKCOM/vk-api-schema at 0efe478 (January 2025), files `newsfeed`,
`wall`, `board`, `groups`, `docs`, `comment` (methods, responses, objects) and `callback`; of its objects the fields
that the program reads or asks for.
"""

from collections.abc import Mapping
from typing import Final

from tests.networks.facts import BOOLEAN, INTEGER, NUMBER, OBJECT, TEXT, Method, Schema, check, known, listed

COMMON: Final = frozenset({"v", "access_token"})
"""Parameters of every call (dev.vk.com/ru/api/api-requests)."""
_READING: Final = ("newsfeed.search", "wall.get", "wall.getById", "wall.getComments", "board.getTopics")
KEYS: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys((*_READING, "board.getComments"), frozenset({"user", "service"})),
    **dict.fromkeys(
        ("wall.createComment", "docs.getWallUploadServer", "docs.save"), frozenset({"user", "group"})
    ),
    "groups.getById": frozenset({"user", "group", "service"}),
    # Called by nobody here: comments there are heard of by events.
    **dict.fromkeys(("photos.getComments", "video.getComments"), frozenset({"user"})),
}
"""Whose keys may call a method (`access_token_type`)."""
_FLAG: Final[Schema] = {"enum": [0, 1]}
_IDS: Final = listed(INTEGER)
_ATTACHMENT: Final = known(
    {
        "type": TEXT,
        **dict.fromkeys(("photo", "video", "doc", "sticker", "link", "audio", "graffiti", "poll"), OBJECT),
        **dict.fromkeys(("album", "posted_photo", "clip"), OBJECT),
    },
    "type",
)
_REPLY: Final[Mapping[str, Schema]] = {
    **dict.fromkeys(("id", "from_id", "date", "post_id", "owner_id", "photo_id", "video_id", "pid"), INTEGER),
    **dict.fromkeys(("real_offset", "reply_to_user", "reply_to_comment"), INTEGER),
    **dict.fromkeys(("is_from_post_author", "deleted"), BOOLEAN),
    "donut": OBJECT,
    "likes": OBJECT,
    "can_edit": _FLAG,
    "text": TEXT,
    "parents_stack": _IDS,
    "attachments": listed(_ATTACHMENT),
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
_COMMUNITY: Final = known(
    {
        "id": INTEGER,
        **dict.fromkeys(("name", "screen_name"), TEXT),
        "is_closed": {"enum": [0, 1, 2]},
        "type": {"enum": ["group", "page", "event"]},
    },
    "id",
)
_USER: Final = known({"id": INTEGER, **dict.fromkeys(("first_name", "last_name"), TEXT)}, "id")
_AUTHORS: Final[Mapping[str, Schema]] = {"profiles": listed(_USER), "groups": listed(_COMMUNITY)}
_OF_A_POST: Final[Mapping[str, Schema]] = {
    **dict.fromkeys(("inner_type", "text", "post_type"), TEXT),
    **dict.fromkeys(("id", "owner_id", "from_id", "date", "post_id", "is_pinned"), INTEGER),
    "is_deleted": BOOLEAN,
    "attachments": listed(_ATTACHMENT),
    "comments": known({"can_post": _FLAG, "count": INTEGER, "groups_can_post": BOOLEAN}),
}
POST: Final = known({**_OF_A_POST, "copy_history": listed(known(_OF_A_POST, "inner_type"))}, "inner_type")
_ON_BOARD: Final = known(
    {
        **dict.fromkeys(("id", "from_id", "date", "real_offset"), INTEGER),
        "text": TEXT,
        "attachments": listed(_ATTACHMENT),
    },
    *_OF_A_COMMENT,
)
_TOPIC: Final = known(
    {
        **dict.fromkeys(("id", "created", "created_by", "updated", "updated_by", "comments"), INTEGER),
        **dict.fromkeys(("is_closed", "is_fixed"), _FLAG),
        "title": TEXT,
    }
)
_DOCUMENT: Final = known(
    {
        **dict.fromkeys(("id", "owner_id", "size", "date", "type"), INTEGER),
        **dict.fromkeys(("title", "ext", "url", "access_key"), TEXT),
        "preview": OBJECT,
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
    "newsfeed.search": Method(
        {
            **dict.fromkeys(("q", "start_from", "fields"), TEXT),
            "extended": _FLAG,
            "count": {"type": "integer", "minimum": 0, "maximum": 200},
            **dict.fromkeys(("start_time", "end_time"), INTEGER),
            **dict.fromkeys(("latitude", "longitude"), NUMBER),
        },
        known(
            {
                "items": listed(POST),
                **dict.fromkeys(("count", "total_count"), INTEGER),
                "next_from": TEXT,
                **_AUTHORS,
            },
            *("count", "items"),
        ),
    ),
    "wall.get": Method(
        {
            **dict.fromkeys(("owner_id", "offset"), INTEGER),
            "count": {"type": "integer", "minimum": 0, "maximum": 100},
            "extended": _FLAG,
            **dict.fromkeys(("domain", "filter", "fields"), TEXT),
        },
        known({"count": INTEGER, "items": listed(POST), **_AUTHORS}, "count", "items"),
    ),
    "board.getTopics": Method(
        {
            **dict.fromkeys(("group_id", "order", "offset", "preview", "preview_length"), INTEGER),
            "count": {"type": "integer", "minimum": 0, "maximum": 100},
            "topic_ids": TEXT,
            "extended": _FLAG,
        },
        known(
            {
                **dict.fromkeys(("count", "default_order"), INTEGER),
                "items": listed(_TOPIC),
                "can_add_topics": _FLAG,
            },
            *("count", "items", "default_order", "can_add_topics"),
        ),
        frozenset({"group_id"}),
    ),
    "board.getComments": Method(
        {
            **dict.fromkeys(("group_id", "topic_id", "start_comment_id", "offset"), INTEGER),
            "count": {"type": "integer", "minimum": 0, "maximum": 100},
            **dict.fromkeys(("need_likes", "extended"), _FLAG),
            "sort": {"enum": ["asc", "desc"]},
        },
        known(
            {**dict.fromkeys(("count", "real_offset"), INTEGER), "items": listed(_ON_BOARD), **_AUTHORS},
            "count",
            "items",
        ),
        frozenset({"group_id", "topic_id"}),
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
                **_AUTHORS,
            },
            *("count", "items"),
        ),
    ),
    "wall.getById": Method(
        {"posts": TEXT, "extended": _FLAG, "copy_history_depth": INTEGER, "fields": TEXT},
        known({"items": listed(POST), **_AUTHORS}),
        frozenset({"posts"}),
    ),
    "groups.getById": Method(
        {"group_ids": TEXT, "group_id": {"type": ["integer", "string"]}, "fields": TEXT},
        known(_AUTHORS),
    ),
    "docs.getWallUploadServer": Method({"group_id": INTEGER}, known({"upload_url": TEXT}, "upload_url")),
    "docs.save": Method(
        {"file": TEXT, "title": TEXT, "tags": TEXT, "return_tags": _FLAG},
        known(
            {
                "type": {"enum": ["doc", "graffiti", "audio_message"]},
                "doc": _DOCUMENT,
                "audio_message": OBJECT,
                "graffiti": OBJECT,
            }
        ),
        frozenset({"file"}),
    ),
}


_PLACES: Final = ("post_owner_id", "photo_owner_id", "video_owner_id", "topic_owner_id", "topic_id")
"""Where a comment stands is in the documents' text, and not in the schema."""
_EVENT: Final = known(
    {**dict.fromkeys(("type", "event_id", "v", "secret"), TEXT), "group_id": INTEGER, "object": OBJECT},
    *("type", "group_id", "event_id", "v"),
)
_DELETED: Final[Mapping[str, Schema]] = {
    "wall_reply": known(dict.fromkeys(("owner_id", "id", "deleter_id", "post_id"), INTEGER)),
    "photo_comment": known(
        dict.fromkeys(("id", "owner_id", "user_id", "photo_id", "deleter_id"), INTEGER),
        *("id", "owner_id", "user_id", "photo_id", "deleter_id"),
    ),
    "video_comment": known(
        dict.fromkeys(("id", "owner_id", "user_id", "video_id", "deleter_id"), INTEGER),
        *("id", "owner_id", "video_id", "deleter_id"),
    ),
    "board_post": known(
        dict.fromkeys(("topic_owner_id", "topic_id", "id", "deleter_id"), INTEGER),
        *("topic_owner_id", "topic_id", "id"),
    ),
}
_TOLD: Final[Mapping[str, Schema]] = {
    **dict.fromkeys(("wall_reply", "photo_comment", "video_comment"), known(_REPLY, *_OF_A_COMMENT)),
    "board_post": _ON_BOARD,
    "wall_post": POST,
}


def check_call(method: str, form: Mapping[str, str], answer: object) -> None:
    """Raises NotByTheFactsError. `form` is as it was sent, where everything is text."""
    facts = METHODS[method]
    given = {name: _typed(value) for name, value in form.items() if name not in COMMON}
    texts = {name for name, schema in facts.takes.items() if schema is TEXT}
    facts.check(method, {name: form[name] if name in texts else it for name, it in given.items()}, answer)


def check_event(told: Mapping[str, object]) -> None:
    """Raises NotByTheFactsError for an event of Callback API (but that which confirms the address)."""
    about, _, happened = str(told["type"]).rpartition("_")
    shown = told["object"]
    if happened != "delete" and isinstance(shown, Mapping):
        shown = {name: it for name, it in shown.items() if name not in _PLACES}
    check(str(told["type"]), (_EVENT, told), ((_DELETED if happened == "delete" else _TOLD)[about], shown))


def _typed(value: str) -> int | str:
    return int(value) if value.removeprefix("-").isdecimal() else value
