"""One press is one trace from the request to the rows it leaves, and nothing of it names a person or quotes them."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.worker import Interceptor

from embedded.demo.data import directory
from service.commands.delivery import CommandDelivery
from service.runs.workflows import Sent, Workflows
from telemetry import traces
from telemetry.tracing import ALLOWED
from telemetry.workflow_traces import Traces
from tests.api.messages.case import Case, routing
from tests.api.messages.office import Installation, Office, new_installation, taken
from tests.api.messages.test_no_personal_data import MARK, answered, clarified, declined
from tests.telemetry.collector import Collector, Told, above, collector
from tests.workflows.road import replayer

PRESSED = "POST /api/messages/{message}/route"
DONE = ("RunActivity:write_record", "INSERT journal_row")


@pytest.fixture(scope="module")
def told() -> Iterator[Collector]:
    with collector() as made:
        yield made


@pytest.fixture(scope="module")
async def traced(
    told: Collector, temporal: Client, temporal_address: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Installation]:
    """An installation whose API and worker tell the collector of everything."""
    folder = tmp_path_factory.mktemp("traced")
    installation = await new_installation(folder, temporal_address, temporal, traces=told.address)
    async with traces.told(installation.settings, "test"), installation.worker():
        yield installation


@pytest.fixture(scope="module")
async def office(traced: Installation) -> AsyncIterator[Office]:
    async with traced.office() as office:
        yield office


async def press(case: Case, **headers: str) -> str:
    """«Направить»; the name of the request."""
    name = uuid4().hex
    headers |= {"X-Request-ID": name}
    taken(await case.office.call("curator", "POST", f"/messages/{case.id}/route", routing(), headers=headers))
    return name


def named(name: str, spans: list[Told]) -> Told:
    return next(span for span in spans if span.name == name)


async def test_a_press_is_one_trace_from_the_request_to_the_row(office: Office, told: Collector) -> None:
    case = await Case.begin(office)
    spans = await told.trace_of(await press(case), *DONE, PRESSED)
    assert above(named("INSERT journal_row", spans), spans) == [
        "RunActivity:write_record",
        "StartActivity:write_record",
        "HandleSignal:route",
        "SignalWorkflow:route",
        "deliver route",
        PRESSED,
    ]
    assert above(named("INSERT command", spans), spans) == [PRESSED]
    assert named("deliver route", spans).attributes["otklik.message"] == int(case.id)
    of_temporal = [span for span in spans if "route" in span.name and ":" in span.name]
    assert {span.attributes["temporalWorkflowID"] for span in of_temporal} == {f"message-{case.id}"}


async def test_a_command_that_the_dispatcher_sends_stays_in_the_trace_of_its_press(
    office: Office, told: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await Case.begin(office)
    signal, tried = Workflows.signal, list[str]()

    async def not_at_first(self: Workflows, number: int, name: str, payload: Any) -> Sent:
        tried.append(name)
        return Sent.NOT_NOW if len(tried) == 1 else await signal(self, number, name, payload)

    monkeypatch.setattr(Workflows, "signal", not_at_first)
    spans = await told.trace_of(await press(case), *DONE, PRESSED)
    deliveries = [span for span in spans if span.name == "deliver route"]
    assert len(deliveries) >= 2
    assert above(named("INSERT journal_row", spans), spans)[-2:] == ["deliver route", PRESSED]


async def test_nobody_outside_begins_a_trace_or_sends_anything_along_with_it(
    office: Office, told: Collector
) -> None:
    case = await Case.begin(office)
    theirs = f"{uuid4().hex}"
    asked = {"traceparent": f"00-{theirs}-00f067aa0ba902b7-01", "tracestate": "v=x", "baggage": f"a={MARK}"}
    spans = await told.trace_of(await press(case, **asked), *DONE, PRESSED)
    assert theirs not in {span.trace for span in spans}
    assert named(PRESSED, spans).parent == ""


async def test_what_a_process_does_by_itself_begins_no_trace(office: Office, told: Collector) -> None:
    case = await Case.begin(office)
    await told.trace_of(await press(case), *DONE, PRESSED)
    await office.http.get("/healthz")
    spans = told.spans
    begun = {span.name.split(maxsplit=1)[0].partition(":")[0] for span in spans if span.parent == ""}
    assert begun <= {"GET", "POST", "RunActivity"}
    assert not [span for span in spans if "healthz" in span.name]


async def test_what_a_limit_leaves_begins_a_trace_of_its_own(office: Office, told: Collector) -> None:
    case = await Case.begin(office)
    await case.at("mon 15:00")
    # Records are in order: with that of the press those before it are there.
    pressed = await told.trace_of(await press(case), *DONE, PRESSED)
    begun = [span for span in told.spans if span.name == "RunActivity:write_record" and span.parent == ""]
    assert f"message-{case.id}" in {span.attributes["temporalWorkflowID"] for span in begun}
    assert not {span.trace for span in begun} & {span.trace for span in pressed}


async def test_no_name_link_text_or_address_is_told(office: Office, told: Collector) -> None:
    cases = await asyncio.gather(answered(office), clarified(office), declined(office))
    await office.get("curator", "/messages", q=MARK)
    await office.post("curator", "/messages", {"text": MARK, "url": MARK})
    await office.post("curator", f"/messages/{cases[0].id}/route", {MARK: [MARK]})
    await office.http.post("/api/token", data={"username": MARK, "password": MARK})
    await office.http.get(f"/{MARK}", headers={"User-Agent": MARK, "X-Forwarded-For": "203.0.113.77"})
    await told.trace_of(await press(await Case.begin(office)), *DONE, PRESSED)
    whole = b"".join(told.bodies)
    people = directory().people
    never = {MARK, "203.0.113.77", "127.0.0.1", "python-httpx", "VALUES", "FROM "}
    never |= {person.key for person in people if "-" in person.key}
    never |= {person.name.split()[0] for person in people}
    assert {words for words in never if words.encode() in whole} == set()
    spans = told.spans
    assert len(spans) > 500
    assert {key for span in spans for key in span.attributes} <= ALLOWED


async def test_a_failed_statement_and_a_failed_request_are_told_without_their_words(
    office: Office, told: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise RuntimeError(MARK)

    case = await Case.begin(office)
    monkeypatch.setattr(CommandDelivery, "_signal", fail)
    name = uuid4().hex
    office.worker_is_there = False
    await office.call(
        "curator", "POST", f"/messages/{case.id}/route", routing(), headers={"X-Request-ID": name}
    )
    office.worker_is_there = True
    monkeypatch.undo()
    spans = await told.trace_of(name, PRESSED)
    failed = named("deliver route", spans)
    assert failed.failed
    assert failed.attributes["error.type"] == "RuntimeError"
    assert MARK.encode() not in b"".join(told.bodies)


@pytest.mark.server
async def test_what_was_recorded_with_traces_replays_with_them_and_without(
    traced: Installation, office: Office
) -> None:
    case = await Case.begin(office, to=["roads"])
    await case.submit("answer", "Засыпали.")
    history = await (await traced.client()).get_workflow_handle(f"message-{case.id}").fetch_history()
    assert b"_tracer-data" in b"".join(event.SerializeToString() for event in history.events)
    both: list[list[Interceptor]] = [[], [*traces.interceptors()]]  # type: ignore[list-item]
    for more in both:
        result = await replayer(*more).replay_workflow(history, raise_on_replay_failure=False)
        assert result.replay_failure is None


@pytest.mark.parametrize("written", [b"{", b"[1]", b'{"traceparent": 5}'])
def test_nothing_follows_from_a_header_that_somebody_has_made_up(
    traced: Installation, written: bytes
) -> None:
    (interceptor,) = traces.interceptors()
    assert isinstance(interceptor, Traces)
    made_up = {"_tracer-data": Payload(metadata={"encoding": b"json/plain"}, data=written)}
    assert interceptor.found_in(made_up) is None
