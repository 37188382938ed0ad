"""Part of notices: the inbox, and the ways beside it."""

from dataclasses import dataclass
from typing import Self

from service.keys.ring import KeyRing
from service.messages.part import Messages
from service.notices.channels import Channels
from service.notices.inbox import Inbox
from service.notices.undelivered import UndeliveredNotices
from service.runs.part import Runs


@dataclass(frozen=True, slots=True)
class Notices:
    """What people are told, where, and what did not get through."""

    inbox: Inbox
    channels: Channels
    undelivered: UndeliveredNotices

    @classmethod
    def assemble(cls, runs: Runs, messages: Messages, ring: KeyRing) -> Self:
        """The inbox says which channels a person has."""
        channels = Channels(runs.database, runs.settings, ring, runs.rules)
        return cls(
            inbox=Inbox(runs.database, messages.reader, messages.outcomes, runs.rules, channels),
            channels=channels,
            undelivered=UndeliveredNotices(runs.database, runs.settings),
        )
