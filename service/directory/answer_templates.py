"""Texts that a body's answers are begun with: its own executors and the administrator keep them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from service.access import note as access_note
from service.access import record as access_record
from service.access import wording
from service.access.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from service.access.recorded_calls import Call
from service.messages.targets import OF_BODIES, Target
from store.database.engines import Database
from store.database.session import Session
from store.directory import answer_templates
from store.directory import edits as directory_edits
from store.directory.edits import Action, Edit, Part
from store.people.persons import Actor

MOST = 200
"""Templates of a body."""
_LONGEST_TITLE = 100
_LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Template:
    """A text to begin with, and what it is called."""

    id: int
    title: str
    text: str


class _Given(NamedTuple):
    """What somebody has typed, without what surrounds it."""

    title: str
    text: str


class AnswerTemplates:
    """The templates of every body."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def of(self, body: str) -> Sequence[Template]:
        """The templates of a body, by their titles."""
        async with self._db.lookup() as session:
            rows = await answer_templates.of(session, body)
        return [Template(row.id, row.title, row.text) for row in rows if row.id is not None]

    async def keep(self, target: Target, body: str, title: str, text: str) -> None:
        """Keep a template of the body that has the message; one of the same title is replaced.

        Raises ForbiddenError for somebody who does not work in the body, InvalidInputError, ConflictError.
        """
        _require_own(target, body)
        given = _checked(title, text)
        async with self._db.write() as session:
            await _keep(session, target.caller.key, body, given)

    async def keep_of(self, caller: Actor, body: str, was: str | None, title: str, text: str) -> None:
        """The administrator's: a template of any body; `was` is the title it had, None for a new one.

        Raises NotFoundError where it is gone, InvalidInputError, ConflictError.
        """
        given = _checked(title, text)
        async with self._db.write(alone=True) as session:
            known = {row.title: row for row in await answer_templates.of(session, body)}
            if was is not None and was not in known:
                raise NotFoundError(wording.NO_TEMPLATE)
            if given.title != was:
                if given.title in known:
                    raise InvalidInputError("title", wording.TEMPLATE_IS_THERE)
                if was is not None:
                    await _remove(session, caller.key, body, was, known[was].text)
            await _keep(session, caller.key, body, given)
            await _record(session, caller)
        access_note.is_written(Call.DIRECTORY_APPLY)

    async def remove_own(self, target: Target, body: str, template: int) -> None:
        """Whoever works in the body removes one of its templates; one that is gone already stays gone.

        Raises ForbiddenError for somebody who does not work in the body.
        """
        _require_own(target, body)
        async with self._db.write() as session:
            known = {row.id: row for row in await answer_templates.of(session, body)}
            if (row := known.get(template)) is not None:
                await _remove(session, target.caller.key, body, row.title, row.text)

    async def remove(self, caller: Actor, body: str, title: str) -> None:
        """A template is gone. Raises NotFoundError."""
        async with self._db.write(alone=True) as session:
            known = {row.title: row for row in await answer_templates.of(session, body)}
            if title not in known:
                raise NotFoundError(wording.NO_TEMPLATE)
            await _remove(session, caller.key, body, title, known[title].text)
            await _record(session, caller)
        access_note.is_written(Call.DIRECTORY_APPLY)


def _require_own(target: Target, body: str) -> None:
    """Raises ForbiddenError unless the person works in the body, whose templates they are."""
    target.require(*OF_BODIES)
    if not any(held.role in OF_BODIES and held.body == body for held in target.capacities):
        raise ForbiddenError(wording.only_for(OF_BODIES))


def _checked(title: str, text: str) -> _Given:
    title, text = title.strip(), text.replace("\r\n", "\n").strip()
    if not 0 < len(title) <= _LONGEST_TITLE or not title.isprintable():
        raise InvalidInputError("title", wording.TEMPLATE_WITHOUT_TITLE)
    if not 0 < len(text) <= _LONGEST:
        raise InvalidInputError("text", wording.TEMPLATE_WITHOUT_TEXT)
    return _Given(title, text)


async def _keep(session: Session, person: str, body: str, given: _Given) -> None:
    known = {row.title: row.text for row in await answer_templates.of(session, body)}
    if given.title not in known and len(known) >= MOST:
        raise ConflictError(wording.TOO_MANY_TEMPLATES.format(templates=MOST))
    before = known.get(given.title)
    await answer_templates.keep(session, body, given.title, given.text)
    if before != given.text:
        action = Action.ADDED if before is None else Action.CHANGED
        _note(session, person, body, given.title, action, before or "", given.text)


async def _remove(session: Session, person: str, body: str, title: str, text: str) -> None:
    await answer_templates.remove(session, body, title)
    _note(session, person, body, title, Action.GONE, text, "")


def _note(
    session: Session, person: str, body: str, title: str, action: Action, before: str, after: str
) -> None:
    edit = Edit(Part.TEMPLATES, body, title, action, [("Текст", before, after)])
    directory_edits.note(session, person, datetime.now(UTC), [edit])


async def _record(session: Session, caller: Actor) -> None:
    await access_record.write_beside(
        session, caller.key, Call.DIRECTORY_APPLY, {"changed": {"templates": [0, 1, 0]}}
    )
