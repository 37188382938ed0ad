"""Settings of the office's papers, by the administrator."""

from datetime import UTC, datetime
from typing import Final

from pydantic import BaseModel, ConfigDict

from service.access.errors import ConflictError, InvalidInputError
from service.reports.papers import wording
from store.database import installation_settings
from store.database.engines import Database
from store.database.session import IntegrityError, Session
from store.directory import edits as directory_edits
from store.directory.edits import Action, Edit, Part
from store.people import persons
from store.people.persons import Actor

_KEY: Final = "papers"
_LONGEST: Final = 200
TITLES: Final = {
    "executor": "Исполнитель",
    "telephone": "Телефон исполнителя",
    "chairman_office": "Должность адресата служебной записки",
    "chairman_name": "Фамилия, имя, отчество адресата служебной записки",
}


class PaperSettings(BaseModel):
    """`executor` is a sign-in; all may be empty: then the directory and the act say, or a line is left to fill in."""

    model_config = ConfigDict(frozen=True)

    executor: str = ""
    telephone: str = ""
    chairman_office: str = ""
    chairman_name: str = ""


async def read(session: Session) -> PaperSettings:
    """As they are set now."""
    return _of(await installation_settings.value(session, _KEY))


class PaperSettingsEditing:
    """Reads and changes them."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def read(self) -> PaperSettings:
        """As they are set now."""
        async with self._db.read() as session:
            return await read(session)

    async def keep(self, caller: Actor, given: PaperSettings) -> None:
        """Set them. Raises InvalidInputError, and ConflictError where somebody else was quicker."""
        given = PaperSettings(**{name: " ".join(value.split()) for name, value in given.model_dump().items()})
        for field, value in given.model_dump().items():
            if len(value) > _LONGEST or not value.isprintable():
                raise InvalidInputError(field, wording.SETTING_TOO_LONG)
        try:
            async with self._db.write() as session:
                if given.executor and given.executor not in await persons.names(session):
                    raise InvalidInputError("executor", wording.NO_SUCH_PERSON)
                known = await installation_settings.value(session, _KEY)
                if not await installation_settings.replace(session, _KEY, known, given.model_dump_json()):
                    raise ConflictError(wording.SETTINGS_CHANGED)
                _note(session, caller, _of(known), given)
        except IntegrityError:
            raise ConflictError(wording.SETTINGS_CHANGED) from None


def _of(known: str | None) -> PaperSettings:
    """The stored text."""
    return PaperSettings.model_validate_json(known) if known else PaperSettings()


def _note(session: Session, caller: Actor, before: PaperSettings, after: PaperSettings) -> None:
    was, now = before.model_dump(), after.model_dump()
    fields = [(TITLES[name], was[name], now[name]) for name in TITLES if was[name] != now[name]]
    if fields:
        edit = Edit(Part.PAPERS, _KEY, wording.REQUISITES, Action.CHANGED, fields)
        directory_edits.note(session, caller.key, datetime.now(UTC), [edit])
