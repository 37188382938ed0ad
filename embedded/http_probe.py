"""Asking a server on this machine whether it answers, past any proxy of the environment."""

from __future__ import annotations

import asyncio
import http.client

_ASK_EVERY = 0.05
_ANSWER_WITHIN = 5.0
_ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}


async def until_answers(host: str, port: int, path: str) -> None:
    """Returns when `GET path` is answered with 200; for as long as it takes."""
    # Another process cannot set an event of this one.
    while not await answers(host, port, path, _ANSWER_WITHIN):  # noqa: ASYNC110
        await asyncio.sleep(_ASK_EVERY)


async def answers(host: str, port: int, path: str, within: float) -> bool:
    """Whether `GET path` is answered with 200, in at most `within` seconds."""
    return await asyncio.to_thread(_answers, reachable(host), port, path, within)


def reachable(host: str) -> str:
    """The address at which this machine reaches what it serves on `host`."""
    return _ANY_ADDRESS.get(host, host)


def _answers(host: str, port: int, path: str, within: float) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=within)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
