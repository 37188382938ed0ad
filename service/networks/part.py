"""Part of networks: what is found in them, and what is published there."""

from dataclasses import dataclass
from typing import Self

from service.commands.part import Commands
from service.keys.ring import KeyRing
from service.messages.part import Messages
from service.networks.accounts import NetworkAccounts
from service.networks.answer_notices import AnswerNotices
from service.networks.author_replies import AuthorReplies
from service.networks.candidates import Candidates
from service.networks.keys import NetworkKeys
from service.networks.known_platforms import Platforms
from service.networks.platforms import registry
from service.networks.published_texts import PublishedTexts
from service.networks.publishing import FromAccount
from service.networks.pushes import Pushes
from service.networks.seal import NetworkSeal
from service.networks.sources import Sources
from service.runs.part import Runs
from service.runs.rules import RulesInForce
from service.suggestions import Suggestions
from service.suggestions.candidates import CandidateSuggestions


@dataclass(frozen=True, slots=True)
class Networks:
    """Sources and candidates, keys of accounts, and texts published from them."""

    from_account: FromAccount
    published: PublishedTexts
    keys: NetworkKeys
    sources: Sources
    candidates: Candidates
    author_replies: AuthorReplies
    pushes: Pushes

    @classmethod
    def assemble(
        cls, runs: Runs, messages: Messages, commands: Commands, suggestions: Suggestions, ring: KeyRing
    ) -> Self:
        """Share the adapters that the settings allow."""
        database, rules = runs.database, runs.rules
        adapters = registry.adapters(runs.settings)
        platforms, notices = Platforms(adapters), AnswerNotices(RulesInForce(runs.settings, database))
        keys = NetworkKeys(database, ring, platforms, rules)
        candidates = Candidates(
            database,
            commands.intake,
            commands.actions,
            messages.targets,
            runs.workflows,
            rules,
            CandidateSuggestions(database, suggestions.of),
        )
        accounts = NetworkAccounts(database, NetworkSeal(ring))
        return cls(
            from_account=FromAccount(
                database, runs.temporal, commands.intake, messages.reader, adapters, accounts, notices
            ),
            published=PublishedTexts(database, rules),
            keys=keys,
            sources=Sources(database, platforms, rules),
            candidates=candidates,
            author_replies=AuthorReplies(database, commands.actions, messages.targets, candidates),
            pushes=Pushes(database, keys, platforms, notices),
        )
