"""Measures of commands, for Prometheus."""

from prometheus_client import Counter

from store.commands import outbox
from telemetry.series import from_the_start
from workflows.vocabulary import Command

RESTARTED, LEFT = "restarted", "left"

COMMANDS = from_the_start(
    Counter(
        "otklik_commands",
        "Commands people gave, by name and by what became of them: accepted, refused, taken.",
        ["command", "outcome"],
    ),
    (outbox.REGISTER, *Command),
    (outbox.ACCEPTED, outbox.REFUSED, outbox.TAKEN),
)

LOST_RUNS = from_the_start(
    Counter(
        "otklik_lost_runs",
        "Runs of open messages found ended by somebody else: restarted, or left to the operator at each look.",
        ["outcome"],
    ),
    (RESTARTED, LEFT),
)
