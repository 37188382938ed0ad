"""Records that take longer than their step waits for them."""

import threading
from typing import Any

import pytest
from temporalio.common import RawValue
from temporalio.testing import ActivityEnvironment

from activities import records
from activities.records import MessageRecords
from tests.patience import PATIENCE


def test_a_record_whose_step_waits_no_longer_is_written_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, may_end, written = threading.Event(), threading.Event(), list[object]()

    class Slow:
        def __init__(self, _: object) -> None: ...

        def take(self, record: object) -> None:
            begun.set()
            assert may_end.wait(PATIENCE)
            written.append(record)

    monkeypatch.setattr(records, "Records", Slow)
    monkeypatch.setattr(records, "given_as", lambda _, given: given)
    environment, given = ActivityEnvironment(), RawValue(payload=None)  # type: ignore[arg-type]
    activity: Any = MessageRecords(None).write_record  # type: ignore[arg-type]
    failed = list[BaseException]()

    def write() -> None:
        try:
            environment.run(activity, given)
        except BaseException as error:
            failed.append(error)

    writing = threading.Thread(target=write)
    writing.start()
    assert begun.wait(PATIENCE)
    environment.cancel()
    may_end.set()
    writing.join(PATIENCE)
    assert (written, failed) == ([given], [])
