"""The bundle of a release: everything an installation is made from, for a place without internet (`make bundle`).

`python -m deploy.bundle DIRECTORY` makes `otklik-VERSION-linux-x86_64.tar` of the wheel and the list of parts that are
there: both, the locked packages as wheels, Dockerfile, Compose file, `deploy/`, the documents, and the hashes of it
all. The same checkout gives the same bundle, byte by byte, once the versions are locked.
"""

import subprocess
import sys
import tarfile
import tomllib
from hashlib import file_digest
from pathlib import Path
from shutil import copy2
from tempfile import TemporaryDirectory

from packaging.markers import Environment, Marker, default_environment

from deploy.parts import LOCK, OF_SERVE, ROOT, Locked, locked

PYTHONS = ("3.11", "3.13")
"""Those that are tested: the oldest that is supported, and that of the image."""
_GLIBC = 28
"""Linux distributions with glibc 2.28 or newer, of 2018."""
_FILES = (
    *("docs", "deploy", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"),
    *("Dockerfile", ".dockerignore", "docker-compose.yml", LOCK.name, OF_SERVE.name),
)


def main(directory: Path) -> Path:
    """Make the bundle of what is in the directory; returns where it is. Raises subprocess.CalledProcessError."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    (wheel,) = directory.glob(f"otklik-{version}-*.whl")
    with TemporaryDirectory() as temporary:
        content = Path(temporary)
        for name in _tracked():
            (content / name).parent.mkdir(parents=True, exist_ok=True)
            copy2(ROOT / name, content / name)
        # Here it is built from what lies beside it.
        recipe = (content / "Dockerfile").read_text(encoding="utf-8")
        (content / "Dockerfile").write_text(recipe.replace("ARG SOURCE=checkout", "ARG SOURCE=bundle"))
        copy2(directory / "otklik.cdx.json", content)
        packages = content / "packages"
        packages.mkdir()
        copy2(wheel, packages)
        for python in PYTHONS:
            _download(python, packages)
        _write_hashes(content)
        return _packed(content, directory / f"otklik-{version}-linux-x86_64.tar")


def _tracked() -> list[str]:
    listed = ("git", "ls-files", "-z", "--", *_FILES)
    found = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S603
    return [name for name in found.split("\0") if name and not name.endswith(".py")]


def _download(python: str, into: Path) -> None:
    """Every locked package as a wheel for a Python; none is built."""
    platforms = [f"manylinux_2_{minor}_x86_64" for minor in range(_GLIBC, 4, -1)] + ["manylinux2014_x86_64"]
    wanted = into.parent / "wanted.txt"
    # pip reads markers by the Python that runs it, and not by the one that is asked for.
    text = "".join(lock.read_text(encoding="utf-8") for lock in (LOCK, OF_SERVE))
    wanted.write_text("".join(_requirement(package) for package in locked(text) if _fits(package, python)))
    subprocess.run(  # noqa: S603
        [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"),
            *("--no-deps", "--require-hashes", "--only-binary", ":all:", "--dest", str(into)),
            *("--implementation", "cp", "--python-version", python),
            *(part for platform in platforms for part in ("--platform", platform)),
            *("-r", str(wanted)),
        ],
        check=True,
    )
    wanted.unlink()


def _requirement(package: Locked) -> str:
    return (
        " ".join([f"{package.name}=={package.version}", *(f"--hash=sha256:{it}" for it in package.hashes)])
        + "\n"
    )


def _fits(package: Locked, python: str) -> bool:
    environment: Environment = default_environment() | {
        "implementation_name": "cpython",
        "os_name": "posix",
        "platform_machine": "x86_64",
        "platform_python_implementation": "CPython",
        "platform_system": "Linux",
        "python_full_version": f"{python}.0",
        "python_version": python,
        "sys_platform": "linux",
    }
    return package.marker is None or Marker(package.marker).evaluate(environment)


def _write_hashes(content: Path) -> None:
    """As `sha256sum --check` reads them."""
    lines = []
    for file in sorted(path for path in content.rglob("*") if path.is_file()):
        with file.open("rb") as opened:
            lines.append(f"{file_digest(opened, 'sha256').hexdigest()}  {file.relative_to(content)}\n")
    (content / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def _packed(content: Path, target: Path) -> Path:
    """One folder named as the file, without what tells of this machine; not compressed, since wheels are."""

    def as_anywhere(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = entry.mtime = 0
        entry.uname = entry.gname = ""
        entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
        return entry

    with tarfile.open(target, "w") as archive:
        archive.add(content, target.stem, filter=as_anywhere)  # in the order of names
    return target


if __name__ == "__main__":
    print(main(Path(sys.argv[1])))  # noqa: T201
