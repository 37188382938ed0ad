"""Assembly of the parts that take and answer commands in one process, over its database and connection to Temporal."""

from dataclasses import dataclass

from service.access.record import AccessRecord
from service.commands.actions import MessageActions
from service.commands.delivery import CommandDelivery
from service.commands.evidence import Evidence
from service.commands.given_commands import GivenCommands
from service.commands.intake import CommandIntake
from service.commands.past_commands import PastCommands
from service.commands.splits import Splits
from service.commands.successions import Successions
from service.commands.unsent_texts import UnsentTexts
from service.directory.answer_templates import AnswerTemplates
from service.directory.completeness import Completeness
from service.directory.editing import DirectoryEditing
from service.directory.editions import Editions
from service.directory.exchange import DirectoryExchange
from service.directory.plans import DirectoryPlans
from service.directory.record import DirectoryRecord
from service.directory.working_hours import WorkingHours
from service.journal.reading import Journals
from service.keys import ring as keys
from service.keys.request_keys import MaskedKeys
from service.keys.ring import KeyRing
from service.messages.lists import LISTS_AT_ONCE, MessageLists
from service.messages.live import Live
from service.messages.open_work import OpenWorks
from service.messages.outcome_writer import OutcomeWriter
from service.messages.reader import MessageReader
from service.messages.targets import Targets
from service.networks.accounts import NetworkAccounts
from service.networks.answer_notices import AnswerNotices
from service.networks.author_replies import AuthorReplies
from service.networks.candidates import Candidates
from service.networks.demo_network import DemoNetwork
from service.networks.keys import NetworkKeys
from service.networks.known_platforms import Platforms
from service.networks.platforms import registry
from service.networks.published_texts import PublishedTexts
from service.networks.publishing import FromAccount
from service.networks.pushes import Pushes
from service.networks.seal import NetworkSeal
from service.networks.sources import Sources
from service.notices.channels import Channels
from service.notices.inbox import Inbox
from service.notices.undelivered import UndeliveredNotices
from service.oversight.governor_notes import GovernorNotes
from service.oversight.referrals import Referrals
from service.oversight.shortcomings import Shortcomings
from service.people.absences import Absences
from service.people.given_passwords import GivenPasswords
from service.people.guesses import Guesses
from service.people.identity_provider import IdentityProvider
from service.people.second_factor import SecondFactors
from service.people.sign_in import SignIn
from service.people.substitutions import Substitutions
from service.personal_data.destructions import Destructions
from service.personal_data.erasures import Erasures
from service.personal_data.redactions import Redactions
from service.recovery.after_the_end import AfterTheEnd
from service.recovery.lost_runs import LostRuns
from service.reports.papers.message_files import MessageFiles
from service.reports.papers.press import Press
from service.reports.papers.requisites import Office
from service.reports.papers.settings import PaperSettingsEditing
from service.reports.papers.shelf import Shelf
from service.reports.papers.templates import Templates
from service.reports.papers.unacknowledged import UnacknowledgedMemos
from service.reports.weekly.documents import WeeklyDocuments
from service.reports.weekly.reports import AT_ONCE as WEEKLY_AT_ONCE
from service.reports.weekly.reports import WeeklyReports
from service.runs.connection import TemporalConnection
from service.runs.driven_schedules import DrivenSchedules
from service.runs.rules import Rules, RulesInForce
from service.runs.source_schedules import SourceSchedules
from service.runs.training_clock import TrainingClock
from service.runs.workflows import Workflows
from service.suggestions import Suggestions
from service.suggestions.candidates import CandidateSuggestions, suggestions_of
from service.training.clock import Training
from service.training.lessons import Lessons
from settings import Settings
from store.database.blocking import BlockingDatabase
from store.database.engines import Database

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
    from_account: FromAccount
    published: PublishedTexts
    evidence: Evidence
    given: GivenCommands
    erasures: Erasures
    redactions: Redactions
    referrals: Referrals
    splits: Splits
    successions: Successions
    destructions: Destructions
    directory: DirectoryExchange
    editing: DirectoryEditing
    plans: DirectoryPlans
    open_work: OpenWorks
    edits: DirectoryRecord
    editions: Editions
    hours: WorkingHours
    journals: Journals
    inbox: Inbox
    shortcomings: Shortcomings
    channels: Channels
    undelivered: UndeliveredNotices
    absences: Absences
    access: AccessRecord
    completeness: Completeness
    substitutions: Substitutions
    training: Training
    lessons: Lessons
    driven: DrivenSchedules
    past: PastCommands
    keys: KeyRing
    sign_in: SignIn
    passwords: GivenPasswords
    second_factors: SecondFactors
    provider: IdentityProvider
    live: Live
    unsent: UnsentTexts
    templates: AnswerTemplates
    weekly: WeeklyReports
    documents: WeeklyDocuments
    paper_templates: Templates
    paper_settings: PaperSettingsEditing
    governor_notes: GovernorNotes
    message_files: MessageFiles
    memos: UnacknowledgedMemos
    network_keys: NetworkKeys
    suggestions: Suggestions
    sources: Sources
    source_schedules: SourceSchedules
    candidates: Candidates
    author_replies: AuthorReplies
    pushes: Pushes
    demo_network: DemoNetwork

    async def close(self) -> None:
        """Let go of Temporal and of the database, once everything answered is written."""
        await self.outcomes.close()
        await self.access.close()
        await self.erasures.close()
        await self.temporal.stop()
        self.lists.close()
        self.lost_runs.close()
        self.channels.close()
        self.weekly.close()
        await self.database.dispose()


def assemble(settings: Settings, rules: Rules) -> Service:
    """The parts, none of which is connected yet; `temporal.start()` begins to connect. Raises KeysError."""
    database = Database(settings.database_url, wait=_WAIT_FOR_DATABASE)
    temporal = TemporalConnection(settings)
    clock = TrainingClock(temporal) if settings.training else None
    workflows = Workflows(database, temporal, rules, clock)
    reader = MessageReader(database, workflows)
    lists = MessageLists(
        BlockingDatabase(settings.database_url, LISTS_AT_ONCE, wait=_WAIT_FOR_DATABASE), rules
    )
    outcomes = OutcomeWriter(database)
    after_the_end = AfterTheEnd(database, workflows, temporal)
    writing = BlockingDatabase(settings.database_url, 1, wait=_WAIT_FOR_DATABASE)
    lost_runs = LostRuns(database, writing, workflows, temporal, after_the_end)
    substitutions = Substitutions(database, rules)
    delivery = CommandDelivery(database, workflows, outcomes, after_the_end, lost_runs)
    ring = keys.load(settings)
    masked = MaskedKeys(ring)
    intake = CommandIntake(database, delivery, outcomes, reader, masked)
    shelf, press, office = Shelf(database), Press(), Office(database, rules)
    governor_notes = GovernorNotes(database, reader, outcomes, rules, shelf, press, office)
    actions = MessageActions(intake, reader, workflows, outcomes, governor_notes.begin)
    targets = Targets(database, workflows, outcomes)
    training = Training(database, workflows, reader, rules)
    guesses = Guesses(database, ring)
    second_factors = SecondFactors(database, ring, guesses)
    paper_templates = Templates(database, press, rules)
    documents = WeeklyDocuments(shelf, press, office, paper_templates)
    channels = Channels(database, settings, ring, rules)
    adapters = registry.adapters(settings)
    platforms = Platforms(adapters)
    network_keys = NetworkKeys(database, ring, platforms, rules)
    source_schedules = SourceSchedules(database, temporal)
    suggestions = Suggestions(database)
    found = Candidates(
        database,
        intake,
        actions,
        targets,
        workflows,
        rules,
        CandidateSuggestions(database, suggestions_of(suggestions)),
    )
    erasures = Erasures(database, intake, outcomes, masked, settings.backups_kept)
    journals = Journals(database, reader, outcomes, rules)
    inbox = Inbox(database, reader, outcomes, rules, channels)
    hours = WorkingHours(database, rules)
    notices = AnswerNotices(RulesInForce(settings, database))
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
        targets=targets,
        actions=actions,
        from_account=FromAccount(
            database,
            temporal,
            intake,
            reader,
            adapters,
            NetworkAccounts(database, NetworkSeal(ring)),
            notices,
        ),
        published=PublishedTexts(database, rules),
        evidence=Evidence(database, intake, actions),
        given=GivenCommands(database, intake, outcomes),
        erasures=erasures,
        redactions=Redactions(intake, outcomes, erasures, masked, settings.backups_kept),
        referrals=Referrals(database, reader, outcomes, rules),
        splits=Splits(intake),
        successions=Successions(database, intake, reader, targets, workflows),
        directory=DirectoryExchange(database, rules, hours),
        editing=DirectoryEditing(database, rules),
        plans=DirectoryPlans(database, rules),
        open_work=OpenWorks(database, lists, rules),
        edits=DirectoryRecord(database, rules),
        editions=Editions(database, rules),
        hours=hours,
        destructions=Destructions(database, settings, rules),
        journals=journals,
        inbox=inbox,
        memos=UnacknowledgedMemos(database, rules, shelf, press, office),
        message_files=MessageFiles(
            database,
            rules,
            reader,
            journals,
            inbox,
            shelf,
            press,
            office,
            database_url=settings.database_url,
            anchors=settings.anchors,
        ),
        shortcomings=Shortcomings(database, lists, rules),
        channels=channels,
        undelivered=UndeliveredNotices(database, settings),
        absences=Absences(database, substitutions),
        access=AccessRecord(database, rules.zone),
        completeness=Completeness(database, settings, rules),
        substitutions=substitutions,
        training=training,
        lessons=Lessons(database, targets, actions, training, reader, rules),
        driven=DrivenSchedules(temporal, database),
        past=PastCommands(database, workflows, delivery),
        keys=ring,
        sign_in=SignIn(database, settings, guesses, second_factors),
        passwords=GivenPasswords(database),
        second_factors=second_factors,
        provider=IdentityProvider(database, settings, ring),
        live=Live(database),
        unsent=UnsentTexts(database, masked),
        templates=AnswerTemplates(database),
        weekly=WeeklyReports(
            BlockingDatabase(settings.database_url, WEEKLY_AT_ONCE, wait=_WAIT_FOR_DATABASE),
            rules,
            training=settings.training,
        ),
        documents=documents,
        paper_templates=paper_templates,
        paper_settings=PaperSettingsEditing(database),
        governor_notes=governor_notes,
        suggestions=suggestions,
        network_keys=network_keys,
        sources=Sources(database, platforms, source_schedules, rules),
        source_schedules=source_schedules,
        candidates=found,
        author_replies=AuthorReplies(database, actions, targets, found),
        pushes=Pushes(database, network_keys, platforms, source_schedules.changed, notices),
        demo_network=DemoNetwork(database, ring, rules, settings.public_url),
    )
