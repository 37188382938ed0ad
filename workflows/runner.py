"""How workflow code is run: without Temporal's sandbox.

The sandbox imports every module again for every message, and what is passed through it is not watched. All of
`workflows` would have to be passed through, so it would watch nothing and cost a fifth of the worker's time.
What it would catch (clocks, chance, I/O) is kept out by lint rules for `workflows` and `calendar_rules`, and by
replaying stored histories.
"""

from temporalio.worker import UnsandboxedWorkflowRunner


def runner() -> UnsandboxedWorkflowRunner:
    """The runner for workers and replayers."""
    return UnsandboxedWorkflowRunner()
