"""Records in a history: written within the step, which the history has as markers, or by activities."""

import json
from collections.abc import Iterable, Iterator

from temporalio.api.common.v1 import Payload
from temporalio.api.history.v1 import HistoryEvent

from workflows.identity import WRITE_RECORD


def written_within_its_step(event: HistoryEvent) -> bool:
    """Whether the event is the marker of a record that was written within its step."""
    return (
        event.marker_recorded_event_attributes.marker_name == "core_local_activity"
        and "result" in event.marker_recorded_event_attributes.details
    )


def records_of(events: Iterable[HistoryEvent]) -> Iterator[Payload]:
    """The payloads of the records, in order."""
    for event in events:
        if event.HasField("activity_task_scheduled_event_attributes"):
            scheduled = event.activity_task_scheduled_event_attributes
            assert scheduled.activity_type.name == WRITE_RECORD
            yield scheduled.input.payloads[0]
        elif written_within_its_step(event):
            details = event.marker_recorded_event_attributes.details
            assert json.loads(details["data"].payloads[0].data)["activity_type"] == WRITE_RECORD
            yield details["result"].payloads[0]
