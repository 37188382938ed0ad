import subprocess
import sys

from typer.testing import CliRunner

from cli import app


def test_help_is_shown_without_importing_what_the_commands_need() -> None:
    code = "import sys, cli; print(*({'pydantic', 'temporalio', 'fastapi', 'asyncio'} & sys.modules.keys()))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout == "\n"


def test_help_names_the_commands_people_start() -> None:
    shown = CliRunner().invoke(app, ["--help"])
    assert shown.exit_code == 0
    assert all(command in shown.stdout for command in ("serve", "worker", "api", "import"))


def test_a_wrong_option_is_an_error_in_russian_and_code_two() -> None:
    shown = CliRunner().invoke(app, ["serve", "--port", "70000"])
    assert shown.exit_code == 2
    assert "номер порта от 1 до 65535" in shown.stderr


def test_a_network_the_order_does_not_name_is_refused_with_those_it_does() -> None:
    shown = CliRunner().invoke(app, ["import", "incidents.csv", "--network", "fidonet"])
    assert shown.exit_code == 2
    assert "«fidonet»" in shown.stderr and "vkontakte, odnoklassniki" in shown.stderr
