"""Calculation in a process of its own: reads a task, writes what came of it, and ends (`service.runs.apart`)."""

import sys

from service.load.calculation import calculate
from service.load.given import GivenError
from service.load.situations import changed
from service.load.task import Done, Task
from service.runs import apart


def done(task: Task) -> Done:
    """The result of a task; what does not fit is refused in words."""
    try:
        given, rules = changed(task.given, task.rules, task.asked)
        return Done(result=calculate(given, rules, task.plan, task.changes, search=task.search))
    except GivenError as error:
        return Done(refused=str(error))


def main() -> None:
    """Everything else on the machine comes first."""
    apart.be_unurgent(apart.WAITED_FOR)
    task = Task.model_validate_json(sys.stdin.buffer.read())
    sys.stdout.buffer.write(done(task).model_dump_json().encode())


if __name__ == "__main__":
    main()
