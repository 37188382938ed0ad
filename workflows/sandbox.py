"""How workflow code is run: Temporal's sandbox, with our own pure modules passed through.

The sandbox would otherwise import every module anew for every message. What it would catch in them (clocks,
chance, I/O) is kept out by lint rules for `workflows` and `calendar_rules`, and by replaying histories.
"""

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

PASSED_THROUGH = (
    "workflows",
    "calendar_rules",
    "pydantic",
    "pydantic_core",
    "annotated_types",
    "zoneinfo",
    "tzdata",
)


def runner() -> SandboxedWorkflowRunner:
    """The runner for workers and replayers."""
    return SandboxedWorkflowRunner(
        restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
    )
