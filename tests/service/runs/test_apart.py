"""Work in a process of its own ends with it, or once it takes too long."""

import pytest

from service.runs.apart import done_apart


async def test_it_writes_what_it_makes_of_what_it_reads() -> None:
    assert b"key" in await done_apart("json.tool", b'{"key": 1}', 60)


async def test_what_fails_says_why() -> None:
    with pytest.raises(RuntimeError, match=r"json.tool failed: .*Expecting"):
        await done_apart("json.tool", b"{", 60)


async def test_what_takes_too_long_is_stopped() -> None:
    with pytest.raises(TimeoutError):
        await done_apart("json.tool", b"{}", 0)
