"""Part of the directory: its entries, hours and workbook, and what it lacks."""

from dataclasses import dataclass
from typing import Self

from service.directory.answer_templates import AnswerTemplates
from service.directory.completeness import Completeness
from service.directory.editing import DirectoryEditing
from service.directory.exchange import DirectoryExchange
from service.directory.scheduled_changes import ScheduledChanges
from service.directory.working_hours import WorkingHours
from service.runs.part import Runs


@dataclass(frozen=True, slots=True)
class Directory:
    """What is changed and read of the directory."""

    exchange: DirectoryExchange
    editing: DirectoryEditing
    scheduled: ScheduledChanges
    hours: WorkingHours
    completeness: Completeness
    templates: AnswerTemplates

    @classmethod
    def assemble(cls, runs: Runs) -> Self:
        database, rules = runs.database, runs.rules
        return cls(
            exchange=DirectoryExchange(database, rules),
            editing=DirectoryEditing(database, rules),
            scheduled=ScheduledChanges(database, rules),
            hours=WorkingHours(database, rules),
            completeness=Completeness(database, runs.settings, rules),
            templates=AnswerTemplates(database),
        )
