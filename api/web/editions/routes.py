"""The editions of acts that are known, and two of them side by side."""

from typing import Annotated

from fastapi import Query, Request, Response

from api import wording
from api.deps import Directory, Rules
from api.errors import FieldError
from api.only_known import OnlyKnown
from api.router import Who
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell.page import page
from calendar_rules.edition_comparison import changed_terms, compare

router = Pages()

Reference = Annotated[str | None, Query(max_length=200)]


@router.get("/editions", recorded=None, by=Who.SIGNED_IN)
async def editions(
    request: Request,
    viewer: Viewer,
    only_known: OnlyKnown,
    directory: Directory,
    rules: Rules,
    first: Reference = None,
    second: Reference = None,
) -> Response:
    """Which limits, readings and texts differ; what is not named is the edition in force, and the one before it."""
    used, known = await directory.editions.used(), await directory.editions.known()
    in_force = rules.regulation.act.reference
    for field, reference in (("first", first), ("second", second)):
        if reference is not None and reference not in known:
            raise FieldError(field, wording.NO_EDITION)
    chosen = second or in_force
    before = first or next((other for other in reversed(list(used)) if other != chosen), None)
    pair = (known[before], known[chosen]) if before is not None else None
    return page(
        request,
        viewer,
        "editions/editions.html",
        groups=(
            ("Применялись в этой системе", {name: act for name, act in known.items() if name in used}),
            ("Из поставки программы", {name: act for name, act in known.items() if name not in used}),
        ),
        in_force=in_force,
        first=before,
        second=chosen,
        pair=pair,
        terms=changed_terms(*pair) if pair else [],
        sections=compare(*pair) if pair else [],
    )
