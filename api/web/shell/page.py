"""A page in its shell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

from fastapi import Request
from fastapi.responses import HTMLResponse

from api.response_headers import OF_PAGES
from api.web import templates
from calendar_rules import CalendarError
from calendar_rules.vocabulary import Role
from settings import Settings
from store.messages import SEES_ANY
from store.people import Actor


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the bar, and who has it; empty: everyone."""

    title: str
    address: str
    roles: frozenset[Role] = frozenset()


BOARD = (Role.CURATOR, Role.HEAD)
"""Who distributes the work."""
OVERVIEW = (Role.RESPONSIBLE, Role.DEPUTY, Role.HEAD, Role.DEPUTY_POLICY, Role.GOVERNOR)
"""Who oversees it."""
SECTIONS = (
    Section("Очередь", "/"),
    Section("Доска", "/board", frozenset(BOARD)),
    Section("Обзор", "/overview", frozenset(OVERVIEW)),
    Section("Сообщения", "/messages", SEES_ANY),
    Section("Уведомления", "/notices"),
    Section("Сотрудники", "/people", frozenset({Role.HEAD, Role.RESPONSIBLE})),
    Section("Управление", "/admin", frozenset({Role.ADMIN})),
)


@dataclass(frozen=True, slots=True)
class Shell:
    """What the bar shows to one person at one moment of the Department's zone."""

    viewer: Actor | None
    sections: Sequence[Section]
    here: str
    now: datetime
    closing: datetime | None
    registers: bool
    """Whether the person may register messages."""
    training: bool
    demo: bool


def shell(request: Request, viewer: Actor | None) -> Shell:
    """The shell around a page for this person; None: for somebody who has not signed in."""
    settings: Settings = request.app.state.settings
    rules = request.app.state.rules
    now = datetime.now(UTC).astimezone(rules.zone)
    held = {capacity.role for capacity in viewer.capacities(now)} if viewer else set()
    try:
        closing = rules.department.closing(now.date())
    except CalendarError:
        closing = None
    return Shell(
        viewer=viewer,
        sections=[section for section in SECTIONS if viewer and (not section.roles or section.roles & held)],
        here=request.url.path,
        now=now,
        closing=closing.astimezone(rules.zone) if closing and closing > now else None,
        registers=Role.CURATOR in held,
        training=settings.training,
        demo=settings.demo,
    )


def page(
    request: Request,
    viewer: Actor | None,
    template: str,
    *,
    status: int = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
    **values: object,
) -> HTMLResponse:
    """The page of a template, for this person."""
    made = templates.environment().get_template(template).render(shell=shell(request, viewer), **values)
    return HTMLResponse(made, status, {"Content-Security-Policy": OF_PAGES, **(headers or {})})
