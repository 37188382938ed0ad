"""Texts that a body's answers are begun with: its own executors and the administrator keep them."""

from collections.abc import Sequence
from datetime import UTC, datetime

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
from store.directory.tables import AnswerTemplateRow
from store.people.persons import Actor

MOST = 200
"""Templates of a body."""
_LONGEST_TITLE = 100
_LONGEST = 20_000


class AnswerTemplates:
    """The templates of every body; each title stands once in a body."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def of(self, body: str) -> Sequence[AnswerTemplateRow]:
        """The templates of a body, by their titles."""
        async with self._db.lookup() as session:
            return await answer_templates.of(session, body)

    async def keep(self, target: Target, body: str, title: str, text: str) -> None:
        """Keep a template of the body that has the message; one of the same title is replaced.

        Raises ForbiddenError for somebody who does not work in the body, InvalidInputError, ConflictError.
        """
        _require_own(target, body)
        title, text = _checked(title, text)
        async with self._db.write() as session:
            known = {row.title: row for row in await answer_templates.of(session, body)}
            await _put(session, target.caller.key, known, _row(known, body, title), title, text)

    async def keep_of(self, caller: Actor, body: str, was: str | None, title: str, text: str) -> None:
        """The administrator's: a template of any body; `was` is the title it had, None for a new one.

        Raises NotFoundError where it is gone, InvalidInputError, ConflictError.
        """
        title, text = _checked(title, text)
        async with self._db.write(alone=True) as session:
            known = {row.title: row for row in await answer_templates.of(session, body)}
            if was is not None and was not in known:
                raise NotFoundError(wording.NO_TEMPLATE)
            if title != was and title in known:
                raise InvalidInputError("title", wording.TEMPLATE_IS_THERE)
            await _put(session, caller.key, known, _row(known, body, was or title), title, text)
            await _record_access(session, caller)
        access_note.is_written(Call.DIRECTORY_APPLY)

    async def remove_own(self, target: Target, body: str, template: int) -> None:
        """Whoever works in the body removes one of its templates; one that is gone already stays gone.

        Raises ForbiddenError for somebody who does not work in the body.
        """
        _require_own(target, body)
        async with self._db.write() as session:
            for row in await answer_templates.of(session, body):
                if row.id == template:
                    await _remove(session, target.caller.key, row)

    async def remove(self, caller: Actor, body: str, title: str) -> None:
        """A template is gone. Raises NotFoundError."""
        async with self._db.write(alone=True) as session:
            rows = [row for row in await answer_templates.of(session, body) if row.title == title]
            if not rows:
                raise NotFoundError(wording.NO_TEMPLATE)
            await _remove(session, caller.key, rows[0])
            await _record_access(session, caller)
        access_note.is_written(Call.DIRECTORY_APPLY)


def _require_own(target: Target, body: str) -> None:
    """Raises ForbiddenError unless the person works in the body, whose templates they are."""
    target.require(*OF_BODIES)
    if not any(held.role in OF_BODIES and held.body == body for held in target.capacities):
        raise ForbiddenError(wording.only_for(OF_BODIES))


def _checked(title: str, text: str) -> tuple[str, str]:
    """The title and text without what surrounds them. Raises InvalidInputError."""
    title, text = title.strip(), text.replace("\r\n", "\n").strip()
    if not 0 < len(title) <= _LONGEST_TITLE or not title.isprintable():
        raise InvalidInputError("title", wording.TEMPLATE_WITHOUT_TITLE)
    if not 0 < len(text) <= _LONGEST:
        raise InvalidInputError("text", wording.TEMPLATE_WITHOUT_TEXT)
    return title, text


def _row(known: dict[str, AnswerTemplateRow], body: str, title: str) -> AnswerTemplateRow:
    return known.get(title) or AnswerTemplateRow(body=body, title=title, text="")


async def _put(
    session: Session,
    person: str,
    known: dict[str, AnswerTemplateRow],
    row: AnswerTemplateRow,
    title: str,
    text: str,
) -> None:
    """Give a template, one of those known or a new one, its title and text, on record. Raises ConflictError."""
    is_new = row.title not in known
    if is_new and len(known) >= MOST:
        raise ConflictError(wording.TOO_MANY_TEMPLATES.format(templates=MOST))
    fields = [("Название", row.title, title), ("Текст", row.text, text)]
    changed = [(name, before, after) for name, before, after in fields if before != after]
    row.title, row.text = title, text
    session.add(row)
    if changed:
        _note(session, person, row, Action.ADDED if is_new else Action.CHANGED, changed)


async def _remove(session: Session, person: str, row: AnswerTemplateRow) -> None:
    _note(session, person, row, Action.GONE, [("Текст", row.text, "")])
    await session.delete(row)


def _note(
    session: Session,
    person: str,
    row: AnswerTemplateRow,
    action: Action,
    fields: Sequence[tuple[str, str, str]],
) -> None:
    edit = Edit(Part.TEMPLATES, row.body, row.title, action, fields)
    directory_edits.note(session, person, datetime.now(UTC), [edit])


async def _record_access(session: Session, caller: Actor) -> None:
    counted = {"changed": {"templates": [0, 1, 0]}}
    await access_record.write_beside(session, caller.key, Call.DIRECTORY_APPLY, counted)
