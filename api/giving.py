"""Commands as the border gives them: which call of the service each one is, by a program's request or a page's form."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from service.assembly import Service
from service.commands.actions import MessageActions
from service.commands.intake import RequestKey
from service.commands.outcomes import CommandResult
from service.commands.requests import CommentBody
from service.messages.targets import Target
from workflows.vocabulary import Command

Give = Callable[[Service, Target, RequestKey, Any, str], Awaitable[CommandResult]]
"""Gives a command with its body; the last is what it is about: a draft, a contribution (`of_contribution`), nothing."""

_CONTRIBUTION = "contribution:"


def of_contribution(contribution: str) -> str:
    """What a command is about that is about a contribution."""
    return _CONTRIBUTION + contribution


async def _send_for_rework(
    service: Service, target: Target, key: RequestKey, body: CommentBody, subject: str
) -> CommandResult:
    if subject.startswith(_CONTRIBUTION):
        contribution = subject.removeprefix(_CONTRIBUTION)
        return await service.commands.actions.rework_contribution(target, key, contribution, body)
    return await service.commands.actions.rework_draft(target, key, subject, body)


def _with_body(give: Callable[[MessageActions, Target, RequestKey, Any], Awaitable[CommandResult]]) -> Give:
    return lambda service, target, key, body, _: give(service.commands.actions, target, key, body)


def _of_draft(give: Callable[[MessageActions, Target, RequestKey, str], Awaitable[CommandResult]]) -> Give:
    return lambda service, target, key, _, draft: give(service.commands.actions, target, key, draft)


GIVE: Final[Mapping[Command, Give]] = {
    Command.ROUTE: _with_body(MessageActions.route),
    Command.RETURN: _with_body(MessageActions.give_back),
    Command.CONTRIBUTE: _with_body(MessageActions.contribute),
    Command.SUBMIT_DRAFT: _with_body(MessageActions.submit_draft),
    Command.WITHDRAW_DRAFT: _of_draft(MessageActions.withdraw_draft),
    Command.APPROVE: _of_draft(MessageActions.approve),
    Command.SEND_FOR_REWORK: _send_for_rework,
    Command.CONFIRM_PUBLICATION: _with_body(MessageActions.confirm_publication),
    Command.CORRECT_LINK: lambda service, target, key, body, draft: service.commands.actions.correct_link(
        target, key, draft, body
    ),
    Command.DECLINE: _with_body(MessageActions.decline),
    Command.AUTHOR_REPLIED: _with_body(MessageActions.author_replied),
    Command.RESUME: lambda service, target, key, *_: service.commands.actions.resume(target, key),
    Command.CLOSE: _with_body(MessageActions.close),
    Command.REOPEN: _with_body(MessageActions.reopen),
    Command.CORRECT: _with_body(MessageActions.correct),
    Command.NOTE: _with_body(MessageActions.note),
    Command.ASSIGN: _with_body(MessageActions.assign),
    Command.HAND_OVER: _with_body(MessageActions.hand_over),
    Command.TRANSFER: lambda service, target, key, body, _: service.commands.successions.transfer(
        target, key, body
    ),
    Command.SPLIT: lambda service, target, key, body, _: service.commands.splits.split(target, key, body),
    Command.REFER: _with_body(MessageActions.refer),
    Command.REDACT: lambda service, target, key, body, _: service.personal_data.redactions.redact(
        target, key, body
    ),
    Command.RECORD_ERASURE: lambda service, target, key, body, _: service.personal_data.erasures.erase(
        target, key, body
    ),
    Command.REPORT_TO_GOVERNOR: _with_body(MessageActions.report_to_governor),
}
