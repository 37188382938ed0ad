"""Commands of people to a message: each route turns a request into one command."""

from typing import Any

from fastapi import Response

from api.answers import answer
from api.deps import Service
from api.errors import problems
from api.router import Router
from api.routes.messages.messages import TAKEN, TakenView
from api.targets import (
    Actions,
    ForBoth,
    ForCurator,
    ForCuratorOrHead,
    ForExecutor,
    ForWhoeverWorks,
    Key,
)
from service.commands.requests import (
    AssigneeBody,
    AuthorReplyBody,
    CloseBody,
    CommentBody,
    ContributionBody,
    CorrectionBody,
    CuratorBody,
    DeclineBody,
    DraftBody,
    GovernorReportBody,
    LinkBody,
    NoteBody,
    PublicationBody,
    ReferralBody,
    ReopenBody,
    ReturnBody,
    RouteBody,
    SplitBody,
    TransferBody,
)
from service.messages.view import MessageView
from service.networks.publishing import FromAccountBody

router = Router("Действия с сообщением")

COMMAND: dict[str, Any] = {
    "response_model": MessageView,
    "responses": {202: {"model": TakenView, **TAKEN[202]}, **problems(401, 403, 404, 409, 422, 503)},
}


@router.post(
    "/api/messages/{message}/route", summary="Направить (п. 7)", operation_id="route_message", **COMMAND
)
async def route(body: RouteBody, target: ForCurator, actions: Actions, key: Key) -> Response:
    """Тема, локация, категория важности, органы по порядку; при необходимости сокращённый срок."""
    return answer(await actions.route(target, key, body))


@router.post(
    "/api/messages/{message}/return",
    summary="Возвратить куратору (п. 8)",
    operation_id="return_message",
    **COMMAND,
)
async def give_back(body: ReturnBody, target: ForExecutor, actions: Actions, key: Key) -> Response:
    """Вопрос не относится к компетенции органа; если известно, указывается компетентный орган."""
    return answer(await actions.give_back(target, key, body))


@router.post(
    "/api/messages/{message}/contributions",
    summary="Передать информацию для общего ответа (п. 15)",
    operation_id="contribute",
    **COMMAND,
)
async def contribute(body: ContributionBody, target: ForExecutor, actions: Actions, key: Key) -> Response:
    """Часть общего ответа; после неё сообщение получает следующий орган."""
    return answer(await actions.contribute(target, key, body))


@router.post(
    "/api/messages/{message}/contributions/{contribution}/rework",
    summary="Направить информацию на доработку (п. 15)",
    operation_id="rework_contribution",
    **COMMAND,
)
async def rework_contribution(
    contribution: str, body: CommentBody, target: ForCurator, actions: Actions, key: Key
) -> Response:
    """Последняя представленная информация, пока к работе не приступил следующий орган."""
    return answer(await actions.rework_contribution(target, key, contribution, body))


@router.post(
    "/api/messages/{message}/drafts",
    summary="Направить проект на согласование (п. 10)",
    operation_id="submit_draft",
    **COMMAND,
)
async def submit_draft(body: DraftBody, target: ForExecutor, actions: Actions, key: Key) -> Response:
    """Ответ, промежуточный ответ или запрос (уточнение). За достоверность и полноту отвечает исполнитель (п. 19)."""
    return answer(await actions.submit_draft(target, key, body))


@router.delete(
    "/api/messages/{message}/drafts/{draft}",
    summary="Отозвать проект",
    operation_id="withdraw_draft",
    **COMMAND,
)
async def withdraw(draft: str, target: ForExecutor, actions: Actions, key: Key) -> Response:
    """Пока текст не размещён. Соблюдённые с этим проектом сроки возобновляются с прежним окончанием."""
    return answer(await actions.withdraw_draft(target, key, draft))


@router.post(
    "/api/messages/{message}/drafts/{draft}/approve",
    summary="Согласовать (п. 11)",
    operation_id="approve_draft",
    **COMMAND,
)
async def approve(draft: str, target: ForCurator, actions: Actions, key: Key) -> Response:
    """Согласованный текст размещает исполнитель."""
    return answer(await actions.approve(target, key, draft))


@router.post(
    "/api/messages/{message}/drafts/{draft}/rework",
    summary="Направить проект на доработку (п. 11)",
    operation_id="rework_draft",
    **COMMAND,
)
async def rework(draft: str, body: CommentBody, target: ForCurator, actions: Actions, key: Key) -> Response:
    """С замечаниями; до размещения так отзывается и согласование. Срок доработки — один час (п. 12)."""
    return answer(await actions.rework_draft(target, key, draft, body))


@router.post(
    "/api/messages/{message}/publication",
    summary="Подтвердить размещение (п. 13)",
    operation_id="confirm_publication",
    **COMMAND,
)
async def publication(body: PublicationBody, target: ForExecutor, actions: Actions, key: Key) -> Response:
    """Ссылка на ответ в той же сети, где размещено сообщение."""
    return answer(await actions.confirm_publication(target, key, body))


@router.post(
    "/api/messages/{message}/publication/from-account",
    summary="Разместить от имени органа (п. 4, 13)",
    operation_id="publish_from_account",
    **COMMAND,
)
async def publish_from_account(
    target: ForExecutor, service: Service, key: Key, body: FromAccountBody | None = None
) -> Response:
    """Программа размещает согласованный текст от имени органа и подтверждает размещение.

    200 — размещено и подтверждено; 202 — сеть ещё не ответила, повтор с тем же ключом сообщит исход; 409 — что сделать
    вручную. Срок размещения всё это время продолжает идти.
    """
    return answer(await service.from_account.publish(target, key, body or FromAccountBody()))


@router.post(
    "/api/messages/{message}/drafts/{draft}/link",
    summary="Исправить ссылку (п. 13)",
    operation_id="correct_link",
    **COMMAND,
)
async def correct_link(draft: str, body: LinkBody, target: ForBoth, actions: Actions, key: Key) -> Response:
    """Ссылка размещённого текста указана неверно; принимается и после завершения работы с сообщением."""
    return answer(await actions.correct_link(target, key, draft, body))


@router.post(
    "/api/messages/{message}/decline",
    summary="Не подлежит обработке и ответу (п. 18)",
    operation_id="decline_message",
    **COMMAND,
)
async def decline(body: DeclineBody, target: ForCurator, actions: Actions, key: Key) -> Response:
    """По одному из трёх оснований; текст сохраняется в журнале."""
    return answer(await actions.decline(target, key, body))


@router.post(
    "/api/messages/{message}/author-reply",
    summary="Автор ответил на запрос",
    operation_id="author_replied",
    **COMMAND,
)
async def author_reply(body: AuthorReplyBody, target: ForCurator, actions: Actions, key: Key) -> Response:
    """Срок ответа начинается заново, ответ готовит тот же орган."""
    return answer(await actions.author_replied(target, key, body))


@router.post(
    "/api/messages/{message}/resume",
    summary="Продолжить без ответа автора",
    operation_id="resume_message",
    **COMMAND,
)
async def resume(target: ForCurator, actions: Actions, key: Key) -> Response:
    """Автор на запрос не ответил; готовит тот же орган, срок ответа начинается заново."""
    return answer(await actions.resume(target, key))


@router.post(
    "/api/messages/{message}/close", summary="Закрыть без ответа", operation_id="close_message", **COMMAND
)
async def close(body: CloseBody, target: ForCurator, actions: Actions, key: Key) -> Response:
    """Почему ответа не будет; если вопрос передан в другой субъект или разъяснён порядок обращения, то и куда."""
    return answer(await actions.close(target, key, body))


@router.post(
    "/api/messages/{message}/reopen", summary="Открыть снова", operation_id="reopen_message", **COMMAND
)
async def reopen(body: ReopenBody, target: ForCuratorOrHead, actions: Actions, key: Key) -> Response:
    """Сообщение закрыто по ошибке и без ответа: оно возвращается на тот этап, с которого закрыто.

    Рабочее время, пока оно было закрыто, в сроки шагов не входит; срок ответа остаётся прежним.
    """
    return answer(await actions.reopen(target, key, body))


@router.patch(
    "/api/messages/{message}", summary="Исправить (п. 7)", operation_id="correct_message", **COMMAND
)
async def correct(body: CorrectionBody, target: ForCurator, actions: Actions, key: Key) -> Response:
    """Только то, что указано; прежние значения сохраняются в журнале. Тема, локация и важность — после направления."""
    return answer(await actions.correct(target, key, body))


@router.post("/api/messages/{message}/notes", summary="Добавить заметку", operation_id="add_note", **COMMAND)
async def note(body: NoteBody, target: ForWhoeverWorks, actions: Actions, key: Key) -> Response:
    """С вложениями, например снимком записи, которую могут удалить."""
    return answer(await actions.note(target, key, body))


@router.post(
    "/api/messages/{message}/assignee",
    summary="Назначить исполнителя",
    operation_id="assign_message",
    **COMMAND,
)
async def assign(body: AssigneeBody, target: ForExecutor, actions: Actions, key: Key) -> Response:
    """Сотрудник органа, который сейчас работает с сообщением; null снимает назначение."""
    return answer(await actions.assign(target, key, body))


@router.post(
    "/api/messages/{message}/curator",
    summary="Передать куратору",
    operation_id="hand_over_message",
    **COMMAND,
)
async def hand_over(body: CuratorBody, target: ForCuratorOrHead, actions: Actions, key: Key) -> Response:
    """Дальше сообщение ведёт другой куратор."""
    return answer(await actions.hand_over(target, key, body))


@router.post(
    "/api/messages/{message}/transfer",
    summary="Передать преемнику",
    operation_id="transfer_message",
    **COMMAND,
)
async def transfer(body: TransferBody, target: ForCuratorOrHead, service: Service, key: Key) -> Response:
    """Орган больше не действует: всё, что за ним остаётся, переходит к преемнику, сроки не меняются."""
    return answer(await service.successions.transfer(target, key, body))


@router.post(
    "/api/messages/{message}/split",
    summary="Разделить",
    operation_id="split_message",
    status_code=201,
    **COMMAND,
)
async def split(body: SplitBody, target: ForCurator, service: Service, key: Key) -> Response:
    """Второй вопрос той же публикации становится отдельным сообщением с той же ссылкой, выявленным в этот момент."""
    return answer(await service.splits.split(target, key, body))


@router.post(
    "/api/messages/{message}/referral",
    summary="Отметить передачу",
    operation_id="refer_message",
    **COMMAND,
)
async def refer(body: ReferralBody, target: ForCuratorOrHead, actions: Actions, key: Key) -> Response:
    """Куда и каким документом переданы сведения из сообщения; принимается и после завершения работы с ним."""
    return answer(await actions.refer(target, key, body))


@router.post(
    "/api/messages/{message}/governor-report",
    summary="Доложить Губернатору (п. 21)",
    operation_id="report_to_governor",
    **COMMAND,
)
async def governor_report(
    body: GovernorReportBody, target: ForCurator, actions: Actions, key: Key
) -> Response:
    """Сообщение носит социально и общественно значимый характер."""
    return answer(await actions.report_to_governor(target, key, body))
