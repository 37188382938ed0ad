"""The signals and queries of a message. A handler only puts the command in the inbox, in order of arrival."""

from temporalio import workflow

from workflows import commands
from workflows.process import MessageProcess
from workflows.state import OutcomeAnswer
from workflows.vocabulary import Command


class Mailbox(MessageProcess):
    """What reaches a message from outside."""

    @workflow.signal(name=Command.ROUTE)
    def on_route(self, command: commands.Route) -> None:
        """Clause 7."""
        self.take(command)

    @workflow.signal(name=Command.RETURN)
    def on_return(self, command: commands.Return) -> None:
        """Clause 8."""
        self.take(command)

    @workflow.signal(name=Command.CONTRIBUTE)
    def on_contribute(self, command: commands.Contribute) -> None:
        """Clause 15."""
        self.take(command)

    @workflow.signal(name=Command.SUBMIT_DRAFT)
    def on_submit_draft(self, command: commands.SubmitDraft) -> None:
        """Clause 10."""
        self.take(command)

    @workflow.signal(name=Command.WITHDRAW_DRAFT)
    def on_withdraw_draft(self, command: commands.WithdrawDraft) -> None:
        """Before the curator's decision."""
        self.take(command)

    @workflow.signal(name=Command.APPROVE)
    def on_approve(self, command: commands.Approve) -> None:
        """Clause 11."""
        self.take(command)

    @workflow.signal(name=Command.SEND_FOR_REWORK)
    def on_send_for_rework(self, command: commands.SendForRework) -> None:
        """Clauses 11, 15."""
        self.take(command)

    @workflow.signal(name=Command.CONFIRM_PUBLICATION)
    def on_confirm_publication(self, command: commands.ConfirmPublication) -> None:
        """Clause 13."""
        self.take(command)

    @workflow.signal(name=Command.CORRECT_LINK)
    def on_correct_link(self, command: commands.CorrectLink) -> None:
        """Clause 13."""
        self.take(command)

    @workflow.signal(name=Command.DECLINE)
    def on_decline(self, command: commands.Decline) -> None:
        """Clause 18."""
        self.take(command)

    @workflow.signal(name=Command.AUTHOR_REPLIED)
    def on_author_replied(self, command: commands.AuthorReplied) -> None:
        """After a clarification request."""
        self.take(command)

    @workflow.signal(name=Command.RESUME)
    def on_resume(self, command: commands.Resume) -> None:
        """Without the reply to a clarification request."""
        self.take(command)

    @workflow.signal(name=Command.CLOSE)
    def on_close(self, command: commands.Close) -> None:
        """Without an answer."""
        self.take(command)

    @workflow.signal(name=Command.REOPEN)
    def on_reopen(self, command: commands.Reopen) -> None:
        """A mistaken end."""
        self.take(command)

    @workflow.signal(name=Command.CORRECT)
    def on_correct(self, command: commands.Correct) -> None:
        """What was entered wrong."""
        self.take(command)

    @workflow.signal(name=Command.NOTE)
    def on_note(self, command: commands.Note) -> None:
        """Evidence and remarks."""
        self.take(command)

    @workflow.signal(name=Command.ASSIGN)
    def on_assign(self, command: commands.Assign) -> None:
        """A person of the body."""
        self.take(command)

    @workflow.signal(name=Command.HAND_OVER)
    def on_hand_over(self, command: commands.HandOver) -> None:
        """Another curator."""
        self.take(command)

    @workflow.signal(name=Command.REPORT_TO_GOVERNOR)
    def on_report_to_governor(self, command: commands.ReportToGovernor) -> None:
        """Clause 21."""
        self.take(command)

    @workflow.signal(name=Command.CHANGE_CALENDAR)
    def on_change_calendar(self, command: commands.ChangeCalendar) -> None:
        """A new calendar or new hours."""
        self.take(command)

    @workflow.signal(name=Command.RECORD_ERASURE)
    def on_record_erasure(self, command: commands.RecordErasure) -> None:
        """152-FZ."""
        self.take(command)

    @workflow.query(name="state")
    def on_state(self) -> OutcomeAnswer:
        """The message as it stands."""
        return self.answer(None)

    @workflow.query(name="outcome")
    def on_outcome(self, command: str) -> OutcomeAnswer:
        """What became of the command with this id, and the message after it."""
        return self.answer(command)
