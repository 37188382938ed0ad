"""Truth of what `docker-compose.yml` and `Dockerfile` say of the program; no secret has a default.

No container engine runs the tests: the file is held against its schema, and everything it names against the code.
"""

import re
import subprocess
import sys
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from embedded.temporal_server import find_program
from service.keys.certificates import PARTS, make
from service.messages.lists import LISTS_AT_ONCE
from settings import CONFIG_FILE, Settings
from store.database.engines import POSTGRESQL_CONNECTIONS
from tests.deploy import compose
from tests.deploy.compose import OURS, VARIABLE
from tests.documents import ROOT
from worker import ACTIVITIES_AT_ONCE, CHANNELS_AT_ONCE, GRACE, NETWORKS_AT_ONCE, OFFICE_AT_ONCE

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
DECIDED_BY_THE_FILE = {
    "by its own services, networks and volumes": {
        *("database_url", "owner_database_url", "database_tls", "database_ca", "temporal_address"),
        *("temporal_namespace", "office_namespace", "host", "port", "worker_port", "ui_url"),
        *("data", "anchors", "templates"),
    },
    "keys are a variable": {"keys_file"},
    "every worker serves all queues": {"queues"},
    "lines are for programs, and the engine keeps them": {"log_format", "log_size", "log_files"},
    "for work only: `otklik serve` has these": {"training", "demo", "demo_password"},
}
"""Settings that `.env` does not change, by the reason."""
OF_SOME = {"keys": {"worker", "api"}}
"""Secrets, by the services that are told."""


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found: dict[str, Any] = compose.load(compose.environment())["services"]
    return found


def test_the_file_is_a_compose_file() -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", compose.FILE],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


# ---- secrets


@pytest.mark.parametrize("missing", compose.secrets())
def test_nothing_starts_without_a_secret_and_the_refusal_names_it(missing: str) -> None:
    with pytest.raises(compose.NotSetError) as refused:
        compose.load(compose.environment() | {missing: ""})
    assert str(refused.value) == f"задайте {missing} в файле .env, см. deploy/env.example"


def test_every_password_of_every_part_is_a_secret_of_the_installation(services: dict[str, Any]) -> None:
    passwords = [
        value
        for service in services.values()
        for name, value in service.get("environment", {}).items()
        if value and re.search("PASSWORD|PWD|SECRET|TOKEN|KEYS$", name)
    ]
    assert set(passwords) == {
        value for name, value in compose.environment().items() if name in compose.secrets()
    }


def test_the_example_names_every_variable_of_the_file_and_no_other_with_its_default() -> None:
    example, used = compose.example(), [*VARIABLE.finditer(compose.FILE.read_text(encoding="utf-8"))]
    assert {found["name"] for found in used} == set(example)
    defaults = {found["name"]: found["rest"] for found in used if found["kind"] == ":-"}
    assert defaults == defaults | {name: example[name] for name in defaults.keys() & example.keys()}


# ---- what our own parts are told


@pytest.mark.parametrize("service", OURS)
def test_the_settings_of_each_part_are_settings_of_the_program(
    services: dict[str, Any], service: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    make(tmp_path)
    environment = compose.with_certificates(services[service]["environment"], tmp_path / "otklik")
    known = {f"OTKLIK_{name.upper()}" for name in Settings.model_fields} | {CONFIG_FILE}
    assert {name for name in environment if name.startswith("OTKLIK_")} <= known
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    settings = Settings.load()
    assert settings.database_url == (
        "postgresql+psycopg://otklik@postgres:5432/otklik"
        f"?sslmode=verify-full&sslrootcert={tmp_path}/otklik/ca.pem"
    )
    assert settings.unprotected() == ()
    assert (settings.temporal_address, settings.temporal_namespace) == ("temporal:7233", "otklik")
    assert settings.office_namespace == "otklik-office"
    assert (settings.host, settings.log_format) == ("0.0.0.0", "json")
    assert settings.regulation is None
    assert not settings.training
    assert not settings.demo


def test_a_setting_of_the_program_is_one_of_the_installation() -> None:
    """By a variable of the same name in `.env`, told to whoever reads it: what is not passed on would be overlooked."""
    decided = set().union(*DECIDED_BY_THE_FILE.values())
    variables = {f"OTKLIK_{field.upper()}": field for field in Settings.model_fields}
    services = compose.load(compose.environment() | dict.fromkeys(variables, "given"))["services"]
    for variable, field in variables.items():
        told = {service for service in OURS if services[service]["environment"].get(variable) == "given"}
        assert told == (set() if field in decided else OF_SOME.get(field, set(OURS))), field
        assert (variable in compose.example()) == bool(told), field


def test_only_what_prepares_knows_the_owner_of_the_tables(services: dict[str, Any]) -> None:
    owner = compose.environment()["OTKLIK_OWNER_DB_PASSWORD"]
    told = {name for name, service in services.items() if owner in service.get("environment", {}).values()}
    assert told == {"postgres", "prepare", "backup"}
    assert "//otklik_owner@" in services["prepare"]["environment"]["OTKLIK_OWNER_DATABASE_URL"]


def test_anchors_outlive_the_container(services: dict[str, Any]) -> None:
    directory = services["worker"]["environment"]["OTKLIK_ANCHORS"]
    assert f"anchors:{directory}" in services["worker"]["volumes"]
    assert services["api"]["environment"]["OTKLIK_ANCHORS"] == directory  # who verifies reads them there
    assert f"anchors:{directory}:ro" in services["api"]["volumes"]
    assert f" {directory}" in DOCKERFILE


def test_ports_lead_to_each_that_listens_and_are_open_to_this_machine_only(services: dict[str, Any]) -> None:
    listening = {
        "api": services["api"]["environment"]["OTKLIK_PORT"],
        "temporal-ui": services["temporal-ui"]["environment"]["TEMPORAL_UI_PORT"],
    }
    published = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert published.keys() == listening.keys()
    for name, (port,) in published.items():
        assert port.startswith("127.0.0.1:")
        assert port.endswith(f":{listening[name]}")
    first, last = published["api"][0].split(":")[1].split("-")
    assert int(last) - int(first) + 1 == int(services["api"]["deploy"]["replicas"])


def test_a_part_is_given_longer_to_stop_than_it_takes(services: dict[str, Any]) -> None:
    given = re.fullmatch(r"(\d+)s", services["worker"]["stop_grace_period"])
    assert given is not None
    assert timedelta(seconds=int(given[1])) > 2 * GRACE


def test_the_database_has_connections_for_everyone(services: dict[str, Any]) -> None:
    allowed = int(services["postgres"]["command"][-1].removeprefix("max_connections="))
    workers, apis = (int(services[name]["deploy"]["replicas"]) for name in ("worker", "api"))
    temporal, kept_for_the_administrator = 4 * (20 + 10), 3
    hears_of_changes, tells_that_it_works = 1, 1
    api = POSTGRESQL_CONNECTIONS + LISTS_AT_ONCE + hears_of_changes + tells_that_it_works
    worker = ACTIVITIES_AT_ONCE + OFFICE_AT_ONCE + CHANNELS_AT_ONCE + NETWORKS_AT_ONCE + 1
    # Once more the API's, for a command that an administrator runs beside it.
    ours = workers * worker + (apis + 1) * api
    assert temporal + ours + kept_for_the_administrator <= allowed


# ---- who may what


def test_every_container_has_only_the_rights_it_needs(services: dict[str, Any]) -> None:
    added = {name: service["cap_add"] for name, service in services.items() if "cap_add" in service}
    assert added == {
        "certificates": ["CHOWN"],
        "backup": ["DAC_READ_SEARCH"],
        "postgres": ["CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"],
    }
    for name, service in services.items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["read_only"] is True, name
        assert not service.get("privileged"), name
        limits = service["deploy"]["resources"]["limits"]
        assert limits.keys() == {"memory", "pids"}, name


def test_networks_join_only_those_who_work_together(services: dict[str, Any]) -> None:
    networks = compose.load(compose.environment())["networks"]
    members = {
        network: {name for name, service in services.items() if network in service.get("networks", [])}
        for network in networks
    }
    assert members == {
        "database": {"postgres", "temporal-schema", "temporal", "prepare", "backup", "worker", "api"},
        "temporal": {"temporal", "temporal-namespace", "temporal-ui", "worker", "api"},
        "measures": {"temporal", "worker", "api"},
        "edge": {"api"},
        "channels": {"worker"},
        "looking": {"temporal-ui"},
    }
    internal = {name for name, network in networks.items() if (network or {}).get("internal")}
    assert internal == {"database", "temporal", "measures"}
    # Without networks of its own, a service would be in the default one, with others.
    assert {name for name, service in services.items() if "networks" not in service} == {"certificates"}


def test_images_are_pinned_by_what_is_in_them(services: dict[str, Any]) -> None:
    for service in services.values():
        if "build" not in service:
            assert re.fullmatch(r"[a-z/-]+:\d+\.\d+(\.\d+)?@sha256:[0-9a-f]{64}", service["image"])


# ---- TLS


def test_every_connection_is_by_tls_and_checked(services: dict[str, Any]) -> None:
    given = {name: service.get("environment", {}) for name, service in services.items()}
    assert "ssl=on" in services["postgres"]["command"]
    assert "hba_file=/etc/postgresql/pg_hba.conf" in services["postgres"]["command"]
    assert given["temporal-schema"]["SQL_TLS_CA_FILE"] == "/tls/ca.pem"
    switched_on = {
        "temporal-schema": {"SQL_TLS"},
        "temporal": {"SQL_TLS_ENABLED", "SQL_HOST_VERIFICATION", "TEMPORAL_TLS_REQUIRE_CLIENT_AUTH"},
        "temporal-ui": {"TEMPORAL_TLS_ENABLE_HOST_VERIFICATION"},
    }
    for name, variables in switched_on.items():
        assert {given[name][variable] for variable in variables} == {"true"}, name
    assert not [name for service in given.values() for name in service if "DISABLE_HOST_VERIFICATION" in name]
    for variable in ("TEMPORAL_TLS_INTERNODE_SERVER_NAME", "TEMPORAL_TLS_FRONTEND_SERVER_NAME"):
        assert given["temporal"][variable] in PARTS["temporal"].names
    for name in ("temporal-namespace", "worker", "api"):
        assert given[name].keys() >= {
            "TEMPORAL_TLS_SERVER_CA_CERT_PATH",
            "TEMPORAL_TLS_CLIENT_CERT_PATH",
            "TEMPORAL_TLS_CLIENT_KEY_PATH",
        }


def test_each_part_has_its_own_certificate_and_no_other(services: dict[str, Any]) -> None:
    """Whose key it is, its account in the container may read."""
    made_in = {}
    for volume in services["certificates"]["volumes"]:
        source, _, target = volume.partition(":")
        made_in[source] = target.removeprefix("/tls/")
    assert set(made_in.values()) == {"authority", *PARTS}
    has = {}
    for name, service in services.items():
        mounted = [volume for volume in service.get("volumes", []) if volume.startswith("tls-")]
        if name != "certificates":
            (volume,) = mounted
            source, target, mode = volume.split(":")
            assert (target, mode) == ("/tls", "ro"), name
            has[name] = made_in[source]
            account = service.get("user", "").partition(":")[0]
            # That of the copies reads the authority's certificate alone, which is open to all.
            assert not account or int(account) == PARTS[has[name]].owner or name == "backup", name
    assert has == {
        "postgres": "postgres",
        "temporal": "temporal",
        "temporal-ui": "ui",
        "temporal-schema": "tools",
        "temporal-namespace": "tools",
        "backup": "tools",
        **dict.fromkeys(OURS, "otklik"),
    }
    assert re.search(rf"^USER {PARTS['otklik'].owner}$", DOCKERFILE, re.MULTILINE)


def test_copies_are_made_by_the_owner_and_kept_as_long_as_acts_of_destruction_say(
    services: dict[str, Any],
) -> None:
    backup = services["backup"]
    assert backup["image"] == services["postgres"]["image"]
    assert (backup["profiles"], backup["restart"]) == (["backup"], "no")  # when it is asked for, and once
    assert backup["environment"]["PGPASSWORD"] == services["prepare"]["environment"]["PGPASSWORD"]
    tls = backup["environment"]["PGSSLMODE"], backup["environment"]["PGSSLROOTCERT"]
    assert tls == ("verify-full", "/tls/ca.pem")
    assert int(backup["environment"]["KEEP"]) == Settings.load().backups_kept.days  # one a day
    for name in ("BACKUPS", "ANCHORS"):
        assert any(backup["environment"][name] in volume.split(":") for volume in backup["volumes"])
    # Nothing waits for it.
    assert not any("backup" in service.get("depends_on", {}) for service in services.values())


# ---- the rest


def test_whatever_is_named_exists_and_who_is_waited_for_tells_that_it_is_there(
    services: dict[str, Any],
) -> None:
    volumes = compose.load(compose.environment())["volumes"]
    for service in services.values():
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            # The directory of copies is the operator's; the engine makes it.
            assert source in volumes or source == "./backups" or (ROOT / source).exists(), source
            assert not source.endswith(".sh") or (ROOT / source).stat().st_mode & 0o111
        for name, how in service.get("depends_on", {}).items():
            ends = services[name]["restart"] == "on-failure"
            assert how["condition"] == ("service_completed_successfully" if ends else "service_healthy")
            assert ends or services[name]["healthcheck"]["test"][0] == "CMD"
        for name, value in service.get("environment", {}).items():
            if name in ("SQL_HOST", "POSTGRES_SEEDS"):
                assert value in services
            if name == "TEMPORAL_ADDRESS":
                assert value.partition(":")[0] in services


def test_the_server_is_the_one_this_release_was_tested_with(services: dict[str, Any]) -> None:
    shown = subprocess.run([find_program(), "--version"], capture_output=True, text=True, check=True).stdout
    versions = re.search(r"Server ([\d.]+), UI ([\d.]+)", shown)
    assert versions is not None
    server, ui = versions.groups()
    assert services["temporal"]["image"].startswith(f"temporalio/server:{server}@")
    for name in ("temporal-schema", "temporal-namespace"):
        assert services[name]["image"].startswith(f"temporalio/admin-tools:{server}@")
    assert services["temporal-ui"]["image"].startswith(f"temporalio/ui:{ui}@")


def test_the_image_has_all_of_the_program_and_runs_as_nobody_in_particular() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    copied = " ".join(re.findall(r"^COPY (.+)$", DOCKERFILE, re.MULTILINE)).split()
    let_in = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    hook = build["targets"]["wheel"]["hooks"]["custom"]["path"]
    locks = "requirements.lock", "requirements-build.lock"
    for part in (*build["only-include"], *locks, "pyproject.toml", hook):
        assert part in copied, part
        assert f"!{part}" in let_in, part
    assert "--require-hashes -r requirements.lock" in DOCKERFILE
    user = re.findall(r"^USER (\d+)$", DOCKERFILE, re.MULTILINE)
    assert TypeAdapter(list[int]).validate_python(user)[-1] > 0


def test_everything_the_image_is_built_from_is_named_by_its_hash() -> None:
    """An image by its digest, a package by its hash: Node.js too, which makes what all browsers run."""
    arguments = dict(re.findall(r"^ARG (\w+)=(\S+)$", DOCKERFILE, re.MULTILINE))
    stages = set(re.findall(r"^FROM \S+ AS (\w+)$", DOCKERFILE, re.MULTILINE))
    images = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert images
    for image in images:
        named = re.sub(r"\$\{(\w+)\}", lambda found: arguments[found[1]], image)
        assert named in stages or re.search(r"@sha256:[0-9a-f]{64}$", named), image
    taken = re.findall(
        r"\bpip\b.* (?:install|download) (.*)", DOCKERFILE.replace("\\\n", " ").replace("&&", "\n")
    )
    assert len(taken) == 4
    for command in taken:
        of_ours = "--no-index --no-deps /packages/otklik-" in command
        assert "--require-hashes" in command or of_ours, command
