"""How long a test waits for what has to come. A busy machine is slow, and a wait ends when it has come."""

PATIENCE = 45.0  # seconds
SOON = 30_000.0  # milliseconds, as Playwright counts
