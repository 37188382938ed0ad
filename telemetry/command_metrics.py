"""Measures of commands, for Prometheus."""

from prometheus_client import Counter

COMMANDS = Counter(
    "otklik_commands",
    "Commands people gave, by name and by what became of them: accepted, refused, taken.",
    ["command", "outcome"],
)

LOST_RUNS = Counter(
    "otklik_lost_runs",
    "Runs of open messages found ended by somebody else: restarted, or left to the operator at each look.",
    ["outcome"],
)
