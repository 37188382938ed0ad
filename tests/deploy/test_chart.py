"""Truth of what the Helm chart says of the program; all it renders is known to Kubernetes, KEDA and Prometheus."""

import json
import re
import tarfile
import tomllib
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

import helm_python
import pytest

from api.main import create_app
from deploy.chart import CHART, example, least, mistakes, rendered
from service.keys.certificates import make
from settings import _SECRET, Queue, Settings
from tests.command_keys import KEYS
from tests.deploy.test_alerts import read
from tests.documents import ROOT
from worker import GRACE

SCHEMA = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))
DECIDED = set(SCHEMA["properties"]["settings"]["propertyNames"]["not"]["enum"])
"""Settings that the values may not name."""
SECRETS = {
    "database-url": "postgresql://otklik:pass%40word@postgres:5432/otklik",
    "owner-database-url": "postgresql://otklik_owner:other@postgres:5432/otklik",
    "keys": KEYS.written().replace("\n", " "),
    "smtp-url": "smtp://mail.region.example:587",
}
"""What the two secrets of an installation hold, by key."""
WORKERS = [f"worker-{queue}" for queue in get_args(Queue)]
PROCESSES = ["prepare", "api", *WORKERS]

Object = dict[str, Any]


@pytest.fixture(scope="module")
def objects() -> list[Object]:
    return rendered(example())


def of_kind(objects: list[Object], kind: str) -> dict[str, Object]:
    """By name, without that of the release."""
    return {
        found["metadata"]["name"].removeprefix("otklik-"): found for found in objects if found["kind"] == kind
    }


def pods(objects: list[Object]) -> dict[str, Object]:
    """What every process runs in, by the process."""
    found = of_kind(objects, "Deployment") | of_kind(objects, "Job")
    return {name: one["spec"]["template"]["spec"] for name, one in found.items()}


def container(objects: list[Object], process: str) -> Object:
    (only,) = pods(objects)[process]["containers"]
    found: Object = only
    return found


def environment(objects: list[Object], process: str) -> dict[str, str]:
    """The variables of a process, as the kubelet fills them in."""
    told = {}
    for one in container(objects, process)["env"]:
        assert one["name"] not in told
        told[one["name"]] = (
            one["value"] if "value" in one else SECRETS[one["valueFrom"]["secretKeyRef"]["key"]]
        )
    return told


# ---- as Helm and Kubernetes see it


@pytest.mark.parametrize("values", [example(), least(example())], ids=["all", "least"])
def test_the_chart_is_linted_and_every_object_is_as_its_model_has_it(values: Object) -> None:
    report = helm_python.lint(CHART, values, strict=True)
    assert [one for one in report["messages"] if one["severity"] > 1] + report["errors"] == []
    assert [mistake for found in rendered(values) for mistake in mistakes(found)] == []


def test_a_field_that_kubernetes_does_not_know_is_a_mistake(objects: list[Object]) -> None:
    deployment = deepcopy(of_kind(objects, "Deployment")["api"])
    only = deployment["spec"]["template"]["spec"]["containers"][0]
    only["readinesProbe"] = only.pop("readinessProbe")
    assert [*mistakes(deployment)] == [
        "Deployment otklik-api: .spec.template.spec.containers[0].readinesProbe is None"
    ]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("image.digest", "latest"),
        ("temporal.address", "temporal"),
        ("settings.smtp_url", "smtp://name:password@mail.region.example"),
        ("workers.messages.replicas", 0),
        ("ingress.host", ""),
        ("replicas", 3),
    ],
)
def test_values_that_cannot_be_meant_are_refused(path: str, value: object) -> None:
    values = example()
    *folders, last = path.split(".")
    place = values
    for folder in folders:
        place = place.setdefault(folder, {})
    place[last] = value
    with pytest.raises(helm_python.HelmError) as refused:
        rendered(values)
    # An unknown name is spoken of where it stands, a wrong one as its owner's property.
    assert last in str(refused.value)


def test_the_chart_is_that_of_this_release() -> None:
    release = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    with helm_python.Chart.load(CHART) as chart:
        assert (chart.metadata["version"], chart.metadata["appVersion"]) == (release, release)


# ---- what processes are told


@pytest.mark.parametrize("process", PROCESSES)
def test_a_process_starts_with_what_it_is_told(
    objects: list[Object], process: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    make(tmp_path)
    ours = tmp_path / "otklik"
    files = {
        "/tls/database/ca.crt": "ca.pem",
        "/tls/temporal/ca.crt": "ca.pem",
        "/tls/temporal/tls.crt": "cert.pem",
        "/tls/temporal/tls.key": "key.pem",
    }
    known = {f"OTKLIK_{name.upper()}" for name in Settings.model_fields}
    for name, value in environment(objects, process).items():
        assert not name.startswith("OTKLIK_") or name in known
        monkeypatch.setenv(name, str(ours / files[value]) if value in files else value)
    settings = Settings.load()
    assert settings.database_url == (
        f"postgresql+psycopg://otklik:pass%40word@postgres:5432/otklik?sslmode=verify-full&sslrootcert={ours}/ca.pem"
    )
    if process == "prepare":
        assert settings.owner_database_url is not None
        return
    assert settings.unprotected() == ()
    assert settings.temporal_address == "temporal-frontend.temporal.svc:7233"
    assert settings.public_url == "https://otklik.region.example"
    assert settings.second_factor_for_admins
    if process in WORKERS:
        assert settings.queues == (process.removeprefix("worker-"),)


def test_values_name_no_secret_and_nothing_that_the_chart_decides(objects: list[Object]) -> None:
    by_chart = {name for process in PROCESSES for name in environment(objects, process)}
    by_chart -= {f"OTKLIK_{name.upper()}" for name in example()["settings"]}
    decided = {name.removeprefix("OTKLIK_").lower() for name in by_chart if name.startswith("OTKLIK_")} | {
        name.lower() for name in by_chart & {"TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE"}
    }
    assert decided | _SECRET <= DECIDED <= set(Settings.model_fields)


def test_secrets_come_by_reference_and_the_owner_of_the_tables_is_known_to_what_prepares(
    objects: list[Object],
) -> None:
    assert of_kind(objects, "Secret") == {}
    for process in PROCESSES:
        read_from = {
            one["valueFrom"]["secretKeyRef"]["name"]
            for one in container(objects, process)["env"]
            if "valueFrom" in one
        }
        assert read_from == ({"otklik-owner"} if process == "prepare" else {"otklik"})
        assert ("OTKLIK_OWNER_DATABASE_URL" in environment(objects, process)) == (process == "prepare")


# ---- how they run, and end


def test_every_container_is_confined_and_has_what_it_needs_with_an_image_by_digest(
    objects: list[Object],
) -> None:
    assert {container(objects, process)["image"] for process in PROCESSES} == {
        f"registry.region.example/otklik@sha256:{'0' * 64}"
    }
    for process in PROCESSES:
        pod, only = pods(objects)[process], container(objects, process)
        assert only["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert pod["securityContext"]["runAsNonRoot"]
        assert f"--uid {pod['securityContext']['runAsUser']} " in (ROOT / "Dockerfile").read_text(
            encoding="utf-8"
        )
        assert pod["automountServiceAccountToken"] is False
        # A service `otklik` would be OTKLIK_PORT=tcp://…, and no process would start.
        assert pod["enableServiceLinks"] is False
        mounted = [mount["name"] for mount in only["volumeMounts"]]
        assert sorted(mounted) == sorted(volume["name"] for volume in pod["volumes"])
        assert {"cpu", "memory"} <= set(only["resources"]["requests"])
        assert "memory" in only["resources"]["limits"]


def test_anchors_are_written_by_the_office_and_stay_when_the_release_goes(objects: list[Object]) -> None:
    directory = environment(objects, "worker-office")["OTKLIK_ANCHORS"]
    having = {
        process: mount.get("readOnly", False)
        for process in PROCESSES
        for mount in container(objects, process)["volumeMounts"]
        if mount["mountPath"] == directory
    }
    assert having == {"api": True, "worker-office": False}
    claim = of_kind(objects, "PersistentVolumeClaim")["anchors"]
    assert claim["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep"


def asked(objects: list[Object], process: str) -> dict[str, tuple[str, int]]:
    """Path and port that each probe asks a process for."""
    only, found = container(objects, process), {}
    ports = {port["name"]: port["containerPort"] for port in only["ports"]}
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        if by_http := only[probe].get("httpGet"):
            found[probe] = by_http["path"], ports[by_http["port"]]
        else:
            address = urlsplit(only[probe]["exec"]["command"][-1].split("'")[1])
            assert address.hostname == "127.0.0.1"
            found[probe] = address.path, address.port or 0
    return found


def test_health_is_asked_where_it_is_answered(objects: list[Object], tmp_path: Path) -> None:
    """A process begins once all it needs answers; none is taken out or ended for what all of them lack."""
    assert {"/healthz", "/readyz"} <= create_app(Settings.load(data=tmp_path)).openapi()["paths"].keys()
    for process in ("api", *WORKERS):
        variable, port = ("OTKLIK_PORT", 8000) if process == "api" else ("OTKLIK_WORKER_PORT", 8001)
        # Nothing is led to a worker: its readiness is only looked at.
        ready = "/healthz" if process == "api" else "/readyz"
        assert asked(objects, process) == {
            "startupProbe": ("/readyz", port),
            "readinessProbe": (ready, port),
            "livenessProbe": ("/healthz", port),
        }
        assert environment(objects, process)[variable] == str(port)


def test_a_process_has_longer_to_end_than_it_takes_itself(objects: list[Object]) -> None:
    for process in WORKERS:
        assert timedelta(seconds=pods(objects)[process]["terminationGracePeriodSeconds"]) > 3 * GRACE
    api = pods(objects)["api"]
    balancers_learn = container(objects, "api")["lifecycle"]["preStop"]["sleep"]["seconds"]
    # What docs/run/installation.md says that the API takes.
    assert api["terminationGracePeriodSeconds"] > balancers_learn + 15


def test_tables_are_prepared_before_a_release_begins(objects: list[Object]) -> None:
    for kind in ("Job", "NetworkPolicy"):
        assert of_kind(objects, kind)["prepare"]["metadata"]["annotations"]["helm.sh/hook"] == (
            "pre-install,pre-upgrade"
        )
    # A hook has only what is there before the release: none of its files.
    assert {volume["name"] for volume in pods(objects)["prepare"]["volumes"]} == {"tmp", "database-ca"}


def test_other_files_make_other_pods() -> None:
    def sums(**files: str) -> set[str]:
        deployments = of_kind(rendered(example() | {"files": files}), "Deployment").values()
        return {one["spec"]["template"]["metadata"]["annotations"]["checksum/files"] for one in deployments}

    before, after = sums(**{"act.toml": "a"}), sums(**{"act.toml": "b"})
    assert len(before) == len(after) == 1
    assert before != after


# ---- who reaches whom


def test_only_what_talks_to_the_outside_reaches_it(objects: list[Object]) -> None:
    policies = of_kind(objects, "NetworkPolicy")
    assert set(policies) == set(PROCESSES)
    reached = {
        process: {port["port"] for rule in policy["spec"]["egress"] for port in rule["ports"]}
        for process, policy in policies.items()
    }
    inside = {53, 5432, 7233}
    assert reached == {
        "prepare": {53, 5432},
        "api": inside | {443, 465, 587},
        "worker-messages": inside,
        "worker-office": inside,
        "worker-channels": inside | {443, 465, 587},
        "worker-networks": inside | {443, 465, 587},
    }
    for process, policy in policies.items():
        labels = of_kind(objects, "Job" if process == "prepare" else "Deployment")[process]
        assert (
            policy["spec"]["podSelector"]["matchLabels"] == labels["spec"]["template"]["metadata"]["labels"]
        )
        assert policy["spec"]["policyTypes"] == ["Ingress", "Egress"]


# ---- how many


def test_workers_follow_the_backlog_of_their_queue(objects: list[Object]) -> None:
    scaled = of_kind(objects, "ScaledObject")
    assert set(of_kind(objects, "Deployment")) - {"api"} == set(scaled) == set(WORKERS)
    for process, found in scaled.items():
        assert found["spec"]["scaleTargetRef"] == {"name": f"otklik-{process}"}
        assert found["spec"]["minReplicaCount"] >= 1
        trigger = found["spec"]["triggers"][0]
        told = environment(objects, process)
        assert trigger["type"] == "temporal"
        assert trigger["metadata"]["endpoint"] == told["TEMPORAL_ADDRESS"]
        assert trigger["metadata"]["namespace"] == told["TEMPORAL_NAMESPACE"]
        assert trigger["metadata"]["taskQueue"] == told["OTKLIK_QUEUES"]
        assert "replicas" not in of_kind(objects, "Deployment")[process]["spec"]
    assert of_kind(rendered(least(example())), "ScaledObject") == {}


def test_the_backlog_of_the_office_is_that_of_its_own_namespace() -> None:
    values = example()
    values["settings"]["office_namespace"] = "office"
    objects = rendered(values)
    namespaces = {
        process: found["spec"]["triggers"][0]["metadata"]["namespace"]
        for process, found in of_kind(objects, "ScaledObject").items()
    }
    assert namespaces == dict.fromkeys(WORKERS, "office") | {"worker-messages": "otklik"}
    for process in ("api", *WORKERS):
        assert environment(objects, process)["OTKLIK_OFFICE_NAMESPACE"] == "office"


# ---- what is watched


def test_rules_and_jobs_are_those_of_the_prometheus_beside_compose(objects: list[Object]) -> None:
    assert of_kind(objects, "PrometheusRule")["otklik"]["spec"] == read("alerts.yml")
    jobs = {
        found["spec"]["podMetricsEndpoints"][0]["relabelings"][0]["replacement"]
        for found in of_kind(objects, "PodMonitor").values()
    }
    assert jobs == {one["job_name"] for one in read("prometheus.yml")["scrape_configs"]} - {"temporal"}


def test_a_queue_that_nobody_serves_is_an_alert(objects: list[Object]) -> None:
    (group,) = of_kind(objects, "PrometheusRule")["queues"]["spec"]["groups"]
    watched = {re.findall(r'queue="(\w+)"', rule["expr"])[0] for rule in group["rules"]}
    assert watched == set(get_args(Queue))
    # By the label that the monitor makes of the pod's.
    (endpoint,) = of_kind(objects, "PodMonitor")["worker"]["spec"]["podMetricsEndpoints"]
    (named,) = [one for one in endpoint["relabelings"] if one["targetLabel"] == "queue"]
    for process in WORKERS:
        labels = of_kind(objects, "Deployment")[process]["spec"]["template"]["metadata"]["labels"]
        found = re.fullmatch(named["regex"], labels["app.kubernetes.io/component"])
        assert found is not None
        assert found[1] in watched


def test_a_packed_chart_has_the_rules_themselves(tmp_path: Path) -> None:
    with tarfile.open(helm_python.package(CHART, destination=tmp_path)) as packed:
        rules = packed.getmember("otklik/files/alerts.yml")
        assert rules.isfile()
        content = packed.extractfile(rules)
        assert content is not None
        assert content.read() == (ROOT / "deploy/prometheus/alerts.yml").read_bytes()
