"""MAX's bot API: calls by dev.max.ru/docs-api (November 2026), objects by its own client at 00c1968
(max-messenger/max-bot-api-client-ts, `src/core/network/api/types`).

The document speaks of a marker of the next page of comments; the client (at e75aa71, August 2026) knows of none. By
which name a sent comment comes back is not shown there (M): both that are understood are taken.
"""

from collections.abc import Mapping
from typing import Final

from tests.networks.facts import BOOLEAN, INTEGER, TEXT, TEXT_OR_NONE, Method, Schema, known, listed

_OBJECT_OR_NONE: Final[Schema] = {"type": ["object", "null"]}
_NUMBER_OR_NONE: Final[Schema] = {"type": ["integer", "null"]}
_USER: Final = known(
    {
        "user_id": INTEGER,
        "first_name": TEXT,
        **dict.fromkeys(("last_name", "username"), TEXT_OR_NONE),
        "is_bot": BOOLEAN,
    },
    *("user_id", "first_name", "is_bot"),
)
_SENDER: Final[Schema] = {"anyOf": [{"type": "null"}, _USER]}
_BODY: Final = known(
    {
        "mid": TEXT,
        "seq": INTEGER,
        "text": TEXT_OR_NONE,
        "attachments": {"type": ["array", "null"]},
        "markup": {"type": ["array", "null"]},
    },
    *("mid", "seq", "text"),
)
_LINKED: Final = known(
    {
        "type": {"enum": ["forward", "reply"]},
        "sender": _SENDER,
        "chat_id": INTEGER,
        "message": _BODY,
    },
    *("type", "message"),
)
_MESSAGE: Final = known(
    {
        "sender": _SENDER,
        "recipient": known(
            {"chat_id": _NUMBER_OR_NONE, "chat_type": {"enum": ["dialog", "chat", "channel"]}}, "chat_type"
        ),
        "timestamp": INTEGER,
        "link": {"anyOf": [{"type": "null"}, _LINKED]},
        "body": _BODY,
        "stat": _OBJECT_OR_NONE,
        "url": TEXT_OR_NONE,
        "constructor": _OBJECT_OR_NONE,
    },
    *("recipient", "timestamp", "body"),
)
_CHAT: Final = known(
    {
        **dict.fromkeys(("chat_id", "last_event_time", "participants_count"), INTEGER),
        "type": {"enum": ["dialog", "chat", "channel"]},
        "status": {"enum": ["active", "removed", "left", "closed", "suspended"]},
        **dict.fromkeys(("title", "link", "description", "chat_message_id"), TEXT_OR_NONE),
        **dict.fromkeys(("icon", "participants", "dialog_with_user", "pinned_message"), _OBJECT_OR_NONE),
        **dict.fromkeys(("owner_id", "messages_count"), _NUMBER_OR_NONE),
        "is_public": BOOLEAN,
    },
    *("chat_id", "type", "status", "title", "icon", "last_event_time", "participants_count", "is_public"),
)

METHODS: Final[Mapping[str, Method]] = {
    "POST messages/comments": Method(
        {
            "text": {"type": ["string", "null"], "maxLength": 4000},
            "link": known({"type": {"enum": ["forward", "reply"]}, "mid": TEXT}, "type", "mid"),
            "attachments": {"type": ["array", "null"]},
            "format": TEXT,
            "notify": BOOLEAN,
        },
        {"anyOf": [known({"message": _MESSAGE}, "message"), known({"comment": _MESSAGE}, "comment")]},
    ),
    "GET messages/comments": Method(
        dict.fromkeys(("after", "before", "count", "comment_ids", "marker"), TEXT),
        known({"comments": listed(_MESSAGE), "marker": _NUMBER_OR_NONE}, "comments"),
    ),
    "GET messages/comments/one": Method({}, _MESSAGE),
    "GET messages": Method(
        dict.fromkeys(("chat_id", "message_ids", "from", "to", "count"), TEXT),
        known({"messages": listed(_MESSAGE)}, "messages"),
    ),
    "GET chats": Method({}, _CHAT),
}


def check(verb: str, parts: list[str], given: Mapping[str, object], answer: object) -> None:
    """Raises NotByTheFactsError. `parts` of the path."""
    kinds = {1: parts[0], 2: parts[0], 3: "messages/comments", 4: "messages/comments/one"}
    name = f"{verb} {kinds[len(parts)]}"
    METHODS[name].check(name, given, answer)
