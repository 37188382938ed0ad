"""The wheel has all that pages and documents need, or is not built; nor does anything start without."""

import shutil
from pathlib import Path
from zipfile import ZipFile

import pytest
from typer.testing import CliRunner

from api.web import install, vendored
from cli import app
from tests.deploy import wheel


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheel.checkout(tmp_path_factory.mktemp("checkout"))


def test_a_wheel_without_the_files_of_npm_is_not_built_and_it_is_said_what_to_do(
    checkout: Path, tmp_path: Path
) -> None:
    built = wheel.build(checkout, tmp_path)
    assert built.returncode != 0
    assert "python api/web/install.py --omit=dev" in built.stderr
    assert "htmx.js" in built.stderr and "golos-text-latin.woff2" in built.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_wheel_has_the_files_of_npm_and_all_that_the_checkout_has(checkout: Path, tmp_path: Path) -> None:
    wheel.fill(checkout)
    built = wheel.build(checkout, tmp_path)
    assert built.returncode == 0, built.stderr
    (file,) = tmp_path.iterdir()
    with ZipFile(file) as contents:
        names = set(contents.namelist())
    static = checkout / "api" / "web" / "static"
    needed = {str(path.relative_to(checkout)) for path in static.rglob("*") if path.is_file()}
    assert {f"api/web/static/vendor/{name}" for name in ("htmx.js", "swagger-ui.js")} <= needed <= names


@pytest.mark.parametrize("command", ["serve", "api", "worker"])
def test_nothing_starts_without_them_and_it_is_said_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    incomplete = tmp_path / "vendor"
    shutil.copytree(vendored.FOLDER, incomplete)
    (incomplete / "htmx.js").unlink()
    monkeypatch.setattr(vendored, "FOLDER", incomplete)
    shown = CliRunner().invoke(app, [command, "--data", str(tmp_path / "data")])
    assert shown.exit_code == 2
    assert "нет файлов htmx.js." in shown.stderr and "make setup" in shown.stderr
    assert not (tmp_path / "data").exists()


def test_files_are_copied_by_the_node_of_the_package_where_path_has_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As in the image of Python: `npm run` would look for `node` there."""
    for name in ("vendor.mjs", "vendor.json"):
        shutil.copy(install.HERE / name, tmp_path)
    (tmp_path / "node_modules").symlink_to(install.HERE / "node_modules")
    monkeypatch.setattr(install, "HERE", tmp_path)
    monkeypatch.setenv("PATH", "/nowhere")
    install.copy_vendored()
    copied, there = tmp_path / "static" / "vendor", vendored.FOLDER
    assert {path.name for path in copied.iterdir()} == {path.name for path in there.iterdir()}
