"""Measures of a process's machine: free disk, the newest anchor, ends of certificates, restarts under `serve`."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from pydantic import TypeAdapter, ValidationError

from settings import Settings
from store.database import private_files
from telemetry import certificates

_RESTARTS_IN = "run/restarts.json"
"""In the data directory: how often each part was started again in this run of `serve`."""
_Restarts = TypeAdapter(dict[str, int])


def measures(settings: Settings) -> bytes:
    """The figures of the directories that this process sees, in the text form of Prometheus."""
    registry = CollectorRegistry()
    registry.register(_Machine(settings))
    return generate_latest(registry)


class _Machine(Collector):
    def __init__(self, settings: Settings) -> None:
        self._directories = {"data": settings.data, "anchors": settings.anchors}
        if (file := settings.sqlite_file) is not None and file.parent != settings.data:
            self._directories["database"] = file.parent
        self._settings = settings

    def collect(self) -> Iterator[Metric]:
        """Called by the registry."""
        yield from _disk(self._directories)
        anchored = GaugeMetricFamily(
            "otklik_last_anchor_timestamp_seconds", "When the journals were anchored last."
        )
        with suppress(OSError):
            anchored.add_metric([], self._settings.anchors_file.stat().st_mtime)
        yield anchored
        yield certificates.measure(self._settings)
        yield _started_again(self._settings.data / _RESTARTS_IN)


def count_restarts(data: Path, restarts: Mapping[str, int]) -> None:
    """Keep, for whoever tells the measures, how often each part was started again; called by `serve` alone.

    Raises OSError.
    """
    private_files.replace(data / _RESTARTS_IN, _Restarts.dump_json(dict(restarts)).decode())


def forget_restarts(data: Path) -> None:
    """Forget them, at the end of `serve`."""
    (data / _RESTARTS_IN).unlink(missing_ok=True)


def _disk(directories: Mapping[str, Path]) -> Iterator[Metric]:
    free = GaugeMetricFamily("otklik_disk_free_bytes", "Space left for the directory.", labels=["directory"])
    ratio = GaugeMetricFamily(
        "otklik_disk_free_ratio", "The same as a part of all there is, from 0 to 1.", labels=["directory"]
    )
    for name, directory in directories.items():
        if directory.is_dir():
            usage = shutil.disk_usage(directory)
            free.add_metric([name], usage.free)
            ratio.add_metric([name], usage.free / usage.total)
    yield from (free, ratio)


def _started_again(file: Path) -> Metric:
    counted = CounterMetricFamily(
        "otklik_restarts", "How often `serve` has started a part again since its own start.", labels=["part"]
    )
    try:
        restarts = _Restarts.validate_json(file.read_bytes())
    except (OSError, ValidationError):
        return counted
    for part, count in restarts.items():
        counted.add_metric([part], count)
    return counted
