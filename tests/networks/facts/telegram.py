"""The Bot API 10.1 of June 2026 (core.telegram.org/bots/api), as PaulSonOfLars/telegram-bot-api-spec has it at
160fd99.
"""

from collections.abc import Mapping
from typing import Final

from tests.networks.facts import BOOLEAN, INTEGER, TEXT, Method, Schema, known, listed

_OBJECT: Final[Schema] = {"type": "object"}
_CHAT_ID: Final[Schema] = {"type": ["integer", "string"]}
_NAMED: Final[Mapping[str, Schema]] = {
    "id": INTEGER,
    "type": {"enum": ["private", "group", "supergroup", "channel"]},
    **dict.fromkeys(("title", "username", "first_name", "last_name"), TEXT),
    **dict.fromkeys(("is_forum", "is_direct_messages"), BOOLEAN),
}
CHAT: Final = known(_NAMED, "id", "type")
"""As it stands in a message."""
_FULL_CHAT: Final[Schema] = {
    "type": "object",
    "properties": {
        **_NAMED,
        **dict.fromkeys(("accent_color_id", "max_reaction_count", "linked_chat_id"), INTEGER),
        "accepted_gift_types": _OBJECT,
    },
    "required": ["id", "type", "accent_color_id", "max_reaction_count", "accepted_gift_types"],
}
_MESSAGE: Final[Schema] = {
    "type": "object",
    "properties": {
        **dict.fromkeys(("message_id", "date", "message_thread_id"), INTEGER),
        "chat": CHAT,
        "sender_chat": CHAT,
        "from": _OBJECT,
        "reply_to_message": _OBJECT,
        "text": {"type": "string", "maxLength": 4096},
        "caption": {"type": "string", "maxLength": 1024},
        "photo": listed(_OBJECT),
    },
    "required": ["message_id", "date", "chat"],
}
_TO: Final[Mapping[str, Schema]] = {
    "chat_id": _CHAT_ID,
    **dict.fromkeys(("business_connection_id", "message_effect_id", "parse_mode"), TEXT),
    **dict.fromkeys(("message_thread_id", "direct_messages_topic_id"), INTEGER),
    **dict.fromkeys(("disable_notification", "protect_content", "allow_paid_broadcast"), BOOLEAN),
    **dict.fromkeys(("suggested_post_parameters", "reply_markup"), _OBJECT),
    "reply_parameters": known(
        {
            **dict.fromkeys(("message_id", "quote_position", "checklist_task_id"), INTEGER),
            **dict.fromkeys(("quote", "quote_parse_mode", "poll_option_id"), TEXT),
            "chat_id": _CHAT_ID,
            "allow_sending_without_reply": BOOLEAN,
            "quote_entities": listed(_OBJECT),
        },
        "message_id",
    ),
}
_CAPTION: Final[Mapping[str, Schema]] = {
    "caption": {"type": "string", "maxLength": 1024},
    "caption_entities": listed(_OBJECT),
    **dict.fromkeys(("show_caption_above_media", "has_spoiler"), BOOLEAN),
}
_FILE: Final[Schema] = {}

METHODS: Final[Mapping[str, Method]] = {
    "getChat": Method({"chat_id": _CHAT_ID}, _FULL_CHAT, frozenset({"chat_id"})),
    "sendMessage": Method(
        {
            **_TO,
            "text": {"type": "string", "minLength": 1, "maxLength": 4096},
            "entities": listed(_OBJECT),
            "link_preview_options": known(
                {
                    "url": TEXT,
                    **dict.fromkeys(("is_disabled", "prefer_small_media", "prefer_large_media"), BOOLEAN),
                    "show_above_text": BOOLEAN,
                }
            ),
        },
        _MESSAGE,
        frozenset({"chat_id", "text"}),
    ),
    "sendPhoto": Method({**_TO, **_CAPTION, "photo": _FILE}, _MESSAGE, frozenset({"chat_id", "photo"})),
    "sendVideo": Method(
        {
            **_TO,
            **_CAPTION,
            **dict.fromkeys(("video", "thumbnail", "cover"), _FILE),
            **dict.fromkeys(("duration", "width", "height", "start_timestamp"), INTEGER),
            "supports_streaming": BOOLEAN,
        },
        _MESSAGE,
        frozenset({"chat_id", "video"}),
    ),
    "sendMediaGroup": Method(
        {**_TO, "media": {"type": "array", "minItems": 2, "maxItems": 10}},
        listed(_MESSAGE),
        frozenset({"chat_id", "media"}),
    ),
    "editMessageReplyMarkup": Method(
        {
            "business_connection_id": TEXT,
            "chat_id": _CHAT_ID,
            "message_id": INTEGER,
            "inline_message_id": TEXT,
            "reply_markup": _OBJECT,
        },
        {"anyOf": [_MESSAGE, BOOLEAN]},
    ),
}


def check(method: str, given: Mapping[str, object], answer: object) -> None:
    """Raises NotByTheFactsError; unknown methods are passed over. Files come in parts of any other name."""
    facts = METHODS.get(method)
    if facts is not None:
        named = {name: it for name, it in given.items() if not name.startswith("file")}
        facts.check(method, named, answer)
