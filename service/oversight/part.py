"""Part of oversight: shortcomings, what was passed on, and the Governor."""

from dataclasses import dataclass
from typing import Self

from service.messages.part import Messages
from service.oversight.governor_notes import GovernorNotes
from service.oversight.referrals import Referrals
from service.oversight.shortcomings import Shortcomings
from service.reports.part import Reports
from service.runs.part import Runs


@dataclass(frozen=True, slots=True)
class Oversight:
    """What those who oversee read and order."""

    shortcomings: Shortcomings
    referrals: Referrals
    governor_notes: GovernorNotes

    @classmethod
    def assemble(cls, runs: Runs, messages: Messages, reports: Reports) -> Self:
        """Notes are printed as other papers are."""
        database, rules, reader, outcomes = runs.database, runs.rules, messages.reader, messages.outcomes
        return cls(
            shortcomings=Shortcomings(database, messages.lists, rules),
            referrals=Referrals(database, reader, outcomes, rules),
            governor_notes=GovernorNotes(
                database, reader, outcomes, rules, reports.shelf, reports.press, reports.office
            ),
        )
