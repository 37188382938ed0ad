"""Commands as the border gives them: which call of the service each one is, by a program's request or a page's form."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from service.assembly import Service
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


GIVE: Final[Mapping[Command, Give]] = {
    Command.ROUTE: lambda service, target, key, body, _: service.commands.actions.route(target, key, body),
    Command.RETURN: lambda service, target, key, body, _: service.commands.actions.give_back(
        target, key, body
    ),
    Command.CONTRIBUTE: lambda service, target, key, body, _: service.commands.actions.contribute(
        target, key, body
    ),
    Command.SUBMIT_DRAFT: lambda service, target, key, body, _: service.commands.actions.submit_draft(
        target, key, body
    ),
    Command.WITHDRAW_DRAFT: lambda service, target, key, _, draft: service.commands.actions.withdraw_draft(
        target, key, draft
    ),
    Command.APPROVE: lambda service, target, key, _, draft: service.commands.actions.approve(
        target, key, draft
    ),
    Command.SEND_FOR_REWORK: _send_for_rework,
    Command.CONFIRM_PUBLICATION: lambda service, target, key, body, _: (
        service.commands.actions.confirm_publication(target, key, body)
    ),
    Command.CORRECT_LINK: lambda service, target, key, body, draft: service.commands.actions.correct_link(
        target, key, draft, body
    ),
    Command.DECLINE: lambda service, target, key, body, _: service.commands.actions.decline(
        target, key, body
    ),
    Command.AUTHOR_REPLIED: lambda service, target, key, body, _: service.commands.actions.author_replied(
        target, key, body
    ),
    Command.RESUME: lambda service, target, key, *_: service.commands.actions.resume(target, key),
    Command.CLOSE: lambda service, target, key, body, _: service.commands.actions.close(target, key, body),
    Command.REOPEN: lambda service, target, key, body, _: service.commands.actions.reopen(target, key, body),
    Command.CORRECT: lambda service, target, key, body, _: service.commands.actions.correct(
        target, key, body
    ),
    Command.NOTE: lambda service, target, key, body, _: service.commands.actions.note(target, key, body),
    Command.ASSIGN: lambda service, target, key, body, _: service.commands.actions.assign(target, key, body),
    Command.HAND_OVER: lambda service, target, key, body, _: service.commands.actions.hand_over(
        target, key, body
    ),
    Command.TRANSFER: lambda service, target, key, body, _: service.commands.successions.transfer(
        target, key, body
    ),
    Command.SPLIT: lambda service, target, key, body, _: service.commands.splits.split(target, key, body),
    Command.REFER: lambda service, target, key, body, _: service.commands.actions.refer(target, key, body),
    Command.REDACT: lambda service, target, key, body, _: service.personal_data.redactions.redact(
        target, key, body
    ),
    Command.RECORD_ERASURE: lambda service, target, key, body, _: service.personal_data.erasures.erase(
        target, key, body
    ),
    Command.REPORT_TO_GOVERNOR: lambda service, target, key, body, _: (
        service.commands.actions.report_to_governor(target, key, body)
    ),
}
