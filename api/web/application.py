"""The pages beside the API: each with its own routes."""

from fastapi import FastAPI

from api.router import add_routes
from api.web import events, static_files
from api.web.about import routes as about
from api.web.accounts import routes as accounts
from api.web.admin import (
    access,
    calendar,
    changes,
    condition,
    destructions,
    directory,
    start,
    undelivered,
)
from api.web.board import routes as board
from api.web.bodies import hours
from api.web.bodies import routes as bodies
from api.web.candidates import routes as candidates
from api.web.docs import routes as docs
from api.web.help import routes as help_pages
from api.web.load import routes as load
from api.web.message import advice, from_account, routing, unsent, verdict
from api.web.message import routes as message
from api.web.message import templates as answer_templates
from api.web.messages import routes as messages
from api.web.notices import routes as notices
from api.web.overview import routes as overview
from api.web.people import account, editing
from api.web.people import routes as people
from api.web.profile import channels
from api.web.profile import routes as profile
from api.web.promises import routes as promises
from api.web.queue import routes as queue
from api.web.referrals import routes as referrals
from api.web.register import routes as register
from api.web.reports import routes as reports
from api.web.reports import weekly
from api.web.shell import routes as shell
from api.web.shortcomings import routes as shortcomings
from api.web.sign_in import routes as sign_in
from api.web.sources import routes as sources
from api.web.topics import routes as topics
from api.web.training import routes as training


def include(app: FastAPI) -> None:
    """Serve the pages."""
    of_the_program = (static_files, events, shell, sign_in, profile, channels, about, docs, help_pages)
    of_networks = (candidates, sources)
    of_messages = (
        queue,
        register,
        messages,
        message,
        board,
        overview,
        notices,
        shortcomings,
        promises,
        referrals,
        weekly,
        reports,
        load,
    )
    of_administration = (
        *(start, directory, access, accounts, destructions, calendar, changes, undelivered, condition),
    )
    # Before that of a person: "new" is nobody's sign-in there.
    of_the_directory = (bodies, hours, topics, editing, account, people)
    for part in (*of_the_program, *of_networks, *of_messages, *of_administration, *of_the_directory):
        add_routes(app, part.router)
    for extra in (routing, unsent, answer_templates, advice, from_account, verdict):
        add_routes(app, extra.router)
    if app.state.settings.training:
        add_routes(app, training.router)
