"""By what Temporal knows a message: type, id, task queue, the activity that records it, and search attributes.

Messages under way are found by these names: none of them ever changes.
"""

from datetime import datetime

from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

from calendar_rules.vocabulary import Network, Stage

WORKFLOW_TYPE = "OpenSourceMessage"
TASK_QUEUE = "messages"
WRITE_RECORD = "write_record"
"""The activity that writes a record to the database."""

STAGE = SearchAttributeKey.for_keyword("Stage")
BODY = SearchAttributeKey.for_keyword("Body")
NETWORK = SearchAttributeKey.for_keyword("Network")
IMPORTANCE = SearchAttributeKey.for_keyword("Importance")
NEXT_DUE = SearchAttributeKey.for_datetime("NextDue")
OVERDUE = SearchAttributeKey.for_bool("Overdue")

_PREFIX = "message-"


def workflow_id(message: str) -> str:
    """The id of a message's workflow."""
    return f"{_PREFIX}{message}"


def is_message(workflow: str) -> bool:
    """Whether the id is one of a message's workflow."""
    return workflow.startswith(_PREFIX)


def message_of(workflow: str) -> str:
    """The message whose workflow has this id. Raises ValueError for an id of something else."""
    if not is_message(workflow):
        raise ValueError(f"{workflow} is not the id of a message's workflow")
    return workflow.removeprefix(_PREFIX)


def first_attributes(network: Network, next_due: datetime | None) -> TypedSearchAttributes:
    """The search attributes a message begins with, so that it need not set them itself; `next_due` if it is known."""
    return TypedSearchAttributes(
        [
            SearchAttributePair(NETWORK, network.value),
            SearchAttributePair(STAGE, Stage.ROUTING.value),
            SearchAttributePair(OVERDUE, False),
            *([SearchAttributePair(NEXT_DUE, next_due)] if next_due else []),
        ]
    )
