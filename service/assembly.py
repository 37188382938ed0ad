"""What takes and answers commands in one process, over its database and its connection to Temporal."""

from dataclasses import dataclass

from service import keys
from service.absences import Absences
from service.access_record import AccessRecord
from service.after_the_end import AfterTheEnd
from service.answer_templates import AnswerTemplates
from service.command_delivery import CommandDelivery
from service.command_intake import CommandIntake
from service.completeness import Completeness
from service.destructions import Destructions
from service.directory_exchange import DirectoryExchange
from service.erasures import Erasures
from service.evidence import Evidence
from service.given_commands import GivenCommands
from service.guesses import Guesses
from service.identity_provider import IdentityProvider
from service.journal import Journals
from service.keys import KeyRing
from service.live import Live
from service.lost_runs import LostRuns
from service.message_actions import MessageActions
from service.message_lists import LISTS_AT_ONCE, MessageLists
from service.message_reader import MessageReader
from service.notices import Inbox
from service.outcome_writer import OutcomeWriter
from service.past_commands import PastCommands
from service.request_keys import MaskedKeys
from service.rules import Rules
from service.second_factor import SecondFactors
from service.sign_in import SignIn
from service.substitutions import Substitutions
from service.targets import Targets
from service.temporal_connection import TemporalConnection
from service.training import Training
from service.training_clock import TrainingClock
from service.unsent_texts import UnsentTexts
from service.workflow_access import Workflows
from settings import Settings
from store.blocking import BlockingDatabase
from store.database import Database

_WAIT_FOR_DATABASE = 3.0  # seconds: a person waits


@dataclass(frozen=True, slots=True)
class Service:
    """The parts of one process, which share a database and a connection."""

    rules: Rules
    database: Database
    temporal: TemporalConnection
    workflows: Workflows
    reader: MessageReader
    lists: MessageLists
    outcomes: OutcomeWriter
    delivery: CommandDelivery
    lost_runs: LostRuns
    targets: Targets
    actions: MessageActions
    evidence: Evidence
    given: GivenCommands
    erasures: Erasures
    destructions: Destructions
    directory: DirectoryExchange
    journals: Journals
    inbox: Inbox
    absences: Absences
    access: AccessRecord
    completeness: Completeness
    substitutions: Substitutions
    training: Training
    past: PastCommands
    keys: KeyRing
    sign_in: SignIn
    second_factors: SecondFactors
    provider: IdentityProvider
    live: Live
    unsent: UnsentTexts
    templates: AnswerTemplates

    async def close(self) -> None:
        """Let go of Temporal and of the database, once everything answered is written."""
        await self.outcomes.close()
        await self.access.close()
        await self.erasures.close()
        await self.temporal.stop()
        self.lists.close()
        await self.database.dispose()


def assemble(settings: Settings, rules: Rules) -> Service:
    """The parts, none of which is connected yet; `temporal.start()` begins to connect. Raises KeysError."""
    database = Database(settings.database_url, wait=_WAIT_FOR_DATABASE)
    temporal = TemporalConnection(settings)
    clock = TrainingClock(temporal) if settings.training else None
    workflows = Workflows(temporal, rules, clock)
    reader = MessageReader(database, workflows)
    lists = MessageLists(
        BlockingDatabase(settings.database_url, LISTS_AT_ONCE, wait=_WAIT_FOR_DATABASE), rules
    )
    outcomes = OutcomeWriter(database)
    after_the_end = AfterTheEnd(database, workflows, temporal)
    lost_runs = LostRuns(database, workflows, temporal, after_the_end)
    substitutions = Substitutions(database, rules)
    delivery = CommandDelivery(database, workflows, outcomes, after_the_end, lost_runs)
    ring = keys.load(settings)
    masked = MaskedKeys(ring)
    intake = CommandIntake(database, delivery, outcomes, reader, masked)
    actions = MessageActions(intake, reader, workflows, outcomes)
    guesses = Guesses(database, ring)
    second_factors = SecondFactors(database, ring, guesses)
    return Service(
        rules=rules,
        database=database,
        temporal=temporal,
        workflows=workflows,
        reader=reader,
        lists=lists,
        outcomes=outcomes,
        delivery=delivery,
        lost_runs=lost_runs,
        targets=Targets(database, workflows, outcomes),
        actions=actions,
        evidence=Evidence(database, intake, actions),
        given=GivenCommands(database, intake, outcomes),
        erasures=Erasures(database, intake, reader, outcomes, masked, settings.backups_kept),
        directory=DirectoryExchange(database),
        destructions=Destructions(database, settings, rules),
        journals=Journals(database, reader, outcomes, rules),
        inbox=Inbox(database, reader, outcomes, rules),
        absences=Absences(database, substitutions),
        access=AccessRecord(database, rules),
        completeness=Completeness(database, settings, rules),
        substitutions=substitutions,
        training=Training(database, workflows, reader, rules),
        past=PastCommands(database, workflows, delivery),
        keys=ring,
        sign_in=SignIn(database, settings, guesses, second_factors),
        second_factors=second_factors,
        provider=IdentityProvider(database, settings, ring),
        live=Live(database),
        unsent=UnsentTexts(database, masked),
        templates=AnswerTemplates(database),
    )
