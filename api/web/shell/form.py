"""A form by the model of its request: what was typed stays in it, and a refusal stands in its place."""

from collections import defaultdict
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from http import HTTPStatus
from typing import Any, get_args, get_origin

from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ValidationError

from api.web.message.form_body import Typed
from service.access.errors import InvalidInputError, ServiceError
from service.access.validation_wording import explain
from service.directory.errors import MisfitError

Values = Mapping[str, Sequence[str]]
"""What stands in the fields of a form by name, as a browser sends it; a box that is not ticked is not there."""


@dataclass(frozen=True, slots=True)
class PageForm:
    """`wrong` says by field what to do, `refused` why nothing was done; `done`: it was saved just now."""

    values: Values = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)
    refused: str | None = None
    done: bool = False

    def over(self, standing: Values) -> "PageForm":
        """The form with what stands in it where nothing was typed."""
        return self if self.values else replace(self, values=standing)

    @property
    def typed(self) -> Mapping[str, str]:
        """The only value, or the first, of each field; an empty text where there is none."""
        return defaultdict(str, {name: values[0] for name, values in self.values.items() if values})

    @property
    def status(self) -> HTTPStatus:
        """The status of a page that shows it."""
        if self.wrong:
            return HTTPStatus.UNPROCESSABLE_ENTITY
        return HTTPStatus.CONFLICT if self.refused else HTTPStatus.OK


async def refusal(change: Awaitable[object], values: Values) -> PageForm | None:
    """Make a change; returns the form as it comes back where the change is refused, None where it was made."""
    try:
        await change
    except ValidationError as error:
        wrong = dict(explain(error.errors(include_input=False)))
    except MisfitError as error:
        wrong = dict(error.wrong)
    except InvalidInputError as error:
        wrong = {error.field: error.detail}
    except ServiceError as error:
        return PageForm(values, refused=error.detail)
    else:
        return None
    return PageForm(values, wrong=wrong)


def saved(address: str) -> RedirectResponse:
    """On to the page of an address, which says that something was saved."""
    path, _, place = address.partition("#")
    return RedirectResponse(f"{path}?done=true{'#' if place else ''}{place}", HTTPStatus.SEE_OTHER)


def values_of(entry: BaseModel) -> dict[str, list[str]]:
    """The form as it stands for an entry; a field that holds texts by key has a field for each."""
    values: dict[str, list[str]] = {}
    for name, value in entry.model_dump(mode="json").items():
        if isinstance(value, dict):
            values |= {key: [text] for key, text in value.items()}
        elif isinstance(value, list):
            values[name] = [item for item in value if isinstance(item, str)]
        elif value:
            values[name] = ["yes" if value is True else str(value)]
    return values


def content_of(model: type[BaseModel], sent: Typed) -> dict[str, Any]:
    """What was typed of the fields of a model, the other way round; an empty text is left out where that may be."""
    content: dict[str, Any] = {}
    for name, about in model.model_fields.items():
        kind = get_origin(about.annotation) or about.annotation
        text = sent.one(name).strip()
        if kind is dict:
            keys = get_args(about.annotation)[0]
            texts = {key.value: sent.one(key.value).strip() for key in keys} if issubclass(keys, Enum) else {}
            content[name] = {key: value for key, value in texts.items() if value}
        elif kind is tuple:
            content[name] = sent.values.get(name, [])
        elif kind is bool:
            content[name] = bool(text)
        elif text or about.is_required():
            content[name] = text
    return content
