"""Page of the installation's condition: what `otklik doctor` tells, as this process sees it."""

from datetime import UTC, datetime

from fastapi import Request, Response

from api.deps import Rules, Runs, Settings
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell.page import page
from calendar_rules.vocabulary import Role
from service.access.recorded_calls import Call
from service.installation.condition import State
from service.installation.doctor import examine

router = Pages()


@router.get("/admin/condition", recorded=Call.CONDITION_OPEN, by=(Role.ADMIN,))
async def condition(
    request: Request, admin: Viewer, runs: Runs, rules: Rules, settings: Settings
) -> Response:
    """What is wrong first, then what needs somebody soon; below it everything that is as it should be."""
    now = datetime.now(UTC)
    found = await examine(settings, rules.zone, runs.database, runs.temporal.client_or_none, now)
    of = {state: [line for line in found if line.state is state] for state in State}
    return page(
        request,
        admin,
        "admin/condition.html",
        wrong=of[State.WRONG],
        soon=of[State.SOON],
        right=of[State.OK],
        at=now.astimezone(rules.zone),
    )
