"""A connection that cannot be held for ever, nor fill memory, by whoever is at its other end.

uvicorn bounds what lies between a request and its answer, and leaves the rest to a proxy in front, which a small
installation has not: how long a head may take and be, what is read past an answer that came early, how slowly an
answer may be taken, and how many connections there may be. Its other parser, h11, bounds the length of a head alone.
"""

import asyncio
import json
from operator import itemgetter
from typing import Any

import structlog
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from api import wording
from api.errors import MEDIA_TYPE, Problem
from api.response_headers import ALWAYS

log = structlog.get_logger(__name__)

_AROUND_A_BYTE = 8
"""Bytes that a chunked body may need for each byte in it."""
_OF_THE_FIRST_MOMENT = 64 * 1024
"""Bytes that each body is taken to have brought already: one that has only just begun is not the slowest."""


class BoundedConnection(HttpToolsProtocol):
    """uvicorn's connection with bounds. What passes one is told so where it can be, and the connection ends."""

    MOST = 500
    """Connections of the process; when a further one comes, the one that is most easily spared ends."""
    HEAD_SECONDS = 10.0
    """For the head of a request, from the connection or from its first byte on."""
    LEFT_OVER_SECONDS = 10.0
    """For what is still to come of a request that is answered already."""
    HEAD_BYTES = 64 * 1024
    """Of a head, and of all around the bytes of a body: lengths of chunks, trailers."""
    TAKEN_EVERY = 20.0
    """Seconds in each of which `LEAST_TAKEN` of an answer must be taken."""
    LEAST_TAKEN = 20 * 1024
    """Bytes, or all that is left."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._reading: asyncio.TimerHandle | None = None
        self._writing: asyncio.TimerHandle | None = None
        self._head_since: float | None = None
        self._body_since = 0.0
        self._body_bytes = 0
        self._untaken_since: float | None = None
        self._in_message = False
        self._spare = self.HEAD_BYTES
        self._untaken = 0

    # ---- what comes

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        # Whatever is not taken at once is watched, however little it is.
        transport.set_write_buffer_limits(high=0)
        if len(self.connections) > self.MOST and not self._make_room():
            self._refuse(503, wording.TOO_MANY_CONNECTIONS)
            return
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_reading_timer()
        self._stop_writing_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        self._spare -= len(data)
        super().data_received(data)
        if self._spare < 0 and not self.transport.is_closing():
            self._refuse(431, wording.TOO_LARGE_HEADERS)
        elif not self._in_message and self._head_since is None and self._waits:
            # Something that begins no request yet, after the last one was answered: an answer may last, as a stream.
            self._expect_head()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_message = True
        self._spare = max(self._spare, self.HEAD_BYTES)
        if self._head_since is None:
            self._expect_head()

    def on_headers_complete(self) -> None:
        self._head_since = None
        self._body_since, self._body_bytes = self.loop.time(), 0
        self._stop_reading_timer()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._body_bytes += len(body)
        self._spare = min(self._spare + len(body) * (1 + _AROUND_A_BYTE), self.HEAD_BYTES)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._in_message = False
        self._stop_reading_timer()
        super().on_message_complete()

    # ---- what goes

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.is_closing() or self.cycle is None or not self.cycle.response_complete:
            return
        if self._in_message and self._head_since is None:
            self._reading = self.loop.call_later(self.LEFT_OVER_SECONDS, self._end)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._untaken_since = self.loop.time()
        self._watch_writing()

    def resume_writing(self) -> None:
        self._untaken_since = None
        self._stop_writing_timer()
        super().resume_writing()

    def _watch_writing(self) -> None:
        self._stop_writing_timer()
        self._untaken = self.transport.get_write_buffer_size()
        self._writing = self.loop.call_later(self.TAKEN_EVERY, self._end_if_little_was_taken)

    def _end_if_little_was_taken(self) -> None:
        if self.transport.get_write_buffer_size() > self._untaken - self.LEAST_TAKEN:
            self._end()
        else:
            self._watch_writing()

    # ---- how it ends

    def send_400_response(self, msg: str) -> None:
        self._answer(400, wording.OF_THE_FRAMEWORK[400])

    def _make_room(self) -> bool:
        """End one that others hold and nobody works for; False if there is none.

        That is the one that has waited longest for a request; else the one whose body is slowest in coming; else the
        one whose answer has been on its way longest without being taken.
        """
        others = [
            other for other in self.connections if isinstance(other, BoundedConnection) and other is not self
        ]
        for spared in (
            BoundedConnection._waits_for,
            BoundedConnection._slowness_of_body,
            BoundedConnection._is_untaken_for,
        ):
            by_spared = [(much, other) for other in others if (much := spared(other)) is not None]
            if by_spared:
                max(by_spared, key=itemgetter(0))[1]._end()
                return True
        return False

    @property
    def _waits(self) -> bool:
        answered = self.cycle is None or self.cycle.response_complete
        return answered and not self.transport.is_closing()

    def _waits_for(self) -> float | None:
        """Seconds for which it has waited for a request, all of what was answered before being taken."""
        if not self._waits or self._untaken_since is not None:
            return None
        return self.loop.time() - (self._head_since or 0.0)

    def _slowness_of_body(self) -> float | None:
        """Seconds that its body takes for a byte; None where nothing of a body is waited for."""
        is_awaited = self._in_message and self._head_since is None and not self.flow.read_paused
        if not is_awaited or self._waits or self.transport.is_closing():
            return None
        return (self.loop.time() - self._body_since) / (self._body_bytes + _OF_THE_FIRST_MOMENT)

    def _is_untaken_for(self) -> float | None:
        """Seconds for which it has not had all that was sent."""
        if self._untaken_since is None or not self.transport.get_write_buffer_size():
            return None
        return self.loop.time() - self._untaken_since

    def _expect_head(self) -> None:
        self._stop_reading_timer()
        self._head_since = self.loop.time()
        self._reading = self.loop.call_later(self.HEAD_SECONDS, self._head_is_late)

    def _head_is_late(self) -> None:
        if self._in_message:
            self._refuse(408, wording.OF_THE_FRAMEWORK[408])
        else:
            self._end()

    def _refuse(self, status: int, detail: str) -> None:
        log.warning("connection ended", status=status)
        if self.cycle is None or self.cycle.response_complete:
            self._answer(status, detail)
        else:
            self._end()

    def _answer(self, status: int, detail: str) -> None:
        problem = Problem(title=wording.TITLES[status], status=status, detail=detail)
        body = json.dumps(problem.model_dump(exclude_none=True), ensure_ascii=False).encode()
        headers = ALWAYS | {
            "Content-Type": MEDIA_TYPE,
            "Content-Length": str(len(body)),
            "Connection": "close",
        }
        lines = b"".join(f"{name}: {value}\r\n".encode() for name, value in headers.items())
        self.transport.write(STATUS_LINE[status] + lines + b"\r\n" + body)
        self._stop_reading_timer()
        self.transport.close()

    def _end(self) -> None:
        self._stop_reading_timer()
        self._stop_writing_timer()
        self.transport.abort()

    def _stop_reading_timer(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def _stop_writing_timer(self) -> None:
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None
