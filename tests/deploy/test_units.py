"""The units of systemd in `deploy/systemd`: what they start, on which ports, as whom."""

import re
import shlex
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from settings import Settings
from tests.deploy import compose
from tests.documents import DOCS, ROOT, blocks, section

SYSTEMD = ROOT / "deploy" / "systemd"
SERVICES = sorted(SYSTEMD.glob("*.service"))
TMPFILES = (SYSTEMD / "tmpfiles.d" / "otklik.conf").read_text(encoding="utf-8")
PROGRAM = "/opt/otklik/bin/otklik"
PAGE = section(DOCS / "run" / "installation.md", "Under systemd")
Unit = dict[tuple[str, str], list[str]]


def read(path: Path) -> Unit:
    """What each word of each section says, in order."""
    unit: Unit = defaultdict(list)
    part = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if found := re.fullmatch(r"\[(\w+)\]", line):
            part = found[1]
        elif line and not line.startswith("#"):
            word, equals, value = line.partition("=")
            assert equals, f"{path.name}: {line}"
            unit[part, word].append(value)
    return unit


def given(unit: Unit, word: str) -> str:
    """What a word of `[Service]` says, which stands there once."""
    (value,) = unit["Service", word]
    return value


def environment(unit: Unit, instance: str = "") -> dict[str, str]:
    words = " ".join(unit["Service", "Environment"]).replace("%i", instance)
    return dict(word.split("=", 1) for word in shlex.split(words))


def test_processes_of_one_file_of_settings_have_ports_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "otklik.toml"
    file.write_text("worker_port = 8001\nport = 8000\n")
    monkeypatch.setenv("OTKLIK_CONFIG", str(file))
    worker, api = read(SYSTEMD / "otklik-worker@.service"), read(SYSTEMD / "otklik-api@.service")
    for name, value in environment(worker, "8101").items():
        monkeypatch.setenv(name, value)
    assert Settings.load().worker_port == 8101
    assert given(api, "ExecStart").endswith(" --port %i")


def test_a_process_has_the_bounds_it_has_in_a_container() -> None:
    services: dict[str, Any] = compose.load(compose.environment())["services"]
    for service, unit in {
        "worker": "otklik-worker@",
        "api": "otklik-api@",
        "prepare": "otklik-prepare",
    }.items():
        said, here = services[service], read(SYSTEMD / f"{unit}.service")
        limits = said["deploy"]["resources"]["limits"]
        assert given(here, "MemoryMax").lower() == limits["memory"]
        assert int(given(here, "TasksMax")) == limits["pids"]
        if "stop_grace_period" in said:
            assert f"{given(here, 'TimeoutStopSec')}s" == said["stop_grace_period"]
            assert (given(here, "Restart"), here["Unit", "StartLimitIntervalSec"]) == ("always", ["0"])
        needed = {"network-online.target", "time-sync.target", "postgresql.service"}
        assert needed <= set(here["Unit", "After"][0].split())


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_process_is_confined_and_nobody_in_particular(path: Path) -> None:
    unit = read(path)
    accounts = dict(
        re.findall(r"^u (\S+) (\S+) ", (SYSTEMD / "sysusers.d" / "otklik.conf").read_text(), re.MULTILINE)
    )
    assert accounts[given(unit, "User")] == f"-:{given(unit, 'Group')}"
    for word, value in {
        "NoNewPrivileges": "yes",
        "ProtectSystem": "strict",
        "ProtectHome": "yes",
        "PrivateTmp": "yes",
        "SystemCallFilter": "@system-service",
        "UMask": "0077",
    }.items():
        assert given(unit, word) == value
    needed = "CAP_DAC_READ_SEARCH" if path.name == "otklik-backup.service" else ""
    assert given(unit, "CapabilityBoundingSet") == needed


def test_the_owners_password_is_told_to_no_process_that_works() -> None:
    """Neither as a file, nor by way of an account that could look into the process that is told."""
    told = {path.name: unit for path in SERVICES if (unit := read(path))["Service", "EnvironmentFile"]}
    assert told.keys() == {"otklik-prepare.service", "otklik-backup.service"}
    modes = dict(re.findall(r"^z (\S+) +(\d+) ", TMPFILES, re.MULTILINE))
    for unit in told.values():
        assert given(unit, "User") == "otklik-owner"
        assert modes[given(unit, "EnvironmentFile")] == "0600"
        assert environment(unit)["OTKLIK_DATA"] == "/nonexistent"


def test_copies_are_kept_as_long_as_acts_of_destruction_say() -> None:
    unit = read(SYSTEMD / "otklik-backup.service")
    assert int(environment(unit)["KEEP"]) == Settings.load().backups_kept.days
    assert environment(unit)["BACKUPS"] in unit["Service", "ReadWritePaths"]
    assert environment(unit)["BACKUPS"] in TMPFILES


def test_the_page_starts_a_process_for_each_port_of_the_proxy() -> None:
    (block,) = [block for block in blocks(PAGE, "bash") if "systemctl" in block]
    upstream = re.findall(r"server 127\.0\.0\.1:(\d+)", (ROOT / "deploy/nginx/otklik.conf").read_text())
    assert re.findall(r"otklik-api@(\d+)", block) == upstream
