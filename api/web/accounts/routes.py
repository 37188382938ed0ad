"""Keys of bodies' accounts in networks, as the administrator keeps them; the keys themselves are never shown."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from api.deps import Networks, Service
from api.web.message import form_body
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell.page import page
from calendar_rules.vocabulary import Network, Role
from service.access.errors import InvalidInputError
from service.access.recorded_calls import Call
from service.access.validation_wording import explain
from service.assembly import Service as ServiceParts
from service.networks.keys import PART_TITLES, AccountGiven
from store.people.persons import Actor

router = Pages()

PART = "part-"
"""Before the name of a part of a key, in the form."""
_SOON = timedelta(days=7)
_LONGEST = 2000

Chosen = Annotated[str, Query(max_length=_LONGEST)]


@router.get("/admin/accounts", recorded=Call.ACCOUNTS_LIST, by=(Role.ADMIN,))
async def accounts(
    request: Request,
    admin: Viewer,
    service: Service,
    network: Chosen = "",
    body: Chosen = "",
    url: Chosen = "",
    done: bool = False,
) -> Response:
    """Every account with a key; with an account named, the fields of its key."""
    typed = {"network": network, "body": body, "url": url}
    return await _page(request, admin, service, typed, done=done)


@router.post("/admin/accounts", recorded=Call.ACCOUNT_ADD, by=(Role.ADMIN,))
async def add(request: Request, admin: Viewer, service: Service) -> Response:
    """A key for an account; what was typed of the key is not shown again, also where it is refused."""
    form = await form_body.read(request, takes_files=False)
    typed = {name: form.one(name).strip() for name in ("network", "body", "url", "until")}
    parts = {
        name.removeprefix(PART): values[0]
        for name, values in form.values.items()
        if name.startswith(PART) and values[0].strip()
    }
    parts.update(_lines(form.one("parts")))
    try:
        given = AccountGiven.model_validate(
            {
                **{name: typed[name] for name in ("network", "body", "url")},
                "credentials": parts,
                "expires_at": _until(typed["until"], service),
            }
        )
        await service.networks.keys.add(admin, given)
    except ValidationError as error:
        wrong = dict(explain(error.errors(include_input=False)))
        return await _page(request, admin, service, typed, wrong=wrong)
    except InvalidInputError as error:
        return await _page(request, admin, service, typed, wrong={error.field: error.detail})
    return RedirectResponse("/admin/accounts?done=true", HTTPStatus.SEE_OTHER)


@router.post("/admin/accounts/{account}/remove", recorded=Call.ACCOUNT_REMOVE, by=(Role.ADMIN,))
async def remove(admin: Viewer, account: str, networks: Networks) -> Response:
    """The key is gone."""
    await networks.keys.remove(admin, account)
    return RedirectResponse("/admin/accounts?done=true", HTTPStatus.SEE_OTHER)


def _lines(text: str) -> dict[str, str]:
    """Parts typed as «name = value», a line each, where nothing is known of the platform."""
    pairs = (line.partition("=") for line in text.splitlines() if line.strip())
    return {name.strip(): value.strip() for name, _, value in pairs}


def _until(typed: str, service: ServiceParts) -> datetime | None:
    """The end of the day that was typed, in the Department's zone. Raises InvalidInputError."""
    if not typed:
        return None
    try:
        day = datetime.fromisoformat(typed).replace(tzinfo=service.rules.zone)
        return day.replace(hour=23, minute=59)
    except ValueError:
        raise InvalidInputError("expires_at", "нужна дата, например 01.12.2026.") from None


async def _page(
    request: Request,
    admin: Actor,
    service: ServiceParts,
    typed: Mapping[str, str],
    *,
    done: bool = False,
    wrong: Mapping[str, str] | None = None,
) -> Response:
    directory = (await service.directory.editing.standing()).directory
    network = Network(typed["network"]) if typed["network"] in set(Network) else None
    url = typed["url"] or _official(directory.bodies, typed["body"], network)
    traits = service.networks.keys.asked_for(network, url) if network and url else None
    now = datetime.now(UTC)
    return page(
        request,
        admin,
        "accounts/accounts.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        accounts=(await service.networks.keys.listed()).items,
        bodies=[(item.key, item.title) for item in directory.bodies],
        titles={item.key: item.short for item in directory.bodies},
        networks=list(Network),
        typed={**typed, "url": url},
        step=2 if network and typed["body"] and url else 1,
        parts=traits.credentials if traits else (),
        optional=traits.optional if traits else frozenset(),
        part_titles=PART_TITLES,
        prefix=PART,
        wrong=wrong or {},
        done=done,
        now=now,
        soon=now + _SOON,
    )


def _official(bodies: object, body: str, network: Network | None) -> str:
    """The body's official page in the network, where the directory names one."""
    if not isinstance(bodies, tuple | list) or network is None:
        return ""
    found = next((item for item in bodies if item.key == body), None)
    return str(found.accounts.get(network, "")) if found else ""
