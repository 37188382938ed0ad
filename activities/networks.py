"""Steps of networks: looks at sources, steps of publications, checks that answers stand."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from temporalio import activity
from temporalio.client import Client

from activities.heartbeats import alive
from service.keys import ring as keys
from service.messages.states import MessageStates
from service.networks.accounts import NetworkAccounts
from service.networks.answer_checks import AnswerChecks
from service.networks.answer_notices import AnswerNotices
from service.networks.platforms import registry
from service.networks.platforms.rates import Rates
from service.networks.polling import Polling
from service.networks.publications import Publishing
from service.networks.seal import NetworkSeal
from service.runs.due_work import SOURCES, Run, Watch, of_source, of_task_when
from service.runs.rules import RulesInForce
from service.suggestions import Suggestions
from service.suggestions.candidates import CandidateSuggestions
from settings import Settings
from store.database.engines import Database
from workflows.office import OfficeTask, Portion
from workflows.polling import READ_SOURCE, Look
from workflows.publication import PUBLISH, PublicationStep


class NetworkSteps:
    """The activities of the networks' queue, over adapters and rates that all of them share."""

    def __init__(self, client: Client, database: Database, settings: Settings) -> None:
        """Raises KeysError."""
        adapters, rates = registry.adapters(settings), Rates(database)
        accounts = NetworkAccounts(database, NetworkSeal(keys.load(settings)))
        rules = RulesInForce(settings, database)
        notices = AnswerNotices(rules)
        suggestions = CandidateSuggestions(database, Suggestions(database).of)
        states = MessageStates(database, client)
        self._polling = Polling(database, settings, adapters, rates, accounts, suggestions, notices)
        self._publishing = Publishing(database, states, adapters, accounts, rates, notices)
        self._checks = AnswerChecks(database, settings, adapters, accounts, rates, notices, rules)

    @property
    def all(self) -> list[Callable[..., Any]]:
        """For `activities` of a worker."""
        return [self.read_source, self.publish, self.standing]

    @property
    def watches(self) -> list[Watch]:
        """What of it is looked for: who adds a source sees at once what it brings."""
        return [
            of_task_when(OfficeTask.STANDING, 15.0, self._checks.is_due),
            Watch(SOURCES, 1.0, self._sources_due, again=5.0),
        ]

    async def _sources_due(self) -> list[Run]:
        return [of_source(number) for number in await self._polling.due()]

    @activity.defn(name=READ_SOURCE)
    async def read_source(self, source: int, at: datetime | None = None) -> Look:
        return await self._polling.look(source, at)

    @activity.defn(name=PUBLISH)
    async def publish(self, message: str, draft: str) -> PublicationStep:
        return await alive(self._publishing.step(message, draft))

    @activity.defn(name=OfficeTask.STANDING)
    async def standing(self, at: datetime | None = None) -> Portion:
        return await alive(self._checks.portion(at))
