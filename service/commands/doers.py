"""Doers of commands: each method that does what a command asks says so where it stands, and is found by that."""

from collections.abc import Awaitable, Callable
from functools import partial
from inspect import signature
from typing import Concatenate, Final, ParamSpec, TypeVar

from pydantic import BaseModel

from service.commands.catalogue import CATALOGUE
from service.commands.intake import RequestKey
from service.commands.outcomes import CommandResult
from service.messages.targets import Target
from workflows.vocabulary import Command

_Part = TypeVar("_Part")
_Asked = ParamSpec("_Asked")
_Doer = Callable[Concatenate[_Part, Target, RequestKey, _Asked], Awaitable[CommandResult]]

_DOERS: Final[dict[Command, Callable[..., Awaitable[CommandResult]]]] = {}
_CONTRIBUTION = "contribution:"


def gives(command: Command) -> Callable[[_Doer[_Part, _Asked]], _Doer[_Part, _Asked]]:
    """Mark the method of a part of the service that does what the command asks, and answers with what became of it.

    It takes a target and a key, then what the row of the command has: the subject, the body. Raises TypeError for one
    that takes anything else, and for a second one of the same command.
    """

    def marked(method: _Doer[_Part, _Asked]) -> _Doer[_Part, _Asked]:
        row = CATALOGUE[command]
        wanted = [Target, RequestKey, *([str] if row.has_subject else []), *([row.body] if row.body else [])]
        taken = [parameter.annotation for parameter in signature(method).parameters.values()][1:]
        if taken != wanted:
            raise TypeError(f"{command} is to be given {wanted}, not {taken}")
        if command in _DOERS:
            raise TypeError(f"{command} has a doer already: {_DOERS[command].__qualname__}")
        _DOERS[command] = method
        return method

    return marked


class Doers:
    """The doers of all commands, each with its part of the service."""

    def __init__(self, *parts: object) -> None:
        """Raises TypeError where a command of the catalogue has no doer among the methods of `parts`."""
        self._doers = {
            command: partial(method, part)
            for command, method in _DOERS.items()
            for part in parts
            if method in vars(type(part)).values()
        }
        if missing := CATALOGUE.keys() - self._doers.keys():
            raise TypeError(f"nothing does {', '.join(sorted(missing))}")

    async def give(
        self, command: Command, target: Target, key: RequestKey, body: BaseModel | None, subject: str
    ) -> CommandResult:
        """What became of the command.

        `body` is of the kind its row names, `subject` what it is about: a draft, a contribution (`of_contribution`),
        or empty. Raises ServiceError.
        """
        row = CATALOGUE[command]
        asked = [*([subject] if row.has_subject else []), *([body] if row.body else [])]
        return await self._doers[command](target, key, *asked)


def of_contribution(contribution: str) -> str:
    """The subject of a command that is about a contribution."""
    return _CONTRIBUTION + contribution


def contribution_of(subject: str) -> str | None:
    """The contribution that a command is about; None where it is about a draft."""
    return subject.removeprefix(_CONTRIBUTION) if subject.startswith(_CONTRIBUTION) else None
