"""Webhooks of Instagram: whose they are is told by a token once, then by the signature of each body.

They name a comment by its number and not by a link, so that what is new is shown by the next look.
"""

import hashlib
import hmac
from typing import Final

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from service.networks.platforms.port import Key, PushAnswer, Pushed

APP_SECRET: Final = "app_secret"  # noqa: S105 - a name, and no secret
VERIFY_TOKEN: Final = "verify_token"  # noqa: S105
_FOREIGN: Final = PushAnswer(403)
_WATCHED: Final = frozenset({"comments", "live_comments", "mentions"})


class _Of(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Change(_Of):
    field: str = ""
    value: JsonValue = None


class _Entry(_Change):
    """One account's news: with Instagram's own sign-in field and value stand here, else in `changes`."""

    id: str = ""
    time: int = 0
    changes: tuple[_Change, ...] = ()


class _Body(_Of):
    object: str
    entry: tuple[_Entry, ...]


def receive(pushed: Pushed, key: Key) -> PushAnswer:
    """Judge a webhook, whether it asks for the challenge or tells something."""
    if pushed.method == "GET":
        token, asked = key.credentials.get(VERIFY_TOKEN, ""), pushed.query
        given = asked.get("hub.verify_token", "")
        is_ours = (
            token
            and asked.get("hub.mode") == "subscribe"
            and hmac.compare_digest(given.encode(), token.encode())
        )
        return PushAnswer(200, asked.get("hub.challenge", "")) if is_ours else _FOREIGN
    secret = key.credentials.get(APP_SECRET, "")
    if pushed.method != "POST" or not secret or not _signed(pushed, secret):
        return _FOREIGN
    try:
        body = _Body.model_validate_json(pushed.body)
    except ValidationError:
        # It is Meta's, and of a form that we do not know: asked again it would be the same.
        return PushAnswer(200, "ok")
    fields = {change.field for entry in body.entry for change in (entry, *entry.changes)}
    # The same body is the same push: Meta sends one again, unchanged, until it is taken.
    name = hashlib.sha256(pushed.body).hexdigest()
    return PushAnswer(200, "ok", event=name, look=body.object == "instagram" and bool(fields & _WATCHED))


def _signed(pushed: Pushed, secret: str) -> bool:
    expected = hmac.new(secret.encode(), pushed.body, hashlib.sha256).hexdigest()
    given = pushed.headers.get("x-hub-signature-256", "")
    return hmac.compare_digest(given.encode(), f"sha256={expected}".encode())
