"""Part of messages: read one by one and in lists, and told to open pages."""

from dataclasses import dataclass
from typing import Self

from service.messages.clock import MessageClock
from service.messages.earlier_answers import EarlierAnswers
from service.messages.lists import LISTS_AT_ONCE, MessageLists
from service.messages.live import Live
from service.messages.open_work import OpenWorks
from service.messages.outcome_writer import OutcomeWriter
from service.messages.reader import MessageReader
from service.messages.recorded_outcomes import RecordedOutcomes
from service.messages.targets import Targets
from service.runs.part import Runs


@dataclass(frozen=True, slots=True)
class Messages:
    """What is read of messages, and whether a person may see and do it."""

    reader: MessageReader
    lists: MessageLists
    outcomes: OutcomeWriter
    recorded: RecordedOutcomes
    targets: Targets
    live: Live
    clock: MessageClock
    open_work: OpenWorks
    earlier_answers: EarlierAnswers

    @classmethod
    def assemble(cls, runs: Runs) -> Self:
        """Lists are read in threads of their own."""
        database, rules = runs.database, runs.rules
        reader = MessageReader(database, runs.workflows)
        lists, outcomes = MessageLists(runs.blocking(LISTS_AT_ONCE), rules), OutcomeWriter(database)
        return cls(
            reader=reader,
            lists=lists,
            outcomes=outcomes,
            recorded=RecordedOutcomes(database, runs.workflows),
            targets=Targets(database, runs.workflows, outcomes),
            live=Live(database),
            clock=MessageClock(database, runs.workflows, reader, rules),
            open_work=OpenWorks(database, lists, rules),
            earlier_answers=EarlierAnswers(database),
        )
