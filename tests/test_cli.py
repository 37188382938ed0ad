import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import calendar_rules
from cli import _of_its_serve, app
from embedded.data_directory import DataDirectory
from embedded.temporal_server import NAMESPACE, OFFICE_NAMESPACE
from settings import Settings
from tests.ports import free_port


def test_help_is_shown_without_importing_what_the_commands_need() -> None:
    code = "import sys, cli; print(*({'pydantic', 'temporalio', 'fastapi', 'asyncio'} & sys.modules.keys()))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout == "\n"


def test_worker_and_api_do_not_import_what_is_seldom_wanted() -> None:
    seldom = {"docx", "docxtpl", "lxml", "vl_convert", "typst"}
    seldom |= {"apprise", "urllib3", "psycopg"}
    code = "import sys, embedded.working, embedded.serving; print(*({*sys.argv[1:]} & sys.modules.keys()))"
    shown = subprocess.run([sys.executable, "-c", code, *seldom], capture_output=True, text=True, check=True)
    assert shown.stdout == "\n"


def test_help_names_the_commands_people_start() -> None:
    shown = CliRunner().invoke(app, ["--help"])
    assert shown.exit_code == 0
    assert all(command in shown.stdout for command in ("serve", "worker", "api", "import"))


def test_a_wrong_option_is_an_error_in_russian_and_code_two() -> None:
    shown = CliRunner().invoke(app, ["serve", "--port", "70000"])
    assert shown.exit_code == 2
    assert "номер порта от 1 до 65535" in shown.stderr


def test_a_file_of_settings_is_an_option_and_its_mistakes_are_told_before_anything_starts(
    tmp_path: Path,
) -> None:
    file = tmp_path / "otklik.toml"
    file.write_text("prot = 9000\n")
    with pytest.MonkeyPatch.context() as own:
        own.setenv("OTKLIK_CONFIG", "")  # which the option sets
        shown = CliRunner().invoke(app, ["worker", "--config", str(file)])
    assert shown.exit_code == 2
    assert shown.stderr == f"Настройка prot неизвестна, возможно, нужна port. Исправьте файл {file}.\n"


@pytest.mark.parametrize(
    ("command", "variable", "says"),
    [
        ("worker", "OTKLIK_WORKER_PORT", "состояние рабочего процесса"),
        ("api", "OTKLIK_PORT", "рабочее место"),
    ],
)
def test_a_port_that_is_taken_is_told_before_anything_starts(
    tmp_path: Path, command: str, variable: str, says: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        shown = CliRunner().invoke(app, [command, "--data", str(tmp_path)], env={variable: str(port)})
    assert shown.exit_code == 2
    assert f"Порт {port} ({says}) занят" in shown.stderr


@pytest.mark.parametrize("command", ["serve", "api"])
def test_a_broken_production_calendar_is_told_before_anything_starts(tmp_path: Path, command: str) -> None:
    package = Path(calendar_rules.__file__).parent
    shutil.copytree(package, tmp_path / "calendar_rules")
    data = tmp_path / "calendar_rules" / "data" / "production_calendar.json"
    data.write_text(data.read_text().replace('"2026"', '"20x6"', 1))
    shown = subprocess.run(
        [sys.executable, "-m", "cli", command],
        cwd=tmp_path,
        env=os.environ
        | {
            "PYTHONPATH": str(tmp_path),
            "OTKLIK_DATA": str(tmp_path / "data"),
            "OTKLIK_PORT": str(free_port()),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (shown.returncode, shown.stderr) == (
        2,
        "Производственный календарь production_calendar.json не принят: 20x6: нужно целое число.\n",
    )


def test_verify_ends_with_nought_where_every_journal_is_whole_and_not_where_it_cannot_tell(
    tmp_path: Path,
) -> None:
    command = ["verify", "--journals-only", "--data", str(tmp_path)]
    shown = CliRunner().invoke(app, command)
    assert shown.exit_code == 2
    assert "Проверить не удалось" in shown.stdout
    prepared = CliRunner().invoke(app, ["prepare", "--data", str(tmp_path)])
    assert (prepared.exit_code, prepared.stderr) == (0, "")
    shown = CliRunner().invoke(app, command)
    assert (shown.exit_code, shown.stdout.splitlines()[-1]) == (0, "Все журналы целы.")


@pytest.mark.parametrize(
    ("variables", "asked"), [({}, "127.0.0.1:1"), ({"TEMPORAL_ADDRESS": "127.0.0.1:2"}, "127.0.0.1:2")]
)
def test_commands_ask_the_temporal_of_the_serve_whose_data_they_are_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], asked: str
) -> None:
    """Not whatever listens on the usual port: `recover` would heal against it."""
    monkeypatch.delenv("TEMPORAL_ADDRESS", raising=False)
    DataDirectory(tmp_path).note_temporal("127.0.0.1:1")
    assert CliRunner().invoke(app, ["prepare", "--data", str(tmp_path)]).exit_code == 0
    healed = CliRunner().invoke(app, ["recover", "--data", str(tmp_path)], env=variables)
    assert (healed.exit_code, f"Temporal ({asked}" in healed.stderr) == (1, True), healed.output
    verified = CliRunner().invoke(app, ["verify", "--data", str(tmp_path)], env=variables)
    assert f"Temporal ({asked}) не отвечает" in verified.stdout


def test_commands_know_the_namespaces_of_the_serve_whose_data_they_are_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE", "OTKLIK_OFFICE_NAMESPACE"):
        monkeypatch.delenv(name, raising=False)
    DataDirectory(tmp_path).note_temporal("127.0.0.1:1")
    settings = _of_its_serve(Settings.load(data=tmp_path))
    assert (settings.temporal_namespace, settings.office_namespace) == (NAMESPACE, OFFICE_NAMESPACE)
