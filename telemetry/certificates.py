"""Certificates that this process presents or trusts, by their files, and when each of them ends."""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from prometheus_client.core import GaugeMetricFamily

from settings import Settings

_OF_THE_URL = ("sslrootcert", "sslcert")
_VARIABLES = (
    *("PGSSLROOTCERT", "PGSSLCERT"),
    *("TEMPORAL_TLS_SERVER_CA_CERT_PATH", "TEMPORAL_TLS_CLIENT_CERT_PATH"),
)


@dataclass(frozen=True, slots=True)
class CertificateFile:
    """A file of certificates. `ends`: when the first of them does, in UTC; None where the file cannot be read."""

    file: Path
    ends: datetime | None


def known(settings: Settings) -> list[CertificateFile]:
    """Those that the settings name for PostgreSQL and Temporal, or the environment as libpq and Temporal read it."""
    named = [settings.database_ca] if settings.database_ca else []
    named += [
        Path(file)
        for url in (settings.database_url, settings.owner_database_url)
        for name in _OF_THE_URL
        for file in parse_qs(urlsplit(url or "").query).get(name, ())
    ]
    named += [Path(file) for name in _VARIABLES if (file := os.environ.get(name))]
    return [CertificateFile(file, _end(file)) for file in dict.fromkeys(named) if str(file) != "system"]


def measure(settings: Settings) -> GaugeMetricFamily:
    """Their ends, for Prometheus."""
    ends = GaugeMetricFamily(
        "otklik_certificate_end_timestamp_seconds",
        "When the first certificate of a file ends; 0 where the file cannot be read.",
        labels=["file"],
    )
    for one in known(settings):
        ends.add_metric([str(one.file)], one.ends.timestamp() if one.ends else 0)
    return ends


def _end(file: Path) -> datetime | None:
    # Of what only monitors ask for, no process loads it before they do.
    from cryptography.x509 import load_pem_x509_certificates  # noqa: PLC0415

    try:
        return min(one.not_valid_after_utc for one in load_pem_x509_certificates(file.read_bytes()))
    except (OSError, ValueError):
        return None
