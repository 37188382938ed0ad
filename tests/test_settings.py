from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.service import GrpcCompression

from settings import Settings, SettingsError


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    import os

    for name in os.environ:
        if name.startswith(("OTKLIK_", "TEMPORAL_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", os.devnull)
    monkeypatch.chdir(tmp_path)
    yield


def test_without_anything_set_it_is_one_machine_and_its_loopback_address(tmp_path: Path) -> None:
    settings = Settings.load()
    assert settings.data == tmp_path / "data"
    assert settings.database_url == f"sqlite+aiosqlite:///{tmp_path}/data/otklik.db"
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.temporal_connection() == {
        "target_host": "127.0.0.1:7233",
        "namespace": "default",
        "grpc_compression": GrpcCompression.NONE,
    }


def test_what_is_given_in_code_is_stronger_than_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTKLIK_PORT", "9000")
    assert Settings.load().port == 9000
    assert Settings.load(port=9001).port == 9001
    assert Settings.load(port=None).port == 9000


def test_temporal_is_found_as_its_own_tools_find_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    profile = tmp_path / "temporal.toml"
    profile.write_text('[profile.default]\naddress = "temporal.region:7233"\nnamespace = "messages"\n')
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(profile))
    assert Settings.load().temporal_address == "temporal.region:7233"
    monkeypatch.setenv("TEMPORAL_ADDRESS", "other:7233")
    monkeypatch.setenv("TEMPORAL_TLS", "true")
    connection = Settings.load().temporal_connection()
    assert connection["target_host"] == "other:7233"
    assert connection["namespace"] == "messages"
    assert connection["tls"]


def test_a_toml_file_is_read_and_the_environment_is_stronger(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "otklik.toml"
    file.write_text('port = 9000\ndatabase_url = "postgresql://o:p@db/otklik"\n')
    monkeypatch.setenv("OTKLIK_CONFIG", str(file))
    assert Settings.load().port == 9000
    assert Settings.load().database_url.startswith("postgresql+psycopg://o:p@db/otklik")
    monkeypatch.setenv("OTKLIK_PORT", "9001")
    assert Settings.load().port == 9001


# ---- TLS


def test_a_database_on_another_machine_has_to_prove_who_it_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "ca.pem").touch()
    monkeypatch.setenv("OTKLIK_DATABASE_CA", str(tmp_path / "ca.pem"))
    monkeypatch.setenv("OTKLIK_DATABASE_URL", "postgresql://o@db/otklik")
    settings = Settings.load()
    assert settings.database_url == (
        f"postgresql+psycopg://o@db/otklik?sslmode=verify-full&sslrootcert={tmp_path}/ca.pem"
    )
    assert settings.unprotected() == ()
    monkeypatch.setenv("OTKLIK_DATABASE_URL", settings.environment()["OTKLIK_DATABASE_URL"])
    assert Settings.load() == settings


@pytest.mark.parametrize("url", ["postgresql://o@localhost/otklik", "postgresql:///otklik?host=/run", None])
def test_what_stays_on_this_machine_needs_no_tls(url: str | None) -> None:
    settings = Settings.load(database_url=url)
    assert "sslmode" not in settings.database_url
    assert settings.unprotected() == ()


@pytest.mark.parametrize("mode", ["disable", "prefer", "require", "verify-ca"])
def test_an_address_that_asks_for_less_is_refused_unless_tls_is_switched_off(mode: str) -> None:
    url = f"postgresql://o:hidden@db/otklik?sslmode={mode}"
    with pytest.raises(SettingsError, match=f"sslmode={mode}.*OTKLIK_DATABASE_TLS=false") as refused:
        Settings.load(database_url=url)
    assert "hidden" not in str(refused.value)
    off = Settings.load(database_url=url, database_tls=False)
    assert off.database_url.endswith(f"?sslmode={mode}")
    assert off.unprotected() == ("PostgreSQL",)


def test_a_file_of_an_authority_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"OTKLIK_DATABASE_CA.*удостоверяющего центра"):
        Settings.load(database_ca=tmp_path / "nothing.pem")


@pytest.mark.parametrize("address", ["temporal:7233", "10.0.0.5:7233", "[fd00::5]:7233"])
def test_temporal_on_another_machine_is_reached_by_tls(address: str) -> None:
    settings = Settings.load(temporal_address=address)
    assert settings.temporal_connection()["tls"] is True
    assert settings.unprotected() == ()


@pytest.mark.parametrize("address", ["127.0.0.1:7233", "localhost:7233", "[::1]:7233"])
def test_temporal_on_this_machine_is_reached_as_it_comes(address: str) -> None:
    assert "tls" not in Settings.load(temporal_address=address).temporal_connection()


def test_temporals_own_variable_switches_tls_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_TLS", "false")
    settings = Settings.load(temporal_address="temporal:7233")
    assert settings.temporal_connection()["tls"] is False
    assert settings.unprotected() == ("Temporal",)


@pytest.mark.parametrize(
    ("collector", "found"),
    [
        ("http://127.0.0.1:4318", ()),
        ("https://collector.region.example", ()),
        ("http://collector.region.example:4318/v1/traces", ("traces",)),
    ],
)
def test_a_collector_on_another_machine_is_warned_of_where_it_is_told_without_tls(
    collector: str, found: tuple[str, ...]
) -> None:
    assert Settings.load(traces=collector).unprotected() == found


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("OTKLIK_PORT", "abc", "Настройка OTKLIK_PORT: значение «abc» не подходит, нужно: номер порта"),
        ("OTKLIK_PORT", "70000", "от 1 до 65535"),
        ("OTKLIK_TRAINING", "да", "Настройка OTKLIK_TRAINING: значение «да»"),
        ("OTKLIK_UI_URL", "localhost", "Настройка OTKLIK_UI_URL"),
        (
            "OTKLIK_MESSAGES_KEPT",
            "P29D",
            "срок хранения персональных данных закрытых сообщений .* не меньше P30D",
        ),
        ("OTKLIK_MESSAGES_KEPT", "PT5H", "число суток или срок вида P5Y"),
        ("OTKLIK_MESSAGES_KEPT", "P76Y", "не больше P75Y"),
        ("OTKLIK_ACCESS_RECORD_KEPT", "364", "не меньше P1Y"),
        ("TEMPORAL_ADDRESS", "localhost", "Исправьте переменную TEMPORAL_ADDRESS"),
        ("TEMPORAL_PROFILE", "none", "TEMPORAL_PROFILE"),
        ("OTKLIK_CONFIG", "missing.toml", "Не удалось прочитать файл настроек missing.toml"),
    ],
)
def test_a_wrong_setting_is_named_with_what_it_must_be(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, says: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=says):
        Settings.load()


@pytest.mark.parametrize(
    ("given", "days"),
    [("P5Y", 5 * 366), ("P3Y6M", 3 * 366 + 6 * 31), ("p10w", 70), ("45", 45), (" P30D ", 30)],
)
def test_a_term_of_storage_is_days_or_a_duration(
    monkeypatch: pytest.MonkeyPatch, given: str, days: int
) -> None:
    monkeypatch.setenv("OTKLIK_MESSAGES_KEPT", given)
    assert Settings.load().messages_kept == timedelta(days=days)


def test_the_address_of_a_database_is_not_repeated_in_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTKLIK_DATABASE_URL", "mysql://root:hidden@db/x")
    with pytest.raises(SettingsError) as raised:
        Settings.load()
    assert "OTKLIK_DATABASE_URL" in str(raised.value)
    assert "hidden" not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [("prot = 9000", "Настройка prot неизвестна"), ("port =", "записан с ошибкой")],
)
def test_a_wrong_file_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "otklik.toml").write_text(text)
    monkeypatch.setenv("OTKLIK_CONFIG", "otklik.toml")
    with pytest.raises(SettingsError, match=says):
        Settings.load()


def test_another_process_reads_the_same_settings_from_their_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = Settings.load(
        data=tmp_path / "of mine",
        port=9000,
        demo=True,
        demo_password="p w",
        training=True,
        messages_kept="P3Y6M",
        temporal_address="127.0.0.1:9233",
    )
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)
    assert Settings.load() == settings


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("databse_url = 'sqlite:///x'", "Настройка databse_url неизвестна, возможно, нужна database_url"),
        ("OTKLIK_PORT = 9000", "возможно, нужна port"),
        ("colour = 'red'", "есть: data, database_tls, database_ca"),
    ],
)
def test_an_unknown_key_of_the_file_is_refused_with_the_nearest_right_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, says: str
) -> None:
    (tmp_path / "otklik.toml").write_text(text)
    monkeypatch.setenv("OTKLIK_CONFIG", "otklik.toml")
    with pytest.raises(SettingsError, match=says) as raised:
        Settings.load()
    assert "Исправьте файл otklik.toml" in str(raised.value)


def test_a_misspelt_variable_is_refused_with_the_right_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTKLIK_DATABASE_ULR", "postgresql://o@db/otklik")
    with pytest.raises(
        SettingsError, match=r"OTKLIK_DATABASE_ULR неизвестна\. Возможно, нужна OTKLIK_DATABASE_URL"
    ):
        Settings.load()


def test_a_variable_of_something_else_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTKLIK_RELEASE_NOTES", "x")
    assert Settings.load().port == 8000


@pytest.mark.parametrize(
    "url", ["postgresql://o:hidden@db:port/otklik", "postgresql://o:hidden@db", "hidden"]
)
def test_an_address_of_no_database_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("OTKLIK_DATABASE_URL", url)
    with pytest.raises(SettingsError, match="postgresql://имя:пароль@сервер/база") as raised:
        Settings.load()
    assert "hidden" not in str(raised.value)


def test_every_wrong_setting_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTKLIK_PORT", "0")
    monkeypatch.setenv("OTKLIK_LOG_FORMAT", "xml")
    with pytest.raises(SettingsError) as raised:
        Settings.load()
    assert len(str(raised.value).splitlines()) == 2
    assert "OTKLIK_LOG_FORMAT: значение «xml» не подходит, нужно: вид журнала: json, console" in str(
        raised.value
    )
