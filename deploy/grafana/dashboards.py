"""Dashboards of Grafana, from which `make dashboards` writes `deploy/grafana/json`.

Who looks at them speaks Russian. Every measure is explained in docs/run/operation.md; those of Temporal's server are
named as release 1.32 names them.
"""

import json
from pathlib import Path

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from deploy.grafana.panels import Dashboard, Query, Steps, bars, dashboard, lines, number, table

FOLDER = Path(__file__).parent / "json"

_WAITED_FOR = (
    "(?:SignalWith)?StartWorkflowExecution|SignalWorkflowExecution|QueryWorkflow|RespondWorkflowTaskCompleted"
)
"""Calls of Temporal behind a person's press; others are held open on purpose."""


def _named(by: str) -> str:
    return " ".join(f"{{{{{label}}}}}" for label in by.split(", "))


def _most(series: str, by: str) -> Query:
    """The one value that all processes tell alike, for each value of the label."""
    return f"max by ({by}) ({series})", _named(by)


def _rate(series: str, by: str, said: str = "") -> Query:
    """The number a second, for each value of the labels."""
    return f"sum by ({by}) (rate({series}[$__rate_interval]))", f"{said} {_named(by)}".strip()


def _slowest(series: str, by: str, part: float = 0.95) -> Query:
    """The time that all but the slowest take, for each value of the label."""
    name, brace, labels = series.partition("{")
    rate = f"sum by (le, {by}) (rate({name}_bucket{brace}{labels}[$__rate_interval]))"
    return f"histogram_quantile({part}, {rate})", _named(by)


def _ten(query: Query) -> Query:
    """The ten highest of them."""
    return f"topk(10, {query[0]})", query[1]


def _all(series: str, part: float) -> str:
    """The time that this part of all takes at most."""
    return f"histogram_quantile({part}, sum by (le) (rate({series}_bucket[$__rate_interval])))"


SERVICE = dashboard(
    "otklik-service",
    "Отклик: служба",
    [
        (
            "Сейчас",
            [
                number("Веб-сервис", 'count(up{job="otklik-api"} == 1)', Steps(1.5, 0.5, falls=True)),
                number(
                    "Рабочие процессы", 'max(otklik_processes{kind="worker"})', Steps(1.5, 0.5, falls=True)
                ),
                number(
                    "База данных", "max(otklik_database_up)", Steps(0.9, 0.5, falls=True), unit="bool_on_off"
                ),
                number("Команда ждёт", "max(otklik_outbox_age_seconds)", Steps(5, 30), unit="s"),
                number("Срок не отмечен", "max(otklik_limits_unserved_seconds)", Steps(5, 60), unit="s"),
                number("Расхождение часов", "max(abs(otklik_clock_offset_seconds))", Steps(0.5, 2), unit="s"),
                number(
                    "Свободно на диске",
                    "min(otklik_disk_free_ratio)",
                    Steps(0.1, 0.03, falls=True),
                    unit="percentunit",
                ),
                number(
                    "Копия базы",
                    "time() - (max(otklik_last_copy_timestamp_seconds) > 0)",
                    Steps(90000, 129600),
                    unit="s",
                ),
                number(
                    "Закрепление журналов",
                    "time() - max(otklik_last_anchor_timestamp_seconds)",
                    Steps(90000, 129600),
                    unit="s",
                ),
                number(
                    "Сертификат кончается через",
                    "min(otklik_certificate_end_timestamp_seconds) - time()",
                    Steps(2592000, 604800, falls=True),
                    unit="s",
                ),
                number("Журнал доступа ждёт", "max(otklik_access_records_waiting)", Steps(10, 100)),
                number("Версий программы", "count(count by (version) (otklik_build_info))", Steps(2, 3)),
            ],
        ),
        (
            "Запросы",
            [
                lines("Запросы по ответу", _rate("otklik_http_requests_total", "status"), unit="reqps"),
                lines(
                    "Время ответа",
                    (_all("otklik_http_request_seconds", 0.5), "половина"),
                    (_all("otklik_http_request_seconds", 0.95), "95 %"),
                    (_all("otklik_http_request_seconds", 0.99), "99 %"),
                    unit="s",
                ),
                lines(
                    "Самые медленные пути, 95 %",
                    _ten(_slowest("otklik_http_request_seconds", "route")),
                    unit="s",
                ),
                lines(
                    "Ошибки 5xx по путям",
                    _rate('otklik_http_requests_total{status=~"5.."}', "route, status"),
                    unit="reqps",
                ),
            ],
        ),
        (
            "Команды и уведомления",
            [
                lines("Команды по итогу", _rate("otklik_commands_total", "outcome"), unit="cps"),
                lines("Очередь команд", _most("otklik_outbox_commands", "status")),
                lines(
                    "Уведомления по каналам",
                    ("max(otklik_notices_waiting)", "ждут"),
                    ("max(otklik_notices_failed)", "отказано"),
                ),
                lines(
                    "Тревожные события за час",
                    ("sum(increase(otklik_forged_commands_total[1h]))", "в обход программы"),
                    ("sum(increase(otklik_lost_runs_total[1h]))", "завершённые кем-то"),
                    ("sum(increase(otklik_failed_steps_total[1h]))", "ошибки в шагах"),
                    ("sum(increase(otklik_journals_differing_total[1h]))", "журналы расходятся"),
                ),
            ],
        ),
        (
            "Процессы",
            [
                lines(
                    "Процессор",
                    (
                        'rate(process_cpu_seconds_total{job=~"otklik-.*"}[$__rate_interval])',
                        "{{job}} {{instance}}",
                    ),
                    unit="percentunit",
                ),
                lines(
                    "Память",
                    ('process_resident_memory_bytes{job=~"otklik-.*"}', "{{job}} {{instance}}"),
                    unit="bytes",
                ),
                lines(
                    "Свободно на диске",
                    ("min by (directory) (otklik_disk_free_bytes)", "{{directory}}"),
                    unit="bytes",
                ),
                lines(
                    "Запуски снова за час",
                    ('sum by (job) (changes(process_start_time_seconds{job=~"otklik-.*"}[1h]))', "{{job}}"),
                    ("sum by (part) (increase(otklik_restarts_total[1h]))", "serve: {{part}}"),
                ),
                table("Тревоги", 'ALERTS{alertname=~"Otklik.*", alertstate="firing"}'),
            ],
        ),
    ],
)

LIMITS = dashboard(
    "otklik-limits",
    "Отклик: сроки людей",
    [
        (
            "Сейчас",
            [
                number("Открытых сообщений", "sum(max by (stage) (otklik_messages_open))"),
                number("Сроков идёт", "sum(max by (limit) (otklik_limits_open))"),
                number("Истекают за час", "sum(max by (limit) (otklik_limits_due_soon))", Steps(1, 50)),
                number("Истекли", "sum(max by (limit) (otklik_limits_late))", Steps(1, 20)),
                number(
                    "Нарушения записаны с опозданием",
                    _all("otklik_breach_recorded_late_seconds", 0.99),
                    Steps(5, 30),
                    unit="s",
                ),
                number("Направить", 'max(otklik_messages_open{stage="routing"})', Steps(20, 100)),
            ],
        ),
        (
            "По стадиям и срокам",
            [
                lines("Сообщения по стадиям", _most("otklik_messages_open", "stage")),
                lines("Сроки по видам", _most("otklik_limits_open", "limit")),
                lines("Истекают за час", _most("otklik_limits_due_soon", "limit")),
                lines("Истекли", _most("otklik_limits_late", "limit")),
            ],
        ),
        (
            "По органам (без названия — Департамент)",
            [
                bars(
                    "Истекли",
                    ("sort_desc(max by (body) (otklik_body_limits_late) > 0)", "{{body}}"),
                    Steps(1, 5),
                ),
                bars(
                    "Истекают за час",
                    ("sort_desc(max by (body) (otklik_body_limits_due_soon) > 0)", "{{body}}"),
                    Steps(5, 20),
                ),
                bars(
                    "Идут", ("sort_desc(max by (body) (otklik_body_limits_open))", "{{body}}"), Steps(50, 200)
                ),
                lines("Истекли, по органам", ("max by (body) (otklik_body_limits_late) > 0", "{{body}}")),
            ],
        ),
        (
            "Работа людей и машины",
            [
                lines(
                    "Команды за час",
                    (
                        'sum by (command) (increase(otklik_commands_total{outcome="accepted"}[1h])) > 0',
                        "{{command}}",
                    ),
                ),
                lines(
                    "Нарушений за час",
                    (
                        "sum by (limit) (increase(otklik_breach_recorded_late_seconds_count[1h])) > 0",
                        "{{limit}}",
                    ),
                ),
                lines(
                    "Срок не отмечен", _most("otklik_limits_unserved_seconds", "limit"), unit="s", wide=True
                ),
            ],
        ),
    ],
)

TEMPORAL = dashboard(
    "otklik-temporal",
    "Отклик: Temporal",
    [
        (
            "Рабочие процессы",
            [
                lines(
                    "Шаг ждёт рабочего процесса, 95 %",
                    _slowest("temporal_workflow_task_schedule_to_start_latency_seconds", "task_queue"),
                    unit="s",
                ),
                lines(
                    "Действие ждёт рабочего процесса, 95 %",
                    _slowest("temporal_activity_schedule_to_start_latency_seconds", "task_queue"),
                    unit="s",
                ),
                lines(
                    "Свободные места",
                    (
                        "min by (task_queue, worker_type) (temporal_worker_task_slots_available)",
                        "{{task_queue}} {{worker_type}}",
                    ),
                ),
                lines(
                    "Шаги, 95 %",
                    _slowest("temporal_workflow_task_execution_latency_seconds", "workflow_type"),
                    unit="s",
                ),
                lines(
                    "Действия, 95 %",
                    _slowest("temporal_activity_execution_latency_seconds", "activity_type"),
                    unit="s",
                ),
                lines(
                    "Неудачи",
                    _rate("temporal_workflow_task_execution_failed_total", "workflow_type", "шаг"),
                    _rate("temporal_activity_execution_failed_total", "activity_type", "действие"),
                    _rate("temporal_request_failure_total", "operation", "запрос"),
                    unit="cps",
                ),
                lines(
                    "Сообщения в памяти", ("sum by (instance) (temporal_sticky_cache_size)", "{{instance}}")
                ),
                lines(
                    "Начато и закончено",
                    _rate("temporal_workflow_completed_total", "workflow_type", "закончено"),
                    _rate("temporal_workflow_failed_total", "workflow_type", "не удалось"),
                    _rate("temporal_workflow_continue_as_new_total", "workflow_type", "продолжено"),
                    unit="cps",
                ),
            ],
        ),
        (
            "Сервер",
            [
                lines(
                    "Запросы", _rate('service_requests{service_name="frontend"}', "operation"), unit="reqps"
                ),
                lines("Ошибки", _rate("service_error_with_type", "operation, error_type"), unit="reqps"),
                lines(
                    "То, чего ждут люди, 95 %",
                    _slowest(
                        f'service_latency{{service_name="frontend", operation=~"{_WAITED_FOR}"}}', "operation"
                    ),
                    unit="s",
                ),
                lines("Хранилище, 95 %", _ten(_slowest("persistence_latency", "operation")), unit="s"),
                lines(
                    "Ошибки хранилища",
                    _rate("persistence_error_with_type", "operation, error_type"),
                    unit="cps",
                ),
                lines("Ждут в очередях", ("sum by (taskqueue) (approximate_backlog_count)", "{{taskqueue}}")),
                lines("Задачи сервера, 95 %", _slowest("task_latency_queue", "operation"), unit="s"),
                lines("Память", ("memory_heapinuse", "{{instance}} {{service_name}}"), unit="bytes"),
            ],
        ),
    ],
)

NETWORKS = dashboard(
    "otklik-networks",
    "Отклик: сети",
    [
        (
            "Сейчас",
            [
                number("Источников", "sum(max by (network) (otklik_sources_polled))"),
                number("Не читаются", "sum(max by (network) (otklik_sources_failing))", Steps(1, 5)),
                number(
                    "Просмотр опаздывает", "max(otklik_sources_overdue_seconds)", Steps(600, 1800), unit="s"
                ),
                number("Найдено, не разобрано", "max(otklik_candidates_waiting)", Steps(50, 500)),
                number("Ответов в пути", "sum(max by (network) (otklik_publications_open))", Steps(10, 50)),
                number("Проверок ответов ждёт", "max(otklik_answer_checks_overdue)", Steps(20, 200)),
            ],
        ),
        (
            "Чтение",
            [
                lines("Источники", _most("otklik_sources_polled", "network")),
                lines("Не читаются", _most("otklik_sources_failing", "network")),
                lines("Просмотр опаздывает", _most("otklik_sources_overdue_seconds", "network"), unit="s"),
                lines("Найдено, не разобрано", ("max(otklik_candidates_waiting)", "ждут")),
            ],
        ),
        (
            "Размещение ответов",
            [
                lines("Ответы в пути", _most("otklik_publications_open", "network")),
                lines("Старший из них", _most("otklik_publications_open_seconds", "network"), unit="s"),
                lines("Проверок ответов ждёт", ("max(otklik_answer_checks_overdue)", "ждут")),
                lines(
                    "Обращения к сетям, 95 %",
                    _slowest(
                        'temporal_activity_execution_latency_seconds{task_queue="networks"}', "activity_type"
                    ),
                    unit="s",
                ),
                lines(
                    "Неудачные обращения",
                    _rate('temporal_activity_execution_failed_total{task_queue="networks"}', "activity_type"),
                    unit="cps",
                ),
            ],
        ),
    ],
)

ALL: dict[str, Dashboard] = {"service": SERVICE, "limits": LIMITS, "temporal": TEMPORAL, "networks": NETWORKS}
"""By the name of the file."""


def text_of(board: Dashboard) -> str:
    """The dashboard as the file has it."""
    return json.dumps(board.build(), cls=JSONEncoder, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main() -> None:
    """Write every dashboard into `FOLDER`. Raises OSError."""
    for name, board in ALL.items():
        (FOLDER / f"{name}.json").write_text(text_of(board), encoding="utf-8")


if __name__ == "__main__":
    main()
