"""A message's page, and the commands that people give on it.

It is long because every part of the page and every form has its route here, each a few lines.
"""

import asyncio
from collections.abc import Callable, Container, Coroutine, Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Any, Literal, TypeGuard
from urllib.parse import quote
from uuid import uuid4

from fastapi import Query, Request, Response
from pydantic import ValidationError

from api.deps import Db, Oversight, Service
from api.response_headers import OF_FILES
from api.router import Who
from api.routes.reports.weekly_documents import PDF, document
from api.web import session
from api.web.message import form_body, promise_fields, routing
from api.web.message.attempt import ARRIVED_BEFORE, Attempt
from api.web.message.choices import Choices
from api.web.message.composer import asked, files_of, texts_of, writing
from api.web.message.fields import in_order, values
from api.web.message.first_act import first_act
from api.web.message.foot import IN_THE_MIDDLE, foot
from api.web.message.form_body import Typed
from api.web.message.forms import FORMS, CommandForm, in_training, subject_of
from api.web.message.limits import shown_limits
from api.web.message.materials import pdf_of
from api.web.message.neighbours import neighbours
from api.web.message.path import outcome, path
from api.web.message.promise_fields import PromiseFields
from api.web.message.ready_reasons import READY_REASONS
from api.web.message.repeated import answers_before, earlier_answer
from api.web.message.suggested import offered_routing
from api.web.message.targets import Seen
from api.web.message.told import ROWS, story
from api.web.pages import Pages
from api.web.shell.page import page
from api.web.shell.renewals import lately, read_once, shown_rows
from api.web.titles import Titles
from api.web.training.fired import fired
from calendar_rules.titles import VERDICTS
from calendar_rules.vocabulary import DraftStatus, Outcome, PromiseState
from service.access.errors import ConflictError, InvalidInputError, KeyReusedError, NotFoundError
from service.access.recorded_calls import Call
from service.access.validation_wording import explain
from service.assembly import Service as ServiceParts
from service.commands.intake import RequestKey
from service.commands.outcomes import Accepted, CommandResult, Refused, Taken
from service.commands.unsent_texts import Unsent
from service.journal.reading import JournalView
from service.messages import attachments
from service.messages.earlier import EarlierMessage, likely_earlier
from service.messages.lines import subject
from service.messages.reader import Stand
from service.messages.targets import OF_BODIES, Target
from service.messages.text_changes import changes
from service.messages.time_left import first_due
from service.messages.view import DraftView, MessageView
from service.networks.published_texts import Check
from service.networks.publishing import Offer, UnderWay
from store.messages import finding
from workflows.stages import STEPS
from workflows.vocabulary import Command

router = Pages()

SEEN_BY = frozenset({Command.ROUTE, Command.SEND_FOR_REWORK})
"""Commands that fit a later stage too, and mean another thing there: their forms say at which they were filled in."""
_MOVED_ON = (
    "Пока вы заполняли форму, сообщение перешло на другой этап. Прочитайте, что изменилось; если действие всё ещё "
    "нужно, отправьте его ещё раз."
)

COMPOSED = frozenset({Command.SUBMIT_DRAFT, Command.CONTRIBUTE})
"""Commands whose forms offer the templates of the body."""
OF_PROMISES = frozenset({Command.KEEP_PROMISE, Command.MOVE_PROMISE})
"""Commands whose forms stand with each promise."""
PROMISE_TONES = {PromiseState.KEPT: "good", PromiseState.BROKEN: "late"}
"""The colour of a state's tag; of any other none."""
_WHOLE = 10_000
"""Rows of a journal; no message has as many."""
_PATIENCE = 1.0
"""Seconds for which a page waits for the message's workflow."""
_UNDER_WAY = (DraftStatus.SUBMITTED, DraftStatus.REWORK, DraftStatus.APPROVED)


@router.get("/messages/{message}", recorded=Call.MESSAGE_OPEN, by=Who.SEEING_IT)
async def message_page(
    request: Request,
    target: Seen,
    service: Service,
    moved_after: Annotated[int | None, Query(ge=0)] = None,
    journal: Literal["whole"] | None = None,
) -> Response:
    """The story of a message; in training also what has fired since that row of its journal.

    A person who opens it has read what they were told of it; a part that renews itself is looked at by nobody, maybe.
    """
    if not session.asked_by_script(request) and await service.notices.inbox.opened(
        target.caller, target.number
    ):
        await session.count_again(request, service, target.caller)
    return await show(request, target, service, moved_after=moved_after, whole_journal=journal is not None)


async def give(form: CommandForm, request: Request, target: Target, service: ServiceParts) -> Response:
    """Give a command; one that is refused leaves the form as it was typed."""
    form = _as_shown(form, service)
    typed = await form_body.read(request, takes_files=form.takes_files)
    typed = replace(typed, values=in_order(form.fields, typed.values))
    result: CommandResult | None
    wrong: dict[str, str] = {}
    try:
        if await _has_moved_on(form, typed, target, service):
            result = Refused(_MOVED_ON)
        else:
            result, wrong = await _given(form, typed, target, service, request.url.path)
    except InvalidInputError as error:
        result, wrong = None, {error.field: error.detail}
    except KeyReusedError:
        result = Refused(ARRIVED_BEFORE)
    except (ConflictError, NotFoundError) as error:
        result = Refused(error.detail)
    match result:
        case Accepted() | Taken():
            if isinstance(result, Accepted):
                # Here too, and not only behind the answer: the next page is not to show it again.
                await service.commands.unsent.sent(target, form.command)
            # Who distributes the work of a body goes on where they do it for all of its messages.
            # Of two messages made of one the new one is to be routed.
            born = (
                result.message.id if form.command is Command.SPLIT and isinstance(result, Accepted) else None
            )
            back = "/overview" if typed.one("back") == "overview" else f"/messages/{born or target.number}"
            return session.on_to(request, back)
        case Refused(detail):
            attempt, status = Attempt(typed, form.command, refused=detail), HTTPStatus.CONFLICT
        case _:
            attempt, status = Attempt(typed, form.command, wrong=wrong), HTTPStatus.UNPROCESSABLE_ENTITY
    return await show(request, target, service, attempt, status)


async def _has_moved_on(form: CommandForm, typed: Typed, target: Target, service: ServiceParts) -> bool:
    """Whether somebody else was first: the message left the stage in which the form was filled in.

    The command might still fit, and undo what the other did without a word: an approval, a routing. One that is
    repeated under its key is not asked again.
    """
    seen, key = typed.one("seen"), typed.one("key")
    if (
        form.command not in SEEN_BY
        or not seen
        or (key and await service.commands.given.has(target.caller, key))
    ):
        return False
    return seen != (await service.messages.reader.current(target)).stage


def _route_of(form: CommandForm) -> Callable[..., Coroutine[Any, Any, Response]]:
    async def give_this(request: Request, target: Seen, service: Service) -> Response:
        return await give(form, request, target, service)

    return give_this


for _form in FORMS.values():
    # A route each: the record of access tells them apart.
    router.add_api_route(
        f"/messages/{{message}}/{_form.command}",
        _route_of(_form),
        recorded=_form.row.recorded,
        by=_form.row.by,
        methods=["POST"],
    )


@router.get(
    "/messages/{message}/attachments/{attachment}", recorded=Call.ATTACHMENT_DOWNLOAD, by=Who.SEEING_IT
)
async def attachment(target: Seen, database: Db, attachment: str) -> Response:
    """A file of the message, to be looked at."""
    file = await attachments.find(database, target, attachment)
    headers = {
        "Content-Disposition": f"inline; filename*=UTF-8''{quote(file.name)}",
        "Content-Security-Policy": OF_FILES,
    }
    return Response(file.content, media_type=file.type, headers=headers)


@router.get("/messages/{message}/governor-note.pdf", recorded=Call.EXPORT, by=Who.SEEING_IT)
async def governor_note(target: Seen, oversight: Oversight) -> Response:
    """The note to the Governor, one page (cl. 21)."""
    return document(await oversight.governor_notes.pdf(target), PDF, f"otklik-spravka-{target.number}.pdf")


@router.get("/messages/{message}/file.pdf", recorded=Call.EXPORT, by=Who.SEEING_IT)
async def message_file(target: Seen, service: Service) -> Response:
    """Everything of the message as one document (cl. 19)."""
    return document(await pdf_of(target, service), PDF, f"otklik-materialy-{target.number}.pdf")


async def _given(
    form: CommandForm, typed: Typed, target: Target, service: ServiceParts, path: str
) -> tuple[CommandResult | None, dict[str, str]]:
    """What became of the command; None where it was not given, with what is wrong by field."""
    found, wrong = values(form.fields, typed.values, service.rules.zone)
    if form.command is Command.CORRECT:
        found = await _changed(found, target, service)
    found = form.as_body(found)
    if form.command is Command.SUBMIT_DRAFT:
        of_draft, missing = promise_fields.as_body(typed.values)
        found, wrong = {**found, **of_draft}, {**wrong, **missing}
    if form.takes_files and (files := await _files(typed, target, service)):
        if form.command is Command.CONFIRM_PUBLICATION:
            found["proof"] = files[0]
        elif form.command is Command.KEEP_PROMISE:
            found["evidence"] = files[0]
        else:
            found["attachments"] = files
    if wrong:
        return None, wrong
    try:
        body = form.row.body.model_validate(found) if form.row.body else None
    except ValidationError as error:
        return None, {
            name.removeprefix("referral.").split("[")[0]: detail for name, detail in explain(error.errors())
        }
    key = RequestKey(typed.key, path)
    return await service.doers.give(form.command, target, key, body, typed.one("subject")), {}


async def _changed(found: dict[str, object], target: Target, service: ServiceParts) -> dict[str, object]:
    """Only what is another value than the one on record: the rest of the form stands as it was filled in."""
    before = FORMS[Command.CORRECT].filled(await service.messages.reader.current(target))
    return {name: value for name, value in found.items() if [value] != before.get(name)}


async def _files(typed: Typed, target: Target, service: ServiceParts) -> Sequence[str]:
    """The files of the form: those that are with the message already, and those that came with it.

    A form that is refused comes back with them, for a browser would not send them again.
    """
    files = typed.values.setdefault("attachment", [])
    for file in typed.files:
        try:
            files.append(await _stored(file, target, service))
        except InvalidInputError as error:
            raise InvalidInputError("attachments", f"{file.filename}: {error.detail}") from error
    return files


async def _stored(file: Any, target: Target, service: ServiceParts) -> str:
    content = await file.read(attachments.LARGEST + 1)
    return (await attachments.add_once(service.database, target, file.filename, content)).id


async def show(
    request: Request,
    target: Target,
    service: ServiceParts,
    attempt: Attempt | None = None,
    status: int = HTTPStatus.OK,
    *,
    moved_after: int | None = None,
    not_moved: str | None = None,
    whole_journal: bool = False,
    verdict_refused: tuple[str, str] | None = None,
) -> Response:
    """The page of a message, with a form that was refused, or in training with what has fired or why nothing did.

    Nothing is read that the page has already, or that there cannot be.
    """
    shown = shown_rows(request)
    # What is not heard in time is shown as the database has it, and renews itself.
    rows = _WHOLE if whole_journal else ROWS

    async def read() -> tuple[Stand, JournalView]:
        stand = await service.messages.reader.stand(target.row, within=_PATIENCE)
        return stand, await service.journal.page(target, before=None, limit=rows, stand=stand)

    stand, journal = await read_once(request, ("message", target.number, rows), read)
    state = stand.state
    message = await service.messages.reader.view(target, state)
    routes = Command.ROUTE in message.allowed
    repeats = (
        await service.networks.author_replies.repeats(target) if routes and message.repeats is None else None
    )
    standing = {
        **FORMS[Command.ROUTE].filled(message),
        **({"repeats": [repeats]} if repeats else {}),
    }
    known = attempt.typed.values if _is_of(attempt, Command.ROUTE) else standing
    titles, choices, similar, given, notices = await asyncio.gather(
        Titles.read(service.database, within=lately(request)),
        Choices.read(service.database, message.current_body, within=lately(request)),
        _earlier(target, message, known, service, shown),
        service.commands.given.of(target),
        service.notices.inbox.of_message(target),
    )
    offer, publications, checks, unseen = await _published(target, message, service)
    answered_before, (earlier_answers, same_text), unsent, writers, queue = await asyncio.gather(
        earlier_answer(service, target, message),
        answers_before(service, target, message, shown),
        service.commands.unsent.of(target),
        service.commands.unsent.writers(target),
        neighbours(service.messages.lists, target),
    )
    act = service.rules.regulation.act
    offered = await offered_routing(target, message, titles, service)
    now = target.now.astimezone(service.rules.zone)
    draft, before = _versions(message)
    explained = [limit.explanation for limit in message.limits]
    limits = shown_limits(state, explained, service.rules, now, finding.ahead(target.row))
    nearest = first_due(state.limits)
    duty = next((limit.duty for limit in limits if limit.run is nearest), None)
    first = first_act(journal.items, choices, now)
    admitted = [
        _as_shown(FORMS[Command(name)], service) for name in message.allowed if Command(name) in FORMS
    ]
    allowed = [form for form in admitted if form.command not in OF_PROMISES]
    known_forms = {*OF_PROMISES, *(form.command for form in allowed)}
    if attempt is not None and attempt.command and attempt.command not in known_forms:
        allowed.append(
            FORMS[attempt.command]
        )  # it has fallen away meanwhile: what was typed stays to be read
    if attempt is not None and first and _is_late(attempt, message):
        attempt = replace(attempt, refused=f"{first}. {attempt.refused}")
    main = [form for command in STEPS[message.stage].commands for form in allowed if form.command is command]
    # One that failed stands in the page, and not folded away: it is read without scripts too.
    main += [form for form in allowed if attempt and form.command is attempt.command and form not in main]
    composes = any(form.command in COMPOSED for form in main)
    return page(
        request,
        target.caller,
        "message/message.html",
        status=status,
        message=message,
        subject=subject(message.text),
        draft=draft or _last_published(message),
        before=before,
        changes=changes(before.text, draft.text) if draft and before else [],
        max_length=titles.max_length(message.network),
        similar=similar,
        routes=routes,
        puts_verdict=message.outcome is Outcome.ANSWERED and await service.verdicts.may_put(target),
        verdict_refused=verdict_refused,
        verdict_titles=[(verdict.value, title) for verdict, title in VERDICTS.items()],
        offered=offered,
        forecast=routing.forecast(service, target, message, known)
        if routes and "forecast" not in shown
        else None,
        limits=limits,
        act_in_force=act if (state.act, state.edition) == (act.key, act.edition.isoformat()) else None,
        titles=titles,
        choices=choices,
        story=story(target, message, journal, notices, titles, choices, service.rules, now),
        whole_journal=whole_journal,
        first_act=first,
        given=given,
        stored_at=stand.stored_at.astimezone(service.rules.zone) if stand.stored_at else None,
        offer=offer,
        publications=publications,
        approved=(approved := _approved(message)),
        promise_forms=[form for form in admitted if form.command in OF_PROMISES],
        own_bodies={held.body for held in target.capacities if held.role in OF_BODIES},
        promise_tones=PROMISE_TONES,
        promised=_promised(message, attempt, unsent),
        running=_running(publications, approved),
        checks=checks,
        unseen=unseen,
        command_titles={form.command.value: form.title for form in FORMS.values()},
        ready_reasons=READY_REASONS,
        seen_by=SEEN_BY,
        main_forms=main,
        other_forms=[form for form in allowed if form not in main],
        foot=foot(target, message, limits, main, allowed),
        in_the_middle=any(form.command in IN_THE_MIDDLE for form in main),
        attempt=attempt,
        filled=lambda command: {
            **(standing if command == Command.ROUTE else FORMS[command].filled(message)),
            **(unsent[command].fields if command in unsent else {}),
        },
        unsent={
            command: Unsent(kept.fields, kept.saved_at.astimezone(service.rules.zone))
            for command, kept in unsent.items()
        },
        unsent_elsewhere=[
            (FORMS[command].title, texts_of(FORMS[command], kept.fields))
            for command, kept in unsent.items()
            if command not in {form.command for form in allowed}
        ],
        is_reported=await _is_reported(target, journal, service),
        writers=[
            writing(FORMS[Command(writer.command)], writer, service.rules.zone)
            for writer in writers
            if Command(writer.command) in FORMS
        ],
        templates=await service.directory.templates.of(message.current_body)
        if composes and message.current_body
        else (),
        asked=asked(message, journal.items),
        required=lambda field: replace(field, required=True),
        files_kept=lambda ids: files_of(message, ids),
        subject_of=lambda command: subject_of(command, message),
        new_key=lambda: uuid4().hex,
        duty=duty,
        path=path(message, state, journal.items, limits, duty, titles, choices, service.rules, now),
        outcome=outcome(message, limits, now),
        queue=queue,
        answered_before=answered_before,
        shows_earlier_answers=Command.SUBMIT_DRAFT in message.allowed,
        earlier_answers=earlier_answers,
        shows_same_text=Command.APPROVE in message.allowed,
        same_text=same_text,
        own_now=now,
        last_row=journal.items[0].number if journal.items else 0,
        moved=moved_after is not None,
        fired=fired(journal.items, moved_after, message, service.rules) if moved_after is not None else [],
        not_moved=not_moved,
        moved_after=moved_after,
        ui_url=request.app.state.settings.ui_url,
        temporal_namespace=request.app.state.settings.temporal_namespace,
    )


def _is_late(attempt: Attempt, message: MessageView) -> bool:
    """Whether a command was refused because another one came first."""
    moved_on = attempt.typed.one("seen") not in ("", message.stage)
    fallen_away = attempt.command is not None and attempt.command not in message.allowed
    return attempt.refused is not None and (moved_on or fallen_away)


def _versions(message: MessageView) -> tuple[DraftView | None, DraftView | None]:
    """The draft that is being decided or worked on, and the one of the round before it."""
    if not message.drafts or message.drafts[-1].status not in _UNDER_WAY:
        return None, None
    *earlier, draft = message.drafts
    before = next((item for item in reversed(earlier) if item.status is DraftStatus.REWORK), None)
    return draft, before if draft.status is not DraftStatus.REWORK else None


def _last_published(message: MessageView) -> DraftView | None:
    """The text that was published last, to be read where no draft is under way."""
    return next((item for item in reversed(message.drafts) if item.status is DraftStatus.PUBLISHED), None)


def _approved(message: MessageView) -> DraftView | None:
    """The draft that waits to be published (cl. 13)."""
    return next((item for item in reversed(message.drafts) if item.status is DraftStatus.APPROVED), None)


def _running(publications: Sequence[UnderWay], approved: DraftView | None) -> UnderWay | None:
    """The last publication of that draft from an account that is under way, or waits to be confirmed."""
    return next(
        (
            item
            for item in reversed(publications)
            if approved and item.draft == approved.id and item.state in {"open", "published"}
        ),
        None,
    )


def _promised(
    message: MessageView, attempt: Attempt | None, unsent: Mapping[Command, Unsent]
) -> Sequence[PromiseFields]:
    """What stands in the form of a draft of its promises."""
    if _is_of(attempt, Command.SUBMIT_DRAFT):
        return promise_fields.shown(attempt.typed.values)
    if (kept := unsent.get(Command.SUBMIT_DRAFT)) is not None:
        return promise_fields.shown(kept.fields)
    return promise_fields.shown(FORMS[Command.SUBMIT_DRAFT].filled(message))


def _as_shown(form: CommandForm, service: ServiceParts) -> CommandForm:
    return form if service.runs.workflows.training is None else in_training(form)


def _is_of(attempt: Attempt | None, command: Command) -> TypeGuard[Attempt]:
    return attempt is not None and attempt.command is command


async def _published(
    target: Target, message: MessageView, service: ServiceParts
) -> tuple[Offer | None, Sequence[UnderWay], Mapping[str, Sequence[Check]], Mapping[str, str]]:
    """What becomes of drafts once they are approved: whether an account may publish one now, the publications under
    way, and by draft the checks of published texts, and why there are none."""
    if not message.drafts:
        return None, (), {}, {}
    return await asyncio.gather(
        service.networks.from_account.offer(target, message),
        service.networks.from_account.of_message(target),
        service.networks.published.checks(target),
        service.networks.published.unseen(target),
    )


async def _is_reported(target: Target, journal: JournalView, service: ServiceParts) -> bool:
    """Whether the Governor was told of it (cl. 21)."""
    if any(row.kind == Command.REPORT_TO_GOVERNOR for row in journal.items):
        return True
    return journal.next is not None and await service.oversight.governor_notes.is_reported(target.number)


async def _earlier(
    target: Target,
    message: MessageView,
    known: Mapping[str, Sequence[str]],
    service: ServiceParts,
    shown: Container[str],
) -> Sequence[EarlierMessage]:
    """Likely earlier messages, for the one who decides whether this repeats them; none where the page has them."""
    if Command.ROUTE not in message.allowed or "similar" in shown:
        return ()
    topic, location = (next(iter(known.get(name, ())), None) for name in ("topic", "location"))
    return await likely_earlier(service.database, service.rules, target, topic=topic, location=location)
