"""The `otklik` command.

Everything but typer is imported by the command that needs it, so that `otklik --help` answers at once.

It is long because each command is one function, with what it says of itself.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from contextvars import ContextVar
from io import TextIOWrapper
from os import environ
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from typer.core import TyperCommand
from typer.models import CommandFunctionType

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator, Sequence

    from service.access.operator_record import OperatorRun
    from settings import Settings
    from workflows.seals import CommandKeys

T = TypeVar("T")

_LOOKED_FOR_GARBAGE_AFTER = (10_000, 20, 20)
"""New objects, and rounds among younger ones."""

_running: ContextVar[typer.Context] = ContextVar("command")


class RecordedCommand(TyperCommand):
    """Every command that asks for the settings of an installation is in its record of access (152-FZ)."""

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]  # it is what Typer gives
        """Run the command, then record how it went."""
        _running.set(ctx)
        code = 1
        try:
            result = super().invoke(ctx)
            code = 0
        except typer.Exit as ended:
            code = ended.exit_code
            raise
        finally:
            run: OperatorRun | None = ctx.obj
            if run is not None and not run.ended(succeeded=code == 0) and code == 0:
                typer.echo(NOT_RECORDED, err=True)
        return result


class Commands(typer.Typer):
    """A group of commands, each of which is recorded."""

    def command(self, *args: Any, **options: Any) -> Callable[[CommandFunctionType], CommandFunctionType]:
        """As that of Typer."""
        return super().command(*args, **{"cls": RecordedCommand, **options})


NOT_RECORDED = (
    "Команда выполнена, но в журнал доступа не записана: база данных не отвечает или не подготовлена "
    "(otklik prepare)."
)
DATABASE_SILENT = (
    "База данных не отвечает или не подготовлена: проверьте её адрес и выполните otklik prepare."
)

app = Commands(
    help="Отклик: ответы органов власти на сообщения граждан в открытых источниках.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

DataOption = Annotated[
    Path | None, typer.Option(help="Каталог с данными (по умолчанию ./data).", show_default=False)
]
ConfigOption = Annotated[
    Path | None,
    typer.Option(help="Файл настроек, TOML (то же: OTKLIK_CONFIG).", show_default=False),
]
PortOption = Annotated[
    int | None, typer.Option(help="Порт рабочего места (по умолчанию 8000).", show_default=False)
]


@contextmanager
def _refused_by(*errors: type[Exception]) -> Iterator[None]:
    """Say one of these errors, and end with the exit code 2."""
    try:
        yield
    except errors as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None


def _say_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"otklik {version('otklik')}")
        raise typer.Exit


@app.callback()
def begin(
    version: Annotated[
        bool, typer.Option("--version", help="Показать версию.", callback=_say_version, is_eager=True)
    ] = False,
) -> None:
    """Отклик: ответы органов власти на сообщения граждан в открытых источниках."""
    from store.database.private_files import forbid_others

    forbid_others()


@app.command()
def serve(
    demo: Annotated[
        bool, typer.Option("--demo", help="Добавить демонстрационный справочник, входы и сообщения.")
    ] = False,
    training: Annotated[
        bool, typer.Option("--training", help="Учебный режим: часы сообщений можно переводить.")
    ] = False,
    data: DataOption = None,
    config: ConfigOption = None,
    port: PortOption = None,
    temporal_port: Annotated[
        int, typer.Option(help="Порт сервера Temporal.", envvar="OTKLIK_TEMPORAL_PORT", min=1, max=65535)
    ] = 7233,
    ui_port: Annotated[
        int, typer.Option(help="Порт веб-интерфейса Temporal.", envvar="OTKLIK_UI_PORT", min=1, max=65535)
    ] = 8233,
) -> None:
    """Запускает всё сразу: Temporal, рабочий процесс, рабочее место и API."""
    from embedded.supervisor import Supervisor
    from embedded.temporal_server import NAMESPACE, OFFICE_NAMESPACE, TemporalPorts

    _check_vendored()
    ports = TemporalPorts(grpc=temporal_port, ui=ui_port)
    settings = _settings(
        config,
        data=data,
        port=port,
        demo=demo or None,
        training=training or None,
        # The server is started here, whatever Temporal's own configuration names.
        temporal_address=ports.address,
        temporal_namespace=NAMESPACE,
        office_namespace=OFFICE_NAMESPACE,
        ui_url=ports.ui_url,
    )
    raise typer.Exit(Supervisor(settings, ports, _run_forked).run())


@app.command()
def worker(data: DataOption = None, config: ConfigOption = None) -> None:
    """Рабочий процесс: ведёт сообщения по срокам (очередь messages)."""
    _check_vendored()
    settings = _settings(config, data=data)
    if settings.worker_port is not None:
        _check_port(settings.host, settings.worker_port, "OTKLIK_WORKER_PORT", "состояние рабочего процесса")
    _command_keys(settings)
    from settings import SettingsError

    with _refused_by(SettingsError):
        _run("embedded.working", "main", settings, check=True)


@app.command()
def api(
    data: DataOption = None,
    config: ConfigOption = None,
    host: Annotated[
        str | None, typer.Option(help="Сетевой адрес (по умолчанию 127.0.0.1).", show_default=False)
    ] = None,
    port: PortOption = None,
) -> None:
    """Рабочее место и HTTP API."""
    from telemetry.supervised import stop_with_supervisor, until_released

    stop_with_supervisor()
    _check_vendored()
    settings = _settings(config, data=data, host=host, port=port)
    _check_port(settings.host, settings.port, "--port", "рабочее место")
    _command_keys(settings)
    from embedded.web import serve_application

    create_app: Callable[[Settings], Any] = _entry("embedded.serving", "create_app")
    from service.runs.rules import RulesError

    with _refused_by(RulesError):
        application = create_app(settings)
    until_released()
    _check_purpose(settings, serves=True)
    serve_application(application, settings)


IMPORT_HELP = """
Регистрирует сообщения из таблицы, например из выгрузки «Инцидент Менеджмент».

Первая строка — названия столбцов: «Текст инцидента» (обязателен), «Ссылка», «Автор», «Дата», «Время», \
«Социальная сеть», «Группа тем», «Тема», «Исполнитель», «Муниципалитет», «ID инцидента». Кодировка и разделитель \
определяются сами.

Перед записью показывается, что будет зарегистрировано и у скольких сообщений сроки уже истекли. Что не принято и \
почему, указано построчно в отчёте рядом с таблицей (книга Excel, .отчёт.xlsx). Зарегистрированные сообщения \
запускает веб-сервис.

При повторном запуске ничего не регистрируется дважды: сообщение распознаётся по ссылке, а без неё — по ID, тексту, \
автору, времени и муниципалитету. Прерванный импорт запустите ещё раз.

Коды завершения: 0 — выполнено (в том числе с непринятыми строками), 1 — прервано, выполнена часть, \
2 — ничего не сделано.
"""


@app.command(name="import", help=IMPORT_HELP)
def import_file(
    file: Annotated[Path, typer.Argument(help="Таблица: CSV или книга Excel (.xlsx).", show_default=False)],
    curator: Annotated[
        str | None,
        typer.Option(
            help="Имя для входа куратора, который регистрирует сообщения (по умолчанию первый в справочнике).",
            show_default=False,
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Только проверить: в базу данных ничего не записывать.")
    ] = False,
    data: DataOption = None,
    config: ConfigOption = None,
) -> None:
    """Register the messages of a table; see IMPORT_HELP."""
    import asyncio

    settings = _settings(config, data=data)
    _command_keys(settings)
    import structlog

    from service.commands.imports.run import INTERRUPTED, Options, import_table

    # The command says itself what it waits for.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("critical"))

    options = Options(file, curator, dry_run)
    try:
        code = asyncio.run(import_table(settings, options))
    except KeyboardInterrupt:
        typer.echo("Импорт прерван. Запустите его ещё раз: уже зарегистрированное не повторится.", err=True)
        code = INTERRUPTED
    raise typer.Exit(code)


@app.command()
def prepare(data: DataOption = None, config: ConfigOption = None) -> None:
    """Готовит базу данных: обновляет её структуру; с OTKLIK_DEMO=true добавляет демонстрационный справочник.

    В PostgreSQL работает от имени владельца таблиц (OTKLIK_OWNER_DATABASE_URL) и выдаёт права роли из \
OTKLIK_DATABASE_URL, от имени которой работает программа.
    """
    settings = _settings(config, data=data)
    from store.database.privileges import PrivilegesError
    from store.database.session import DatabaseError
    from store.migrations.purpose import PurposeError
    from store.migrations.revision import SchemaError
    from telemetry import tls_advice

    try:
        with _refused_by(PurposeError, PrivilegesError, SchemaError):
            _run("embedded.prepare", "prepare", settings)
    except DatabaseError as error:
        if not (advice := tls_advice.for_database(error)):
            raise
        typer.echo(advice, err=True)
        raise typer.Exit(1) from None
    if settings.owner_database_url is None and not settings.database_url.startswith("sqlite"):
        typer.echo(
            "База данных подготовлена, но роли владельца таблиц и программы не разделены: тот, кому доступна роль "
            "программы, может изменить журнал. Как разделить: docs/run/installation.md (OTKLIK_OWNER_DATABASE_URL).",
            err=True,
        )


@app.command()
def certificates(
    directory: Annotated[
        Path, typer.Argument(help="Каталог: в нём у каждой части будет свой каталог.", show_default=False)
    ],
    host: Annotated[
        list[str] | None,
        typer.Option(
            help="Имя или адрес сервера части, вида postgres=db.region.example или temporal=10.0.0.5; можно повторять. "
            "Прежние имена сохраняются.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Создаёт сертификаты частей установки и удостоверяющий центр для них; годные сохраняются. Называет сроки."""
    from service.keys.certificates import CertificatesError, ends, make, servers

    with _refused_by(CertificatesError):
        made = make(directory, hosts=servers(host or ()))
        until = ends(directory)
    typer.echo(f"Созданы сертификаты: {', '.join(made)}." if made else "Все сертификаты годны.")
    for part, moment in until.items():
        typer.echo(f"  {part}: до {moment:%d.%m.%Y}")


@app.command()
def recover(
    after: Annotated[
        int,
        typer.Option(
            help="Последний известный номер сообщения, например из письма: номера до него не повторятся.",
            min=0,
            max=10**9,
            show_default=False,
        ),
    ] = 0,
    data: DataOption = None,
    config: ConfigOption = None,
) -> None:
    """После восстановления из копии: согласует базу данных и Temporal (docs/run/backup.md).

    Рабочий процесс и API должны быть остановлены. Повторный запуск безопасен: согласованное не изменится.

    Коды завершения: 0 — согласованы, 1 — выполнено не всё (в выводе указано, что делать дальше), \
2 — ошибка в настройках, ничего не сделано.
    """
    settings = _of_its_serve(_settings(config, data=data))
    raise typer.Exit(_run("service.recovery.restore", "main", settings, after=after))


@app.command()
def verify(
    anchors: Annotated[
        Path | None,
        typer.Option(
            help="Файл закреплений журналов, который хранится отдельно "
            "(по умолчанию anchors/anchors.jsonl установки).",
            show_default=False,
        ),
    ] = None,
    journals_only: Annotated[
        bool, typer.Option("--journals-only", help="Не спрашивать Temporal: например, для копии.")
    ] = False,
    data: DataOption = None,
    config: ConfigOption = None,
) -> None:
    """Проверяет, что журналы сообщений не изменены и таблицы говорят то же; ничего не меняет (docs/prove/journal.md).

    Коды завершения: 0 — все журналы целы, и таблицы с ними сходятся, 1 — найдены нарушения (названы сообщения и \
строки), 2 — проверить не удалось.
    """
    import asyncio

    from service.journal.verification import verify as verify_journals

    # A copy may be somebody else's: nothing of it is closed, or touched at all.
    settings = _of_its_serve(_read_settings(config, data=data))

    raise typer.Exit(asyncio.run(_settled(verify_journals(settings, anchors, journals_only=journals_only))))


@app.command()
def doctor(data: DataOption = None, config: ConfigOption = None) -> None:
    """Показывает состояние установки: версии, процессы, часы, очереди, копии, сертификаты, место на диске.

    По строке на каждую часть, с указанием, что делать. Ничего не меняет.

    Коды завершения: 0 — всё в порядке, 1 — скоро потребуется вмешательство, 2 — есть неисправность.
    """
    import asyncio

    import structlog

    from service.installation import doctor as examination

    # What does not answer is a line of its own.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("critical"))
    settings = _of_its_serve(_read_settings(config, data=data))

    raise typer.Exit(asyncio.run(_settled(examination.main(settings))))


@app.command()
def simulate(data: DataOption = None, config: ConfigOption = None) -> None:
    """Показывает нагрузку за последние четыре недели и рассчитывает, сколько нужно людей. Ничего не меняет.

    Коды завершения: 0 — рассчитано, 1 — база данных не отвечает, 2 — рассчитать нельзя.
    """
    from service.load.command import main

    typer.echo(_on_database(main(_read_settings(config, data=data))))


@app.command(name="seed-demo", hidden=True)
def seed_demo(data: DataOption = None) -> None:
    """Добавляет демонстрационные сообщения; повторный запуск ничего не меняет."""
    from store.migrations.purpose import PurposeError

    with _refused_by(PurposeError):
        _run("embedded.demo.seeding", "seed", _settings(None, data=data))


regulation_app = Commands(help="Файлы порядков (актов).", no_args_is_help=True)
app.add_typer(regulation_app, name="regulation")


@regulation_app.command()
def check(
    file: Annotated[Path, typer.Argument(help="Файл порядка (TOML).", show_default=False)],
) -> None:
    """Проверяет файл порядка до его подписания: сроки, толкования, противоречия и числа, с которыми сроки сойдутся.

    Код возврата: 0 — противоречий нет, 1 — есть, 2 — файл не читается.
    """
    from calendar_rules import act_check
    from calendar_rules.regulation import RegulationError, load
    from calendar_rules.regulation_report import report

    with _refused_by(RegulationError):
        regulation = load(file)
    found = act_check.contradictions(regulation)
    for line in report(regulation, found):
        typer.echo(line)
    raise typer.Exit(bool(found))


backup_app = Commands(help="Резервные копии.", no_args_is_help=True)
app.add_typer(backup_app, name="backup")


@backup_app.command()
def taken(data: DataOption = None, config: ConfigOption = None) -> None:
    """Записывает, что копия снята: её возраст показывают otklik doctor и показатели (docs/run/backup.md)."""
    from service.installation import copies

    at = _on_database(copies.note_taken(_settings(config, data=data)))
    typer.echo(f"Записано: копия снята {at:%d.%m.%Y %H:%M} UTC.")


calendar_app = Commands(help="Производственный календарь.", no_args_is_help=True)
app.add_typer(calendar_app, name="calendar")


@calendar_app.command(name="check")
def check_calendar(
    file: Annotated[
        Path, typer.Argument(help="Файл производственного календаря (JSON).", show_default=False)
    ],
    data: DataOption = None,
    config: ConfigOption = None,
) -> None:
    """Проверяет файл календаря: годы и что нового против календаря этой установки; ничего не меняет.

    Код возврата: 0 — файл годен, 2 — не годен.
    """
    from calendar_rules import CalendarError, calendar_report, production_calendar, production_year

    standing = _read_settings(config, data=data).calendar or production_calendar.DATA_FILE
    with _refused_by(CalendarError):
        new, years = production_calendar.load(file), production_year.read_years(file)
        for line in calendar_report.report(new, years, production_calendar.load(standing)):
            typer.echo(line)


@calendar_app.command(name="print")
def print_calendar(data: DataOption = None, config: ConfigOption = None) -> None:
    """Печатает файл календаря этой установки, чтобы дополнить его следующим годом."""
    from calendar_rules.production_calendar import DATA_FILE

    file = _read_settings(config, data=data).calendar or DATA_FILE
    try:
        typer.echo(file.read_text("utf-8"), nl=False)
    except OSError as error:
        typer.echo(f"Не удалось прочитать {file} ({error.strerror}). Проверьте имя файла и права.", err=True)
        raise typer.Exit(2) from None


report_app = Commands(help="Шаблоны документов Word.", no_args_is_help=True)
app.add_typer(report_app, name="report")
TemplateArgument = Annotated[
    Path,
    typer.Argument(
        help="Файл .docx; имя называет документ: week, month, quarter, year, days – сводки, memo – докладная "
        "записка, destruction – акт об уничтожении.",
        show_default=False,
    ),
]


@report_app.command()
def template(file: TemplateArgument) -> None:
    """Сохраняет исходный шаблон: измените его в Word и положите в каталог шаблонов установки."""
    from service.reports.papers import templates

    try:
        with file.open("xb") as opened:
            opened.write(templates.provided(templates.named(file)))
    except FileExistsError:
        typer.echo(f"Файл {file} уже есть. Укажите другое имя: изменённый шаблон не заменяется.", err=True)
        raise typer.Exit(2) from None
    except OSError as error:
        typer.echo(f"Не удалось сохранить {file} ({error.strerror}). Проверьте каталог и права.", err=True)
        raise typer.Exit(2) from None
    typer.echo(f"Шаблон сохранён: {file}. Проверьте изменённый командой otklik report check {file}")


@report_app.command(name="check")
def check_template(file: TemplateArgument) -> None:
    """Проверяет шаблон: заполняет его примером и сообщает, что в нём неверно."""
    from service.reports.papers import samples
    from service.reports.papers.word import TemplateFaultError

    try:
        samples.try_out(file)
    except OSError as error:
        typer.echo(f"Не удалось прочитать {file} ({error.strerror}). Проверьте имя файла и права.", err=True)
        raise typer.Exit(2) from None
    except TemplateFaultError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    typer.echo(f"Шаблон {file} заполняется без ошибок.")


KeyArgument = Annotated[str, typer.Argument(help="Имя для входа, латиницей.", show_default=False)]

admin_app = Commands(help="Администраторы установки.", no_args_is_help=True)
app.add_typer(admin_app, name="admin")


@admin_app.command()
def create(
    key: KeyArgument,
    name: Annotated[str, typer.Option(help="Фамилия, имя, отчество.", show_default=False)],
    position: Annotated[str, typer.Option(help="Должность.")] = "Администратор",
    data: DataOption = None,
    config: ConfigOption = None,
) -> None:
    """Создаёт администратора; пароль спрашивает на терминале или читает из стандартного ввода."""
    from service.directory import accounts

    settings = _settings(config, data=data)
    _on_database(accounts.create_admin(settings, key, name, position, _password()))
    typer.echo(f"Администратор {key} создан.")


@admin_app.command(name="remove-second-factor")
def remove_second_factor(key: KeyArgument, data: DataOption = None, config: ConfigOption = None) -> None:
    """Отключает второй фактор сотрудника, который потерял устройство и коды восстановления, и закрывает его входы."""
    from service.directory import accounts

    _on_database(accounts.remove_second_factor(_settings(config, data=data), key))
    typer.echo(f"Второй фактор учётной записи {key} отключён.")


def _with_keys(work: Callable[[], T]) -> T:
    """What the work returns; exit code 2 where keys cannot be read or written."""
    from service.keys.key_files import KeysError

    with _refused_by(KeysError):
        return work()


directory_app = Commands(help="Справочник: органы, темы, сотрудники.", no_args_is_help=True)
app.add_typer(directory_app, name="directory")


@directory_app.command()
def load(
    file: Annotated[Path, typer.Argument(help="Файл справочника (TOML).", show_default=False)],
    data: DataOption = None,
    config: ConfigOption = None,
) -> None:
    """Загружает органы, темы и сотрудников; пароли и записи, которых в файле нет, сохраняются."""
    from service.directory import accounts
    from service.directory.replacement import note_command_line

    silent = _on_database(accounts.load_directory(_settings(config, data=data), file, note_command_line))
    typer.echo(f"Справочник {file} загружен.")
    if silent:
        typer.echo(
            f"Пароль ещё не задан: {', '.join(silent)}. Задайте его командой otklik directory password ИМЯ."
        )


@directory_app.command()
def password(key: KeyArgument, data: DataOption = None, config: ConfigOption = None) -> None:
    """Задаёт пароль, который сотрудник сменит при входе, и закрывает его входы; пароль читает, как admin create."""
    from service.directory import accounts

    _on_database(accounts.set_password(_settings(config, data=data), key, _password()))
    typer.echo(f"Пароль учётной записи {key} изменён.")


keys_app = Commands(
    help="Ключи установки: ими заверяются команды и зашифрованы секреты (docs/run/security.md).",
    no_args_is_help=True,
)
app.add_typer(keys_app, name="keys")


@keys_app.command(name="new")
def new_keys() -> None:
    """Выводит новые ключи для OTKLIK_KEYS; нигде их не записывает."""
    from service.keys import command_keys

    typer.echo(command_keys.new().written())


@keys_app.command(name="list")
def list_keys(data: DataOption = None, config: ConfigOption = None) -> None:
    """Показывает номера ключей, без самих ключей."""
    keys = _command_keys(_settings(config, data=data))
    for number in sorted({*keys.keys, *keys.retired}, reverse=True):
        state = "изъят" if number in keys.retired else "текущий" if number == keys.current else "для проверки"
        typer.echo(f"{keys.id_of(number)}  {state}")


@keys_app.command(name="rotate")
def rotate_keys(data: DataOption = None, config: ConfigOption = None) -> None:
    """Добавляет новый ключ; прежние остаются для начатых сообщений и того, что ими зашифровано.

    Перезапустите рабочие процессы, затем API: до этого новым ключом никто не пользуется.
    """
    from service.keys import command_keys

    settings = _settings(config, data=data)
    _keep_keys(settings, command_keys.rotated(_command_keys(settings)))


@keys_app.command(name="retire")
def retire_key(
    number: Annotated[int, typer.Argument(help="Номер ключа (otklik keys list).", show_default=False)],
    data: DataOption = None,
    config: ConfigOption = None,
) -> None:
    """Изымает прежний ключ: зашифрованное им зашифровывает текущим, а всё, что им заверено, считается подделкой.

    Сообщения, которым он нужен, перестанут идти, пока не выполнена команда otklik recover.
    """
    from service.keys import command_keys
    from service.keys.ring import KeyRing
    from service.networks import resealing

    settings = _settings(config, data=data)
    before = _command_keys(settings)
    after = _with_keys(lambda: command_keys.without(before, number))
    resealed = _on_database(resealing.reseal(settings, KeyRing.of(before)))
    typer.echo(f"Зашифровано текущим ключом: {resealed.done}.", err=True)
    for what in resealed.lost:
        typer.echo(f"Прежнего ключа нет, открыть нельзя: {what}", err=True)
    _keep_keys(settings, after)


def _keep_keys(settings: Settings, keys: CommandKeys) -> None:
    """Write the changed keys into the file; where a setting holds them, print what it must become."""
    from service.keys import command_keys

    if settings.keys is not None:
        typer.echo("Ключи заданы настройкой OTKLIK_KEYS. Её новое значение:", err=True)
        typer.echo(keys.written())
        return
    _with_keys(lambda: command_keys.replace(settings, keys))
    typer.echo(f"Текущий ключ: {keys.id_of(keys.current)}.")


def _password() -> str:
    """Asked for twice on a terminal, else the first line of standard input: never an argument that others can see."""
    if sys.stdin.isatty():
        given: str = typer.prompt("Пароль", hide_input=True, confirmation_prompt="Ещё раз")
        return given
    return sys.stdin.readline().rstrip("\r\n")


def _on_database(work: Coroutine[Any, Any, T]) -> T:
    """Run work on the database; exit code 2 where it is refused, 1 where the database does not answer."""
    import asyncio

    from service.access.errors import ConflictError
    from service.directory.accounts import AccountError
    from service.runs.rules import RulesError
    from store.database.session import DatabaseError
    from store.directory.file import DirectoryError
    from telemetry import tls_advice

    try:
        with _refused_by(AccountError, ConflictError, DirectoryError, RulesError):
            return asyncio.run(work)
    except DatabaseError as error:
        typer.echo(tls_advice.for_database(error) or DATABASE_SILENT, err=True)
        raise typer.Exit(1) from None


def _settings(config: Path | None, **given: object) -> Settings:
    settings = _read_settings(config, **given)
    _close_to_others(settings)
    _begin_record(settings)
    return settings


def _run_forked(arguments: Sequence[str]) -> int:
    """Run a command as the whole of a forked process; gives its exit code."""
    sys.argv = ["otklik", *arguments]
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(write_through=True)
    try:
        app(list(arguments), prog_name="otklik")
    except SystemExit as ended:
        if isinstance(ended.code, str):
            typer.echo(ended.code, err=True)  # as the interpreter does
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return 0


def _read_settings(config: Path | None, **given: object) -> Settings:
    from settings import CONFIG_FILE, Settings, SettingsError

    if config is not None:
        environ[CONFIG_FILE] = str(config)
    with _refused_by(SettingsError):
        return Settings.load(**given)


def _of_its_serve(settings: Settings) -> Settings:
    """With the Temporal of the `otklik serve` that runs on the data directory, unless a setting names one."""
    from embedded.data_directory import temporal_of
    from embedded.temporal_server import NAMESPACE, OFFICE_NAMESPACE

    address = None if "temporal_address" in settings.model_fields_set else temporal_of(settings.data)
    if address is None:
        return settings
    its = {"temporal_address": address, "temporal_namespace": NAMESPACE, "office_namespace": OFFICE_NAMESPACE}
    return settings.model_copy(update=its)


def _close_to_others(settings: Settings) -> None:
    """Tighten what an earlier command has left open, with a word; exit code 2 where that cannot be."""
    from embedded.data_directory import close_database, close_to_others
    from store.database.private_files import NotPrivateError

    with _refused_by(NotPrivateError):
        for line in (close_to_others(settings.data), close_database(settings.sqlite_file)):
            if line is not None:
                typer.echo(line, err=True)


def _begin_record(settings: Settings) -> None:
    """From here on the command is on record: `RecordedCommand` ends it."""
    from service.access import operator_record

    if (ctx := _running.get(None)) is not None:
        ctx.obj = operator_record.begin(settings, ctx.command_path.split()[1:], ctx.params)


def _command_keys(settings: Settings) -> CommandKeys:
    """The keys by which commands are sealed; exit code 2 where there are none."""
    from service.keys import command_keys

    return _with_keys(lambda: command_keys.load(settings))


def _check_vendored() -> None:
    """That pages and documents have their files of npm, which a checkout lacks before set-up; exit code 2 else."""
    from api.web import vendored

    if missing := vendored.missing():
        typer.echo(
            f"Установка неполна: в каталоге {vendored.FOLDER} нет файлов {', '.join(missing)}. Установите пакет "
            "программы из выпуска (otklik-….whl); в каталоге исходного кода выполните make setup "
            "(docs/run/installation.md).",
            err=True,
        )
        raise typer.Exit(2)


def _check_port(host: str, number: int, option: str, purpose: str) -> None:
    from embedded.ports import Port, check_free
    from embedded.refusal import StartRefusedError

    with _refused_by(StartRefusedError):
        check_free([Port(host, number, option, purpose)])


def _entry(module: str, name: str) -> Any:
    """What a module has, imported without looking for garbage, which costs a fifth more: all of it stays.

    From then on garbage is looked for more rarely than by default, which is made for programs that have little: a
    request makes hundreds of objects that are none.
    """
    import gc
    from importlib import import_module

    gc.disable()
    try:
        return getattr(import_module(module), name)
    finally:
        gc.freeze()
        gc.set_threshold(*_LOOKED_FOR_GARBAGE_AFTER)
        gc.enable()


def _check_purpose(settings: Settings, *, serves: bool) -> None:
    """That the database is one to be run on so; exit code 2 where it is not."""
    import asyncio

    from store.migrations.purpose import PurposeError, check
    from store.migrations.revision import SchemaError

    with _refused_by(PurposeError, SchemaError):
        asyncio.run(check(settings, serves=serves))


def _run(module: str, name: str, settings: Settings, *, check: bool = False, **given: object) -> Any:
    """Run a coroutine function as this process, which ends with its supervisor if it has one.

    `check`: only on a database that is for what the settings say; `given` goes to the function. Gives what the function
    returns.
    """
    import asyncio

    from telemetry.supervised import stop_with_supervisor, until_released

    stop_with_supervisor()
    entry: Callable[..., Coroutine[Any, Any, Any]] = _entry(module, name)
    until_released()
    if check:
        _check_purpose(settings, serves=False)
    return asyncio.run(_settled(entry(settings, **given)))


async def _settled(work: Coroutine[Any, Any, T]) -> T:
    """Return what the work returns, a moment later.

    A process that ends right after its last Temporal call crashes in one run of five (sdk-python #300).
    """
    import asyncio

    result = await work
    await asyncio.sleep(0.1)
    return result


if __name__ == "__main__":
    app()
