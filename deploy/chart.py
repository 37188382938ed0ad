"""The check of the Helm chart: linted and rendered by Helm's own engine, and held against models; in `make check`.

The models are those of Kubernetes, KEDA and the Prometheus operator. A field that they do not know, a value of another
type, or one that is missing is a mistake; a cluster would tell of it when the chart is installed.
"""

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import helm_python
from pydantic import ValidationError
from ruamel.yaml import YAML

CHART = Path(__file__).resolve().parent / "helm" / "otklik"
EXAMPLE = CHART.parent / "example.yaml"
_MODELS = {
    "v1": "kubernetes.core.v1",
    "apps/v1": "kubernetes.apps.v1",
    "batch/v1": "kubernetes.batch.v1",
    "keda.sh/v1alpha1": "keda.v1alpha1",
    "monitoring.coreos.com/v1": "prometheus_operator.v1",
    "networking.k8s.io/v1": "kubernetes.networking.v1",
    "policy/v1": "kubernetes.policy.v1",
}
"""Modules of `cloudcoil.models`, each read when it is needed: together they take seconds."""

_YAML = YAML(typ="safe", pure=True)


def example() -> dict[str, Any]:
    """The values of `deploy/helm/example.yaml`: all that the chart can do is on."""
    values: dict[str, Any] = _YAML.load(EXAMPLE.read_text(encoding="utf-8"))
    return values


def least(values: dict[str, Any]) -> dict[str, Any]:
    """Of the values those without which nothing is installed."""
    return {"image": values["image"], "temporal": {"address": values["temporal"]["address"]}}


def rendered(values: dict[str, Any]) -> list[dict[str, Any]]:
    """The objects of a release `otklik` in a namespace `otklik`. Raises HelmError for values that are refused."""
    with helm_python.Chart.load(CHART) as chart:
        files = chart.render(values, name="otklik", namespace="otklik")
    manifests = [text for name, text in files.items() if name.endswith(".yaml")]
    return [found for text in manifests for found in _YAML.load_all(text) if found]


def mistakes(found: dict[str, Any]) -> Iterator[str]:
    """Whatever of an object its model does not know, or knows otherwise."""
    name = f"{found['kind']} {found['metadata']['name']}"
    models = import_module(f"cloudcoil.models.{_MODELS[found['apiVersion']]}")
    model = getattr(models, found["kind"])
    try:
        known = model.model_validate(found).model_dump(mode="json", by_alias=True, exclude_unset=True)
    except ValidationError as error:
        yield from (f"{name}: {'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
    else:
        yield from (f"{name}: {path}" for path in _beyond(found, known, ""))


def _beyond(given: Any, known: Any, path: str) -> Iterator[str]:
    """Paths of what is given and was left out, or was taken for something else."""
    if isinstance(given, dict) and isinstance(known, dict):
        for key, value in given.items():
            yield from _beyond(value, known.get(key), f"{path}.{key}")
    elif isinstance(given, list) and isinstance(known, list) and len(given) == len(known):
        for number, pair in enumerate(zip(given, known, strict=True)):
            yield from _beyond(*pair, f"{path}[{number}]")
    elif given != known:
        yield f"{path} is {known!r}"


def main() -> int:
    """Lint and render the chart with the example's values, and with the least; 0 where nothing is wrong."""
    found = []
    for values in (example(), least(example())):
        report = helm_python.lint(CHART, values, strict=True)
        # Severity 1 is advice, such as to have an icon.
        found += [one["error"] for one in report["messages"] if one["severity"] > 1] + report["errors"]
        found += [mistake for one in rendered(values) for mistake in mistakes(one)]
    for mistake in found:
        print(mistake, file=sys.stderr)  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
