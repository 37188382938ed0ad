"""The page «Нагрузка»: the record of four weeks, its replay, and a calculation for other numbers of people."""

from dataclasses import replace
from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from api.deps import Load
from api.web.message import form_body
from api.web.message.form_body import Typed
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell.form import PageForm, refusal
from api.web.shell.page import page
from service.access import note as access_note
from service.access.recorded_calls import Call
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
    return await _page(request, viewer, load, PageForm())


@router.post(ADDRESS, recorded=Call.LOAD_CALCULATE, by=READERS)
async def calculate(request: Request, viewer: Viewer, load: Load) -> Response:
    """Begin a calculation; the page then shows how far it is."""
    sent = await form_body.read(request, takes_files=False)

    async def asked() -> None:
        await load.ask(question(sent))

    if refused := await refusal(asked(), sent.values):
        wrong = {
            field if field in _NUMBERS else "executors": detail for field, detail in refused.wrong.items()
        }
        if "executors" in wrong:
            wrong["executors"] = _EXECUTORS
        return await _page(request, viewer, load, replace(refused, wrong=wrong))
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


async def _page(request: Request, viewer: Actor, load: LoadPart, form: PageForm) -> Response:
    shown = await load.shown()
    if shown.under_way is not None:
        # It is asked for again each second, and opened once it is all there.
        access_note.is_written(Call.LOAD_OPEN)
    bodies = shown.record.bodies if shown.record else ()
    return page(
        request,
        viewer,
        "load/load.html",
        status=form.status,
        form=form,
        shown=shown,
        choices=[(body.body, f"{body.title}, исполнителей {body.executors}") for body in bodies],
        runs=RUNS,
        period=period,
        words=wording,
    )
