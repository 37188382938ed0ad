"""Templates of summaries for Word: put in by the administrator, tried before they hold, and every version kept."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from service.access.errors import ConflictError, InvalidInputError, NotFoundError
from service.reports.papers import wording
from service.reports.papers.form import Party, Requisites
from service.reports.papers.press import Press
from service.reports.weekly import word_template
from service.reports.weekly.press import Job, Work
from service.reports.weekly.sample import sample
from service.runs.rules import Rules
from store.database.engines import Database
from store.database.session import Session
from store.directory import edits as directory_edits
from store.directory.edits import Action, Edit, Part
from store.people.persons import Actor
from store.reports import paper_templates

LARGEST: Final = 5 * 2**20
"""Bytes of a template."""
_LONGEST_NAME: Final = 120
_MOST_OF_PROCESSOR: Final = 10
"""Seconds that a template may take of it, ten times what the program's own takes."""
_ORIGINAL: Final = "исходный"


class TemplateKind(StrEnum):
    """Summaries of which periods a template is for."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    DAYS = "days"


KIND_TITLES: Final = {
    TemplateKind.WEEK: "Сводка за неделю",
    TemplateKind.MONTH: "Сводка за месяц",
    TemplateKind.QUARTER: "Сводка за квартал",
    TemplateKind.YEAR: "Сводка за год",
    TemplateKind.DAYS: "Сводка за выбранные дни",
}
EXAMPLE: Final = Requisites(
    authority="Департамент (пример)",
    ground="пункт 21 Положения (пример)",
    title="Сводная информация (пример)",
    as_of="по состоянию на 08:00 23.11.2026",
    place="г. Пример",
    addressee=Party(office="Заместителю Председателя (пример)", name="Петрову П.\u00a0П."),
    signatory=Party(office="Начальник Департамента (пример)", name="А.\u00a0А.\u00a0Смирнова"),
    compiler=Party(office="консультант отдела (пример)", name="С.\u00a0С.\u00a0Сидорова"),
    executor="Сидорова Светлана Сергеевна",
    telephone="(0000) 00-00-00",
)
"""What a template is tried with."""


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """A version as the administrator sees it; `holds`: summaries are made by it now."""

    version: int
    name: str
    put_in_by: str
    put_in_at: datetime
    in_force: bool
    is_original: bool
    holds: bool


class Templates:
    """The templates of the installation."""

    def __init__(self, database: Database, press: Press, rules: Rules) -> None:
        self._db = database
        self._press = press
        self._rules = rules

    async def holding(self, kind: TemplateKind) -> tuple[int, bytes | None]:
        """Which version holds, and its bytes; 0 and None: the program's own."""
        async with self._db.read() as session:
            return await paper_templates.holding(session, kind)

    async def versions(self) -> dict[TemplateKind, Sequence[TemplateLine]]:
        """Every version of every kind, the one put in last first."""
        async with self._db.read() as session:
            rows = await paper_templates.versions(session)
        found: dict[TemplateKind, list[TemplateLine]] = {kind: [] for kind in TemplateKind}
        for row in rows:
            lines = found[TemplateKind(row.kind)]
            holds = row.in_force and not any(line.in_force for line in lines)
            lines.append(
                TemplateLine(
                    version=row.version,
                    name=row.name,
                    put_in_by=row.put_in_by,
                    put_in_at=row.put_in_at.astimezone(self._zone),
                    in_force=row.in_force,
                    is_original=row.is_original,
                    holds=holds,
                )
            )
        return dict(found)

    async def upload(self, caller: Actor, kind: TemplateKind, name: str, content: bytes) -> int:
        """Take a template to be looked at; returns its version. Raises InvalidInputError for one with a fault."""
        name = name.replace("\\", "/").rsplit("/", 1)[-1].strip()[-_LONGEST_NAME:]
        if not content or len(content) > LARGEST or not name.isprintable():
            raise InvalidInputError("file", wording.TEMPLATE_TOO_LARGE)
        await self._tried(content)
        async with self._db.write() as session:
            return await paper_templates.add(
                session,
                kind,
                name or "шаблон.docx",
                person=caller.key,
                at=datetime.now(UTC),
                in_force=False,
                content=content,
            )

    async def preview(self, kind: TemplateKind, version: int) -> bytes:
        """A version filled in with an example. Raises NotFoundError."""
        return await self._tried((await self.file(kind, version))[1])

    async def file(self, kind: TemplateKind, version: int) -> tuple[str, bytes]:
        """The name and the bytes of a version. Raises NotFoundError."""
        async with self._db.read() as session:
            found = await paper_templates.content(session, kind, version)
        if found is None:
            raise NotFoundError(wording.NO_TEMPLATE)
        return found

    async def original(self) -> bytes:
        """The program's own, to be edited."""
        return await asyncio.to_thread(word_template.original)

    async def put_in_force(self, caller: Actor, kind: TemplateKind, version: int) -> None:
        """Make summaries by this version from now on. Raises NotFoundError."""
        name, _ = await self.file(kind, version)
        now = datetime.now(UTC)
        async with self._db.write() as session:
            before = await paper_templates.holding(session, kind)
            await paper_templates.put_in_force(session, kind, version, caller.key, now)
            _note(session, caller, now, kind, (_named(before[0]), f"{name}, версия {version}"))

    async def restore_original(self, caller: Actor, kind: TemplateKind) -> None:
        """Make summaries by the program's own template again; the others stay. Raises ConflictError where it holds."""
        now = datetime.now(UTC)
        async with self._db.write() as session:
            before = await paper_templates.holding(session, kind)
            if before[1] is None:
                raise ConflictError(wording.ORIGINAL_HOLDS)
            await paper_templates.add(
                session, kind, _ORIGINAL, person=caller.key, at=now, in_force=True, content=None
            )
            _note(session, caller, now, kind, (_named(before[0]), _ORIGINAL))

    @property
    def _zone(self) -> ZoneInfo:
        return self._rules.zone

    async def _tried(self, content: bytes) -> bytes:
        job = Job(
            work=Work.DOCX, summary=sample(), template=content, requisites=EXAMPLE, most=_MOST_OF_PROCESSOR
        )
        try:
            return await self._press.make(job)
        except ConflictError as error:
            raise InvalidInputError(
                "file", error.detail.removesuffix(f" {wording.ORDINARY_TEMPLATE}")
            ) from None


def _named(version: int) -> str:
    return f"версия {version}" if version else _ORIGINAL


def _note(session: Session, caller: Actor, at: datetime, kind: TemplateKind, change: tuple[str, str]) -> None:
    edit = Edit(Part.PAPERS, kind, KIND_TITLES[kind], Action.CHANGED, [(wording.TEMPLATE, *change)])
    directory_edits.note(session, caller.key, at, [edit])
