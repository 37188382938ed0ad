"""Keys of bodies' accounts in networks, as the administrator keeps them; the keys themselves are never shown."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import Query, Request, Response

from api.deps import Networks, Service
from api.web.message import form_body
from api.web.message.form_body import Typed
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell.form import PageForm, content_of, refusal, saved
from api.web.shell.page import page
from calendar_rules.vocabulary import Network, Role
from service.access.errors import InvalidInputError
from service.access.recorded_calls import Call
from service.assembly import Service as ServiceParts
from service.networks.keys import PART_TITLES, AccountGiven
from store.directory.file import BodyEntry
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
    values = {"network": [network], "body": [body], "url": [url]}
    return await _page(request, admin, service, PageForm(values, done=done))


@router.post("/admin/accounts", recorded=Call.ACCOUNT_ADD, by=(Role.ADMIN,))
async def add(request: Request, admin: Viewer, service: Service) -> Response:
    """A key for an account; what was typed of the key is not shown again, also where it is refused."""
    sent = await form_body.read(request, takes_files=False)

    async def added() -> None:
        content = {
            **content_of(AccountGiven, sent),
            "credentials": _parts(sent),
            "expires_at": _until(sent.one("until").strip(), service),
        }
        await service.networks.keys.add(admin, AccountGiven.model_validate(content))

    shown = {name: sent.values.get(name, [""]) for name in ("network", "body", "url", "until")}
    if refused := await refusal(added(), shown):
        return await _page(request, admin, service, refused)
    return saved("/admin/accounts")


@router.post("/admin/accounts/{account}/remove", recorded=Call.ACCOUNT_REMOVE, by=(Role.ADMIN,))
async def remove(admin: Viewer, account: str, networks: Networks) -> Response:
    """The key is gone."""
    await networks.keys.remove(admin, account)
    return saved("/admin/accounts")


def _parts(sent: Typed) -> dict[str, str]:
    """The key by its parts; where nothing is known of the platform they are lines of «name = value»."""
    lines = (line.partition("=") for line in sent.one("parts").splitlines() if line.strip())
    named = {
        name.removeprefix(PART): values[0]
        for name, values in sent.values.items()
        if name.startswith(PART) and values[0].strip()
    }
    return named | {name.strip(): value.strip() for name, _, value in lines}


def _until(typed: str, service: ServiceParts) -> datetime | None:
    """The end of the day that was typed, in the Department's zone. Raises InvalidInputError."""
    if not typed:
        return None
    try:
        day = datetime.fromisoformat(typed).replace(tzinfo=service.rules.zone)
        return day.replace(hour=23, minute=59)
    except ValueError:
        raise InvalidInputError("until", "Нужна дата, например 01.12.2026.") from None


async def _page(request: Request, admin: Actor, service: ServiceParts, form: PageForm) -> Response:
    directory = (await service.directory.editing.standing()).directory
    typed = form.typed
    network = Network(typed["network"]) if typed["network"] in set(Network) else None
    url = typed["url"] or _official(directory.bodies, typed["body"], network)
    traits = service.networks.keys.asked_for(network, url) if network and url else None
    now = datetime.now(UTC)
    return page(
        request,
        admin,
        "accounts/accounts.html",
        status=form.status,
        form=replace(form, values={**form.values, "url": [url]}),
        accounts=(await service.networks.keys.listed()).items,
        bodies=[(item.key, item.title) for item in directory.bodies],
        titles={item.key: item.short for item in directory.bodies},
        networks=list(Network),
        step=2 if network and typed["body"] and url else 1,
        parts=traits.credentials if traits else (),
        optional=traits.optional if traits else frozenset(),
        part_titles=PART_TITLES,
        prefix=PART,
        now=now,
        soon=now + _SOON,
    )


def _official(bodies: Sequence[BodyEntry], body: str, network: Network | None) -> str:
    """The body's official page in the network, where the directory names one."""
    accounts = next((item.accounts for item in bodies if item.key == body), {})
    return accounts.get(network, "") if network else ""
