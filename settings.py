"""Settings of an installation: read once from the environment and passed to whatever needs them.

Sources, strongest first: values given in code (the options of a command); Temporal's own environment
configuration (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_TLS…`, its TOML profile); variables with
the prefix `OTKLIK_`; the file named by `OTKLIK_CONFIG` or `--config`: TOML with the names of the fields as keys.

It is long because each setting is a field, with what it means and what it may be.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import timedelta
from difflib import get_close_matches
from email.utils import parseaddr
from ipaddress import IPv4Network, IPv6Network, ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, get_args
from urllib.parse import parse_qs, quote, unquote, urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

if TYPE_CHECKING:
    from temporalio.envconfig import ClientConnectConfig
    from temporalio.service import GrpcCompression

    class TemporalConnection(ClientConnectConfig):
        """Arguments for `temporalio.client.Client.connect`."""

        grpc_compression: GrpcCompression


PREFIX = "OTKLIK_"
CONFIG_FILE = "OTKLIK_CONFIG"

# The short spellings people write, and the drivers this project is installed with.
_DRIVERS = {
    "sqlite://": "sqlite+aiosqlite://",
    "postgresql://": "postgresql+psycopg://",
    "postgres://": "postgresql+psycopg://",
}
_SECRET = {
    "database_url",
    "owner_database_url",
    "demo_password",
    "keys",
    "smtp_url",
}

# The program's variables that are not fields: read by options of `otklik serve`, and by its children.
_OTHER_VARIABLES = {
    CONFIG_FILE,
    "OTKLIK_TEMPORAL_PORT",
    "OTKLIK_UI_PORT",
    "OTKLIK_SUPERVISOR_FD",
    "OTKLIK_LOG_FILE",
}
_ALIKE = 0.8

CHANNELS = (
    *("mailto", "tgram", "vk", "max", "json", "jsons", "xml", "xmls", "form", "forms"),
    *("mmost", "mmosts", "rocket", "rockets", "nctalk", "nctalks", "ntfy", "ntfys", "gotify", "gotifys"),
)
"""Schemes of channels that are open unless a setting says otherwise: none of them runs a command or reads a file."""

Queue = Literal["messages", "office", "channels", "networks"]
"""The task queues of a worker, each for a kind of work of its own."""

_VERIFIED = "verify-full"
"""The one `sslmode` of libpq by which nobody can put themselves in between."""


class SettingsError(Exception):
    """A setting is missing or wrong. The text is Russian: which setting, and what to do."""


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()


def _with_driver(url: str) -> str:
    full = next(
        (full + url.removeprefix(short) for short, full in _DRIVERS.items() if url.startswith(short)), url
    )
    if not full.startswith(tuple(_DRIVERS.values())):
        raise ValueError("unknown database")
    if full.startswith("postgresql"):
        parts = urlsplit(full)
        _ = parts.port  # raises ValueError for one that is not a number
        if not parts.path.strip("/"):
            raise ValueError("no name of a database")
    return full


def _postgresql(url: str) -> str:
    full = _with_driver(url)
    if not full.startswith("postgresql"):
        raise ValueError("not PostgreSQL")
    return full


def _readable(path: Path) -> Path:
    if not os.access(path, os.R_OK):
        raise ValueError("cannot be read")
    return path


def _host_and_port(address: str) -> str:
    if not re.fullmatch(r"\S+:\d{1,5}", address):
        raise ValueError("not host:port")
    return address


def _web_address(url: str) -> str:
    if not re.match(r"https?://[^/\s]", url):
        raise ValueError("not a web address")
    return url.rstrip("/")


def _listed(given: object) -> object:
    """A list as the environment has it: separated by commas."""
    return (
        tuple(part.strip() for part in given.split(",") if part.strip()) if isinstance(given, str) else given
    )


def _mail_server(url: str) -> str:
    """`smtp://` or `smtps://` with a host; name and password may be in it."""
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError("not a mail server")
    _ = parts.port  # raises ValueError for one that is not a number
    return url


def _mail_address(given: str) -> str:
    """A plain address, or one with a name before it: `Отклик <otklik@region.ru>`."""
    _, address = parseaddr(given)
    if not re.fullmatch(r"[^\s@<>]+@[^\s@<>]+", address) or "\n" in given or "\r" in given:
        raise ValueError("not a mail address")
    return given


_TERM = re.compile(
    r"P(?:(?P<years>\d{1,3})Y)?(?:(?P<months>\d{1,4})M)?(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,5})D)?"
)
_DAYS = {"years": 366, "months": 31, "weeks": 7, "days": 1}
"""The longest that each may be: what is kept for a term is never destroyed before its end."""
_LONGEST_TERM = 75 * 366  # days


def _days(given: str) -> int:
    if re.fullmatch(r"[0-9]{1,5}", given):
        return int(given)
    found = _TERM.fullmatch(given.upper())
    if found is None or not any(found.groupdict().values()):
        raise ValueError("not a term")
    return sum(int(found[unit] or 0) * days for unit, days in _DAYS.items())


def _term(least: str) -> BeforeValidator:
    """A term of storage: a number of days, or an ISO 8601 duration of years, months, weeks and days."""

    def of(given: object) -> object:
        days = _days(str(given).strip()) if isinstance(given, int | str) else given
        if isinstance(days, timedelta):
            days = days.days
        if not isinstance(days, int) or not _days(least) <= days <= _LONGEST_TERM:
            raise ValueError("not a term within its bounds")
        return timedelta(days=days)

    return BeforeValidator(of)


def _kept(default: str, least: str, what: str) -> Any:
    """What is said of a term of storage."""
    return Field(
        default=default,
        description=f"срок хранения {what}: число суток или срок вида {default}, не меньше {least} и не больше P75Y",
    )


def _in_data(place: str) -> Callable[[dict[str, Any]], Path]:
    """A place in the data directory, as a default."""
    return lambda values: values.get("data", _absolute(Path("data"))) / place


def _sqlite_in_data(values: dict[str, Any]) -> str:
    return f"sqlite+aiosqlite:///{_in_data('otklik.db')(values)}"


_Place = Annotated[Path, AfterValidator(_absolute)]
_ReadableFile = Annotated[Path, AfterValidator(_absolute), AfterValidator(_readable)]
_WebAddress = Annotated[str, AfterValidator(_web_address)]
_Listed = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]
_Networks = Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(_listed)]


class Settings(BaseSettings):
    """The settings of one process, frozen. Descriptions say in Russian what a value must look like."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        frozen=True,
        extra="forbid",
        validate_default=True,
    )

    data: _Place = Field(default=Path("data"), description="путь к каталогу с данными")
    database_tls: bool = Field(
        default=True, description="обязателен ли TLS до PostgreSQL на другой машине, true или false"
    )
    database_ca: _ReadableFile | None = Field(
        default=None,
        description="путь к сертификату удостоверяющего центра сервера PostgreSQL (PEM), доступному для чтения",
    )
    database_url: Annotated[str, AfterValidator(_with_driver)] = Field(
        default_factory=_sqlite_in_data,
        description="адрес базы данных: sqlite:///путь или postgresql://имя:пароль@сервер/база",
        repr=False,
    )
    owner_database_url: Annotated[str, AfterValidator(_postgresql)] | None = Field(
        default=None,
        description="адрес той же базы PostgreSQL для владельца таблиц: postgresql://имя:пароль@сервер/база",
        repr=False,
    )
    keys: str | None = Field(default=None, description="ключи, как их выводит otklik keys new", repr=False)
    keys_file: _Place = Field(default_factory=_in_data("keys"), description="путь к файлу с ключами")
    anchors: _Place = Field(
        default_factory=_in_data("anchors"),
        description="путь к каталогу с файлом закрепления журналов",
    )
    templates: _Place = Field(
        default_factory=_in_data("templates"),
        description="путь к каталогу с шаблонами документов Word: week.docx, memo.docx и другими",
    )
    host: str = Field(
        default="127.0.0.1",
        min_length=1,
        description="сетевой адрес, на котором отвечает рабочее место, например 127.0.0.1",
    )
    hosts: _Listed = Field(
        default=(),
        description="имена сервера через запятую, кроме имени из OTKLIK_PUBLIC_URL, например otklik.local,10.0.0.5",
    )
    port: int = Field(default=8000, ge=1, le=65535, description="номер порта от 1 до 65535")
    ui_url: _WebAddress = Field(
        default="http://127.0.0.1:8233", description="веб-адрес интерфейса Temporal, http://… или https://…"
    )
    worker_port: int | None = Field(
        default=None,
        ge=1,
        le=65535,
        description="номер порта от 1 до 65535, на котором рабочий процесс сообщает о своём состоянии",
    )
    queues: Annotated[tuple[Queue, ...], NoDecode, BeforeValidator(_listed)] = Field(
        default=get_args(Queue),
        min_length=1,
        description="очереди через запятую, которые обслуживает рабочий процесс: messages, office, channels, networks",
    )
    log_format: Literal["auto", "console", "json"] = Field(
        default="auto",
        description="вид журнала: json, console или auto (console на терминале, иначе json)",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="подробность журнала: debug, info, warning или error"
    )
    log_size: int = Field(
        default=10, ge=1, le=10_000, description="наибольший размер файла журнала otklik serve, мегабайт"
    )
    log_files: int = Field(
        default=5, ge=2, le=1000, description="число файлов журнала каждой части otklik serve, не меньше 2"
    )
    traces: _WebAddress | None = Field(
        default=None,
        description="веб-адрес сборщика трассировки (OTLP по HTTP), https://…; без него трассировки нет",
    )
    temporal_address: Annotated[str, AfterValidator(_host_and_port)] = Field(
        default="127.0.0.1:7233",
        description="адрес сервера Temporal вида имя:порт",
    )
    temporal_namespace: str = Field(
        default="default",
        min_length=1,
        description="имя пространства Temporal",
    )
    office_namespace: str = Field(
        default_factory=lambda values: values.get("temporal_namespace", "default"),
        min_length=1,
        description="имя пространства Temporal для служебной работы",
    )
    regulation: _Place | None = Field(
        default=None, description="путь к файлу порядка (TOML); без него действует приказ № 238"
    )
    schedules: _Place | None = Field(
        default=None, description="путь к файлу с рабочим временем органов (TOML)"
    )
    calendar: _Place | None = Field(
        default=None,
        description="путь к файлу производственного календаря (JSON); без него действует календарь программы",
    )
    training: bool = Field(default=False, description="учебный режим, true или false")
    demo: bool = Field(default=False, description="демонстрационный справочник, true или false")
    demo_password: str | None = Field(
        default=None, description="пароль демонстрационных входов, непустая строка", repr=False
    )

    public_url: _WebAddress = Field(
        default_factory=lambda values: f"http://127.0.0.1:{values.get('port', 8000)}",
        description="веб-адрес, по которому открывают рабочее место, https://…",
    )
    help_contact: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] | None = Field(
        default=None,
        description="к кому обращаться за помощью и при забытом пароле: имя, телефон, адрес; до 500 знаков",
    )
    trusted_proxies: _Networks = Field(
        default=(),
        description="адреса или сети прокси через запятую, заголовкам X-Forwarded-… которых можно верить, "
        "например 127.0.0.1,10.0.0.0/8",
    )
    monitors: _Networks = Field(
        default=(),
        description="адреса или сети через запятую, которым кроме самой машины сообщаются показатели и готовность "
        "рабочего места (/metrics, /readyz), например 10.0.5.7",
    )
    second_factor_for_admins: bool = Field(
        default=False, description="обязателен ли второй фактор администраторам, true или false"
    )

    smtp_url: Annotated[str, AfterValidator(_mail_server)] | None = Field(
        default=None,
        description="адрес почтового сервера: smtp://сервер:587 или smtps://сервер, перед ним может стоять имя:пароль@",
        repr=False,
    )
    smtp_credentials_file: _ReadableFile | None = Field(
        default=None,
        description="путь к файлу с именем и паролем для почтового сервера, одной строкой: имя:пароль",
    )
    smtp_tls: bool = Field(
        default=True, description="обязателен ли TLS до почтового сервера на другой машине, true или false"
    )
    smtp_ca: _ReadableFile | None = Field(
        default=None,
        description="путь к сертификату удостоверяющего центра почтового сервера (PEM), доступному для чтения",
    )
    mail_from: Annotated[str, AfterValidator(_mail_address)] | None = Field(
        default=None, description="адрес, с которого уходят письма, например Отклик <otklik@region.ru>"
    )
    channels: _Listed = Field(
        default=CHANNELS,
        description="виды каналов через запятую, по началу адреса: mailto, tgram, vk, max, jsons и другие",
    )
    channel_hosts: _Listed = Field(
        default=(),
        description="внутренние серверы через запятую, на которые могут вести адреса каналов: имена, адреса или сети, "
        "например mattermost.region.local,10.0.5.0/24",
    )
    source_hosts: _Listed = Field(
        default=(),
        description="внутренние серверы через запятую, страницы и ленты которых можно читать: имена, адреса или сети, "
        "например forum.region.local,10.0.6.0/24",
    )

    vkontakte_url: _WebAddress = Field(
        default="https://api.vk.com", description="веб-адрес программного интерфейса ВКонтакте, https://…"
    )
    max_url: _WebAddress = Field(
        default="https://platform-api2.max.ru", description="веб-адрес программного интерфейса MAX, https://…"
    )
    odnoklassniki_url: _WebAddress = Field(
        default="https://api.ok.ru", description="веб-адрес программного интерфейса Одноклассников, https://…"
    )
    youtube_url: _WebAddress = Field(
        default="https://www.googleapis.com/youtube/v3",
        description="веб-адрес программного интерфейса YouTube, https://…",
    )
    youtube_token_url: _WebAddress = Field(
        default="https://oauth2.googleapis.com/token",
        description="веб-адрес, по которому Google выдаёт доступ к каналу YouTube, https://…",
    )
    telegram_url: _WebAddress = Field(
        default="https://api.telegram.org",
        description="веб-адрес программного интерфейса Telegram, https://…",
    )

    messages_kept: Annotated[timedelta, _term("P30D")] = _kept(
        "P5Y", "P30D", "персональных данных закрытых сообщений (со дня последней записи в журнале сообщения)"
    )
    unused_files_kept: Annotated[timedelta, _term("P1D")] = _kept(
        "P7D", "P1D", "загруженных файлов, которые ни к чему не приложены"
    )
    sign_ins_kept: Annotated[timedelta, _term("P1D")] = _kept(
        "P30D", "P1D", "сведений о завершённых входах служащих"
    )
    requests_kept: Annotated[timedelta, _term("P2D")] = _kept(
        "P30D", "P2D", "ключей и контрольных сумм запросов"
    )
    candidates_kept: Annotated[timedelta, _term("P1D")] = _kept(
        "P90D", "P1D", "найденных публикаций, которые не стали сообщениями"
    )
    access_record_kept: Annotated[timedelta, _term("P1Y")] = _kept("P3Y", "P1Y", "записей о доступе")
    backups_kept: Annotated[timedelta, _term("P0D")] = _kept(
        "P30D", "P0D", "резервных копий, для актов об уничтожении"
    )
    operator_name: str | None = Field(
        default=None, description="наименование оператора персональных данных, для актов об уничтожении"
    )
    operator_address: str | None = Field(
        default=None, description="адрес оператора персональных данных, для актов об уничтожении"
    )
    papers_curator: str = Field(
        default="",
        description="логин куратора, который составляет документы; пусто: первый из тех, кто на работе",
    )
    papers_telephone: str = Field(default="", description="телефон исполнителя в документах")
    chairman_name: str = Field(
        default="", description="фамилия, имя и отчество адресата докладной записки, в именительном падеже"
    )

    @field_validator("*", mode="after")
    @classmethod
    def _databases_elsewhere_by_tls(cls, given: Any, about: ValidationInfo) -> Any:
        """PostgreSQL on another machine is reached by TLS and must prove who it is, whichever setting names it."""
        if about.field_name not in _database_urls(cls) or not isinstance(given, str):
            return given
        if about.data.get("database_tls", True) and leads_elsewhere(given):
            return verified(given, about.data.get("database_ca"))
        return given

    @model_validator(mode="after")
    def _databases_prove_who_they_are(self) -> Self:
        for name, url in self._unverified():
            if self.database_tls:
                raise ValueError(
                    f"В адресе {_variable(name)} указано sslmode={asked_mode(url)}: подлинность сервера PostgreSQL не "
                    "будет проверена. Уберите sslmode из адреса или, если это допустимо, задайте "
                    "OTKLIK_DATABASE_TLS=false."
                )
        return self

    def _unverified(self) -> list[tuple[str, str]]:
        """Addresses of PostgreSQL on other machines that need not prove who they are, by their settings."""
        urls = [
            (name, url) for name in _database_urls(type(self)) if (url := getattr(self, name)) is not None
        ]
        return [(name, url) for name, url in urls if leads_elsewhere(url) and asked_mode(url) != _VERIFIED]

    @classmethod
    def load(cls, **given: Any) -> Self:
        """Read the settings; `given` values that are not None are stronger than every other source.

        Raises `SettingsError` naming each wrong setting.
        """
        _refuse_misspelt_variables()
        try:
            return cls(**{name: value for name, value in given.items() if value is not None})
        except ValidationError as error:
            raise SettingsError(_in_russian(error)) from None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = _ConfigurationFile(settings_cls)
        return init_settings, _TemporalEnvironment(settings_cls), env_settings, file

    @property
    def is_exposed(self) -> bool:
        """Whether the pages are there for other machines, as far as the settings tell."""
        return not (is_here(self.host) and is_here(urlsplit(self.public_url).hostname or ""))

    @property
    def anchors_file(self) -> Path:
        """The file to which a line is added every night, by which journals are proved."""
        return self.anchors / "anchors.jsonl"

    @property
    def sqlite_file(self) -> Path | None:
        """The file of the database, where it is SQLite."""
        scheme, _, place = self.database_url.partition(":///")
        return Path(place.partition("?")[0]) if scheme.startswith("sqlite") and place else None

    def environment(self) -> dict[str, str]:
        """Variables from which another process reads these settings, without TLS and keys of Temporal."""
        own = {
            f"{PREFIX}{name.upper()}": _written(value)
            for name, value in self
            if value is not None and not name.startswith("temporal_")
        }
        return own | {
            "TEMPORAL_ADDRESS": self.temporal_address,
            "TEMPORAL_NAMESPACE": self.temporal_namespace,
        }

    def temporal_connection(self) -> TemporalConnection:
        """Arguments for `temporalio.client.Client.connect`, with TLS and keys from Temporal's configuration.

        A server on another machine is reached by TLS unless that configuration says that TLS is off. Raises
        `SettingsError` where it cannot be read.
        """
        from temporalio.service import GrpcCompression

        config: TemporalConnection = {
            **_load_temporal_configuration(),
            "target_host": self.temporal_address,
            "namespace": self.temporal_namespace,
            # A few KB a call, and the way is short: packing and unpacking them would cost more than to carry them.
            "grpc_compression": GrpcCompression.NONE,
        }
        if not is_here(host_of(self.temporal_address)):
            config.setdefault("tls", True)
        return config

    def unprotected(self) -> tuple[str, ...]:
        """What is reached on another machine without proof of who it is: `PostgreSQL`, `Temporal`, `traces`."""
        found = []
        if self._unverified():
            found.append("PostgreSQL")
        if not is_here(host_of(self.temporal_address)) and not self.temporal_connection().get("tls"):
            found.append("Temporal")
        collector = urlsplit(self.traces or "")
        if collector.scheme == "http" and not is_here(collector.hostname or ""):
            found.append("traces")
        return tuple(found)


class _ConfigurationFile(PydanticBaseSettingsSource):
    """The file named by `OTKLIK_CONFIG`."""

    def __init__(self, settings_cls: type[BaseSettings]) -> None:
        super().__init__(settings_cls)
        self._values: dict[str, Any] = {}
        name = os.environ.get(CONFIG_FILE)
        if not name:
            return
        try:
            text = Path(name).expanduser().read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(
                f"Не удалось прочитать файл настроек {name} ({error}). "
                f"Исправьте переменную {CONFIG_FILE} или уберите её."
            ) from None
        try:
            self._values = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise SettingsError(f"Файл настроек {name} записан с ошибкой: {error}. Исправьте файл.") from None

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        return self._values.get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        return self._values


class _TemporalEnvironment(PydanticBaseSettingsSource):
    """Address and namespace as every tool of Temporal finds them."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        if {"temporal_address", "temporal_namespace"} <= self.current_state.keys():
            return {}  # given in code: spares the import of the client
        config = _load_temporal_configuration()
        found = {
            "temporal_address": config.get("target_host"),
            "temporal_namespace": config.get("namespace"),
        }
        return {name: value for name, value in found.items() if value}


def _load_temporal_configuration() -> ClientConnectConfig:
    from temporalio.envconfig import ClientConfig

    try:
        return ClientConfig.load_client_connect_config()
    except (RuntimeError, OSError, ValueError) as error:
        raise SettingsError(
            f"Не удалось прочитать настройки подключения к Temporal ({error}). "
            "Проверьте переменные TEMPORAL_CONFIG_FILE, TEMPORAL_PROFILE и TEMPORAL_TLS_…"
        ) from None


def _written(value: object) -> str:
    """A value as the environment has it."""
    if isinstance(value, timedelta):
        return f"P{value.days}D"
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _database_urls(settings: type[Settings]) -> list[str]:
    return [name for name in settings.model_fields if name.endswith("database_url")]


def _variable(name: str) -> str:
    return name.upper() if name.startswith("temporal_") else f"{PREFIX}{name.upper()}"


def _refuse_misspelt_variables() -> None:
    """A variable with the program's prefix that is none of its own, and much like one of them, would be overlooked."""
    ours = [name for name in map(_variable, Settings.model_fields) if name.startswith(PREFIX)]
    known = {*ours, *_OTHER_VARIABLES}
    wrong = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)
    lines = [
        f"Переменная {name} неизвестна. Возможно, нужна {nearest[0]}; исправьте или уберите её."
        for name in wrong
        if (nearest := get_close_matches(name, known, n=1, cutoff=_ALIKE))
    ]
    if lines:
        raise SettingsError("\n".join(lines))


def _in_russian(error: ValidationError) -> str:
    return "\n".join(
        _of_one_setting(str(problem["loc"][0]), problem["input"])
        if problem["loc"]
        else problem["msg"].removeprefix("Value error, ")
        for problem in error.errors()
        # It would follow from one that is named already.
        if problem["type"] != "default_factory_not_called"
    )


def _of_one_setting(name: str, given: object) -> str:
    field = Settings.model_fields.get(name)
    if field is None:
        known = list(Settings.model_fields)
        nearest = get_close_matches(name.lower().removeprefix(PREFIX.lower()), known, n=1)
        advice = f"возможно, нужна {nearest[0]}" if nearest else f"есть: {', '.join(known)}"
        return f"Настройка {name} неизвестна, {advice}. Исправьте файл {os.environ.get(CONFIG_FILE, '')}."
    variable = _variable(name)
    value = "" if name in _SECRET else f" «{given}»"
    return (
        f"Настройка {variable}: значение{value} не подходит, нужно: {field.description}. "
        f"Исправьте переменную {variable}, строку {name} в файле настроек или параметр команды."
    )


# ---- where addresses lead


def leads_elsewhere(url: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether any server that the address names is another machine's, as libpq reads it with its own variables.

    Sockets and loopback addresses are this machine's. SQLite's address leads nowhere.
    """
    parts = urlsplit(url)
    if not parts.scheme.startswith("postgres"):
        return False
    query = parse_qs(parts.query)
    named = [
        *_each(*query.get("host", [])),
        *_each(*query.get("hostaddr", [])),
        *_each(unquote(parts.netloc.rpartition("@")[2])),
    ] or [*_each(environment.get("PGHOST", "")), *_each(environment.get("PGHOSTADDR", ""))]
    if not named:
        # A service of libpq may name any server.
        return "service" in query or "PGSERVICE" in environment
    return not all(map(is_here, named))


def is_here(host: str) -> bool:
    """Whether a host, given without its port, is this machine: a socket, `localhost` or a loopback address."""
    if host.startswith(("/", "@")) or host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def host_of(address: str) -> str:
    """The host of `host:port`, an IPv6 address without its brackets."""
    if address.startswith("["):
        return address[1:].partition("]")[0]
    host, colon, port = address.rpartition(":")
    return host if colon and port.isdecimal() and ":" not in host else address


def asked_mode(url: str) -> str | None:
    """The `sslmode` that the address itself names."""
    return next(iter(parse_qs(urlsplit(url).query).get("sslmode", [])), None)


def verified(url: str, authority: Path | None) -> str:
    """The address with TLS in it: the server must have a certificate of its name, issued by `authority`.

    None: by whom the address itself, `PGSSLROOTCERT` or libpq's own file (`~/.postgresql/root.crt`) names. What the
    address says already stays.
    """
    given = parse_qs(urlsplit(url).query)
    more = {"sslmode": _VERIFIED} | ({"sslrootcert": str(authority)} if authority else {})
    added = "&".join(f"{name}={quote(value, safe='/')}" for name, value in more.items() if name not in given)
    if not added:
        return url
    return f"{url}{'&' if '?' in url else '?'}{added}"


def _each(*written: str) -> list[str]:
    return [host_of(host) for hosts in written for host in hosts.split(",") if host]
