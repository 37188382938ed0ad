"""Assembly of the parts that take and answer commands in one process, over its database and connection to Temporal."""

from dataclasses import dataclass
from datetime import UTC, datetime

from service.access.record import AccessRecord
from service.commands.doers import Doers
from service.commands.part import Commands
from service.directory.part import Directory
from service.journal.reading import Journals
from service.keys import ring as keys
from service.keys.request_keys import MaskedKeys
from service.keys.ring import KeyRing
from service.load.part import LoadPart
from service.messages.part import Messages
from service.networks.part import Networks
from service.notices.part import Notices
from service.oversight.part import Oversight
from service.people.part import People
from service.personal_data.part import PersonalData
from service.promises.register import PromiseRegister
from service.recovery.part import Recovery
from service.reports.part import Reports
from service.runs.part import Runs
from service.runs.rules import Rules
from service.suggestions import Suggestions
from service.verdicts.verdicts import Verdicts
from settings import Settings
from store.database.engines import Database


@dataclass(frozen=True, slots=True)
class Service:
    """The parts of one process, one for each subject; each is assembled in its own folder."""

    rules: Rules
    database: Database
    keys: KeyRing
    access: AccessRecord
    runs: Runs
    people: People
    messages: Messages
    notices: Notices
    journal: Journals
    directory: Directory
    recovery: Recovery
    commands: Commands
    doers: Doers
    promises: PromiseRegister
    suggestions: Suggestions
    personal_data: PersonalData
    networks: Networks
    verdicts: Verdicts
    reports: Reports
    oversight: Oversight
    load: LoadPart

    async def close(self) -> None:
        """Let go of Temporal and of the database, once everything answered is written."""
        await self.messages.outcomes.close()
        await self.messages.recorded.close()
        await self.access.close()
        await self.personal_data.erasures.close()
        self.messages.lists.close()
        self.recovery.lost_runs.close()
        self.notices.channels.close()
        self.reports.weekly.close()
        await self.runs.close()


def assemble(settings: Settings, rules: Rules) -> Service:
    """The parts, none of which is connected yet; `runs.temporal.start()` begins to connect. Raises KeysError."""
    ring = keys.load(settings)
    masked = MaskedKeys(ring)
    runs = Runs.assemble(settings, rules)
    database = runs.database
    messages = Messages.assemble(runs)
    notices = Notices.assemble(runs, messages, ring)
    journal = Journals(database, messages.reader, messages.outcomes, rules)
    reports = Reports.assemble(runs, messages, notices, journal)
    oversight = Oversight.assemble(runs, messages, reports)
    recovery = Recovery.assemble(runs)
    commands = Commands.assemble(runs, messages, recovery, masked, oversight.governor_notes.begin)
    personal_data = PersonalData.assemble(runs, messages, commands, masked)
    suggestions = Suggestions(database)
    return Service(
        rules=rules,
        database=database,
        keys=ring,
        access=AccessRecord(database, rules.zone),
        runs=runs,
        people=People.assemble(runs, ring),
        messages=messages,
        notices=notices,
        journal=journal,
        directory=Directory.assemble(runs),
        recovery=recovery,
        commands=commands,
        doers=Doers(
            commands.actions,
            commands.promises,
            commands.splits,
            commands.successions,
            personal_data.redactions,
            personal_data.erasures,
        ),
        promises=PromiseRegister(database, rules, messages.outcomes),
        suggestions=suggestions,
        personal_data=personal_data,
        networks=Networks.assemble(runs, messages, commands, suggestions, ring),
        verdicts=Verdicts(database, messages.reader),
        reports=reports,
        oversight=oversight,
        load=LoadPart(rules, database, lambda: datetime.now(UTC)),
    )
