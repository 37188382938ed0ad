"""Part of personal data: destroyed by hand, with acts."""

from dataclasses import dataclass
from typing import Self

from service.commands.part import Commands
from service.keys.request_keys import MaskedKeys
from service.messages.part import Messages
from service.personal_data.destructions import Destructions
from service.personal_data.erasures import Erasures
from service.personal_data.redactions import Redactions
from service.runs.part import Runs


@dataclass(frozen=True, slots=True)
class PersonalData:
    """What is destroyed of messages (152-FZ)."""

    erasures: Erasures
    redactions: Redactions
    destructions: Destructions

    @classmethod
    def assemble(cls, runs: Runs, messages: Messages, commands: Commands, masked: MaskedKeys) -> Self:
        """Whatever destroys has the files swept."""
        intake, outcomes, backups = commands.intake, messages.outcomes, runs.settings.backups_kept
        erasures = Erasures(runs.database, intake, outcomes, masked, backups)
        return cls(
            erasures=erasures,
            redactions=Redactions(intake, outcomes, erasures, masked, backups),
            destructions=Destructions(runs.database),
        )
