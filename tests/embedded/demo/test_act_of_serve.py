"""The act that `otklik serve --demo --act` begins with: named, remembered by the data directory, and never mixed."""

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import _read_settings, app
from embedded.data_directory import DataDirectory, act_of
from embedded.demo.act import files_of, remember
from embedded.supervisor import Supervisor
from embedded.temporal_server import TemporalPorts
from settings import Settings
from tests.ports import free_port
from tests.prepared import prepare


def test_a_wrong_name_is_refused_with_the_acts_there_are(tmp_path: Path) -> None:
    shown = CliRunner().invoke(app, ["serve", "--demo", "--act", "kursk", "--data", str(tmp_path / "new")])
    assert shown.exit_code == 2
    assert shown.output.startswith("Демонстрации порядка «kursk» нет. Есть: bashkortostan-2025, ")
    assert not (tmp_path / "new").exists()


def test_work_names_its_act_otherwise(tmp_path: Path) -> None:
    shown = CliRunner().invoke(app, ["serve", "--act", "crimea-2020", "--data", str(tmp_path / "new")])
    assert shown.exit_code == 2
    assert "--demo" in shown.output and "OTKLIK_REGULATION" in shown.output


def test_commands_given_its_data_know_its_act(tmp_path: Path) -> None:
    remember(Settings.load(data=tmp_path, demo=True, **files_of("crimea-2020")), DataDirectory(tmp_path))
    assert act_of(tmp_path) == "crimea-2020"
    known = _read_settings(None, data=tmp_path)
    assert known.regulation == files_of("crimea-2020")["regulation"]
    assert known.schedules == files_of("crimea-2020")["schedules"]
    own = _read_settings(None, data=tmp_path, **files_of("yaroslavl-draft"))
    assert own.regulation == files_of("yaroslavl-draft")["regulation"]


@pytest.mark.parametrize("settings", [{"demo": True}, {"regulation": files_of("crimea-2020")["regulation"]}])
def test_only_the_demo_of_another_act_than_the_default_is_noted(
    tmp_path: Path, settings: dict[str, object]
) -> None:
    remember(Settings.load(data=tmp_path, **settings), DataDirectory(tmp_path))
    assert act_of(tmp_path) is None


async def test_the_demo_of_one_act_does_not_start_as_that_of_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await prepare(Settings.load(data=tmp_path, demo=True, demo_password="не для входа"))
    port, grpc, ui = free_port(), free_port(), free_port()
    settings = Settings.load(data=tmp_path, port=port, demo=True, **files_of("crimea-2020"))
    # In a thread, where it can run no loop that minds signals: it must end before that.
    supervisor = Supervisor(settings, TemporalPorts(grpc=grpc, ui=ui))
    assert await asyncio.to_thread(supervisor.run) == 2
    said = capsys.readouterr().err
    assert "демонстрация порядка ivanovo-238, а запущена она по порядку crimea-2020" in said
    assert act_of(tmp_path) is None
