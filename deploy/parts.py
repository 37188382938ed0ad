"""The list of parts of a release, as CycloneDX 1.6 in JSON: `make sbom`, or `python -m deploy.parts FILE`.

What is in it comes from the lock files, the Compose file and the Dockerfile alone: the same release gives the same
list, and no name of a package index gets into it. Packages have the hashes of all their files that may be installed.
"""

import json
import re
import sys
import tomllib
from base64 import b64decode
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.bom_ref import BomRef
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
OF_SERVE = ROOT / "requirements-serve.lock"
"""What only `otklik serve` needs, and no image has."""
OF_NPM = tuple(ROOT / path / "package-lock.json" for path in ("api/web", "tests/browser"))
"""What comes from npm: of these, a release has what the pages need when they run."""
OF_PAGES = OF_NPM[0]

_PACKAGE = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;]+)(?:\s*;\s*(?P<marker>.*?))?\s*\\?$")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_IMAGE = re.compile(r"(?P<name>[a-z0-9/-]+):(?P<tag>[\w.-]+)@sha256:(?P<digest>[0-9a-f]{64})")


class PartsError(Exception):
    """A lock file is not as it should be; says which line."""


@dataclass(frozen=True)
class Locked:
    """A package of `requirements.lock`; `wanted_by`: names of those that need it."""

    name: str
    version: str
    marker: str | None
    hashes: tuple[str, ...]
    wanted_by: frozenset[str]


def locked(text: str) -> list[Locked]:
    """The packages of a lock file, as `make lock` writes it. Raises PartsError for one without a hash."""
    found = []
    for block in re.split(r"\n(?=\S)", text.strip()):
        first, _, rest = block.partition("\n")
        package = _PACKAGE.match(first)
        hashes = tuple(_HASH.findall(rest))
        if package is None or not hashes:
            raise PartsError(f"not a package with its hashes: {first}")
        comments = " ".join(line.strip(" #") for line in rest.splitlines() if line.lstrip().startswith("#"))
        wanted_by = comments.removeprefix("via").replace("(pyproject.toml)", "").split()
        found.append(
            Locked(package["name"], package["version"], package["marker"], hashes, frozenset(wanted_by))
        )
    return found


def bill_of_materials() -> Bom:
    """The release with its parts: packages, those of `otklik serve` alone (`optional`), images, what only tests have
    (`excluded`).
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    product = Component(
        name=project["name"],
        version=project["version"],
        type=ComponentType.APPLICATION,
        description=project["description"],
        bom_ref=f"{project['name']}@{project['version']}",
    )
    required = locked(LOCK.read_text(encoding="utf-8"))
    of_serve = locked(OF_SERVE.read_text(encoding="utf-8"))
    # A package may be locked in several versions, each for other Pythons.
    parts: dict[str, list[Component]] = {}
    for package in required:
        parts.setdefault(package.name, []).append(_of_python(package, ComponentScope.REQUIRED))
    for package in of_serve:
        parts.setdefault(package.name, []).append(_of_python(package, ComponentScope.OPTIONAL))
    bom = Bom(
        components=[*(part for versions in parts.values() for part in versions), *_images(), *_of_npm()]
    )
    bom.metadata.component = product
    for package in (*required, *of_serve):
        # Without a comment it is what was asked for: the extra's own.
        for name in package.wanted_by or {product.name}:
            for wanting in [product] if name == product.name else parts[name]:
                bom.register_dependency(wanting, parts[package.name])
    return bom


def written(bom: Bom) -> str:
    """As JSON: only the content decides, neither moment nor chance."""
    content = json.loads(JsonV1Dot6(bom).output_as_string())
    del content["metadata"]["timestamp"], content["serialNumber"]
    content["serialNumber"] = f"urn:uuid:{uuid5(NAMESPACE_URL, json.dumps(content, sort_keys=True))}"
    return json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _of_python(package: Locked, scope: ComponentScope) -> Component:
    purl = PackageURL("pypi", None, package.name, package.version)
    properties = [Property(name="otklik:environment", value=package.marker)] if package.marker else []
    return Component(
        name=package.name,
        version=package.version,
        type=ComponentType.LIBRARY,
        scope=scope,
        purl=purl,
        bom_ref=BomRef(purl.to_string()),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=content) for content in package.hashes],
        properties=properties,
    )


def _images() -> Iterable[Component]:
    texts = (ROOT / "docker-compose.yml", ROOT / "Dockerfile")
    found = {image[0]: image for text in texts for image in _IMAGE.finditer(text.read_text(encoding="utf-8"))}
    for image in found.values():
        namespace, _, name = image["name"].rpartition("/")
        purl = PackageURL(
            "docker", namespace or None, name, f"sha256:{image['digest']}", {"tag": image["tag"]}
        )
        yield Component(
            name=image["name"],
            version=image["tag"],
            type=ComponentType.CONTAINER,
            scope=ComponentScope.REQUIRED,
            purl=purl,
            bom_ref=BomRef(purl.to_string()),
        )


def _of_npm() -> Iterable[Component]:
    for lock in OF_NPM:
        for path, entry in json.loads(lock.read_text(encoding="utf-8"))["packages"].items():
            if not path:
                continue
            namespace, _, name = path.rpartition("node_modules/")[2].rpartition("/")
            purl = PackageURL("npm", namespace or None, name, entry["version"])
            released = lock == OF_PAGES and not entry.get("dev")
            algorithm, _, digest = entry["integrity"].partition("-")
            yield Component(
                name=name,
                group=namespace or None,
                version=entry["version"],
                type=ComponentType.LIBRARY,
                scope=ComponentScope.REQUIRED if released else ComponentScope.EXCLUDED,
                purl=purl,
                bom_ref=BomRef(f"{purl.to_string()}#{path}"),
                hashes=[HashType(alg=_ALGORITHMS[algorithm], content=b64decode(digest).hex())],
            )


_ALGORITHMS = {"sha512": HashAlgorithm.SHA_512, "sha1": HashAlgorithm.SHA_1}

if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(written(bill_of_materials()), encoding="utf-8")
