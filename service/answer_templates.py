"""Texts that a body's answers are begun with: its own executors keep them, and take one where they write."""

from collections.abc import Sequence
from dataclasses import dataclass

from calendar_rules.vocabulary import Role
from service import wording
from service.errors import ConflictError, ForbiddenError, InvalidInputError
from service.targets import OF_BODIES, Target
from store import answer_templates
from store.database import Database

MOST = 200
"""Templates of a body."""
_LONGEST_TITLE = 100
_LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Template:
    """A text to begin with, and what it is called."""

    title: str
    text: str


class AnswerTemplates:
    """The templates of every body."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def of(self, body: str) -> Sequence[Template]:
        """The templates of a body, by their titles."""
        async with self._db.read() as session:
            return [Template(row.title, row.text) for row in await answer_templates.of(session, body)]

    async def keep(self, target: Target, body: str, title: str, text: str) -> None:
        """Keep a template of the body that has the message; one of the same title is replaced.

        Raises ForbiddenError for somebody who does not work in the body, InvalidInputError, ConflictError.
        """
        target.require(Role.EXECUTOR, Role.RESPONSIBLE)
        if not any(held.role in OF_BODIES and held.body == body for held in target.capacities):
            raise ForbiddenError(wording.only_for(OF_BODIES))
        title, text = title.strip(), text.replace("\r\n", "\n").strip()
        if not 0 < len(title) <= _LONGEST_TITLE or not title.isprintable():
            raise InvalidInputError("title", wording.TEMPLATE_WITHOUT_TITLE)
        if not 0 < len(text) <= _LONGEST:
            raise InvalidInputError("text", wording.TEMPLATE_WITHOUT_TEXT)
        async with self._db.write() as session:
            known = {row.title for row in await answer_templates.of(session, body)}
            if title not in known and len(known) >= MOST:
                raise ConflictError(wording.TOO_MANY_TEMPLATES.format(templates=MOST))
            await answer_templates.keep(session, body, title, text)
