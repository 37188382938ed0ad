"""One person as a page shows them: to the administrator all of it, to others their absences."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response

from api.web.people import form as forms
from api.web.shell.form import PageForm
from api.web.shell.page import page
from api.web.titles import Titles
from calendar_rules.vocabulary import Role
from service.assembly import Service as ServiceParts
from service.people import staff
from store.directory.edits import Part
from store.people.persons import Actor, SignedIn


def is_admin(viewer: Actor) -> bool:
    """Whether the viewer may do what administrators do, now."""
    return any(capacity.role is Role.ADMIN for capacity in viewer.capacities(datetime.now(UTC)))


def address(key: str) -> str:
    """Where an administrator has the page of somebody."""
    return f"/admin/people/{quote(key, safe='')}"


_BLANK = PageForm()


async def show(
    request: Request,
    caller: SignedIn,
    key: str,
    service: ServiceParts,
    *,
    form: PageForm = _BLANK,
    absence: PageForm = _BLANK,
    password: PageForm = _BLANK,
    password_given: str | None = None,
) -> Response:
    """The page of a member of staff, with each of its forms as it came back. Raises NotFoundError."""
    member = await staff.member(service.database, key)
    everybody = (await staff.found(service.database, "")).members
    viewer = caller.person
    admin = is_admin(viewer)
    absent = await service.people.sign_in.holder(key) if member.active else None
    status = max(form.status, absence.status, password.status)
    of_admin: dict[str, Any] = {}
    if admin:
        standing = await service.directory.editing.standing()
        form = form.over(forms.values(standing.person(key)))
        of_admin = {
            "held_up": await service.people.passwords.held_up(key),
            "scheduled": await service.directory.scheduled.of(Part.PEOPLE, key),
            "open_work": await service.messages.open_work.of_person(key),
            **forms.choices(standing, form),
        }
    return page(
        request,
        viewer,
        "people/person.html",
        status=status,
        is_refused=status is not HTTPStatus.OK,
        form=form,
        absence=absence,
        password=password,
        password_given=password_given,
        member=member,
        is_admin=admin,
        may_record=absent is not None and service.people.absences.may_manage(viewer, absent),
        absences=(await service.people.absences.of(absent)).items if absent else [],
        substitutes=[
            (other.key, f"{other.name} ({other.key})")
            for other in everybody
            if other.active and other.key != key
        ],
        sign_ins=(await service.people.sign_in.open_of(key, caller)).items if admin else [],
        names={other.key: other.name for other in everybody},
        titles=await Titles.read(service.database),
        zone=service.rules.zone,
        now=datetime.now(UTC),
        **of_admin,
    )
