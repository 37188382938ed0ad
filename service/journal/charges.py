"""Persons charged with a breach by name (cl. 20): whoever was at work when the limit passed, never who was absent.

A message charges roles and bodies, and persons as far as it knows them; the directory and the absences say who was
there. The record of the step names them once, in the journal row and in the table of charges, and every list, notice
and paper takes them from there.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter

from calendar_rules.regulation import Audience, LimitName
from service.notices import breach_text
from service.people.offices import Offices
from store.journal.charges import Charged
from workflows.notice_facts import Breach, Charge, ChargeCorrected, Escalation
from workflows.state import JournalEntry, NoticeFact, Record
from workflows.vocabulary import Fact

_CHARGING = (Fact.BREACH, Fact.CHARGE_CORRECTED)
_CHARGES: TypeAdapter[tuple[Charge, ...]] = TypeAdapter(tuple[Charge, ...])


def all_of(record: Record) -> list[Charge]:
    """Every charge that a record names somebody for."""
    found = [charge for run in record.state.limits for charge in run.charges]
    found += [charge for row in record.rows for charge in _of_row(row)]
    found += [charge for fact in record.notices for charge in of_notice(fact)]
    return list(dict.fromkeys(found))


def of_notice(fact: NoticeFact) -> tuple[Charge, ...]:
    """What a notice charges somebody with; nothing where it is not about a breach."""
    return fact.facts.charged if isinstance(fact.facts, Breach | ChargeCorrected | Escalation) else ()


def named(charges: Iterable[Charge], offices: Offices) -> list[Charged]:
    """Charges with the persons who were there, most over first; who had the work of several stands once."""
    found: dict[tuple[object, ...], Charged] = {}
    for charge in charges:
        person, acting_for = offices.at_fault(charge.role, charge.body, charge.person, charge.at)
        whose = charge.role, charge.body, person, acting_for
        before = found.get(whose)
        over = charge.over if before is None else charge.over + before.over
        first = charge if before is None else before
        found[whose] = Charged(*whose, first.limit, over, first.at)
    return sorted(found.values(), key=lambda charged: -charged.over)


def not_charged(fact: NoticeFact, charged: Sequence[Charged], offices: Offices) -> Mapping[str, str]:
    """Who is told of a late answer that is charged to others, each with the sentence that says so."""
    facts = fact.facts
    if not isinstance(facts, Breach) or facts.limit is not LimitName.ANSWER or not charged:
        return {}
    bodies = {item.body for item in charged}
    theirs = [to for to in fact.to if to.body in bodies]
    at_fault = offices.told(theirs, fact.at)
    return {
        person: breach_text.OF_YOU if to.audience is Audience.CURATOR else breach_text.OF_YOUR_BODY
        for to in fact.to
        if to not in theirs
        for person in offices.told([to], fact.at)
        if person not in at_fault
    }


def in_the_journal(row: JournalEntry, offices: Offices) -> dict[str, Any]:
    """The data of a journal row, in which a breach, and what corrects its charge, names the persons."""
    if row.kind not in _CHARGING:
        return row.data
    return {**row.data, "charged": [charged.shown() for charged in named(_of_row(row), offices)]}


def without_names(kind: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The data of a journal row without what `in_the_journal` puts into it."""
    return {name: value for name, value in data.items() if name != "charged" or kind not in _CHARGING}


def _of_row(row: JournalEntry) -> tuple[Charge, ...]:
    return _CHARGES.validate_python(row.data["charged"]) if row.kind in _CHARGING else ()
