"""Workbooks that take longer than a request waits: made once, found by the same call, by nobody else."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import copy_context
from dataclasses import replace

import pytest

from calendar_rules.vocabulary import Role
from service.access import note as access_note
from service.access.errors import UnderWayError
from service.access.note import AccessNote
from service.reports.workbooks import Tell, Workbooks
from store.people.persons import Actor, RoleHeld

HEAD = Actor("head", "Начальник", "", (RoleHeld("head", Role.HEAD, None),), ())


class Making:
    """A workbook that is made once it may be."""

    def __init__(self) -> None:
        self.begun = 0
        self.may_end = asyncio.Event()

    async def __call__(self, tell: Tell) -> bytes:
        self.begun += 1
        access_note.shows([7, 8])
        tell(0.4)
        await self.may_end.wait()
        return b"book"


async def noted(call: Callable[[], Awaitable[bytes]]) -> tuple[bytes, list[int]]:
    """What a request of its own gets, and what goes on record as shown by it."""
    note, context = AccessNote(), copy_context()
    context.run(access_note.CURRENT.set, note)

    async def asked() -> bytes:
        return await call()

    return await asyncio.create_task(asked(), context=context), list(note.messages)


async def test_a_long_one_says_how_far_it_is_and_is_found_by_whoever_comes_again() -> None:
    books, making = Workbooks(patience=0.01), Making()
    with pytest.raises(UnderWayError, match="Готово 40 %"):
        await noted(lambda: books.made(HEAD, "all", making))
    making.may_end.set()
    assert await noted(lambda: books.made(HEAD, "all", making)) == (b"book", [7, 8])
    assert making.begun == 1


async def test_a_file_is_handed_out_once_and_made_anew_after_that() -> None:
    books, making = Workbooks(), Making()
    making.may_end.set()
    for _ in range(2):
        assert await noted(lambda: books.made(HEAD, "all", making)) == (b"book", [7, 8])
    assert making.begun == 2


@pytest.mark.parametrize(
    ("caller", "what"),
    [
        (HEAD, "another"),
        (replace(HEAD, key="other"), "all"),
        (replace(HEAD, roles=()), "all"),
    ],
)
async def test_another_list_another_person_and_other_rights_get_their_own(caller: Actor, what: str) -> None:
    books, making, other = Workbooks(patience=0.01), Making(), Making()
    with pytest.raises(UnderWayError):
        await books.made(HEAD, "all", making)
    other.may_end.set()
    assert await books.made(caller, what, other) == b"book"
    assert (making.begun, other.begun) == (1, 1)
    making.may_end.set()


async def test_what_could_not_be_made_is_told_and_tried_again() -> None:
    books, making = Workbooks(), Making()
    making.may_end.set()

    async def fails(_: Tell) -> bytes:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await books.made(HEAD, "all", fails)
    assert await books.made(HEAD, "all", making) == b"book"


async def test_what_nobody_comes_for_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.reports.workbooks._FETCHED_WITHIN", 0.0)
    books, making = Workbooks(patience=0.01), Making()
    with pytest.raises(UnderWayError):
        await books.made(HEAD, "all", making)
    (left,) = books._under_way.values()
    making.may_end.set()
    await left.task
    # What was to be done at once is done in order.
    later = asyncio.Event()
    asyncio.get_running_loop().call_later(0.0, later.set)
    await later.wait()
    assert not books._under_way
