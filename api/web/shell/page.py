"""A page in its shell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

from fastapi import Request
from fastapi.responses import HTMLResponse

from api.response_headers import OF_PAGES
from api.web import templates
from api.web.shell.counts import Counts
from api.web.shell.renewals import is_renewed, may_be_packed, packed, renews, shown_rows
from calendar_rules import CalendarError
from calendar_rules.vocabulary import Role
from service.load.part import READERS as LOAD
from service.networks.candidates import READERS as FOUND
from service.networks.sources import KEEPERS as SOURCES
from service.oversight.referrals import READERS as REFERRALS
from service.oversight.shortcomings import READERS as SHORTCOMINGS
from service.reports.weekly.reports import OF_BODIES, READERS
from settings import Settings
from store.messages.finding import SEES_ANY
from store.people.persons import Actor


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the bar, and who has it; empty: everyone."""

    title: str
    address: str
    roles: frozenset[Role] = frozenset()
    kept: frozenset[Role] = frozenset()
    """Roles in which it stays with who held one before."""

    def has(self, address: str) -> bool:
        """Whether the page of this address is in it."""
        return address == self.address or (self.address != "/" and address.startswith(f"{self.address}/"))


BOARD = (Role.CURATOR, Role.HEAD)
"""Who distributes the work."""
OVERVIEW = (Role.RESPONSIBLE, Role.DEPUTY, Role.HEAD, Role.DEPUTY_POLICY, Role.GOVERNOR)
"""Who oversees it."""
WEEKLY = READERS
"""Who reads weekly summaries."""
REPORTS = (*READERS, *OF_BODIES)
"""Who reads reports, some of bodies of theirs only."""
SECTIONS = (
    Section("Очередь", "/"),
    Section("Найденное", "/candidates", frozenset(FOUND)),
    Section("Обзор", "/overview", frozenset(OVERVIEW)),
    Section("Доска", "/board", frozenset(BOARD)),
    Section("Сообщения", "/messages", SEES_ANY),
    Section("Недостатки", "/shortcomings", frozenset(SHORTCOMINGS), frozenset(SHORTCOMINGS)),
    Section("Обещания", "/promises", SEES_ANY),
    Section("Отчёты", "/reports", frozenset(REPORTS)),
    Section("Сводка", "/reports/weekly", frozenset(WEEKLY)),
    Section("Нагрузка", "/load", frozenset(LOAD)),
    Section("Источники", "/sources", frozenset(SOURCES)),
    Section("Переданное", "/referrals", frozenset(REFERRALS)),
    Section("Сотрудники", "/people", frozenset({Role.HEAD, Role.RESPONSIBLE})),
    Section("Управление", "/admin", frozenset({Role.ADMIN})),
)
"""In the order of how often one goes there: what the bar has no room for stands under «Ещё»."""
_IN_THE_BAR = 5
"""Sections that have room in the bar on a screen of 1366 px, beside «Ещё»."""


@dataclass(frozen=True, slots=True)
class Shell:
    """What the bar shows to one person at one moment of the Department's zone."""

    viewer: Actor | None
    sections: Sequence[Section]
    here: str
    counts: Counts | None
    """What waits for the person; None where that was not counted."""
    now: datetime
    closing: datetime | None
    registers: bool
    """Whether the person may register messages."""
    training: bool
    demo: bool
    mark: str | None
    """How far changes had been passed on before anything of the page was read."""
    renews: bool
    """Whether a page that is open renews itself: it has its bar, its styles and scripts."""
    shown_rows: frozenset[str]
    """Versions of rows that it has already."""

    @property
    def at_hand(self) -> Sequence[Section]:
        """The sections that the bar has room for."""
        # A menu of one section takes as much room as the section.
        return self.sections if len(self.sections) <= _IN_THE_BAR + 1 else self.sections[:_IN_THE_BAR]

    @property
    def further(self) -> Sequence[Section]:
        """Those under «Ещё» of the bar."""
        return self.sections[len(self.at_hand) :]

    @property
    def searches(self) -> bool:
        """Whether there is a list of messages to search in."""
        return any(section.address == "/messages" for section in self.sections)

    @property
    def notices(self) -> str:
        """How many notices are new, in words: «3 непрочитанных»."""
        unread = self.counts.notices if self.counts else 0
        word = templates.plural(unread, "непрочитанное", "непрочитанных", "непрочитанных")
        return f"{templates.number(unread)} {word}"

    @property
    def current(self) -> Section | None:
        """The section of the page: that of the longest address which it begins with."""
        found = [section for section in self.sections if section.has(self.here)]
        return max(found, key=lambda section: len(section.address), default=None)


def shell(request: Request, viewer: Actor | None, shown_at: str | None = None) -> Shell:
    """The shell around a page for this person; None: for somebody who has not signed in.

    `shown_at` is the address of the page, where the one that is asked for is another.
    """
    settings: Settings = request.app.state.settings
    rules = request.app.state.rules
    now = datetime.now(UTC).astimezone(rules.zone)
    held = {capacity.role for capacity in viewer.capacities(now)} if viewer else set()
    before = {office.role for office in viewer.offices_left(now)} if viewer else set()
    try:
        closing = rules.department.closing(now.date())
    except CalendarError:
        closing = None
    return Shell(
        viewer=viewer,
        sections=[
            section
            for section in SECTIONS
            if viewer and (not section.roles or section.roles & (held | (before & section.kept)))
        ],
        here=shown_at or request.url.path,
        counts=getattr(request.state, "counts", None),
        now=now,
        closing=closing.astimezone(rules.zone) if closing and closing > now else None,
        registers=Role.CURATOR in held,
        training=settings.training,
        demo=settings.demo,
        mark=getattr(request.state, "mark", None),
        renews=renews(request),
        shown_rows=shown_rows(request),
    )


def page(
    request: Request,
    viewer: Actor | None,
    template: str,
    *,
    status: int = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
    shown_at: str | None = None,
    **values: object,
) -> HTMLResponse:
    """The page of a template, for this person; `shown_at` as for `shell`."""
    made = (
        templates.environment()
        .get_template(template)
        .render(shell=shell(request, viewer, shown_at), **values)
    )
    sent = {"Content-Security-Policy": OF_PAGES, "Vary": "Accept-Encoding, Sec-Fetch-Site", **(headers or {})}
    if is_renewed(request) or not may_be_packed(request):
        return HTMLResponse(made, status, sent)
    return HTMLResponse(packed(made), status, {**sent, "Content-Encoding": "gzip"})
