"""Part of commands: taken, delivered, answered."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from service.commands.actions import MessageActions
from service.commands.delivery import CommandDelivery
from service.commands.evidence import Evidence
from service.commands.given_commands import GivenCommands
from service.commands.intake import CommandIntake
from service.commands.promises import PromiseActions
from service.commands.splits import Splits
from service.commands.successions import Successions
from service.commands.unsent_texts import UnsentTexts
from service.keys.request_keys import MaskedKeys
from service.messages.part import Messages
from service.messages.targets import Target
from service.recovery.part import Recovery
from service.runs.part import Runs


@dataclass(frozen=True, slots=True)
class Commands:
    """What people and programs give messages to do."""

    intake: CommandIntake
    actions: MessageActions
    delivery: CommandDelivery
    evidence: Evidence
    given: GivenCommands
    promises: PromiseActions
    splits: Splits
    successions: Successions
    unsent: UnsentTexts

    @classmethod
    def assemble(
        cls,
        runs: Runs,
        messages: Messages,
        recovery: Recovery,
        masked: MaskedKeys,
        begin_note: Callable[[Target], None],
    ) -> Self:
        """`begin_note` has the note to the Governor made, once a message is reported to them."""
        database, workflows = runs.database, runs.workflows
        reader, outcomes, targets = messages.reader, messages.outcomes, messages.targets
        delivery = CommandDelivery(
            database, workflows, outcomes, messages.recorded, recovery.after_the_end, recovery.lost_runs
        )
        intake = CommandIntake(database, delivery, outcomes, reader, masked, runs.clock)
        actions = MessageActions(intake, reader, workflows, outcomes, begin_note)
        return cls(
            intake=intake,
            actions=actions,
            delivery=delivery,
            evidence=Evidence(database, intake, actions),
            given=GivenCommands(database, intake, outcomes),
            promises=PromiseActions(intake, reader, runs.rules),
            splits=Splits(intake),
            successions=Successions(database, intake, reader, targets, workflows),
            unsent=UnsentTexts(database, masked),
        )
