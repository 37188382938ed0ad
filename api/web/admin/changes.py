"""Changes of the directory: by whom, with old and new values."""

from functools import partial
from typing import Annotated

from fastapi import Query, Request, Response

from api.deps import Db, Rules
from api.errors import FieldError
from api.paging import Before
from api.web.messages.address import Tidy, without
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell.page import page
from api.web.titles import names_of
from calendar_rules.vocabulary import Role
from service.access.recorded_calls import Call
from service.access.validation_wording import ZERO_CHARACTER
from service.directory import record
from service.directory.record import ACTION_TITLES, PART_TITLES
from store.directory.edits import Part, Sought
from store.people.persons import storable

router = Pages()

Words = Annotated[str | None, Query(max_length=200)]


@router.get("/admin/changes", recorded=Call.DIRECTORY_EDITS, by=(Role.ADMIN,))
async def changes(
    request: Request,
    admin: Viewer,
    tidy: Tidy,
    before: Before,
    database: Db,
    rules: Rules,
    person: Words = None,
    part: Part | None = None,
    subject: Words = None,
) -> Response:
    """The changes, newest first; the address says what is searched for."""
    for field, text in (("person", person), ("subject", subject)):
        if text is not None and not storable(text):
            raise FieldError(field, ZERO_CHARACTER)
    sought = Sought(person.strip() if person else None, part, subject.strip() if subject else None)
    rows, following = await record.page(database, sought, before)
    return page(
        request,
        admin,
        "admin/changes.html",
        rows=rows,
        zone=rules.zone,
        next=without(request, "cursor", cursor=str(following)) if following else None,
        first=without(request, "cursor") if before else None,
        sought=sought,
        parts=PART_TITLES,
        actions=ACTION_TITLES,
        names=await names_of(database),
        without=partial(without, request),
    )
