"""The API: thin routes over the database and Temporal."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from api import errors, request_traces
from api.access_recording import RecordAccess
from api.database_metrics import DatabaseMetrics
from api.metrics import CountRequests
from api.openapi import describe
from api.request_deadline import RequestDeadline
from api.request_head import RequestHead, known_hosts
from api.request_log import LogRequests
from api.response_headers import ProtectiveHeaders
from api.router import add_routes
from api.routes import health
from api.routes.access import access
from api.routes.commands import commands, limits
from api.routes.directory import directory
from api.routes.load import load
from api.routes.messages import attachments, lists, message_files, messages
from api.routes.networks import accounts, candidates, hooks, sources
from api.routes.notices import notices
from api.routes.oversight import governor_notes, referrals, shortcomings, surges
from api.routes.people import absences, me, people, second_factor, token
from api.routes.personal_data import destructions, erasure
from api.routes.promises import promises
from api.routes.reports import reports, weekly, weekly_documents
from api.routes.training import training
from api.routes.verdicts import verdicts
from api.spoken_act import SpokenAct
from api.web import application
from api.web.session import ElsewhereFirstError
from api.web.shell import errors as page_errors
from service.access.shared_reading import SharedReading
from service.assembly import assemble
from service.commands.outbox_dispatcher import OutboxDispatcher
from service.directory.upkeep import DirectoryUpkeep
from service.runs import rules, schedules
from service.runs.background import Background
from settings import Settings
from store.processes.rows import Kind
from telemetry import logs, traces
from telemetry.heartbeat import RELEASE, Heartbeat
from telemetry.readiness import Readiness


def create_app(settings: Settings) -> FastAPI:
    """The application. It starts without Temporal and without the database, and answers 503 where it needs them."""

    @asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[None]:
        service = assemble(settings, app.state.rules)
        app.state.service = service
        app.state.database_metrics = DatabaseMetrics(service.database)
        loops: list[Background] = [
            OutboxDispatcher(service.database, service.commands.delivery).background(),
            DirectoryUpkeep(service.database, service.rules).background(),
            service.people.substitutions.background(),
            service.recovery.lost_runs.background(),
            service.networks.from_account.background(),
            schedules.background(service.runs.temporal, service.rules.zone.key),
        ]
        beating = service.runs.blocking(1)
        heartbeat = Heartbeat(beating, Kind.API, service.runs.clock)
        app.state.readiness = Readiness(heartbeat, service.runs.clock)
        await service.runs.temporal.start()
        for loop in loops:
            loop.start()
        service.messages.live.start()
        try:
            async with heartbeat.beating():
                yield
        finally:
            beating.dispose()
            await service.messages.live.stop()
            for loop in reversed(loops):
                await loop.stop()
            await service.close()
            await traces.end()

    logs.configure(settings)
    traces.begin(settings, "api")
    app = FastAPI(
        title="Отклик",
        version=RELEASE,
        lifespan=running,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry=request_traces.config(),
    )
    app.state.settings = settings
    app.state.renewals = SharedReading()
    app.state.rules = rules.load_files(settings)
    errors.install(app, page_errors.shown)
    app.add_exception_handler(ElsewhereFirstError, page_errors.elsewhere)
    app.add_middleware(RecordAccess)
    app.add_middleware(RequestDeadline, shown=page_errors.shown)
    app.add_middleware(RequestHead, hosts=known_hosts(settings))
    app.add_middleware(CountRequests)
    app.add_middleware(LogRequests)
    app.add_middleware(ProtectiveHeaders)
    app.add_middleware(SpokenAct)
    for resource in (
        token,
        me,
        second_factor,
        people,
        lists,
        messages,
        commands,
        attachments,
        erasure,
        destructions,
        governor_notes,
        message_files,
        notices,
        directory,
        limits,
        promises,
        absences,
        access,
        referrals,
        shortcomings,
        surges,
        accounts,
        sources,
        candidates,
        verdicts,
        hooks,
        # Before it: its address takes a week with any ending.
        weekly_documents,
        weekly,
        reports,
        load,
        health,
    ):
        add_routes(app, resource.router)
    application.include(app)
    if settings.training:
        add_routes(app, training.router)
    app.openapi = describe(app)  # type: ignore[method-assign]
    return app
