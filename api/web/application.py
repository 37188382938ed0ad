"""The pages beside the API: each with its own routes."""

from fastapi import FastAPI

from api.web import events, static_files
from api.web.admin import access, calendar, destructions, directory, start
from api.web.board import routes as board
from api.web.message import advice, routing, unsent
from api.web.message import routes as message
from api.web.message import templates as answer_templates
from api.web.messages import routes as messages
from api.web.notices import routes as notices
from api.web.overview import routes as overview
from api.web.people import routes as people
from api.web.profile import routes as profile
from api.web.queue import routes as queue
from api.web.register import routes as register
from api.web.sign_in import routes as sign_in
from api.web.training import routes as training


def include(app: FastAPI) -> None:
    """Serve the pages."""
    of_the_program = (static_files, events, sign_in, profile)
    of_messages = (queue, register, messages, message, board, overview, notices)
    of_administration = (start, directory, people, access, destructions, calendar)
    for part in (*of_the_program, *of_messages, *of_administration):
        app.include_router(part.router)
    for extra in (routing, unsent, answer_templates, advice):
        app.include_router(extra.router)
    if app.state.settings.training:
        app.include_router(training.router)
