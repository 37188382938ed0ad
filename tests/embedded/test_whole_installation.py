"""`otklik serve` with all of its real parts: one press is one trace through its processes, and its logs are bounded."""

from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import pytest
from httpx import AsyncClient

from settings import Settings
from tests.api.messages.case import registration, routing
from tests.embedded.installation import ROOT, Installation
from tests.faults.service import PASSWORD
from tests.patience import PATIENCE
from tests.prepared import prepare
from tests.telemetry.collector import Collector, above, collector

pytestmark = pytest.mark.installation

PRESSED = "POST /api/messages/{message}/route"
MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def told() -> Iterator[Collector]:
    with collector() as made:
        yield made


@pytest.fixture(scope="module")
async def whole(tmp_path_factory: pytest.TempPathFactory, told: Collector) -> AsyncIterator[Installation]:
    """The demo's people, traces to the collector, and small logs of everything."""
    made = Installation(tmp_path_factory.mktemp("whole") / "data")
    await prepare(Settings.load(data=made.data, demo=True, demo_password=PASSWORD))
    logs = made.data / "logs"
    logs.mkdir(mode=0o700)
    (logs / "api.log").write_text("of an earlier run\n" * (MEGABYTE // 18 + 1), encoding="utf-8")
    try:
        serve = await made.start(
            "--training",
            PYTHONPATH=str(ROOT),
            OTKLIK_TRACES=told.address,
            OTKLIK_LOG_SIZE="1",
            OTKLIK_LOG_FILES="3",
            OTKLIK_LOG_LEVEL="debug",
            OTEL_BSP_SCHEDULE_DELAY="100",
        )
        await serve.until_ready()
        yield made
    finally:
        made.kill()


@pytest.fixture(scope="module")
async def http(whole: Installation) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(base_url=f"http://127.0.0.1:{whole.port}", timeout=PATIENCE) as client:
        signed_in = await client.post("/api/token", data={"username": "curator", "password": PASSWORD})
        client.headers["Authorization"] = f"Bearer {signed_in.raise_for_status().json()['access_token']}"
        yield client


async def test_a_press_is_one_trace_through_the_processes(http: AsyncClient, told: Collector) -> None:
    registered = await http.post("/api/messages", json=registration())
    number = registered.raise_for_status().json()["id"]
    request = uuid4().hex
    answer = await http.post(
        f"/api/messages/{number}/route", json=routing(), headers={"X-Request-ID": request}
    )
    assert answer.status_code in (200, 202)
    spans = await told.trace_of(request, PRESSED, "RunActivity:write_record", "INSERT journal_row")
    processes = {span.name: span.process for span in spans}
    row = next(span for span in spans if span.name == "INSERT journal_row")
    assert [(name, processes[name]) for name in above(row, spans)] == [
        ("RunActivity:write_record", "otklik-worker"),
        ("StartActivity:write_record", "otklik-worker"),
        ("HandleSignal:route", "otklik-worker"),
        ("SignalWorkflow:route", "otklik-api"),
        ("deliver route", "otklik-api"),
        (PRESSED, "otklik-api"),
    ]


async def test_a_full_log_is_turned_over_and_the_end_of_temporal_is_a_line(whole: Installation) -> None:
    older = whole.data / "logs" / "api.log.1"
    assert older.read_text(encoding="utf-8").startswith("of an earlier run\n")
    log = whole.data / "logs" / "temporal.log"
    before = log.read_text(encoding="utf-8")
    assert await whole.serve.stop() == 0
    since = log.read_text(encoding="utf-8").removeprefix(before)
    *_, last = since.splitlines()
    assert last.endswith(" lines of its end are left out")
    assert int(last.split()[1]) > 0
    assert "graceful_stop" not in since
