"""Lines say what they are about, and hold nothing a person wrote."""

import json
import logging
from collections.abc import Iterator
from types import FunctionType

import pytest
import structlog
from pydantic import BaseModel, ValidationError
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from settings import Settings
from telemetry.logs import configure, line_format, reason
from tests.telemetry.captured import Lines, captured

MARK = "q7zx"


@pytest.fixture
def lines() -> Iterator[Lines]:
    with captured() as lines:
        yield lines


def test_ours_and_those_of_libraries_go_one_way(lines: Lines) -> None:
    structlog.get_logger("ours").warning("taken", message=5)
    logging.getLogger("temporalio.core").warning("slow")
    ours, theirs = lines.events
    assert (ours["event"], ours["message"], ours["level"]) == ("taken", 5, "warning")
    assert (theirs["event"], theirs["logger"], theirs["level"]) == ("slow", "temporalio.core", "warning")
    assert ours["logger"] == "otklik.ours"
    assert ours["timestamp"].endswith("Z")
    assert theirs["timestamp"].endswith("Z")


def test_drivers_do_not_tell_the_values_of_their_statements(lines: Lines) -> None:
    logging.getLogger("aiosqlite").debug("executing %s", MARK)
    logging.getLogger("sqlalchemy.engine").info(MARK)
    structlog.get_logger("ours").debug("record written")
    assert [line["event"] for line in lines.events] == ["record written"]


def test_a_line_of_the_sdk_names_its_message_and_activity(lines: Lines) -> None:
    logging.getLogger("temporalio.activity").warning(
        "Completing activity as failed",
        extra={
            "temporal_activity": {"workflow_id": "message-17", "activity_type": "write_record", "attempt": 3}
        },
    )
    logging.getLogger("temporalio.workflow").error(
        "Failed activation", extra={"temporal_workflow": {"workflow_id": "message-18"}}
    )
    of_activity, of_workflow = lines.events
    assert of_activity["message"] == 17
    assert (of_activity["workflow_id"], of_activity["activity"]) == ("message-17", "write_record")
    assert of_activity["attempt"] == 3
    assert of_workflow["message"] == 18


class Complaint(BaseModel):
    number: int


def a_refused_model() -> None:
    Complaint.model_validate({"number": MARK})


def a_refused_statement() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO nowhere VALUES (:value)"), {"value": MARK})


def a_missing_key() -> None:
    try:
        dict[str, str]()[MARK]
    except KeyError as error:
        raise RuntimeError("the message cannot be read") from error


@pytest.mark.parametrize("fail", [a_refused_model, a_refused_statement, a_missing_key])
def test_a_traceback_repeats_no_value(lines: Lines, fail: FunctionType) -> None:
    try:
        fail()
    except Exception:
        structlog.get_logger().exception("unforeseen error")
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    assert MARK not in lines.text
    for event in lines.events:
        assert f"in {fail.__name__}" in event["exception"]
        assert "Error" in event["exception"]


def test_the_reason_of_an_error_tells_what_it_can() -> None:
    with pytest.raises(ValidationError) as refused:
        a_refused_model()
    assert reason(refused.value) == "ValidationError"
    with pytest.raises(DBAPIError) as failed:
        a_refused_statement()
    assert reason(failed.value) == "OperationalError: no such table: nowhere"
    assert reason(ConnectionRefusedError(111, "Connection refused")).endswith("Connection refused")


@pytest.mark.parametrize("json", [True, False])
def test_what_somebody_wrote_begins_no_line_of_its_own(json: bool) -> None:
    wrote = "in time\nfatal\r\x1b[2J\u2028\u202eforged"
    record = logging.makeLogRecord({"name": "otklik", "msg": "not answered %s", "args": (wrote,)})
    line = line_format(json=json).format(record)
    assert len(line.splitlines()) == 1
    assert "\x1b[2J" not in line
    assert "\u202e" not in line
    assert "forged" in line


def test_a_process_says_at_its_start_what_it_reaches_without_tls(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TEMPORAL_TLS", "false")
    settings = Settings.load(
        log_format="json",
        temporal_address="temporal:7233",
        database_url="postgresql://otklik@db/otklik",
        database_tls=False,
    )
    with captured():
        structlog.reset_defaults()
        configure(settings)
    said = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["to"] for line in said] == ["PostgreSQL", "Temporal"]
    assert all("without TLS" in line["event"] and line["level"] == "warning" for line in said)
