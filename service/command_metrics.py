"""What is counted of commands, for Prometheus."""

from prometheus_client import Counter

COMMANDS = Counter(
    "otklik_commands",
    "Commands people gave, by name and by what became of them: accepted, refused, taken.",
    ["command", "outcome"],
)
