"""One person as a page shows them: to the administrator all of it, to others their absences."""

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response

from api.web.people import form as forms
from api.web.people.form import PersonForm
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


async def show(
    request: Request,
    caller: SignedIn,
    key: str,
    service: ServiceParts,
    *,
    typed: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
    refused: str | None = None,
    form: PersonForm | None = None,
    password_given: str | None = None,
    password_wrong: str | None = None,
    done: bool = False,
) -> Response:
    """The page of a member of staff, with what was typed amiss. Raises NotFoundError."""
    member = await staff.member(service.database, key)
    everybody = (await staff.found(service.database, "")).members
    viewer = caller.person
    admin = is_admin(viewer)
    absent = await service.people.sign_in.holder(key) if member.active else None
    now = datetime.now(UTC)
    of_admin: dict[str, Any] = {}
    if admin:
        standing = await service.directory.editing.standing()
        form = form or forms.of_entry(standing.person(key))
        of_admin = {"form": form, "held_up": await service.people.passwords.held_up(key)}
        of_admin |= {
            "scheduled": await service.directory.scheduled.of(Part.PEOPLE, key),
            "open_work": await service.messages.open_work.of_person(key),
        }
        of_admin |= forms.choices(standing, form)
    misfit = wrong or password_wrong or (form and form.wrong)
    conflict = refused or (form and form.refused)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if misfit else HTTPStatus.CONFLICT if conflict else HTTPStatus.OK
    return page(
        request,
        viewer,
        "people/person.html",
        status=status,
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
        typed=typed or {},
        wrong=wrong or {},
        refused=refused,
        password_given=password_given,
        password_wrong=password_wrong,
        done=done,
        zone=service.rules.zone,
        now=now,
        **of_admin,
    )
