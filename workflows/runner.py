"""Runner of workflow code: without Temporal's sandbox.

The sandbox imports every module again for every message, and what is passed through it is not watched. All of
`workflows` would have to be passed through, so it would watch nothing and cost a fifth of the worker's time.
What it would catch (clocks, chance, I/O) is kept out by lint rules for `workflows` and `calendar_rules`, and by
replaying stored histories.
"""

from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.worker import UnsandboxedWorkflowRunner, WorkflowInstance, WorkflowInstanceDetails

from workflows.identity import WORKFLOW_TYPE


def runner() -> UnsandboxedWorkflowRunner:
    """The runner for workers and replayers."""
    return _Runner()


class _Runner(UnsandboxedWorkflowRunner):
    """Runs a message that somebody has started with more than one input as one without any: it ends as forged.

    The SDK would hand all of them to the constructor, before any interceptor is asked, and fail the task for ever.
    """

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        instance = super().create_instance(det)
        if det.info.workflow_type != WORKFLOW_TYPE:
            return instance
        activate = instance.activate

        def with_one_input(act: WorkflowActivation) -> WorkflowActivationCompletion:
            for job in act.jobs:
                if job.HasField("initialize_workflow") and len(job.initialize_workflow.arguments) > 1:
                    del job.initialize_workflow.arguments[:]
            return activate(act)

        instance.activate = with_one_input  # type: ignore[method-assign]
        return instance
