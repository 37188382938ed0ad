"""What people do with a message: each route turns a request into one command."""

from typing import Any

from fastapi import Request, Response
from sqlmodel.ext.asyncio.session import AsyncSession

from api import checks, wording
from api.commanding import Check, Target, asked
from api.errors import ProblemError, problems
from api.message_view import MessageView
from api.requests import (
    AuthorReplyBody,
    CloseBody,
    CommentBody,
    ContributionBody,
    DeclineBody,
    DraftBody,
    GovernorReportBody,
    PublicationBody,
    ReturnBody,
    RouteBody,
)
from api.router import Router
from api.routes.messages import TAKEN, TakenView
from api.targets import Flows, ForCurator, ForExecutor, IdempotencyKey, Reading, Settling, Taking
from store import outbox
from store.texts import new_id
from workflows.vocabulary import Command

router = Router("Действия с сообщением")

COMMAND: dict[str, Any] = {
    "response_model": MessageView,
    "responses": {202: {"model": TakenView, **TAKEN[202]}, **problems(401, 403, 404, 409, 422, 503)},
}


@router.post(
    "/api/messages/{message}/route", summary="Направить (п. 7)", operation_id="route_message", **COMMAND
)
async def route(
    body: RouteBody,
    request: Request,
    target: ForCurator,
    taking: Taking,
    workflows: Flows,
    key: IdempotencyKey = None,
) -> Response:
    """Тема, локация, важность, органы по порядку; при необходимости сокращённый срок и более раннее сообщение."""

    async def check(session: AsyncSession) -> None:
        checks.reduced_term(body.reduced_term, workflows.rules.regulation)
        await checks.bodies(session, "bodies", body.bodies)
        await checks.topic(session, body.topic)
        await checks.repeats(session, target.row, body.repeats)

    fields = {
        "bodies": body.bodies,
        "schedules": {key: workflows.rules.schedules.of(key) for key in body.bodies},
        "topic": body.topic,
        "importance": body.importance,
        "reduced_term": body.reduced_term,
        "repeats": body.repeats,
    }
    content = {"location": body.location}
    return await taking.give(
        target, asked(key, request.url.path, body), Command.ROUTE, fields, content, check
    )


@router.post(
    "/api/messages/{message}/return",
    summary="Вернуть куратору (п. 8)",
    operation_id="return_message",
    **COMMAND,
)
async def give_back(
    body: ReturnBody, request: Request, target: ForExecutor, taking: Taking, key: IdempotencyKey = None
) -> Response:
    """Вопрос не относится к компетенции органа; если известно — чья она."""

    async def check(session: AsyncSession) -> None:
        if body.competent_body is not None:
            await checks.bodies(session, "competent_body", [body.competent_body])

    fields = {"competent_body": body.competent_body}
    return await taking.give(
        target, asked(key, request.url.path, body), Command.RETURN, fields, {"reason": body.reason}, check
    )


@router.post(
    "/api/messages/{message}/contributions",
    summary="Передать информацию для общего ответа (п. 15)",
    operation_id="contribute",
    **COMMAND,
)
async def contribute(
    body: ContributionBody, request: Request, target: ForExecutor, taking: Taking, key: IdempotencyKey = None
) -> Response:
    """Часть общего ответа; после неё сообщение получает следующий орган."""

    async def check(session: AsyncSession) -> None:
        await checks.attachments(session, target.row, body.attachments)

    fields = {"contribution": new_id(), "attachments": body.attachments}
    return await taking.give(
        target, asked(key, request.url.path, body), Command.CONTRIBUTE, fields, {"text": body.text}, check
    )


@router.post(
    "/api/messages/{message}/contributions/{contribution}/rework",
    summary="Вернуть информацию на доработку (п. 15)",
    operation_id="rework_contribution",
    **COMMAND,
)
async def rework_contribution(
    contribution: str,
    body: CommentBody,
    request: Request,
    target: ForCurator,
    taking: Taking,
    reader: Reading,
    key: IdempotencyKey = None,
) -> Response:
    """Последняя информация возвращается, пока следующий орган не начал."""
    state = await reader.state(target.row)

    async def check(_session: AsyncSession) -> None:
        # Only of a new command: the one that is repeated may have sent away what it named.
        if contribution not in {item.id for item in state.contributions}:
            raise ProblemError(404, wording.NO_CONTRIBUTION)

    return await taking.give(
        target,
        asked(key, request.url.path, body),
        Command.SEND_FOR_REWORK,
        {"contribution": contribution},
        {"comment": body.comment},
        check,
    )


@router.post(
    "/api/messages/{message}/drafts",
    summary="Отправить проект (п. 10)",
    operation_id="submit_draft",
    **COMMAND,
)
async def submit_draft(
    body: DraftBody,
    request: Request,
    target: ForExecutor,
    taking: Taking,
    settling: Settling,
    key: IdempotencyKey = None,
) -> Response:
    """Ответ, промежуточный ответ или запрос — на согласование. За достоверность отвечает исполнитель (п. 19)."""

    async def check(session: AsyncSession) -> None:
        await checks.attachments(session, target.row, body.attachments)
        checks.measures(target.row, settling.state(target.number), body.kind, body.measures)

    fields = {"draft": new_id(), "kind": body.kind, "attachments": body.attachments}
    content = {"text": body.text, "measures": body.measures}
    return await taking.give(
        target, asked(key, request.url.path, body), Command.SUBMIT_DRAFT, fields, content, check
    )


def _draft_is_known(target: Target, draft: str, settling: Settling) -> Check:
    """404 to a new command unless the message has the draft; one that is repeated has its own outcome.

    Of a draft whose own command is under way it is not known yet: the workflow, which has them in order, decides.
    """
    known = {item["id"] for item in (target.row.snapshot or {}).get("drafts", ())}
    if answered := settling.state(target.number):
        known |= {item.id for item in answered.drafts}

    async def check(session: AsyncSession) -> None:
        if draft in known:
            return
        if not await outbox.was_given(session, target.number, Command.SUBMIT_DRAFT, "draft", draft):
            raise ProblemError(404, wording.NO_DRAFT)

    return check


@router.delete(
    "/api/messages/{message}/drafts/{draft}",
    summary="Отозвать проект",
    operation_id="withdraw_draft",
    **COMMAND,
)
async def withdraw(
    draft: str,
    request: Request,
    target: ForExecutor,
    taking: Taking,
    settling: Settling,
    key: IdempotencyKey = None,
) -> Response:
    """Пока куратор не решил; сроки, которые проект исполнил, идут снова."""
    check = _draft_is_known(target, draft, settling)
    return await taking.give(
        target, asked(key, request.url.path, None), Command.WITHDRAW_DRAFT, {"draft": draft}, {}, check
    )


@router.post(
    "/api/messages/{message}/drafts/{draft}/approve",
    summary="Согласовать (п. 11)",
    operation_id="approve_draft",
    **COMMAND,
)
async def approve(
    draft: str,
    request: Request,
    target: ForCurator,
    taking: Taking,
    settling: Settling,
    key: IdempotencyKey = None,
) -> Response:
    """Текст можно размещать."""
    check = _draft_is_known(target, draft, settling)
    return await taking.give(
        target, asked(key, request.url.path, None), Command.APPROVE, {"draft": draft}, {}, check
    )


@router.post(
    "/api/messages/{message}/drafts/{draft}/rework",
    summary="Вернуть проект на доработку (п. 11)",
    operation_id="rework_draft",
    **COMMAND,
)
async def rework(
    draft: str,
    body: CommentBody,
    request: Request,
    target: ForCurator,
    taking: Taking,
    settling: Settling,
    key: IdempotencyKey = None,
) -> Response:
    """С замечаниями; на доработку один час."""
    check = _draft_is_known(target, draft, settling)
    return await taking.give(
        target,
        asked(key, request.url.path, body),
        Command.SEND_FOR_REWORK,
        {"draft": draft},
        {"comment": body.comment},
        check,
    )


@router.post(
    "/api/messages/{message}/publication",
    summary="Подтвердить размещение (п. 13)",
    operation_id="confirm_publication",
    **COMMAND,
)
async def publication(
    body: PublicationBody, request: Request, target: ForExecutor, taking: Taking, key: IdempotencyKey = None
) -> Response:
    """Ссылка на ответ в той же сети, где сообщение."""

    async def check(session: AsyncSession) -> None:
        await checks.published(session, target.row, body.url)

    return await taking.give(
        target, asked(key, request.url.path, body), Command.CONFIRM_PUBLICATION, {}, {"url": body.url}, check
    )


@router.post(
    "/api/messages/{message}/decline",
    summary="Не обрабатывать (п. 18)",
    operation_id="decline_message",
    **COMMAND,
)
async def decline(
    body: DeclineBody, request: Request, target: ForCurator, taking: Taking, key: IdempotencyKey = None
) -> Response:
    """Сообщение не подлежит обработке; текст остаётся на записи."""
    return await taking.give(
        target, asked(key, request.url.path, body), Command.DECLINE, {"ground": body.ground}, {}
    )


@router.post(
    "/api/messages/{message}/author-reply",
    summary="Автор ответил на запрос",
    operation_id="author_replied",
    **COMMAND,
)
async def author_reply(
    body: AuthorReplyBody, request: Request, target: ForCurator, taking: Taking, key: IdempotencyKey = None
) -> Response:
    """Срок ответа начинается заново, готовит тот же орган."""
    return await taking.give(
        target, asked(key, request.url.path, body), Command.AUTHOR_REPLIED, {}, {"text": body.text}
    )


@router.post(
    "/api/messages/{message}/close", summary="Закрыть без ответа", operation_id="close_message", **COMMAND
)
async def close(
    body: CloseBody, request: Request, target: ForCurator, taking: Taking, key: IdempotencyKey = None
) -> Response:
    """Автор не ответил, сообщение удалено, комментарии закрыты, зарегистрировано по ошибке."""
    return await taking.give(
        target, asked(key, request.url.path, body), Command.CLOSE, {"reason": body.reason}, {}
    )


@router.post(
    "/api/messages/{message}/governor-report",
    summary="Доложить Губернатору (п. 21)",
    operation_id="report_to_governor",
    **COMMAND,
)
async def governor_report(
    body: GovernorReportBody, request: Request, target: ForCurator, taking: Taking, key: IdempotencyKey = None
) -> Response:
    """Сообщение имеет социально и общественно значимый характер."""
    return await taking.give(
        target,
        asked(key, request.url.path, body),
        Command.REPORT_TO_GOVERNOR,
        {},
        {"reason": body.reason},
    )
