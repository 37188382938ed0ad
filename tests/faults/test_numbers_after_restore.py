"""Numbers of messages are not given twice after a restore, though nothing may be left that knows of the last ones."""

import contextlib
import io
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from temporalio.client import Client

from service.journal.anchors import Anchor
from service.journal.verification import WHOLE, verify
from tests.api.messages.office import Installation, Office, open_namespace
from tests.faults.copies import Copy
from tests.faults.restoring import Place, begin, heal, prepared, the_command, working


@dataclass(frozen=True)
class Figures:
    """Numbers of messages: of those in the copy, lost after it, and registered after the restore.

    `ended`: those of the copy that were led to their end; `whole`: whether all journals are.
    """

    copied: list[int]
    lost: list[int]
    later: list[int]
    ended: list[int]
    whole: bool

    @property
    def twice(self) -> set[int]:
        """Numbers that two messages were given."""
        return set(self.later) & {*self.copied, *self.lost}

    @property
    def is_right(self) -> bool:
        return self.whole and not self.twice and self.ended == self.copied


async def lost_and_restored(copy: Copy, place: Place, temporal: Client, messages: int) -> Figures:
    """So many messages in the copy, as many after it, and as many after the restore of the copy alone."""
    before, url, _ = await prepared(copy, place, temporal, "drill")
    async with working(before) as office:
        cases = [await begin(office) for _ in range(messages)]
        for case in cases:
            await case.route("roads")
            await case.submit()
            await case.journal()
    await copy.make(url)
    async with working(before) as office:
        lost = [int((await begin(office)).id) for _ in range(messages)]

    after = place(await copy.restore(), await open_namespace(temporal, "drill-restored"))
    await after.prepare()
    await heal(after)
    with contextlib.redirect_stdout(io.StringIO()):
        whole = await verify(after.settings, journals_only=True) == WHOLE
    ended = []
    async with working(after) as office:
        later = [int((await begin(office)).id) for _ in range(messages)]
        for case in cases:
            case.office = office
            await case.approve()
            await case.publish()
            if (case.view["stage"], case.view["outcome"]) == ("closed", "answered"):
                ended.append(int(case.id))
    return Figures([int(case.id) for case in cases], lost, later, ended, whole)


async def numbers(office: Office, how_many: int) -> list[int]:
    """Those of so many new messages."""
    return [int((await begin(office)).id) for _ in range(how_many)]


def anchored(installation: Installation, message: int) -> None:
    """What a night has left of which nothing else tells: a file kept elsewhere, put back."""
    now = datetime.now(UTC)
    last = Anchor(day=now.date(), made_at=now, journals=1, highest=message, root="0" * 64, before=None)
    file: Path = installation.settings.anchors_file
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{last.model_dump_json()}\n", "utf-8")


async def test_a_restore_of_both_stores_gives_no_number_that_was_given_after_the_copy(
    copy: Copy, place: Place, temporal: Client
) -> None:
    """Copy, go on, lose everything, restore, recover, verify, register: Temporal knows no more than the copy."""
    found = await lost_and_restored(copy, place, temporal, messages=3)
    assert found.twice == set()
    assert (found.lost, found.later) == ([4, 5, 6], [2001, 2002, 2003])
    assert found.is_right


@pytest.mark.installation
async def test_a_second_recovery_moves_numbers_no_further(copy: Copy, place: Place, temporal: Client) -> None:
    before, _, _ = await prepared(copy, place, temporal, "numbers-once")
    async with working(before) as office:
        await begin(office)
    assert [(await heal(before)).numbers_from for _ in range(3)] == [2001, None, None]


@pytest.mark.installation
@pytest.mark.parametrize("told_by", ["anchors", "operator"])
async def test_numbers_go_on_after_what_anchors_or_the_operator_know(
    copy: Copy, place: Place, temporal: Client, told_by: str
) -> None:
    before, url, namespace = await prepared(copy, place, temporal, f"numbers-{told_by}")
    async with working(before) as office:
        await begin(office)
    await copy.make(url)
    after = place(await copy.restore(), namespace)
    await after.prepare()
    if told_by == "anchors":
        anchored(after, 7_204)
        assert (await heal(after)).numbers_from == 9001
    else:
        code, told = await the_command(after, "--after", "7204")
        assert (code, any("номера с 9001: " in line for line in told)) == (0, True), told
    async with working(after) as office:
        assert await numbers(office, 2) == [9001, 9002]
