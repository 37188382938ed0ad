"""Tells bodies and curators what has become of texts published in networks (cl. 13)."""

from collections.abc import Iterable
from datetime import datetime
from zlib import crc32

from calendar_rules.regulation import Audience
from calendar_rules.vocabulary import NoticeKind
from service.networks import publication_text
from service.notices import beside
from service.runs.rules import RulesInForce
from store.database.session import Session
from store.networks.candidates import Edited
from workflows.state import Addressee


class AnswerNotices:
    """Writes notices that no step of a message's road gives rise to."""

    def __init__(self, rules: RulesInForce) -> None:
        self._rules = rules

    async def tell(
        self,
        session: Session,
        dialect: str,
        message: int,
        fact: int,
        kind: NoticeKind,
        text: str,
        to: Iterable[Addressee],
        at: datetime,
    ) -> None:
        """Tell of one fact, once, in this transaction; and let pages that show the message look again.

        `fact` is the number of what it is about, above zero: such a notice names no row of the journal.
        """
        rules = await self._rules.seen_in(session)
        await beside.tell(session, dialect, rules, message, fact, kind, text, to, at)

    async def tell_of_edits(
        self, session: Session, dialect: str, edited: Iterable[Edited], at: datetime
    ) -> None:
        """Tell the curators of messages whose posts were edited, once of each wording."""
        for one in edited:
            # Above zero, and within what both databases have for a number.
            wording = crc32(one.text.encode()) >> 2 or 1
            to = [Addressee(audience=Audience.CURATOR, person=one.curator)]
            text = publication_text.post_edited(one.message, one.network)
            await self.tell(session, dialect, one.message, wording, NoticeKind.POST_EDITED, text, to, at)
