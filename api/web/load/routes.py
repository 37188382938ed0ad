"""The page «Нагрузка»: the last month replayed, and how many people the work takes under other conditions."""

import asyncio
from collections.abc import Awaitable, Mapping
from http import HTTPStatus
from typing import Generic, NamedTuple, TypeVar
from urllib.parse import urlencode

from fastapi import Request, Response

from api.deps import Db, Load, Rules
from api.web.load import form, pictures, words
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell.page import page
from api.web.titles import Titles
from service.access import note as access_note
from service.access.errors import ConflictError, UnderWayError
from service.access.recorded_calls import Call
from service.load.part import READERS
from service.reports.weekly.phrases import period

router = Pages()

ADDRESS = "/load"
FEW = 200
"""Of fewer messages in four weeks intervals are wide, and it is said."""
IDLE = 0.7
"""A share of steps from which on nobody waited: how long the work itself takes is hardly known."""

T = TypeVar("T")


class Made(NamedTuple, Generic[T]):
    """What is made, or why it is not; neither while it is under way."""

    made: T | None = None
    why: str = ""

    @property
    def waits(self) -> bool:
        """Whether it is under way."""
        return self.made is None and not self.why


async def _made(work: Awaitable[T]) -> Made[T]:
    try:
        return Made(made=await work)
    except UnderWayError:
        return Made()
    except ConflictError as error:
        return Made(why=error.detail)


def _typed(request: Request) -> Mapping[str, str]:
    return {name: request.query_params.get(name, "").strip() for name in form.NAMES}


@router.get(ADDRESS, recorded=Call.LOAD_OPEN, by=READERS)
async def load_page(request: Request, viewer: Viewer, database: Db, rules: Rules, load: Load) -> Response:
    """The replay first; what is asked of it by the address, below."""
    typed = _typed(request)
    is_asked = "ask" in request.query_params
    question, wrong = form.question(typed, rules) if is_asked else (None, {})
    if question is None:
        past, calculation = await _made(load.past(viewer)), None
    else:
        past, calculation = await asyncio.gather(
            _made(load.past(viewer)), _made(load.calculated(viewer, question))
        )
    if past.waits or (calculation and calculation.waits):
        # Nothing is shown yet, and it is asked for again each second.
        access_note.is_written(Call.LOAD_OPEN)
    titles = await Titles.read(database)
    limits = rules.regulation.limits
    result = calculation.made.result if calculation and calculation.made else None
    return page(
        request,
        viewer,
        "load/load.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        address=f"{ADDRESS}?{urlencode({**typed, 'ask': 1})}" if question else ADDRESS,
        past=past,
        calculation=calculation,
        result=result,
        by_curators=pictures.by_curators(result.needed, result.outcome.curators.people)
        if result and result.needed
        else None,
        by_hour=pictures.by_hour(result.outcome.curators.queue.by_hour) if result else None,
        typed=typed,
        wrong=wrong,
        bodies=[("", "не менять"), *sorted(titles.short.items(), key=lambda item: item[1])],
        hours=form.usual_hours(rules),
        terms={"routing": limits.routing.term, "answer": limits.answer.term},
        words=words,
        topics=titles.topic,
        period=period,
        few=FEW,
        idle=IDLE,
        percent=pictures.percent,
    )
