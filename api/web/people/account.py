"""Sign-in of somebody, for the administrator: a password, wrong ones, open sign-ins, the second factor."""

from contextlib import suppress
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import People, Service
from api.web.pages import Pages
from api.web.people.shown import address, show
from api.web.session import Session, Viewer
from api.web.shell.form import refusal
from calendar_rules.vocabulary import Role
from service.access.errors import NotFoundError
from service.access.recorded_calls import Call

router = Pages()


async def _account(admin: Viewer, key: str, service: Service) -> str:
    return (await service.people.sign_in.holder(key)).key


Account = Annotated[str, Depends(_account)]


@router.post("/admin/people/{key}/password", recorded=Call.PASSWORD_GIVE, by=(Role.ADMIN,))
async def give_password(
    request: Request,
    admin: Viewer,
    caller: Session,
    person: Account,
    service: Service,
    password: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """A password that its owner is to change; it is shown on this answer and nowhere else."""
    given: list[str] = []

    async def give() -> None:
        given.append(await service.people.passwords.give(admin, person, password))

    if refused := await refusal(give(), {}):
        return await show(request, caller, person, service, password=refused)
    return await show(request, caller, person, service, password_given=given[0])


@router.post("/admin/people/{key}/let-in", recorded=Call.SIGN_IN_LET_IN, by=(Role.ADMIN,))
async def let_in(admin: Viewer, person: Account, people: People) -> Response:
    """Wrong passwords that were tried for them count no longer."""
    await people.passwords.let_in(person)
    return _back(person)


@router.post("/admin/people/{key}/sign-ins/end", recorded=Call.SIGN_INS_END, by=(Role.ADMIN,))
async def end_sign_ins(admin: Viewer, person: Account, people: People) -> Response:
    """Every open sign-in ends."""
    await people.sign_in.end_all(person)
    return _back(person)


@router.post("/admin/people/{key}/sign-ins/{sign_in}/end", recorded=Call.SIGN_INS_END, by=(Role.ADMIN,))
async def end_sign_in(admin: Viewer, person: Account, sign_in: str, people: People) -> Response:
    """An open sign-in ends; one that has ended already is as it should be."""
    with suppress(NotFoundError):
        await people.sign_in.end(person, sign_in)
    return _back(person)


@router.post("/admin/people/{key}/second-factor/remove", recorded=Call.SECOND_FACTOR_REMOVE, by=(Role.ADMIN,))
async def remove_second_factor(
    request: Request, admin: Viewer, caller: Session, person: Account, service: Service
) -> Response:
    """For who has lost the device and the recovery codes; their sign-ins end."""
    removed = service.people.second_factors.remove_of(caller, person)
    if refused := await refusal(removed, {}):
        return await show(request, caller, person, service, password=refused)
    return _back(person)


def _back(person: str) -> Response:
    return RedirectResponse(address(person), HTTPStatus.SEE_OTHER)
