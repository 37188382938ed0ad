"""Requisites of a paper: who issues it and on what ground, to whom, who signs, who drew it up (cl. 20, 21).

Offices and names come from the directory, in the case of their place; the ground from the act; what neither
knows from the settings of the installation. What nobody set is a line to be filled in by hand.
"""

import re
from datetime import date, datetime
from typing import Final

from calendar_rules.act_words import said
from calendar_rules.moments import As, moment_text
from calendar_rules.regulation import Audience
from calendar_rules.vocabulary import Role
from service.people.declension import Case, capital, in_case, office_in_case
from service.people.person_names import initials_first, name_in_case
from service.reports.papers.form import Party, Requisites
from service.reports.weekly import phrases
from service.runs.rules import Rules
from settings import Settings
from store.database.engines import Database
from store.database.session import Session
from store.directory import rows as directory_rows
from store.people import persons

_ROLES: Final = {
    Audience.DEPUTY_POLICY: Role.DEPUTY_POLICY,
    Audience.HEAD: Role.HEAD,
    Audience.GOVERNOR: Role.GOVERNOR,
}
_OFFICES: Final = {
    Role.DEPUTY_POLICY: "заместитель Председателя Правительства",
    Role.HEAD: "начальник Департамента",
    Role.GOVERNOR: "Губернатор",
}
"""Where the directory has nobody in the office."""


_YEAR: Final = re.compile(r"\sгода\b")


def title_of_report(whose: str, first: date, last: date) -> str:
    """«Сводная информация о … работы … за период с 15 по 21 февраля 2027 г.»; `whose` in the genitive."""
    period = _YEAR.sub("\u00a0г.", phrases.period(first, last)).replace(" ", "\u00a0")
    return (
        f"Сводная информация о своевременности и качестве работы {whose} с сообщениями из открытых источников "
        f"за период {period}"
    )


def state_at(moment: datetime) -> str:
    """«по состоянию на 08:00 24.02.2027»; the moment in the Department's zone."""
    return f"по состоянию на {moment_text(moment, As.TIME_FIRST)}"


class Office:
    """Reads who holds what, as of a moment, and how the act names it."""

    def __init__(self, database: Database, rules: Rules, settings: Settings) -> None:
        self._db = database
        self._rules = rules
        self._settings = settings

    async def of_report(
        self, first: date, last: date, made_at: datetime, whose: str | None = None
    ) -> Requisites:
        """Of a summary; `whose`: the title of the one body that it is of, None where it is of all."""
        papers, act = self._rules.regulation.papers, self._rules.regulation.act
        addressee = _ROLES[self._rules.regulation.readings.notices.weekly_summary_to]
        async with self._db.read() as session:
            on = self._day(made_at)
            curator, executor = await self._curator(session, made_at)
            return Requisites(
                authority=await self._authority(session),
                ground=papers.ground(papers.summary_clause, act),
                title=title_of_report(in_case(whose, Case.GENITIVE) if whose else papers.bodies, first, last),
                as_of=state_at(made_at.astimezone(self._rules.zone)),
                place=papers.place or "",
                addressee=await _addressee(session, addressee, on),
                signatory=await _signatory(session, Role.HEAD, made_at, on),
                compiler=curator,
                executor=executor,
                telephone=self._settings.papers_telephone,
            )

    async def to_governor(self, title: str, at: datetime) -> Requisites:
        """Of a note to the Governor; `title` is what it is called."""
        papers, act = self._rules.regulation.papers, self._rules.regulation.act
        async with self._db.read() as session:
            return Requisites(
                authority=await self._authority(session),
                ground=papers.ground(papers.summary_clause, act),
                title=title,
                place=papers.place or "",
                addressee=await _addressee(session, Role.GOVERNOR, self._day(at)),
                signatory=await _signatory(session, Role.HEAD, at, self._day(at)),
                executor=(await self._curator(session, at))[1],
                telephone=self._settings.papers_telephone,
            )

    async def to_chairman(self, title: str, at: datetime) -> Requisites:
        """Of what the head tells the Chairman's office; whose name the settings may say."""
        papers, act = self._rules.regulation.papers, self._rules.regulation.act
        async with self._db.read() as session:
            chairman = self._settings.chairman_name
            return Requisites(
                authority=await self._authority(session),
                ground=papers.ground(papers.shortcomings_clause, act),
                title=title,
                as_of=state_at(at.astimezone(self._rules.zone)),
                place=papers.place or "",
                addressee=Party(
                    office=capital(office_in_case(papers.chairman, Case.DATIVE)),
                    name=name_in_case(chairman, Case.DATIVE) if chairman else "",
                ),
                signatory=await _signatory(session, Role.HEAD, at, self._day(at)),
                executor=(await self._curator(session, at))[1],
                telephone=self._settings.papers_telephone,
            )

    def _day(self, at: datetime) -> date:
        """On which day: offices are called as they were on it."""
        return at.astimezone(self._rules.zone).date()

    async def _curator(self, session: Session, at: datetime) -> tuple[Party | None, str]:
        """Who forms the summary (cl. 21), and their whole name: whom the settings name, else the first at work."""
        curators, named = await persons.holders(session, Role.CURATOR), self._settings.papers_curator
        away = await persons.substitutions_at(session, at)
        present = [key for key in curators if persons.stand_in(key, away, at) == key]
        chosen = named if named in curators else next(iter([*present, *curators]), None)
        found = await persons.name_and_position(session, chosen, self._day(at)) if chosen else None
        return (Party(office=found[1], name=initials_first(found[0])), found[0]) if found else (None, "")

    async def _authority(self, session: Session) -> str:
        named = self._rules.regulation.papers.authority
        return named or await directory_rows.department(session) or ""


async def _addressee(session: Session, role: Role, on: date) -> Party:
    """In the dative; whoever holds the office, at work or not."""
    found = await _holder(session, role, on)
    if found is None:
        return Party(office=capital(said(office_in_case(_OFFICES[role], Case.DATIVE))))
    name, office = found
    return Party(
        office=capital(office_in_case(office or said(_OFFICES[role]), Case.DATIVE)),
        name=name_in_case(name, Case.DATIVE),
    )


async def _signatory(session: Session, role: Role, at: datetime, on: date) -> Party:
    """Whoever holds the office; where they are away, who stands in for them as acting in it."""
    holders = await persons.holders(session, role)
    if not holders:
        return Party(office=capital(said(_OFFICES[role])))
    holder = holders[0]
    own = await persons.name_and_position(session, holder, on)
    assert own is not None  # noqa: S101  roles are held by people of the directory
    name, office = own[0], own[1] or said(_OFFICES[role])
    present = persons.stand_in(holder, await persons.substitutions_at(session, at), at)
    if present is None:
        # Absent, and nobody is named to act for them: who signs is written in by hand.
        return Party(office=capital(office))
    if present != holder and (acting := await persons.name_and_position(session, present, on)) is not None:
        return Party(
            office=f"Исполняющий обязанности {office_in_case(office, Case.GENITIVE)}",
            name=initials_first(acting[0]),
        )
    return Party(office=capital(office), name=initials_first(name))


async def _holder(session: Session, role: Role, on: date) -> tuple[str, str] | None:
    holders = await persons.holders(session, role)
    return await persons.name_and_position(session, holders[0], on) if holders else None
