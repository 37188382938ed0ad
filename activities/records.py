"""Records of a message: what its workflow has written down."""

from pathlib import Path

from temporalio import activity
from temporalio.common import RawValue

from service.journal.records import Records
from service.runs import rules
from store.database.blocking import BlockingDatabase
from workflows.identity import WRITE_RECORD
from workflows.sealing import given_as
from workflows.state import Record


class MessageRecords:
    """The activity of the messages' queue; it blocks, and runs in threads."""

    def __init__(self, database: BlockingDatabase, act: Path | None = None) -> None:
        """`act`: the file of the act in force, in whose words notices are written; order 238 if none."""
        self._records, self._act = Records(database), act

    @activity.defn(name=WRITE_RECORD, no_thread_cancel_exception=True)
    def write_record(self, given: RawValue) -> RawValue | None:
        """Write the record that stands in the bytes that were sealed, a `Record`; fails as `Records.take` does.

        Returns it where it is written within a step, for the history to have it. Where the step waits no longer it is
        written all the same, and whoever brings it next finds it.
        """
        rules.speak(self._act)
        self._records.take(given_as(Record, given))
        return given if activity.info().is_local else None
