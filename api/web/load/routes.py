"""The page «Нагрузка»: the record of four weeks, its replay, and a calculation for other numbers of people."""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from api.deps import Load
from api.web.message import form_body
from api.web.message.form_body import Typed
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell.page import page
from service.access import note as access_note
from service.access.errors import ConflictError
from service.access.recorded_calls import Call
from service.access.validation_wording import explain
from service.load import wording
from service.load.part import READERS, LoadPart
from service.load.results import MOST_EXECUTORS, Question
from service.load.task import RUNS
from service.reports.weekly.phrases import period
from store.people.persons import Actor

router = Pages()

ADDRESS = "/load"
_NUMBERS = ("curators", "per_day", "goal")
_EXECUTORS = f"Укажите орган и целое число его исполнителей, от 1 до {MOST_EXECUTORS}."


@router.get(ADDRESS, recorded=Call.LOAD_OPEN, by=READERS)
async def load_page(request: Request, viewer: Viewer, load: Load) -> Response:
    """What is on record, with the calculation asked for last."""
    return await _page(request, viewer, load)


@router.post(ADDRESS, recorded=Call.LOAD_CALCULATE, by=READERS)
async def calculate(request: Request, viewer: Viewer, load: Load) -> Response:
    """Begin a calculation; the page then shows how far it is."""
    typed = await form_body.read(request, takes_files=False)
    wrong: Mapping[str, str] = {}
    try:
        await load.ask(question(typed))
    except ValidationError as error:
        problems = explain(error.errors(include_input=False))
        wrong = dict(
            (field, detail) if field in _NUMBERS else ("executors", _EXECUTORS) for field, detail in problems
        )
    except ConflictError as error:
        return await _page(request, viewer, load, typed, refusal=error.detail)
    if wrong:
        return await _page(request, viewer, load, typed, wrong)
    return RedirectResponse(ADDRESS, HTTPStatus.SEE_OTHER)


def question(typed: Typed) -> Question:
    """What was typed; an empty field is left as on record. Raises ValidationError."""
    given: dict[str, object] = {name: number for name in _NUMBERS if (number := _number(typed.one(name)))}
    body, executors = typed.one("body"), _number(typed.one("executors"))
    if body or executors:
        given["bodies"] = {body: executors}
    return Question.model_validate(given)


def _number(text: str) -> str:
    """As it is typed in Russian: «1 200,5»."""
    return "".join(text.split()).replace(",", ".")


async def _page(
    request: Request,
    viewer: Actor,
    load: LoadPart,
    typed: Typed | None = None,
    wrong: Mapping[str, str] | None = None,
    refusal: str = "",
) -> Response:
    shown = await load.shown()
    if shown.under_way is not None:
        # It is asked for again each second, and opened once it is all there.
        access_note.is_written(Call.LOAD_OPEN)
    bodies = shown.record.bodies if shown.record else ()
    return page(
        request,
        viewer,
        "load/load.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY
        if wrong
        else HTTPStatus.CONFLICT
        if refusal
        else HTTPStatus.OK,
        shown=shown,
        typed={name: typed.one(name) for name in (*_NUMBERS, "body", "executors")} if typed else {},
        wrong=wrong or {},
        refusal=refusal,
        choices=[(body.body, f"{body.title}, исполнителей {body.executors}") for body in bodies],
        runs=RUNS,
        period=period,
        words=wording,
    )
