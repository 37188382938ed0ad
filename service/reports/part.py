"""Part of reports: figures of periods, and the papers made of them."""

from dataclasses import dataclass
from typing import Self

from service.journal.reading import Journals
from service.messages.part import Messages
from service.notices.part import Notices
from service.reports.papers.destruction_act import DestructionActs
from service.reports.papers.message_files import MessageFiles
from service.reports.papers.press import Press
from service.reports.papers.requisites import Office
from service.reports.papers.shelf import Shelf
from service.reports.papers.templates import Templates
from service.reports.papers.unacknowledged import UnacknowledgedMemos
from service.reports.weekly.documents import WeeklyDocuments
from service.reports.weekly.reports import AT_ONCE, WeeklyReports
from service.runs.part import Runs


@dataclass(frozen=True, slots=True)
class Reports:
    """What is counted and printed."""

    shelf: Shelf
    press: Press
    office: Office
    weekly: WeeklyReports
    documents: WeeklyDocuments
    templates: Templates
    message_files: MessageFiles
    memos: UnacknowledgedMemos
    destruction_acts: DestructionActs

    @classmethod
    def assemble(cls, runs: Runs, messages: Messages, notices: Notices, journal: Journals) -> Self:
        """Share one press, and one shelf on which papers are kept."""
        database, rules, settings = runs.database, runs.rules, runs.settings
        shelf, press, office = Shelf(database), Press(), Office(database, rules, settings)
        templates = Templates(settings.templates)
        return cls(
            shelf=shelf,
            press=press,
            office=office,
            weekly=WeeklyReports(runs.blocking(AT_ONCE), rules, training=settings.training),
            documents=WeeklyDocuments(shelf, press, office, templates),
            templates=templates,
            message_files=MessageFiles(
                database,
                rules,
                messages.reader,
                journal,
                notices.inbox,
                shelf,
                press,
                office,
                database_url=settings.database_url,
            ),
            memos=UnacknowledgedMemos(database, rules, shelf, press, office, templates),
            destruction_acts=DestructionActs(database, settings, rules, templates),
        )
