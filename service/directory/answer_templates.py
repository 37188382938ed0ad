"""Texts that a body's answers are begun with: whoever works in the body keeps them."""

from collections.abc import Sequence
from datetime import UTC, datetime

from service.access import wording
from service.access.errors import ConflictError, ForbiddenError, InvalidInputError
from service.messages.targets import OF_BODIES, Target
from store.database.engines import Database
from store.database.session import Session
from store.directory import answer_templates
from store.directory import edits as directory_edits
from store.directory.edits import Action, Edit, Part
from store.directory.tables import AnswerTemplateRow

MOST = 200
"""Templates of a body."""
_LONGEST_TITLE = 100
_LONGEST = 20_000


class AnswerTemplates:
    """The templates of every body; each title stands once in a body.

    Changing them raises ForbiddenError for somebody who does not work in the body.
    """

    def __init__(self, database: Database) -> None:
        self._db = database

    async def of(self, body: str) -> Sequence[AnswerTemplateRow]:
        """The templates of a body, by their titles."""
        async with self._db.lookup() as session:
            return await answer_templates.of(session, body)

    async def keep(self, target: Target, body: str, title: str, text: str) -> None:
        """Keep a template of the body that has the message; one of the same title is replaced.

        Raises InvalidInputError, ConflictError.
        """
        _require_own(target, body)
        title, text = title.strip(), text.replace("\r\n", "\n").strip()
        if not 0 < len(title) <= _LONGEST_TITLE or not title.isprintable():
            raise InvalidInputError("title", wording.TEMPLATE_WITHOUT_TITLE)
        if not 0 < len(text) <= _LONGEST:
            raise InvalidInputError("text", wording.TEMPLATE_WITHOUT_TEXT)
        async with self._db.write() as session:
            known = {row.title: row for row in await answer_templates.of(session, body)}
            row = known.get(title)
            if row is None and len(known) >= MOST:
                raise ConflictError(wording.TOO_MANY_TEMPLATES.format(templates=MOST))
            action = Action.ADDED if row is None else Action.CHANGED
            row = row or AnswerTemplateRow(body=body, title=title, text="")
            if row.text != text:
                _note(session, target, row, action, text)
                row.text = text
                session.add(row)

    async def remove(self, target: Target, body: str, template: int) -> None:
        """Remove a template of the body that has the message; one that is gone already stays gone."""
        _require_own(target, body)
        async with self._db.write() as session:
            for row in await answer_templates.of(session, body):
                if row.id == template:
                    _note(session, target, row, Action.GONE, "")
                    await session.delete(row)


def _require_own(target: Target, body: str) -> None:
    target.require(*OF_BODIES)
    if not any(held.role in OF_BODIES and held.body == body for held in target.capacities):
        raise ForbiddenError(wording.only_for(OF_BODIES))


def _note(session: Session, target: Target, row: AnswerTemplateRow, action: Action, text: str) -> None:
    edit = Edit(Part.TEMPLATES, row.body, row.title, action, [("Текст", row.text, text)])
    directory_edits.note(session, target.caller.key, datetime.now(UTC), [edit])
