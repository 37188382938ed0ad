"""Help: the guide of one's role, keys, the act clause by clause, and whom to ask."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import Path, Request, Response

from api import wording
from api.deps import Db, Rules, Settings
from api.errors import ProblemError
from api.router import Who
from api.web.help import guides
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell.page import page
from calendar_rules import act_text
from calendar_rules.regulation import Regulation
from store.directory import rows as directory

router = Pages()

Name = Literal["curator", "executor", "responsible", "administrator", "time", "demonstration"]


@router.get("/help", recorded=None, by=Who.SIGNED_IN)
async def help_page(
    request: Request, viewer: Viewer, database: Db, rules: Rules, settings: Settings
) -> Response:
    """What whoever looks may want to know, on one page."""
    own = guides.of_roles({capacity.role for capacity in viewer.capacities(datetime.now(UTC))})
    async with database.read() as session:
        department = await directory.department(session)
    return page(
        request,
        viewer,
        "help/help.html",
        guide=guides.guide(own, rules.regulation) if own else None,
        others=_others(own, settings.demo, rules.regulation),
        act=rules.regulation.act,
        text=act_text.of(rules.regulation.act, settings.regulation),
        department=department,
        contact=settings.help_contact,
    )


@router.get("/help/guides/{name}", recorded=None, by=Who.SIGNED_IN)
async def guide_page(
    request: Request, name: Name, viewer: Viewer, settings: Settings, rules: Rules
) -> Response:
    """One guide."""
    act = rules.regulation
    return page(
        request,
        viewer,
        "help/guide.html",
        guide=guides.guide(name, act),
        others=_others(name, settings.demo, act),
    )


@router.get("/help/clauses/{number}", recorded=None, by=Who.SIGNED_IN)
async def clause(
    request: Request,
    number: Annotated[int, Path(ge=1, le=999)],
    viewer: Viewer,
    rules: Rules,
    settings: Settings,
) -> Response:
    """The text of one clause of the act in force, for a page that shows it beside where it is cited."""
    act = rules.regulation.act
    text = act_text.of(act, settings.regulation)
    if text is not None and number not in text.clauses:
        raise ProblemError(HTTPStatus.NOT_FOUND, wording.NO_CLAUSE.format(number=number, act=act.citation))
    return page(
        request,
        viewer,
        "help/clause.html",
        number=number,
        act=act,
        text=text.clauses[number] if text else None,
    )


def _others(own: str | None, demo: bool, act: Regulation) -> list[guides.Guide]:
    return [
        guides.guide(name, act) for name in guides.NAMES if name != own and (demo or name != "demonstration")
    ]
