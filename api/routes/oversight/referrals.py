"""Referrals: what was passed on to others."""

from typing import Annotated

from fastapi import Depends, Query

from api import wording
from api.deps import Oversight
from api.errors import FieldError, problems
from api.only_known import OnlyKnown
from api.router import Router
from service.access.recorded_calls import Call
from service.oversight import referrals
from service.oversight.referrals import ReferralList
from store.oversight.referrals import Place

router = Router("Доклады и сводки")


async def _before(cursor: Annotated[str | None, Query(max_length=80)] = None) -> Place | None:
    if cursor is None:
        return None
    place = referrals.place_of(cursor)
    if place is None:
        raise FieldError("cursor", wording.BAD_CURSOR)
    return place


BeforePlace = Annotated[Place | None, Depends(_before)]


@router.get(
    "/api/referrals",
    recorded=Call.REFERRALS,
    by=referrals.READERS,
    summary="Переданное по принадлежности",
    operation_id="list_referrals",
    responses=problems(401, 403, 422, 503),
)
async def list_referrals(
    before: BeforePlace,
    only_known: OnlyKnown,
    oversight: Oversight,
) -> ReferralList:
    """Куда, когда и каким документом переданы сведения из сообщений (п. 18), последние первыми."""
    return await oversight.referrals.page(before)
