"""Actions on a message: each method turns what was asked into one command (clauses 7 to 21)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from calendar_rules.vocabulary import Stage
from service.access import wording
from service.access.errors import InvalidInputError, NotFoundError
from service.commands import checks, promises
from service.commands.doers import contribution_of, gives
from service.commands.intake import Check, CommandIntake, RequestKey
from service.commands.outcomes import CommandResult
from service.commands.registration import draw_up
from service.commands.requests import (
    CORRECTED,
    AssigneeBody,
    AuthorReplyBody,
    CloseBody,
    CommentBody,
    ContributionBody,
    CorrectionBody,
    CuratorBody,
    DeclineBody,
    DraftBody,
    GovernorReportBody,
    LinkBody,
    NoteBody,
    PublicationBody,
    ReferralBody,
    Registration,
    ReopenBody,
    ReturnBody,
    RouteBody,
)
from service.messages import earlier_answers, networks, quotas
from service.messages.outcome_writer import OutcomeWriter
from service.messages.reader import MessageReader
from service.messages.targets import Target
from service.runs.training_clock import LONGEST
from service.runs.workflows import Workflows
from store.commands import corrections, outbox
from store.commands.before import Before
from store.messages import finding
from store.messages.texts import new_id
from store.people.persons import Actor
from workflows.state import MessageState
from workflows.vocabulary import Command

_TAKEN_BEFORE = timedelta(milliseconds=100)
"""A command counts from a moment before it is checked: with a clock set then it would come just too early."""


class MessageActions:
    """Every step of a message's road that a person takes.

    Each method answers with what became of the command; a step repeated under its key answers with its first
    outcome. Raises ServiceError for input that cannot be taken. Who may take which step is checked before.
    """

    def __init__(
        self,
        intake: CommandIntake,
        reader: MessageReader,
        workflows: Workflows,
        outcomes: OutcomeWriter,
        reported: Callable[[Target], None] = lambda _: None,
    ) -> None:
        """`reported` is told of each message that was reported to the Governor."""
        self._intake = intake
        self._reader = reader
        self._workflows = workflows
        self._outcomes = outcomes
        self._reported = reported

    async def register(self, caller: Actor, key: RequestKey, body: Registration) -> CommandResult:
        """Clauses 5, 7: found by a curator. A post registered before answers with the first message."""

        async def check(before: Before) -> None:
            checks.of_network(networks.judging(before.networks), body.network, body.url)
            await checks.loose(before.session, caller.key, body.attachments)

        draw = partial(draw_up, body, caller, self._workflows)
        return await self._intake.register(caller, key.of(body), draw, check, body.attachments)

    @gives(Command.ROUTE)
    async def route(self, target: Target, key: RequestKey, body: RouteBody) -> CommandResult:
        """Clauses 7, 15, 16: to the bodies named, in their order."""

        async def check(before: Before) -> None:
            checks.reduced_term(body.reduced_term, rules.regulation)
            fields["titles"] = checks.of_known_bodies("bodies", body.bodies, before.bodies)
            # As they stand now: another process may have taken new ones half a second ago.
            rules.keep_hours(before.hours)
            fields["schedules"] = {key: rules.schedules.of(key) for key in body.bodies}
            checks.of_known_topic(body.topic, is_known=before.has_topic)
            await checks.repeats(before.session, target.row, body.repeats)

        rules = self._workflows.rules
        fields: dict[str, object] = {}
        return await self._intake.give(target, key.of(body), Command.ROUTE, fields, check)

    @gives(Command.RETURN)
    async def give_back(self, target: Target, key: RequestKey, body: ReturnBody) -> CommandResult:
        """Clause 8: not the competence of the body."""

        async def check(before: Before) -> None:
            if body.competent_body is not None:
                await checks.bodies(before.session, "competent_body", [body.competent_body])

        return await self._intake.give(target, key.of(body), Command.RETURN, check=check)

    @gives(Command.CONTRIBUTE)
    async def contribute(self, target: Target, key: RequestKey, body: ContributionBody) -> CommandResult:
        """Clause 15: one body's part of a joint answer."""

        async def check(before: Before) -> None:
            await checks.attachments(before.session, target.row, body.attachments)

        fields = {"contribution": new_id()}
        return await self._intake.give(target, key.of(body), Command.CONTRIBUTE, fields, check)

    @gives(Command.SUBMIT_DRAFT)
    async def submit_draft(self, target: Target, key: RequestKey, body: DraftBody) -> CommandResult:
        """Clauses 10, 14, 16, 17: an answer, an interim answer or a clarification request, for approval."""

        fields: dict[str, object] = {"draft": new_id()}

        async def check(before: Before) -> None:
            quotas.draft(before.drafts)
            await checks.attachments(before.session, target.row, body.attachments)
            checks.measures(target.row, self._outcomes.state(target.number), body.kind, body.measures)
            await checks.draft_length(before, target.row, body.text)
            fields["promises"] = await promises.stated(
                before.session, target, body.promises, self._workflows.rules
            )
            fields["taken_from"] = await earlier_answers.taken_from(
                before.session, target, body.taken_from, body.text
            )

        return await self._intake.give(target, key.of(body), Command.SUBMIT_DRAFT, fields, check)

    @gives(Command.WITHDRAW_DRAFT)
    async def withdraw_draft(self, target: Target, key: RequestKey, draft: str) -> CommandResult:
        """The body takes its draft back."""
        check = self._draft_is_known(target, draft)
        return await self._intake.give(target, key.of(None), Command.WITHDRAW_DRAFT, {"draft": draft}, check)

    @gives(Command.APPROVE)
    async def approve(self, target: Target, key: RequestKey, draft: str) -> CommandResult:
        """Clause 11: the text may be published."""
        check = self._draft_is_known(target, draft)
        return await self._intake.give(target, key.of(None), Command.APPROVE, {"draft": draft}, check)

    @gives(Command.SEND_FOR_REWORK)
    async def send_for_rework(
        self, target: Target, key: RequestKey, subject: str, body: CommentBody
    ) -> CommandResult:
        """Clauses 11, 12, 15: a draft back to its body with a comment, a contribution to the body that gave it last."""
        contribution = contribution_of(subject)
        if contribution is None:
            fields, check = {"draft": subject}, self._draft_is_known(target, subject)
        else:
            state = await self._reader.state(target.row)
            fields, check = {"contribution": contribution}, _contribution_is_known(state, contribution)
        return await self._intake.give(target, key.of(body), Command.SEND_FOR_REWORK, fields, check)

    def _draft_is_known(self, target: Target, draft: str) -> Check:
        """NotFoundError for a new command unless the message has the draft; a repeated one has its own outcome.

        Of a draft whose own command is under way it is not known yet: the workflow, which has them in order, decides.
        """
        known = {item["id"] for item in (target.row.snapshot or {}).get("drafts", ())}
        if answered := self._outcomes.state(target.number):
            known |= {item.id for item in answered.drafts}

        async def check(before: Before) -> None:
            if draft in known:
                return
            if not await outbox.was_given(
                before.session, target.number, Command.SUBMIT_DRAFT, "draft", draft
            ):
                raise NotFoundError(wording.NO_DRAFT)

        return check

    @gives(Command.CONFIRM_PUBLICATION)
    async def confirm_publication(
        self, target: Target, key: RequestKey, body: PublicationBody
    ) -> CommandResult:
        """Clause 13: the approved text stands in the network where the message stands."""

        async def check(before: Before) -> None:
            await checks.published(before, target.row, body.url, body.proof)
            await checks.proof(before.session, target.row, "proof", body.proof)

        return await self._intake.give(target, key.of(body), Command.CONFIRM_PUBLICATION, check=check)

    @gives(Command.CORRECT_LINK)
    async def correct_link(
        self, target: Target, key: RequestKey, draft: str, body: LinkBody
    ) -> CommandResult:
        """Clause 13: the link of a published text was wrong; also once the message is closed."""
        known = self._draft_is_known(target, draft)
        drafts = (await self._reader.state(target.row)).drafts
        proof = next((item.proof for item in drafts if item.id == draft), None)

        async def check(before: Before) -> None:
            await known(before)
            await checks.published(before, target.row, body.url, proof)

        return await self._intake.give(target, key.of(body), Command.CORRECT_LINK, {"draft": draft}, check)

    @gives(Command.DECLINE)
    async def decline(self, target: Target, key: RequestKey, body: DeclineBody) -> CommandResult:
        """Clause 18: not to be processed or answered."""
        return await self._intake.give(target, key.of(body), Command.DECLINE)

    @gives(Command.AUTHOR_REPLIED)
    async def author_replied(self, target: Target, key: RequestKey, body: AuthorReplyBody) -> CommandResult:
        """The author answered the clarification request."""
        return await self._intake.give(target, key.of(body), Command.AUTHOR_REPLIED)

    @gives(Command.RESUME)
    async def resume(self, target: Target, key: RequestKey) -> CommandResult:
        """The clarification request goes unanswered, and the body goes on."""
        return await self._intake.give(target, key.of(None), Command.RESUME)

    @gives(Command.CLOSE)
    async def close(self, target: Target, key: RequestKey, body: CloseBody) -> CommandResult:
        """Closed without an answer."""
        # Noted in the same step, as `refer` would note it.
        passed_on = {**dict(body.referral), "referral": new_id()} if body.referral else {}
        return await self._intake.give(target, key.of(body), Command.CLOSE, passed_on)

    @gives(Command.REFER)
    async def refer(self, target: Target, key: RequestKey, body: ReferralBody) -> CommandResult:
        """Clause 18: what the message tells was passed on to others; also once it is closed."""
        return await self._intake.give(target, key.of(body), Command.REFER, {"referral": new_id()})

    @gives(Command.REOPEN)
    async def reopen(self, target: Target, key: RequestKey, body: ReopenBody) -> CommandResult:
        """A mistaken end is undone: the stage that was left, and every limit as it was.

        In training also at a moment to come, as its limits would find it then.
        """
        closed = (await self._reader.state(target.row)).stage is Stage.CLOSED
        if closed and body.at is not None:
            # The run that has ended it would take the command at its own moment.
            await self._workflows.over(target.number)

        async def check(before: Before) -> None:
            if body.at is None:
                return
            if self._workflows.training is None:
                raise InvalidInputError("at", wording.ONLY_IN_TRAINING)
            later = body.at - target.now
            if later <= timedelta(0):
                raise InvalidInputError("at", wording.LATER_THAN_NOW)
            if later > LONGEST:
                raise InvalidInputError("at", wording.TOO_FAR)
            if closed:
                # The clock of a message that is open is its workflow's; nobody moves that of a closed one.
                ahead = finding.ahead(target.row) + later + _TAKEN_BEFORE
                target.row.clock_ahead = ahead // timedelta(microseconds=1)
                await finding.set_clock(before.session, target.number, target.row.clock_ahead)

        return await self._intake.give(target, key.of(body), Command.REOPEN, check=check)

    @gives(Command.CORRECT)
    async def correct(self, target: Target, key: RequestKey, body: CorrectionBody) -> CommandResult:
        """Clause 7: what was entered wrong is put right on record.

        The post of a new link is the message's from here on, and is given back if the command is refused.
        """
        named = [field for field in CORRECTED if getattr(body, field) is not None]

        async def check(before: Before) -> None:
            if body.topic is not None:
                await checks.topic(before.session, body.topic)
            # Before the new link is reserved.
            await corrections.keep_registered(before.session, target.row, named, datetime.now(UTC))
            await checks.corrected_link(before.session, target.row, body.network, body.url)

        return await self._intake.give(target, key.of(body), Command.CORRECT, check=check)

    @gives(Command.NOTE)
    async def note(self, target: Target, key: RequestKey, body: NoteBody) -> CommandResult:
        """A note on record, with evidence."""

        async def check(before: Before) -> None:
            await quotas.note(before.session, target.number)
            await checks.attachments(before.session, target.row, body.attachments)

        return await self._intake.give(target, key.of(body), Command.NOTE, check=check)

    @gives(Command.ASSIGN)
    async def assign(self, target: Target, key: RequestKey, body: AssigneeBody) -> CommandResult:
        """The person of the current body who does the work, or nobody in particular."""
        current = (await self._reader.state(target.row)).current_body if body.person is not None else None

        async def check(before: Before) -> None:
            if body.person is not None:
                await checks.executor(before.session, body.person, current)

        fields = {"assignee": body.person}
        return await self._intake.give(target, key.of(body), Command.ASSIGN, fields, check)

    @gives(Command.HAND_OVER)
    async def hand_over(self, target: Target, key: RequestKey, body: CuratorBody) -> CommandResult:
        """Another curator goes on with the message."""

        async def check(before: Before) -> None:
            await checks.curator(before.session, body.person)

        fields = {"curator": body.person}
        return await self._intake.give(target, key.of(body), Command.HAND_OVER, fields, check)

    @gives(Command.REPORT_TO_GOVERNOR)
    async def report_to_governor(
        self, target: Target, key: RequestKey, body: GovernorReportBody
    ) -> CommandResult:
        """Clause 21: of social significance."""
        result = await self._intake.give(target, key.of(body), Command.REPORT_TO_GOVERNOR)
        self._reported(target)
        return result


def _contribution_is_known(state: MessageState, contribution: str) -> Check:
    async def check(_before: Before) -> None:
        # Only of a new command: the one that is repeated may have sent away what it named.
        if contribution not in {item.id for item in state.contributions}:
            raise NotFoundError(wording.NO_CONTRIBUTION)

    return check
