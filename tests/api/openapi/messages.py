"""Messages in each stage for requests that nobody wrote: their ids, and those of their drafts and files."""

from collections.abc import Awaitable, Callable
from typing import Any

import schemathesis

from tests.api.messages.case import Case
from tests.api.messages.office import Office

Make = Callable[[Office], Awaitable[Case]]


async def routing(office: Office) -> Case:
    return await Case.begin(office)


async def contribution(office: Office) -> Case:
    case = await routing(office)
    await case.route("housing", "roads")
    return case


async def preparation(office: Office) -> Case:
    case = await contribution(office)
    await case.contribute()
    return case


async def approval(office: Office) -> Case:
    case = await preparation(office)
    await case.submit("answer", attachments=[await case.attach()])
    return case


async def rework(office: Office) -> Case:
    case = await approval(office)
    await case.rework()
    return case


async def publication(office: Office) -> Case:
    case = await approval(office)
    await case.approve()
    return case


async def awaiting_author(office: Office) -> Case:
    case = await routing(office)
    await case.route()
    await case.submit("clarification")
    await case.approve()
    await case.publish()
    return case


async def closed(office: Office) -> Case:
    case = await publication(office)
    await case.publish()
    return case


STAGES: dict[str, Make] = {
    make.__name__: make
    for make in (
        routing,
        contribution,
        preparation,
        approval,
        rework,
        publication,
        awaiting_author,
        closed,
    )
}


class Pool:
    """One message for each stage, made when it is wanted, and again when a request has moved it on."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._cases: dict[str, Case] = {}

    async def one(self, stage: str) -> Case:
        case = self._cases.get(stage)
        if case is None or (await case.look())["stage"] != case.view["stage"]:
            case = self._cases[stage] = await STAGES[stage](self._office)
        return case


Request = schemathesis.Case[Any]


def point(request: Request, case: Case) -> None:
    """Have the request ask for this message, its last draft, contribution and file."""
    drafts, contributions = case.view["drafts"], case.view["contributions"]
    files = [item["id"] for draft in drafts for item in draft["attachments"]]
    ids = {
        "message": case.id,
        "draft": drafts[-1]["id"] if drafts else None,
        "contribution": contributions[-1]["id"] if contributions else None,
        "attachment": files[-1] if files else None,
        "key": "executor-roads",
    }
    for name in request.path_parameters:
        if given := ids.get(name):
            request.path_parameters[name] = given
