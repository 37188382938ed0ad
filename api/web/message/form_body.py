"""A form as it comes from a page: what was typed, and the files beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from api import request_body, wording
from api.errors import ProblemError
from service.access import wording as service_wording
from service.messages import attachments

FILES = 10
"""At most, with one form."""
_FIELDS = 500
_LONGEST_KEY = 200
_OF_TEXTS = request_body.OF_JSON


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form holds."""

    values: dict[str, list[str]]
    files: Sequence[UploadFile]

    def one(self, name: str) -> str:
        """The field's only value; empty where it was not typed."""
        return next(iter(self.values.get(name, ())), "")

    @property
    def key(self) -> str | None:
        """By which the form sent twice is known: the server has given it."""
        return self.one("key") or None


async def read(request: Request, *, takes_files: bool) -> Typed:
    """Read the form of a request whose sender is known, within bounds.

    Raises ProblemError and HTTPException for one that is too large, too slow or no form, or whose files find no room.
    """
    most = _OF_TEXTS + (FILES * attachments.LARGEST if takes_files else 0)
    if takes_files:
        request_body.make_room_for_files(request.scope, most)
    receive = request_body.bounded(request.scope, request.receive, most, _too_large)
    try:
        form = await Request(request.scope, receive).form(
            max_files=FILES if takes_files else 0, max_fields=_FIELDS, max_part_size=_OF_TEXTS
        )
    except HTTPException as error:
        raise ProblemError(error.status_code, wording.BAD_FORM) from error
    if any(len(key) > _LONGEST_KEY for key in _values(form).get("key", ())):
        raise ProblemError(422, wording.BAD_FORM)
    # A field for files that was left empty comes as a file without a name.
    files = [item for _, item in form.multi_items() if isinstance(item, UploadFile) and item.filename]
    return Typed(_values(form), files)


def _too_large() -> Exception:
    return ProblemError(413, service_wording.FILE_TOO_LARGE)


def _values(form: FormData) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            values.setdefault(name, []).append(value)
    return values
