"""Thousands of messages hold one act and one production calendar between them."""

from datetime import UTC, datetime

from calendar_rules import production_calendar
from calendar_rules.regulation import order_238
from calendar_rules.schedules import assumed
from calendar_rules.vocabulary import Network
from workflows.state import Calendars, MessageInput


def message(number: int) -> MessageInput:
    moment = datetime(2026, 11, 25, 9, tzinfo=UTC)
    start = MessageInput(
        id=str(number),
        network=Network.VKONTAKTE,
        detected_at=moment,
        registered_at=moment,
        registered_by="curator",
        regulation=order_238(),
        calendars=Calendars(
            production=production_calendar.current().only(2026, 2027), department=assumed().of(None)
        ),
    )
    return MessageInput.model_validate_json(start.model_dump_json(by_alias=True))


def test_what_two_messages_have_in_common_is_one_object_and_as_it_was() -> None:
    one, other = message(1), message(2)
    assert one.regulation is other.regulation
    assert one.calendars.production is other.calendars.production
    # What papers say of the act goes with no message.
    assert one.regulation.model_dump() == order_238().model_dump()
    assert one.calendars.production == production_calendar.current().only(2026, 2027)
