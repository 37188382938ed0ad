"""The record of access (152-FZ), searched and paged."""

from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Query, Request, Response

from api.deps import Access, Db
from api.errors import FieldError
from api.paging import Before
from api.web.messages.address import Tidy, without
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell.page import page
from api.web.titles import names_of
from calendar_rules.vocabulary import Role
from service.access.recorded_calls import CALL_TITLES, OUTCOME_TITLES, AccessOutcome, Call
from service.access.validation_wording import ZERO_CHARACTER
from store.access.record import Sought
from store.people.persons import storable

router = Pages()

SHOWN = 100


class _Asked:
    """What is searched for, as it is typed."""

    def __init__(
        self,
        request: Request,
        person: Annotated[str | None, Query(max_length=200)] = None,
        message: Annotated[str | None, Query(max_length=40)] = None,
        call: Call | None = None,
        outcome: AccessOutcome | None = None,
        begins: Annotated[date | None, Query(alias="from")] = None,
        ends: Annotated[date | None, Query(alias="to")] = None,
    ) -> None:
        if person is not None and not storable(person):
            raise FieldError("person", ZERO_CHARACTER)
        self.person = person.strip() if person else None
        self.message = message.strip().removeprefix("№").strip() if message else None
        self.call, self.outcome = call, outcome
        self.begins, self.ends = begins, ends
        self._zone: ZoneInfo = request.app.state.rules.zone

    @property
    def sought(self) -> Sought:
        """The same for the record; both days belong to the period, in the Department's zone."""
        return Sought(
            person=self.person,
            call=self.call,
            outcome=self.outcome,
            begins=self._midnight(self.begins, 0),
            ends=self._midnight(self.ends, 1),
        )

    def _midnight(self, day: date | None, later: int) -> datetime | None:
        if day is None:
            return None
        try:
            return datetime.combine(day + timedelta(days=later), time(), self._zone)
        except OverflowError:
            return None


@router.get("/admin/access", recorded=Call.ACCESS_SEARCH, by=(Role.ADMIN,))
async def record(
    request: Request,
    admin: Viewer,
    tidy: Tidy,
    asked: Annotated[_Asked, Depends()],
    before: Before,
    access: Access,
    database: Db,
) -> Response:
    """Who saw or changed what, when and from where; the address says what is searched for."""
    found = await access.page(asked.sought, message=asked.message, before=before, limit=SHOWN)
    return page(
        request,
        admin,
        "admin/access.html",
        rows=found.items,
        next=without(request, "cursor", cursor=found.next) if found.next else None,
        first=without(request, "cursor") if before else None,
        asked=asked,
        calls=sorted(CALL_TITLES.items(), key=lambda item: item[1]),
        outcomes=OUTCOME_TITLES,
        names=await names_of(database),
        without=partial(without, request),
    )
