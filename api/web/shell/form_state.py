"""State of a form of the directory: what stands in it, and what is wrong with it."""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from service.access.errors import ConflictError, InvalidInputError, NotFoundError
from service.directory.errors import MisfitError


@dataclass(frozen=True, slots=True)
class FormState:
    """`wrong` says by field what to do, `refused` why nothing was done; `done`: it was saved just now."""

    typed: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)
    refused: str | None = None
    done: bool = False

    @property
    def status(self) -> HTTPStatus:
        if self.refused:
            return HTTPStatus.CONFLICT
        return HTTPStatus.UNPROCESSABLE_ENTITY if self.wrong else HTTPStatus.OK

    def context(self, otherwise: Mapping[str, str] | None = None) -> dict[str, Any]:
        """For a template; `otherwise` stands in the form where nothing was typed."""
        return {
            "status": self.status,
            "typed": self.typed or otherwise or {},
            "wrong": self.wrong,
            "refused": self.refused,
            "done": self.done,
        }


async def refusal(change: Awaitable[None], typed: Mapping[str, str]) -> FormState | None:
    """Make a change; returns the form as it comes back where the change is refused, None where it was made."""
    try:
        await change
    except MisfitError as error:
        return FormState(typed, wrong=error.wrong)
    except InvalidInputError as error:
        return FormState(typed, wrong={error.field: error.detail})
    except (ConflictError, NotFoundError) as error:
        return FormState(typed, refused=error.detail)
    return None
