"""The alarms of the program, counted for Prometheus and logged without anything of their content."""

import structlog
from prometheus_client import Counter

from calendar_rules.regulation import LimitName
from telemetry.logs import subject_of
from telemetry.series import from_the_start
from workflows.alarms import Alarm, AlarmKind
from workflows.seals import Flaw
from workflows.vocabulary import Command, Duty

log = structlog.get_logger(__name__)

FORGED = from_the_start(
    Counter(
        "otklik_forged_commands",
        "What came from Temporal and is not rightly sealed by the program, by what it was and by reason.",
        ["what", "reason"],
    ),
    ("command", "start", "activity", "result", "answer"),
    Flaw,
)
MISSING_KEYS = Counter(
    "otklik_missing_keys", "Steps put off because this process was not given a key, by the key's id.", ["key"]
)
FAILED_STEPS = from_the_start(
    Counter(
        "otklik_failed_steps",
        "Steps undone because they failed unexpectedly, by command or duty.",
        ["command"],
    ),
    (*Command, *Duty, *(f"limit_{name}" for name in LimitName)),
)


def sound(alarm: Alarm) -> None:
    """Count the alarm and log it; for `workflows.alarms.listening`."""
    told = {**subject_of(alarm.workflow), "command": alarm.command, "reason": alarm.reason}
    match alarm.kind:
        case AlarmKind.FORGED_COMMAND:
            FORGED.labels("command", alarm.reason).inc()
            log.error("a forged command was left aside", **told)
        case AlarmKind.FORGED_START:
            FORGED.labels("start", alarm.reason).inc()
            log.error("a run that the program has not started was ended", **told)
        case AlarmKind.FORGED_ACTIVITY:
            FORGED.labels("activity", alarm.reason).inc()
            log.error("what the program has not asked for was not done", **told)
        case AlarmKind.FORGED_RESULT:
            FORGED.labels("result", alarm.reason).inc()
            log.error("somebody has completed an activity in a worker's name: it is done again", **told)
        case AlarmKind.FORGED_ANSWER:
            FORGED.labels("answer", alarm.reason).inc()
            log.error("an answer to a query is not the program's own: it is not believed", **told)
        case AlarmKind.MISSING_KEY:
            MISSING_KEYS.labels(alarm.reason).inc()
            log.error("a key of commands is missing: give this process the keys of the installation", **told)
        case AlarmKind.FAILED_STEP:
            FAILED_STEPS.labels(alarm.command or "").inc()
            log.error("a step failed and was undone", **told)
