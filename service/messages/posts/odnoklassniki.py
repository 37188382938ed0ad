"""Posts of Odnoklassniki: pages by path, and the mobile site, which names them in `st.` parameters."""

import re

from service.messages.posts.link import Link
from service.messages.posts.site import Site, comment_of, named

_HOST = "ok.ru"
_KINDS = {
    "topic": "topic",
    "statuses": "topic",
    "pphotos": "photo",
    "photo": "photo",
    "video": "video",
    "videoembed": "video",
    "live": "video",
}
"""What stands before a number in a path. Statuses are topics: numbers of both are of one row (`mediatopic`)."""

_PARAMETERS = {
    "topicid": "topic",
    "themeid": "topic",
    "mtid": "topic",
    "statusid": "topic",
    "photoid": "photo",
    "phoid": "photo",
    "vpl.id": "video",
    "mvid": "video",
    "movieid": "video",
    "videoid": "video",
}
"""Names after `st.` or `st.layer.`, in lower case."""

_DISCUSSED = (
    ("topic", "topic"),
    ("status", "topic"),
    ("photo", "photo"),
    ("movie", "video"),
    ("video", "video"),
)
_COMMENT = ("cmtid", "commentid", "cmid", "comment")
_NUMBER = re.compile(r"\d+")
_STATE = re.compile(r"st\.(?:layer\.)?", re.IGNORECASE)


def _post(link: Link) -> str | None:
    state = {
        name[found.end() :].lower(): value
        for name, value in link.query.items()
        if (found := _STATE.match(name)) and value
    }
    post = _of_state(state) or _of_path(link.segments)
    if post is None:
        return None
    comment = next((named("comment", state[name]) for name in _COMMENT if name in state), "")
    return f"{_HOST}/{post}{comment or comment_of(link)}"


def _of_state(state: dict[str, str]) -> str | None:
    for name, kind in _PARAMETERS.items():
        if _NUMBER.fullmatch(number := state.get(name, "")):
            return f"{kind}/{number}"
    if _NUMBER.fullmatch(number := state.get("discid", "")):
        discussed = state.get("disctype", "").lower()
        return next((f"{kind}/{number}" for part, kind in _DISCUSSED if part in discussed), None)
    return None


def _of_path(segments: list[str]) -> str | None:
    """`topic/2` of `/group/1/topic/2`; of an album its photo, where one is named."""
    for place, segment in enumerate(segments[:-1]):
        numbers = [part for part in segments[place + 1 : place + 3] if _NUMBER.fullmatch(part)]
        if not numbers:
            continue
        if segment == "album":
            return f"photo/{numbers[1]}" if len(numbers) > 1 else f"album/{numbers[0]}"
        if segment in _KINDS and segments[place + 1] == numbers[0]:
            return f"{_KINDS[segment]}/{numbers[0]}"
    return None


SITE = Site(
    hosts=dict.fromkeys((_HOST, "odnoklassniki.ru"), _HOST),
    post=_post,
    noise=frozenset(
        {"from", "__dp", "tkn", "_prevCmd", "_aid", "st._aid", "_clickLog", "st.rtu", "fromTime"}
    ),
)
