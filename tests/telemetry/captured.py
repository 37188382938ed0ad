"""Log lines that a process would have written."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog

from settings import Settings
from store.database import presence
from telemetry import logs


def tell_no_outages() -> None:
    """Servers die in tests, and their outages would be lines of other tests of this process; a real one tells them."""
    setattr(presence, "listen", lambda *_: None)  # noqa: B010  mypy takes no assignment


class Lines:
    """The lines so far, as they stand and as they read."""

    def __init__(self, stream: io.StringIO) -> None:
        self._stream = stream

    @property
    def text(self) -> str:
        return self._stream.getvalue()

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    def named(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.events if line["event"] == event]


@contextmanager
def captured() -> Iterator[Lines]:
    """Everything logged inside the block, debug too, in the form it has in production."""
    stream = io.StringIO()
    root, handlers, level = logging.getLogger(), logging.getLogger().handlers, logging.getLogger().level
    before = structlog.get_config() if structlog.is_configured() else None
    structlog.reset_defaults()
    logs.configure(Settings.load(log_format="json", log_level="debug"))
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.line_format(json=True))
    root.handlers = [handler]
    try:
        yield Lines(stream)
    finally:
        root.handlers = handlers
        root.setLevel(level)
        structlog.reset_defaults()
        if before:
            structlog.configure(**before)
