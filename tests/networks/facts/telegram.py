"""The Bot API 10.1 of June 2026 (core.telegram.org/bots/api), as PaulSonOfLars/telegram-bot-api-spec has it at
160fd99: of its objects the fields that the program reads or asks for.
"""

from collections.abc import Mapping
from typing import Final

from tests.networks.facts import BOOLEAN, INTEGER, OBJECT, TEXT, Method, Schema, known, listed

_CHAT_ID: Final[Schema] = {"type": ["integer", "string"]}
_NAMED: Final[Mapping[str, Schema]] = {
    "id": INTEGER,
    "type": {"enum": ["private", "group", "supergroup", "channel"]},
    **dict.fromkeys(("title", "username", "first_name", "last_name"), TEXT),
    **dict.fromkeys(("is_forum", "is_direct_messages"), BOOLEAN),
}
CHAT: Final = known(_NAMED, "id", "type")
"""As it stands in a message."""
_FULL_CHAT: Final = known(
    {
        **_NAMED,
        **dict.fromkeys(("accent_color_id", "max_reaction_count", "linked_chat_id"), INTEGER),
        "accepted_gift_types": OBJECT,
    },
    *("id", "type", "accent_color_id", "max_reaction_count", "accepted_gift_types"),
)
_USER: Final = known(
    {
        "id": INTEGER,
        "is_bot": BOOLEAN,
        **dict.fromkeys(("first_name", "last_name", "username"), TEXT),
    },
    *("id", "is_bot", "first_name"),
)
_PHOTO: Final = known(
    {
        **dict.fromkeys(("file_id", "file_unique_id"), TEXT),
        **dict.fromkeys(("width", "height", "file_size"), INTEGER),
    },
    *("file_id", "file_unique_id", "width", "height"),
)
_OF_A_MESSAGE: Final[Mapping[str, Schema]] = {
    **dict.fromkeys(("message_id", "date", "message_thread_id"), INTEGER),
    "chat": CHAT,
    "sender_chat": CHAT,
    "from": _USER,
    "text": {"type": "string", "maxLength": 4096},
    "caption": {"type": "string", "maxLength": 1024},
    "photo": listed(_PHOTO),
    "is_automatic_forward": BOOLEAN,
    "forward_origin": known(
        {"type": {"enum": ["channel"]}, "date": INTEGER, "chat": CHAT, "message_id": INTEGER},
        *("type", "date", "chat", "message_id"),
    ),
}
MESSAGE: Final = known(
    {
        **_OF_A_MESSAGE,
        **dict.fromkeys(("edit_date", "migrate_to_chat_id"), INTEGER),
        # «Note that the Message object in this field will not contain further reply_to_message fields».
        "reply_to_message": known(_OF_A_MESSAGE, "message_id", "date", "chat"),
    },
    *("message_id", "date", "chat"),
)
_UPDATE: Final = known(
    {"update_id": INTEGER, **dict.fromkeys(("message", "edited_message", "edited_channel_post"), MESSAGE)},
    "update_id",
)
_TO: Final[Mapping[str, Schema]] = {
    "chat_id": _CHAT_ID,
    **dict.fromkeys(("business_connection_id", "message_effect_id", "parse_mode"), TEXT),
    **dict.fromkeys(("message_thread_id", "direct_messages_topic_id"), INTEGER),
    **dict.fromkeys(("disable_notification", "protect_content", "allow_paid_broadcast"), BOOLEAN),
    **dict.fromkeys(("suggested_post_parameters", "reply_markup"), OBJECT),
    "reply_parameters": known(
        {
            **dict.fromkeys(("message_id", "quote_position", "checklist_task_id"), INTEGER),
            **dict.fromkeys(("quote", "quote_parse_mode", "poll_option_id"), TEXT),
            "chat_id": _CHAT_ID,
            "allow_sending_without_reply": BOOLEAN,
            "quote_entities": listed(OBJECT),
        },
        "message_id",
    ),
}
_CAPTION: Final[Mapping[str, Schema]] = {
    "caption": {"type": "string", "maxLength": 1024},
    "caption_entities": listed(OBJECT),
    **dict.fromkeys(("show_caption_above_media", "has_spoiler"), BOOLEAN),
}
_FILE: Final[Schema] = {}

METHODS: Final[Mapping[str, Method]] = {
    "getChat": Method({"chat_id": _CHAT_ID}, _FULL_CHAT, frozenset({"chat_id"})),
    "getUpdates": Method(
        {
            "offset": INTEGER,
            "limit": {"type": "integer", "minimum": 1, "maximum": 100},
            "timeout": INTEGER,
            "allowed_updates": listed(TEXT),
        },
        listed(_UPDATE),
    ),
    "sendMessage": Method(
        {
            **_TO,
            "text": {"type": "string", "minLength": 1, "maxLength": 4096},
            "entities": listed(OBJECT),
            "link_preview_options": known(
                {
                    "url": TEXT,
                    **dict.fromkeys(("is_disabled", "prefer_small_media", "prefer_large_media"), BOOLEAN),
                    "show_above_text": BOOLEAN,
                }
            ),
        },
        MESSAGE,
        frozenset({"chat_id", "text"}),
    ),
    "sendPhoto": Method({**_TO, **_CAPTION, "photo": _FILE}, MESSAGE, frozenset({"chat_id", "photo"})),
    "sendVideo": Method(
        {
            **_TO,
            **_CAPTION,
            **dict.fromkeys(("video", "thumbnail", "cover"), _FILE),
            **dict.fromkeys(("duration", "width", "height", "start_timestamp"), INTEGER),
            "supports_streaming": BOOLEAN,
        },
        MESSAGE,
        frozenset({"chat_id", "video"}),
    ),
    "sendMediaGroup": Method(
        {**_TO, "media": {"type": "array", "minItems": 2, "maxItems": 10}},
        listed(MESSAGE),
        frozenset({"chat_id", "media"}),
    ),
    "editMessageReplyMarkup": Method(
        {
            "business_connection_id": TEXT,
            "chat_id": _CHAT_ID,
            "message_id": INTEGER,
            "inline_message_id": TEXT,
            "reply_markup": OBJECT,
        },
        {"anyOf": [MESSAGE, BOOLEAN]},
    ),
}


def check(method: str, given: Mapping[str, object], answer: object) -> None:
    """Raises NotByTheFactsError. Files come in parts of any other name."""
    named = {name: it for name, it in given.items() if not name.startswith("file")}
    METHODS[method].check(method, named, answer)
